"""The map of one head, of the encoder, the decoder or across, as far as the translation goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from viz_core.analysis.attention import stacks, weights_error
from viz_core.figures import attention_heatmap
from viz_core.figures.theme import bare, numbered
from viz_core.i18n import _
from viz_core.lessons.translate.details import details_of
from viz_core.lessons.translate.link import DECODER, ENCODER
from viz_core.lessons.translate.view import TranslationView
from viz_core.trace import Record, Tokens
from viz_core.ui.cache import cached
from viz_core.ui.inputs import controls, head_select, layer_select
from viz_core.ui.show import picture, say, show_details


@dataclass(frozen=True)
class _Head:
    """The attention of one head, or the mean of all.

    Attributes:
        tokens: of each stream, with the words that a query chose where that is asked.
        n_queries: words that are written; None for all.
    """

    record: Record
    head: int | None
    tokens: dict[str, Tokens]
    n_queries: int | None

    @property
    def weights(self) -> np.ndarray:
        """(query, key)."""
        values = self.record.values
        mean: np.ndarray = values.mean(0)
        return mean if self.head is None else values[self.head]

    def strings(self, axis: str) -> tuple[str, ...]:
        return self.tokens[self.record.streams[axis]].strings


def show(view: TranslationView) -> None:
    """A row a word that looks, a column a word that is looked at."""
    chosen = _choose_head(view)
    record, head = chosen.record, chosen.head
    picture(
        attention_heatmap,
        f"translate-{view.stop}",
        _how_to_read(view.stop),
        _summary(chosen),
        record=record,
        tokens=chosen.tokens,
        head=head,
        theme=view.theme,
        n_queries=chosen.n_queries,
        note=f"{view.note} · {record.name} · {'mean' if head is None else head}",
    )
    name = record.name.removesuffix(".weights")
    error = cached(weights_error, trace=view.trace, name=name)
    say(_("Recomputed from q and k: largest difference {error}.").format(error=f"{error:.0e}"))
    show_details(details_of(view, lambda: _table(chosen)))


def _choose_head(view: TranslationView) -> _Head:
    """Let the visitor choose a layer and a head of the stop's attention."""
    records = stacks(view.trace)[view.stop]
    with controls("head", _("Layer and head")):
        layer = layer_select(len(records), default=len(records) - 1)
        head = head_select(len(records[0].values))
    tokens = {"source": view.source, "target": view.target}
    if view.stop == ENCODER:
        return _Head(records[layer], head, tokens, None)
    if view.stop == DECODER:
        return _Head(records[layer], head, tokens, view.step + 1)
    if view.stop == "cross":
        return _Head(records[layer], head, tokens | {"target": view.chosen}, view.step)
    raise ValueError(f"there is no attention at the stop {view.stop!r}")


def _how_to_read(stop: str) -> str:
    """The line under the map."""
    sentences = {
        ENCODER: _(
            "Read a row: the word on the left spreads one whole of attention over all words of "
            "the source, left and right."
        ),
        DECODER: _(
            "Read a row: a word that is written looks at itself and at what was written before; "
            "hatched cells are masked. The rows grow as the translation does."
        ),
        "cross": _(
            "Read a row: where in the source the model looked when it chose the word on the left. "
            "The rows grow as the translation does."
        ),
    }
    return sentences[stop]


def _summary(chosen: _Head) -> str:
    """Where each query looks most, in words."""
    keys = chosen.strings("key")
    looks = [
        _("{query} looks most at {key}, {share}").format(
            query=bare(query), key=bare(keys[int(row.argmax())]), share=f"{row.max():.2f}"
        )
        for query, row in zip(
            chosen.strings("query"), chosen.weights[: chosen.n_queries], strict=False
        )
    ]
    if not looks:
        return _("Nothing is written yet.")
    return _("{looks}.").format(looks=_("; ").join(looks[:6]))


def _table(chosen: _Head) -> pd.DataFrame:
    """The map's numbers: a row a query, a column a key."""
    rows, columns = (numbered(chosen.strings(axis)) for axis in ("query", "key"))
    table = pd.DataFrame(chosen.weights, index=rows, columns=columns)
    return table.iloc[: chosen.n_queries]
