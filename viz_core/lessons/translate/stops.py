"""The six stops of the Translate page: from pieces of the source to the choice of a word."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from viz_core.analysis.attention import stacks, weights_error
from viz_core.figures import StateMap, attention_heatmap, state_maps
from viz_core.figures.theme import bare, kind_colour, numbered, visible
from viz_core.i18n import _
from viz_core.lessons.translate.link import STOPS
from viz_core.lessons.translate.view import Translation
from viz_core.trace import Record, Tokens
from viz_core.ui.cache import cached
from viz_core.ui.components import candidate_list
from viz_core.ui.inputs import head_select, layer_select
from viz_core.ui.show import Details, how, picture, say, show_details

CODE = {
    "embeddings": ("viz_core/models/encoder_decoder.py", "EncoderDecoder.embedded"),
    "positions": ("viz_core/models/positions.py", "sinusoids"),
    "encoder": ("viz_core/models/encoder_decoder.py", "EncoderLayer.forward"),
    "decoder": ("viz_core/models/layers.py", "causal_mask"),
    "cross": ("viz_core/models/encoder_decoder.py", "DecoderLayer.forward"),
    "choice": ("viz_core/models/encoder_decoder.py", "EncoderDecoder.score"),
}
ATTENTION_FORMULA = (
    r"\mathrm{softmax}\left(\frac{Q K^{\top}}{\sqrt{d_{\mathrm{head}}}} + \mathrm{mask}\right)"
)
FORMULAS = {
    "embeddings": r"x_t = \sqrt{d_{\mathrm{model}}}\; E_{w_t}",
    "positions": r"PE_{t,2i} = \sin\frac{t}{10000^{2i/d}} \qquad "
    r"PE_{t,2i+1} = \cos\frac{t}{10000^{2i/d}}",
    "encoder": ATTENTION_FORMULA + r"\qquad Q, K \text{ from the source}",
    "decoder": ATTENTION_FORMULA + r"\qquad Q, K \text{ from what is written}",
    "cross": ATTENTION_FORMULA
    + r"\qquad Q \text{ from what is written, } K \text{ from the source}",
    "choice": r"p(w) = \mathrm{softmax}(E\,h_t)_w",
}


def show_stop(seen: Translation) -> None:
    """The picture of one stop, with its numbers."""
    number = STOPS.index(seen.stop) + 1
    st.subheader(f"{number} · {stop_title(seen.stop)}", anchor=False)
    if seen.stop in ("embeddings", "positions"):
        _show_vectors(seen)
    elif seen.stop == "choice":
        _show_choice(seen)
    else:
        _show_attention(seen)


def stop_title(stop: str) -> str:
    """What happens at a stop, in a sentence."""
    titles = {
        "embeddings": _("Every piece of the source becomes a vector"),
        "positions": _("Each vector is told its place"),
        "encoder": _("The words of the source look at each other"),
        "decoder": _("The translation looks back at itself, never ahead"),
        "cross": _("Each word of the translation looks at the source"),
        "choice": _("A word is chosen and written, and all begins again"),
    }
    return titles[stop]


def _show_vectors(seen: Translation) -> None:
    """Embeddings alone, or embeddings, positions and their sum."""
    embed, positions = seen.trace["embed"].values, seen.trace["positions"].values
    maps = [StateMap(_("embedding"), embed, signed=True)]
    if seen.stop == "positions":
        total = seen.trace["encoder.0.resid_pre"].values
        maps += [
            StateMap(_("position"), positions, signed=True),
            StateMap(_("their sum"), total, signed=True),
        ]
    n, d_model = embed.shape
    if seen.stop == "embeddings":
        summary = _("{n} tokens, {d} numbers each.").format(n=n, d=d_model)
    else:
        error = float(np.abs(embed + positions - total).max())
        summary = _(
            "Embedding plus position is what the first layer reads: largest difference {error}."
        ).format(error=f"{error:.0e}")
    picture(
        state_maps,
        f"translate-{seen.stop}",
        _(
            "One column a piece of the source, one row a dimension of its vector; brown is above "
            "0, purple below. The same piece has the same column wherever it stands."
        )
        if seen.stop == "embeddings"
        else _(
            "One column a piece of the source, one row a dimension. The position's waves are fast "
            "in the upper rows and slow in the lower ones; added, they make twins differ."
        ),
        summary,
        maps=maps,
        tokens=seen.source,
        order=np.arange(embed.shape[1]),
        theme=seen.theme,
        note=seen.note,
    )
    shown = maps[-1].values
    _details(seen, lambda: pd.DataFrame(shown, index=numbered(seen.source.strings)))


def _show_attention(seen: Translation) -> None:
    """The map of one head, as far as the translation is written."""
    records = stacks(seen.trace)[seen.stop]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        layer = layer_select(len(records), default=len(records) - 1)
        head = head_select(len(records[0].values))
    record = records[layer]
    tokens = {"source": seen.source, "target": seen.target}
    n_queries = None
    if seen.stop == "decoder":
        n_queries = seen.step + 1
    elif seen.stop == "cross":
        tokens["target"], n_queries = seen.chosen, seen.step
    summary = _attention_summary(record, head, tokens, n_queries)
    picture(
        attention_heatmap,
        f"translate-{seen.stop}",
        _how_to_read(seen.stop),
        summary,
        record=record,
        tokens=tokens,
        head=head,
        theme=seen.theme,
        n_queries=n_queries,
        note=f"{seen.note} · {record.name} · {'mean' if head is None else head}",
    )
    name = record.name.removesuffix(".weights")
    error = cached(weights_error, trace=seen.trace, name=name)
    say(_("Recomputed from q and k: largest difference {error}.").format(error=f"{error:.0e}"))
    values = record.values.mean(0) if head is None else record.values[head]
    rows, columns = (numbered(tokens[record.streams[axis]].strings) for axis in ("query", "key"))
    _details(seen, lambda: pd.DataFrame(values, index=rows, columns=columns).iloc[:n_queries])


def _how_to_read(stop: str) -> str:
    """The line under an attention map."""
    sentences = {
        "encoder": _(
            "Read a row: the word on the left spreads one whole of attention over all words of "
            "the source, left and right."
        ),
        "decoder": _(
            "Read a row: a word that is written looks at itself and at what was written before; "
            "hatched cells are masked. The rows grow as the translation does."
        ),
        "cross": _(
            "Read a row: where in the source the model looked when it chose the word on the left. "
            "The rows grow as the translation does."
        ),
    }
    return sentences[stop]


def _attention_summary(
    record: Record, head: int | None, tokens: dict[str, Tokens], n_queries: int | None
) -> str:
    """Where each query looks most, in words."""
    values = record.values.mean(0) if head is None else record.values[head]  # (query, key)
    queries, keys = (tokens[record.streams[axis]].strings for axis in ("query", "key"))
    looks = [
        _("{query} looks most at {key}, {share}").format(
            query=bare(query), key=bare(keys[int(row.argmax())]), share=f"{row.max():.2f}"
        )
        for query, row in zip(queries, values[:n_queries], strict=False)
    ]
    if not looks:
        return _("Nothing is written yet.")
    return _("{looks}.").format(looks=_("; ").join(looks[:6]))


def _show_choice(seen: Translation) -> None:
    """The likeliest words of one step, and the one that is written."""
    one = seen.choice
    say(
        _("Word {n}: “{word}”, {share}; entropy {bits} bits.").format(
            n=one.place + 1,
            word=bare(one.string),
            share=f"{one.prob:.1%}",
            bits=f"{one.entropy:.2f}",
        )
    )
    candidate_list(one, "candidates", kind_colour(seen.trace.kind), seen.theme, drawn=False)
    how(
        _(
            "Each bar is a word's share of the probability over the whole vocabulary, both "
            "languages; the framed word is written. Then the decoder reads it and chooses again, "
            "until [EOS] ends the text."
        )
    )
    _details(
        seen,
        lambda: pd.DataFrame(
            [
                {
                    _("Place"): step.place,
                    _("Word"): visible(c.string),
                    _("Probability"): c.prob,
                    _("Chosen"): c.token == step.token,
                }
                for step in seen.steps
                for c in step.candidates
            ]
        ),
    )


def _details(seen: Translation, table: Callable[[], pd.DataFrame]) -> None:
    show_details(
        Details(
            formula=FORMULAS[seen.stop],
            source="Vaswani et al. 2017, Attention Is All You Need, sections 3.2 to 3.5",
            code=CODE[seen.stop],
            table=table,
            name=f"translate-{seen.stop}",
            saves=True,
        )
    )
