"""What the Next word page is made of: a text continued, one word at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.figures.theme import bare, kind_colour, visible
from viz_core.generate import (
    Step,
    branched,
)
from viz_core.i18n import _
from viz_core.lessons.next_word.tiles import Tile, tile_line
from viz_core.lessons.next_word.view import (
    Continuation,
    NextWord,
    branches_of,
    read_choices,
    write_choices,
    writing_of,
)
from viz_core.ui.components import candidate_list
from viz_core.ui.errors import escape_markdown
from viz_core.ui.inputs import head_select, layer_select
from viz_core.ui.show import Details, how, say, show_details
from viz_core.ui.steps import go_to, model_name

N_BRANCHES = 6


def show_texts(seen: NextWord) -> None:
    """The text so far, model by model, each written word shaded by its probability."""
    for one in seen.continuations:
        if len(seen.continuations) > 1:
            model_name(one.model, one.kind)
        typed = zip(one.prompt.strings, one.prompt.special, strict=True)
        prompt = [Tile(token) for token, special in typed if not special]
        tile_line([*prompt, *written_tiles(one.written)], seen.theme, f"text_{one.model}")
    how(
        _(
            "Shaded words are written by the model; shade and number are the probability that it "
            "gave the word, a frame marks a word chosen by hand."
        )
    )
    if seen.over:
        st.info(_("The text is over: the model wrote its end, or there is no room for more."))
    elif any(one.following is None and not one.over for one in seen.continuations):
        st.info(_("The server ran out of time. Press Step to go on."))


def written_tiles(steps: tuple[Step, ...]) -> list[Tile]:
    """Written words as tiles; the first is set off from the prompt."""
    return [
        Tile(step.string, step.prob, marked=step.forced, ahead=n == 0)
        for n, step in enumerate(steps)
    ]


def show_candidates(seen: NextWord) -> None:
    """The likeliest next words of each model; a click chooses one."""
    st.subheader(_title(seen), anchor=False)
    for one, column in zip(seen.continuations, st.columns(len(seen.continuations)), strict=True):
        with column:
            if len(seen.continuations) > 1:
                model_name(one.model, one.kind)
            _candidates_of(one, seen)
    greedy = seen.settings.strategy == "greedy"
    how(
        _(
            "Each bar is a word's share of the probability over the whole vocabulary. The framed "
            "word is the one that is written; click another one to choose it instead."
        )
        if greedy
        else _(
            "Pale: the model's probability. Full: after temperature, top-k and top-p; struck out "
            "is what they cut. The framed word is written, drawn by the seed or chosen by hand; "
            "click another one to choose it instead."
        )
    )
    show_details(
        Details(
            formula=r"p(w) = \frac{e^{z_w / \tau}}{\sum_{u \in \mathrm{kept}} e^{z_u / \tau}}"
            r" \qquad H = -\sum_w p(w) \log_2 p(w)",
            source="Vaswani et al. 2017, section 3.4; Fan et al. 2018 (top-k); Holtzman et al. "
            "2020 (top-p)",
            code=("viz_core/generate/choice.py", "filtered"),
            table=lambda: candidates_table(seen),
            name="next-word",
        )
    )


def _title(seen: NextWord) -> str:
    """The next choice, as the heading."""
    if len(seen.continuations) > 1:
        return _("What each would write next")
    first = seen.continuations[0]
    word = escape_markdown(bare(first.at.string))
    share = f"{first.at.prob:.0%}"
    if first.following is None:
        return _("The last word was “{word}”, {share}").format(word=word, share=share)
    return _("Next comes “{word}”, {share}").format(word=word, share=share)


def _candidates_of(one: Continuation, seen: NextWord) -> None:
    place = one.at.place

    def force(token: int) -> None:
        st.session_state["chosen"] = write_choices(branched(seen.chosen, place, token))
        go_to(place + 1)

    candidate_list(
        one.at,
        f"candidates_{one.model}",
        kind_colour(one.kind),
        seen.theme,
        drawn=seen.settings.strategy != "greedy",
        on_forced=force,
    )
    say(
        _("Entropy {bits} bits. Probability of all that was written: e^{logprob}.").format(
            bits=f"{one.at.entropy:.2f}",
            logprob=f"{one.written[-1].logprob if one.written else 0:.2f}",
        )
    )


def candidates_table(seen: NextWord) -> pd.DataFrame:
    """Every written word and every candidate of the next one."""
    rows = [
        {
            _("Model"): one.model,
            _("Place"): step.place,
            _("Word"): visible(candidate.string),
            _("Probability"): candidate.prob,
            _("Drawn with"): candidate.drawn,
            _("Chosen"): candidate.token == step.token,
        }
        for one in seen.continuations
        for step in dict.fromkeys((*one.written, one.at))
        for candidate in step.candidates
        if step is one.at or candidate.token == step.token
    ]
    return pd.DataFrame(rows)


def show_newest_attention(seen: NextWord) -> None:
    """Where the model looked when it made the choice above."""
    st.subheader(_("Where it looked for that word"), anchor=False)
    one = next((one for one in seen.continuations if one.at.attentions), None)
    if one is None:
        st.info(
            _(
                "RNN and LSTM have no attention: all that they know is in the state they hand on. "
                "The Memory page shows it."
            )
        )
        return
    layers = list(one.at.attentions.values())  # each (head, key)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        layer, head = layer_select(len(layers)), head_select(len(layers[0]))
    row = layers[layer].mean(0) if head is None else layers[layer][head]  # (key,)
    read = [*one.prompt.strings, *(step.string for step in one.written)][: len(row)]
    tile_line([Tile(t, float(w)) for t, w in zip(read, row, strict=True)], seen.theme, "attention")
    best = int(np.argmax(row))
    say(
        _("{model}: most on {word}, {share}.").format(
            model=one.model, word=bare(read[best]), share=f"{row[best]:.2f}"
        )
    )
    how(_("The weights with which the last word read looks at each word before it; they sum to 1."))


def show_branches(seen: NextWord) -> None:
    """The other ways that the story went, to go back to."""
    here = write_choices(seen.chosen)
    others = [(name, n) for name, n in branches_of(seen).items() if name != here and n]
    if not others:
        return
    st.subheader(_("Other ways this story went"), anchor=False)
    model = seen.continuations[0].model

    def open_branch(name: str, n: int) -> None:
        st.session_state["chosen"] = name
        go_to(n)

    for index, (name, n) in enumerate(others[-N_BRANCHES:]):
        steps = writing_of(model, seen.text, seen.settings, read_choices(name)).steps(n)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(_("Open"), key=f"branch_{index}", on_click=open_branch, args=(name, n))
            tile_line(written_tiles(tuple(steps)), seen.theme, f"branch_{index}")
