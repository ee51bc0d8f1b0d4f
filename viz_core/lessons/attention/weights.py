"""The attention weights of one head as a big map, and their proof."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.attention import crosses, is_causal, weights_error
from viz_core.analysis.summary import strongest
from viz_core.figures import attention_heatmap
from viz_core.figures.theme import bare, numbered
from viz_core.i18n import _
from viz_core.lessons.attention.view import AttentionView
from viz_core.ui.cache import cached
from viz_core.ui.errors import escape_markdown
from viz_core.ui.show import Details, picture, say, show_details
from viz_core.ui.tex import weights_tex


def show(view: AttentionView) -> None:
    """A row a word that looks, a column a word that is looked at."""
    st.subheader(_title(view), anchor=False)
    head = "mean" if view.head is None else view.head
    picture(
        attention_heatmap,
        f"attention-{view.model}-{view.stack}-{view.layer}-{head}",
        _how_to_read(view),
        _summary(view),
        record=view.record,
        tokens=view.trace.tokens,
        head=view.head,
        theme=view.theme,
        hide_special=view.hide_special,
        word=view.word,
        note=f"{view.model} · {view.name} · {view.text}",
    )
    say(_proof(view))
    show_details(
        Details(
            formula=rf"\mathrm{{weights}} = {weights_tex(view.trace, _attention(view))}",
            source="Vaswani et al. 2017, Attention Is All You Need, eq. 1",
            code=("viz_core/models/layers.py", "MultiHeadAttention.forward"),
            table=lambda: _table(view),
            saves=True,
        ),
        "attention",
    )


def _title(view: AttentionView) -> str:
    """A sentence about the picked word."""
    query = escape_markdown(bare(view.queries.strings[view.word]))
    row, whole = view.weights[view.word], view.all_weights[view.word]
    others = np.arange(len(row)) != (-1 if crosses(view.record) else view.word)
    if not (whole * others).any():
        return _("“{word}” can look only at itself").format(word=query)
    if (row * others).any():
        sentence, looks = _("“{query}” looks at “{key}” with {share}"), row * others
    elif view.kept(view.queries)[view.word]:
        sentence = _("What “{query}” looks at is hidden: “{key}” with {share}")
        looks = whole * others * ~view.kept(view.keys)
    else:
        sentence = _("“{query}” is hidden; it looks at “{key}” with {share}")
        looks = whole * others
    best = int(looks.argmax())
    return sentence.format(
        query=query,
        key=escape_markdown(bare(view.keys.strings[best])),
        share=f"{looks[best]:.2f}",
    )


def _how_to_read(view: AttentionView) -> str:
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


def _summary(view: AttentionView) -> str:
    """The map in words: the sharpest looks at another word."""
    looks = [
        _("{query} looks most at {key}, {share}").format(
            query=bare(view.queries.strings[look.query]),
            key=bare(view.keys.strings[look.key]),
            share=f"{look.weight:.2f}",
        )
        for look in strongest(view.weights, crosses=crosses(view.record))
    ]
    return _("{name}: {looks}.").format(name=view.name, looks=_("; ").join(looks))


def _proof(view: AttentionView) -> str:
    """The weights on screen, worked out again from q and k on screen."""
    error = cached(weights_error, trace=view.trace, name=_attention(view))
    return _("Recomputed from q and k: largest difference {error}.").format(error=f"{error:.0e}")


def _attention(view: AttentionView) -> str:
    """First part of the records of the attention that is looked at."""
    return view.record.name.removesuffix(".weights")


def _table(view: AttentionView) -> pd.DataFrame:
    """The map's numbers: a row a query, a column a key."""
    rows, columns = (numbered(tokens.strings) for tokens in (view.queries, view.keys))
    table = pd.DataFrame(view.weights, index=rows, columns=columns)
    return table.loc[view.kept(view.queries), view.kept(view.keys)]
