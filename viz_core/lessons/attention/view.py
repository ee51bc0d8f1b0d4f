"""What the Attention page is made of."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.attention import (
    among,
    crosses,
    head_measures,
    is_causal,
    one_head,
    stacks,
    weights_error,
)
from viz_core.analysis.summary import strongest
from viz_core.figures import attention_heatmap
from viz_core.figures.theme import Theme, bare, numbered
from viz_core.i18n import _
from viz_core.lessons.attention import link
from viz_core.runners.base import Request
from viz_core.trace import Record, Tokens, Trace
from viz_core.ui.cache import cached, card, run
from viz_core.ui.components import head_grid, measure_names, token_strip
from viz_core.ui.errors import escape_markdown
from viz_core.ui.inputs import (
    attention_select,
    head_select,
    layer_select,
    model_select,
    toggle,
    word_select,
)
from viz_core.ui.show import Details, how, picture, say, show_details

WANT = ("*.q", "*.k", "*.scores", "*.weights", "logits")


@dataclass(frozen=True)
class View:
    """What is looked at: a trace, one of its heads, one of its words.

    Attributes:
        key: what decides the trace, for caches.
        stack: which of the model's attentions, a name of `stacks`.
        head: None for the mean of all heads.
    """

    trace: Trace
    key: tuple[str, ...]
    stack: str
    layer: int
    head: int | None
    word: int
    reverse: bool
    hide_special: bool
    theme: Theme

    @property
    def records(self) -> list[Record]:
        """The attentions that can be looked at, layer by layer."""
        return stacks(self.trace)[self.stack]

    @property
    def record(self) -> Record:
        """The attention of the chosen layer."""
        return self.records[self.layer]

    @property
    def queries(self) -> Tokens:
        """The tokens that look."""
        return self.trace.tokens[self.record.streams["query"]]

    @property
    def keys(self) -> Tokens:
        """The tokens that are looked at."""
        return self.trace.tokens[self.record.streams["key"]]

    @property
    def weights(self) -> np.ndarray:
        """The weights that are shown, (query, key): of the chosen head, special tokens or not."""
        weights = one_head(self.record, self.head)
        if not self.hide_special:
            return weights
        return among(weights, self.kept(self.queries), self.kept(self.keys))

    def kept(self, tokens: Tokens) -> np.ndarray:
        """True for each token that is shown."""
        special = np.array(tokens.special)
        return ~special if self.hide_special else np.ones_like(special)

    @property
    def name(self) -> str:
        """The chosen head, for people."""
        if self.head is None:
            head = _("layer {layer}, mean of all heads").format(layer=self.layer)
        else:
            head = _("layer {layer}, head {head}").format(layer=self.layer, head=self.head)
        return head if len(stacks(self.trace)) == 1 else f"{self.stack} · {head}"


def attention_view(text: str, theme: Theme) -> View:
    """Let the visitor choose a model, run it, and let them choose what to look at."""
    controls = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with controls:
        model = model_select(link.MODEL)
    extra = ("next_sentence.*",) if card(model).traits.fills else ()
    trace = run(model, Request(text, want=WANT + extra))
    with controls:
        known = stacks(trace)
        stack = attention_select(known)
        records = known[stack]
        crossing = crosses(records[0])
        layer, head = layer_select(len(records)), head_select(len(records[0].values))
        word = word_select(trace.tokens[records[0].streams["query"]])
        reverse = not crossing and toggle(
            link.REVERSE,
            _("Looked at by"),
            _("Shade the words that look at the picked one instead of those it looks at."),
        )
        hide_special = toggle(
            link.HIDE_SPECIAL,
            _("Hide special"),
            _(
                "Leave out what the model's input form adds, such as [CLS] or [EOT]; each row is "
                "scaled to sum to 1 again."
            ),
        )
    return View(trace, (model, text), stack, layer, head, word, reverse, hide_special, theme)


def show_strip(view: View) -> None:
    """The sentence itself, shaded."""
    token_strip(
        view.keys,
        view.weights,
        (view.key, view.stack, view.layer, view.head, view.hide_special),
        view.word,
        view.reverse,
        view.theme,
        queries=view.queries if crosses(view.record) else None,
    )
    if crosses(view.record):
        how(
            _(
                "Above the translation, below the source: the shade and the number say how much "
                "the framed word, which was just read, looks at a word of the source to choose "
                "the word after it."
            )
        )
    elif view.reverse:
        how(_("The shade and the number say how much a word looks at the framed one."))
    else:
        how(_("The shade and the number say how much the framed word looks at a word."))


def show_map(view: View) -> None:
    """The big map of one head, its proof, and everything about it."""
    st.subheader(map_title(view), anchor=False)
    head = "mean" if view.head is None else view.head
    model, text = view.key
    note = f"{model} · {view.name} · {text}"
    picture(
        attention_heatmap,
        f"attention-{model}-{view.stack}-{view.layer}-{head}",
        how_to_read_map(view),
        map_summary(view),
        record=view.record,
        tokens=view.trace.tokens,
        head=view.head,
        theme=view.theme,
        hide_special=view.hide_special,
        word=view.word,
        note=note,
    )
    say(proof_sentence(view))
    show_details(
        Details(
            formula=r"\mathrm{weights} = \mathrm{softmax}"
            r"\left(\frac{Q K^{\top}}{\sqrt{d_{\mathrm{head}}}} + \mathrm{mask}\right)",
            source="Vaswani et al. 2017, Attention Is All You Need, eq. 1",
            code=("viz_core/models/layers.py", "MultiHeadAttention.forward"),
            table=lambda: weights_table(view),
            name="attention",
            saves=True,
        )
    )


def show_heads(view: View) -> None:
    """All heads at a glance."""
    st.subheader(_("All heads at a glance"), anchor=False)
    key = (view.key, view.stack)
    head_grid(view.records, view.keys, key, view.layer, view.head, view.theme)
    how(_("One small map for each head: layers downwards, heads across. Click one to open it."))
    show_details(
        Details(
            formula=r"H = -\sum_j w_j \log_2 w_j \qquad \mathrm{distance} = \sum_j w_j\,|i - j|",
            source=_("Means over the queries of a head; after Clark et al. 2019 and Vig 2019"),
            code=("viz_core/analysis/attention.py", "head_measures"),
            table=lambda: measures_table(view),
            name="heads",
        )
    )


def how_to_read_map(view: View) -> str:
    """The line under the map."""
    sentences = [
        _(
            "Read a row: the word on the left spreads one whole of attention over the words above; "
            "the colour goes from 0 to 1."
        )
    ]
    if is_causal(view.record.name):
        sentences.append(_("Hatched cells are masked: those words are still to come."))
    if crosses(view.record):
        sentences.append(_("A word looks across to choose the word after it."))
    if view.hide_special:
        sentences.append(_("Special tokens are hidden and each row is scaled to sum to 1 again."))
    return " ".join(sentences)


def map_title(view: View) -> str:
    """A sentence about the picked word, as the map's title."""
    query = escape_markdown(bare(view.queries.strings[view.word]))
    row = view.weights[view.word].copy()
    itself = None if crosses(view.record) else view.word
    others = [k for k in range(len(row)) if k != itself]
    if not others or row[others].max() <= 0:
        return _("“{word}” can look only at itself").format(word=query)
    best = max(others, key=lambda k: row[k])
    return _("“{query}” looks at “{key}” with {share}").format(
        query=query,
        key=escape_markdown(bare(view.keys.strings[best])),
        share=f"{row[best]:.2f}",
    )


def map_summary(view: View) -> str:
    """The map in words: the sharpest looks at another word."""
    looks = [
        _("{query} looks most at {key}, {share}").format(
            query=bare(view.queries.strings[one.query]),
            key=bare(view.keys.strings[one.key]),
            share=f"{one.weight:.2f}",
        )
        for one in strongest(view.weights)
    ]
    return _("{name}: {looks}.").format(name=view.name, looks=_("; ").join(looks))


def proof_sentence(view: View) -> str:
    """The weights on screen, worked out again from q and k on screen."""
    error = cached(
        weights_error,
        trace=view.trace,
        name=view.record.name.removesuffix(".weights"),
    )
    return _("Recomputed from q and k: largest difference {error}.").format(error=f"{error:.0e}")


def measures_table(view: View) -> pd.DataFrame:
    """The measures of every head, a row a head."""
    return pd.DataFrame(
        [
            {
                _("Layer"): layer,
                _("Head"): head,
                **dict(zip(measure_names(), astuple(m), strict=True)),
            }
            for layer, record in enumerate(view.records)
            for head, m in enumerate(head_measures(record, view.keys))
        ]
    )


def weights_table(view: View) -> pd.DataFrame:
    """The map's numbers: a row a query, a column a key."""
    rows, columns = (numbered(tokens.strings) for tokens in (view.queries, view.keys))
    table = pd.DataFrame(view.weights, index=rows, columns=columns)
    return table.loc[view.kept(view.queries), view.kept(view.keys)]
