"""What is looked at on the Words become numbers page: a text, and what a tokenizer makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from viz_core import registry
from viz_core.errors import TooLongError, VizError
from viz_core.figures.theme import Theme
from viz_core.foundations.merges import (
    Merging,
    algorithm,
    ids_of,
    log_likelihoods,
    merging,
    tokens_by_word,
)
from viz_core.i18n import _
from viz_core.lessons.tokens import link
from viz_core.runners.checks import check_text
from viz_core.shelf import GIGABYTE, limit
from viz_core.ui import running
from viz_core.ui.cache import cached
from viz_core.ui.errors import escape_markdown, show_error
from viz_core.ui.inputs import controls, model_select, number
from viz_core.ui.steps import go_to, stop_running

STEP_OF = "step_of"  # where the session keeps what the steps belong to


@dataclass(frozen=True)
class Cut:
    """A text as one tokenizer cuts it.

    Attributes:
        models: all that read with it, those of other pages too.
        algorithm: such as BPE.
        ids, strings: of the tokens.
        merging: their way from the smallest pieces; None where no rules join these.
        logs: how likely each token is by itself, for a tokenizer that cuts by it.
        words: of the text, and how many tokens begin in each.
    """

    models: tuple[str, ...]
    algorithm: str
    vocab_size: int
    ids: tuple[int, ...]
    strings: tuple[str, ...]
    merging: Merging | None
    logs: tuple[float, ...] | None
    words: tuple[tuple[str, int], ...]

    @property
    def name(self) -> str:
        """The first of its models, and how many others there are if there are several."""
        if len(self.models) == 1:
            return self.models[0]
        if len(self.models) == 2:
            return _("{model} and {other}").format(model=self.models[0], other=self.models[1])
        return _("{model} and {n} others").format(model=self.models[0], n=len(self.models) - 1)


@dataclass(frozen=True)
class TokensView:
    """A text, cut by the tokenizer that is looked at and by all others.

    Attributes:
        step: rules that are applied.
        others: what every tokenizer makes of the text, this one too.
    """

    text: str
    model: str
    cut: Cut
    step: int
    others: tuple[Cut, ...]
    theme: Theme

    @property
    def n_steps(self) -> int:
        """Rules that the text meets."""
        return self.cut.merging.n_steps if self.cut.merging else 0


def examples() -> dict[str, str]:
    """Text -> what it shows."""
    return {
        str(link.TEXT.default): _("a rare name, Chinese, an emoji"),
        "unbelievable": _("one word, pieces that mean something"),
        "The cat sat. The cats sat. THE CAT SAT.": _("the same word three times"),
        "3.14159 is not 1,000,000": _("numbers"),
        "Pneumonoultramicroscopicsilicovolcanoconiosis": _("a word that nobody writes"),
        "我正在吃饭。汤姆是一只猫。": _("Chinese"),
        "👩‍👩‍👧 😀": _("few signs, many bytes"),
    }


def tokens_view(text: str, theme: Theme) -> TokensView:
    """Let the visitor choose a model's tokenizer, and cut the text."""
    running.begin_step()
    with st.spinner(_("Loading the tokenizers …")):
        models = tuple(registry.tokenizers())
    row = controls("tokens")
    with row:
        model = model_select(link.MODEL, [m for m in link.MODEL.options({}) if m in models])
    _tell_left_out(models)
    try:
        check_text(text)
        if len(text) > link.LONGEST:
            raise TooLongError(
                _("The text has {n} characters; at most {limit} are read. Shorten it.").format(
                    n=len(text), limit=link.LONGEST
                )
            )
    except VizError as error:
        stop_running()
        show_error(error)
        st.stop()
    cuts = cached(cuts_of, text=text, models=models)
    own = next(cut for cut in cuts if model in cut.models)
    n = own.merging.n_steps if own.merging else 0
    _begin_anew_with(model, text, n)
    with row:
        step = int(number(link.STEP, _("Rules applied"), default=n, most=n)) if n else 0
    return TokensView(text, model, own, step, cuts, theme)


def cuts_of(text: str, models: tuple[str, ...]) -> tuple[Cut, ...]:
    """What every tokenizer makes of a text.

    Args:
        models: all that can be used; those that share a tokenizer are one.
    """
    tokenizers = {m: one for m, one in registry.tokenizers().items() if m in models}
    found = []
    for tokenizer in dict.fromkeys(tokenizers.values()):
        ids = tuple(ids_of(tokenizer, text))
        logs = log_likelihoods(tokenizer, ids)
        found.append(
            Cut(
                tuple(model for model, one in tokenizers.items() if one is tokenizer),
                algorithm(tokenizer),
                tokenizer.vocab_size,
                ids,
                tuple(map(tokenizer.string, ids)),
                merging(tokenizer, text),
                logs if logs is None else tuple(logs),
                tuple(zip(*tokens_by_word(tokenizer, text), strict=True)),
            )
        )
    return tuple(found)


def _tell_left_out(models: tuple[str, ...]) -> None:
    """Say for which tokenizers there is no memory left."""
    if left := [model for model in registry.readers_of_text() if model not in models]:
        st.info(
            escape_markdown(
                _(
                    "Of {limit} GB for loaded models too little is left for the tokenizers of "
                    "{models}. Whoever serves the app can allow more with --memory."
                ).format(limit=f"{limit() / GIGABYTE:.2f}", models=_(", ").join(left))
            )
        )


def go_on(view: TokensView) -> None:
    """While a run goes on, let the next rule come."""
    running.keep_running(view.step, view.step >= view.n_steps)


def _begin_anew_with(model: str, text: str, n: int) -> None:
    """Another text, or another tokenizer, has all of its rules applied."""
    key = link.STEP.key
    other = st.session_state.get(STEP_OF, (model, text)) != (model, text)
    if other or st.session_state.get(key, n) > n:
        go_to(n)
    st.session_state[STEP_OF] = (model, text)
