"""The way from letters and bytes to tokens, rule by rule."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from viz_core.figures.merges import merge_tree
from viz_core.figures.theme import visible
from viz_core.foundations.merges import Merging, Piece
from viz_core.i18n import _
from viz_core.lessons.tokens.view import TokensView
from viz_core.ui import running
from viz_core.ui.show import Details, how, picture, say, show_details
from viz_core.ui.tiles import Tile, tile_line


def show(view: TokensView) -> None:
    """The text's tree, as far as its rules are applied."""
    found = view.cut.merging
    if found is None:
        _show_cut(view)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(_title(found, view.step), anchor=False, width="stretch")
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            running.show_buttons(view.step, view.step >= found.n_steps)
    say(_rule(found, view.step))
    picture(
        merge_tree,
        "tokens-tree",
        _(
            "On top the smallest pieces: letters, or bytes with the character that they spell. "
            "Each bracket is a rule that joins two neighbours; at the bottom the tokens, each with "
            "its number. · is a space."
        ),
        _("{text} becomes {n} tokens: {pieces}").format(
            text=view.text, n=len(view.cut.ids), pieces=_listed(found.at(found.n_steps))
        ),
        Details(
            formula=r"(l, r)^* = \arg\min_{(l, r)\,\in\,\text{neighbours}} \mathrm{rank}(l, r)"
            r" \qquad l\;r \to lr",
            source="Sennrich et al. 2016, Neural Machine Translation of Rare Words with Subword "
            "Units; Radford et al. 2019 (over bytes)",
            code=("viz_core/foundations/merges.py", "_joined"),
            table=lambda: _table(found),
            saves=True,
            name="tokens",
        ),
        aloud=False,
        merging=found,
        step=view.step,
        theme=view.theme,
        note=f"{view.model} · {view.text}",
    )


def _title(found: Merging, step: int) -> str:
    if step < found.n_steps:
        return _("{step} of {n} rules: {pieces} pieces").format(
            step=step, n=found.n_steps, pieces=len(found.at(step))
        )
    return _("{smallest} letters and bytes become {n} tokens").format(
        smallest=found.n_smallest, n=len(found.at(step))
    )


def _rule(found: Merging, step: int) -> str:
    """What the last step did."""
    made = found.made(step)
    if not made or made[0].parts is None or made[0].rule is None:
        return _("No rule is applied yet: the text is a row of letters and bytes.")
    left, right = (visible(found.pieces[part].string) for part in made[0].parts)
    return _("Step {step}, rule {rule} of {all}: {left} + {right} → {whole}. Places: {n}.").format(
        step=step,
        rule=f"{made[0].rule + 1:,}",
        all=f"{found.n_rules:,}",
        left=left,
        right=right,
        whole=visible(made[0].string),
        n=len(made),
    )


def _listed(pieces: Sequence[Piece]) -> str:
    return " | ".join(visible(piece.string) for piece in pieces)


def _table(found: Merging) -> pd.DataFrame:
    """Every rule in the order in which it is applied."""
    steps = [found.made(step) for step in range(1, found.n_steps + 1)]
    return pd.DataFrame(
        {
            _("Rule"): [(made[0].rule or 0) + 1 for made in steps],
            _("Left"): [visible(_part(found, made[0], 0)) for made in steps],
            _("Right"): [visible(_part(found, made[0], 1)) for made in steps],
            _("Piece"): [visible(made[0].string) for made in steps],
            _("Number"): [made[0].id for made in steps],
            _("Places"): [len(made) for made in steps],
        },
        index=pd.RangeIndex(1, len(steps) + 1),
    )


def _part(found: Merging, piece: Piece, side: int) -> str:
    return found.pieces[piece.parts[side]].string if piece.parts else ""


def _show_cut(view: TokensView) -> None:
    """The tokens of a tokenizer that has no rules to show."""
    cut = view.cut
    st.subheader(_("{n} tokens").format(n=len(cut.ids)), anchor=False)
    logs = cut.logs
    numbers = [str(i) for i in cut.ids] if logs is None else [f"{log:.1f}" for log in logs]
    tiles = [Tile(string, number=n) for string, n in zip(cut.strings, numbers, strict=True)]
    tile_line(tiles, view.theme, "tokens")
    if logs is None:
        how(
            _(
                "This tokenizer ({name}) joins nothing by rules: each tile is a piece with its "
                "number."
            ).format(name=cut.algorithm)
        )
        return
    how(
        _(
            "This tokenizer is a Unigram: it has no rules that join. Each piece has a probability "
            "(its logarithm stands below it), and of all ways to cut the text the one is taken "
            "whose product is highest: here the logarithms add to {total}."
        ).format(total=f"{sum(logs):.1f}")
    )
    show_details(
        Details(
            formula=r"x^* = \arg\max_{x_1 \dots x_m = \text{text}} \prod_i p(x_i)",
            source="Kudo 2018, Subword Regularization",
            code=("viz_core/foundations/merges.py", "log_likelihoods"),
            table=lambda: pd.DataFrame(
                {_("Piece"): [*map(visible, cut.strings)], _("Number"): cut.ids, "log p": logs}
            ),
        ),
        "tokens",
    )
