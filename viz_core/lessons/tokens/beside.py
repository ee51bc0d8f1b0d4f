"""Every tokenizer of the app beside the others: its pieces, their numbers, what each word costs."""

from __future__ import annotations

import numpy as np
import streamlit as st

from viz_core.figures import Scale, labelled_map
from viz_core.i18n import _
from viz_core.lessons.tokens.view import Cut, TokensView
from viz_core.ui.errors import escape_markdown
from viz_core.ui.show import how, picture
from viz_core.ui.tiles import Tile, tile_line


def show(view: TokensView) -> None:
    """A line of tiles for each tokenizer, and a map of what each word costs."""
    st.subheader(_title(view), anchor=False)
    for n, cut in enumerate(view.others):
        st.markdown(escape_markdown(_told(cut, len(view.text))))
        tiles = [
            Tile(string, number=str(i)) for string, i in zip(cut.strings, cut.ids, strict=True)
        ]
        tile_line(tiles, view.theme, f"tokenizer_{n}")
    how(
        _(
            "Each tile is a token, below it the number that the model gets in its place. Another "
            "tokenizer has another list, so the same number is another piece."
        )
    )
    _show_costs(view)


def _title(view: TokensView) -> str:
    counts = [len(cut.ids) for cut in view.others]
    if len(counts) == 1:
        return _("The numbers that the model gets")
    return _("One text, {n} tokenizers: {least} to {most} tokens").format(
        n=len(counts), least=min(counts), most=max(counts)
    )


def _told(cut: Cut, n_characters: int) -> str:
    """A tokenizer in a line."""
    return _("{name} · {algorithm}, {size} pieces · {n} tokens, {each} characters a token").format(
        name=cut.name,
        algorithm=cut.algorithm,
        size=f"{cut.vocab_size:,}",
        n=len(cut.ids),
        each=f"{n_characters / max(1, len(cut.ids)):.1f}",
    )


def _show_costs(view: TokensView) -> None:
    """How many tokens begin in each word."""
    words = [word for word, _n in view.cut.words]
    counts = np.array([[n for _word, n in cut.words] for cut in view.others], float)
    dearest = int(counts[0].argmax()) if words else 0
    picture(
        labelled_map,
        "tokens-words",
        _(
            "How many tokens begin in each word: 1 is a word that is a piece of its own, 0 one "
            "that the token before holds too. A space belongs to the word behind it."
        ),
        _("The dearest word of {name} is {word}: {n} tokens.").format(
            name=view.others[0].name, word=words[dearest], n=int(counts[0, dearest])
        )
        if words
        else _("There is no word."),
        aloud=False,
        values=counts,
        rows=[cut.name for cut in view.others],
        columns=words,
        theme=view.theme,
        scale=Scale(limit=max(1.0, float(counts.max(initial=0))), unit=_("tokens")),
        text=[[f"{int(n)}" for n in row] for row in counts],
        note=view.text,
    )
