"""A decoder that reads the patches and words behind them, and answers in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.errors import VizError
from viz_core.figures.numbers import percent
from viz_core.figures.pictures import patch_map
from viz_core.figures.theme import bare
from viz_core.generate import Writing, greedy
from viz_core.i18n import _
from viz_core.lessons.pictures import link
from viz_core.lessons.pictures.view import PicturesView
from viz_core.pictures import N_PATCHES
from viz_core.ui.cache import card
from viz_core.ui.errors import show_error
from viz_core.ui.inputs import choose, controls, number
from viz_core.ui.show import Details, how, picture, say
from viz_core.ui.steps import kept
from viz_core.ui.tiles import Tile, tile_line, written_tiles

LONGEST = 8  # words of an answer
FIRST = 1  # the place of the first patch: [EOT] stands before it


def show(view: PicturesView) -> None:
    """The question, the answer word by word, and where the model looked for one of the words."""
    st.subheader(_("Pictures and words in one row"), anchor=False)
    with controls("talk"):
        code = choose(
            link.ASK,
            _("Asked of the picture"),
            _("These words stand behind the patches; the model knows 25 words of English."),
            listed=True,
        )
    text = f"{view.picture} {link.asked(code)}".strip()
    try:
        writing = kept(text, lambda: Writing(registry.writer(link.TALKER), text, longest=LONGEST))
        steps = writing.steps(LONGEST)
    except VizError as error:
        show_error(error)
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        asked = [Tile(word) for word in writing.prompt.strings[FIRST + N_PATCHES :]]
        tile_line([Tile("▚"), *asked, *written_tiles(steps)], view.theme, "talk")
        how(
            _(
                "▚ stands for the 16 patches. Shaded words are written by the model, each with "
                "the probability that it gave the word; [EOT] ends the answer."
            )
        )
        _show_twin(text)
        _show_quality()
    with right:
        _show_look(view, writing, code)


def _show_look(view: PicturesView, writing: Writing, code: str) -> None:
    """The attention behind one written word: on the patches, and on the words."""
    steps = writing.steps(LONGEST)
    first = min(0 if link.asked(code) else 3, len(steps) - 1)  # “seven” of “this is a seven”
    with controls("look"):
        if int(st.session_state.get(link.WORD.key, first)) >= len(steps):
            st.session_state.pop(link.WORD.key)
        at = int(
            number(link.WORD, _("Word of the answer, from 0"), default=first, most=len(steps) - 1)
        )
    step = steps[at]
    row = np.mean([weights.mean(0) for weights in step.attentions.values()], axis=0)  # (key,)
    seen = row[FIRST : FIRST + N_PATCHES]
    words = [*writing.prompt.strings, *(one.string for one in steps)][: len(row)]
    title = _("For “{word}” it looked at patches with {share}, at words with {rest}").format(
        word=bare(step.string),
        share=percent(float(seen.sum())),
        rest=percent(float(row[FIRST + N_PATCHES :].sum())),
    )
    picture(
        patch_map,
        "pictures-talk",
        _(
            "The attention with which that word was chosen, mean of all heads of all layers; what "
            "is left is on [EOT]."
        ),
        title,
        Details(
            formula=r"p(w_t \mid \text{patches}, w_{<t})",
            source="Liu et al. 2023, Visual Instruction Tuning, eq. 3",
            code=("viz_core/models/patches.py", "PatchOrWord.forward"),
            table=lambda: pd.DataFrame({_("Token"): words, _("weight"): row}),
        ),
        numbers=view.numbers,
        amounts=seen,
        theme=view.theme,
        what=_("of the attention"),
        note=f"{link.TALKER} · {bare(step.string)}",
    )


def _show_twin(text: str) -> None:
    """What the same model writes with the weights that training began with."""
    twin: Any = registry.load(link.TALKER, trained=False)
    tokens = greedy(twin, twin.begin(text), LONGEST)
    said = twin.decode(tokens) or _("nothing")
    say(_("Its untrained twin writes: {words}").format(words=said))


def _show_quality() -> None:
    """What the card says of unseen digits."""
    metrics: Any = card(link.TALKER).metrics
    if "naming" not in metrics:
        return
    st.caption(
        _(
            "From its card, measured {date}: of {n} unseen digits it describes {share} right, word "
            "for word; it answers right whether they are even in {even} of the cases."
        ).format(
            date=metrics["measured"],
            n=metrics["naming"]["n"],
            share=percent(metrics["naming"]["accuracy"]),
            even=percent(metrics["answers"]["is it even"]["accuracy"]),
        )
    )
