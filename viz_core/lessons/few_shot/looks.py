"""Where the place of the answer looks among the examples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.few_shot import last_row, part_shares, telling_head
from viz_core.few_shot.measure import part_starts
from viz_core.figures import Scale, labelled_map
from viz_core.i18n import _
from viz_core.lessons.few_shot import link
from viz_core.lessons.few_shot.view import FewShot
from viz_core.links import HEAD, LAYER
from viz_core.runners.base import Request
from viz_core.trace import Record, Trace
from viz_core.ui.cache import cached, run
from viz_core.ui.inputs import controls, head_select, layer_select, model_select
from viz_core.ui.show import Details, how, picture
from viz_core.ui.suggestions import suggest
from viz_core.ui.tiles import Tile, tile_line


@dataclass(frozen=True)
class Looks:
    """A model that read the prompt, one of its layers and one of its heads.

    Attributes:
        shares: of the last query on each part, (layer, head, part).
        head: None for the mean of all heads.
    """

    model: str
    trace: Trace
    shares: np.ndarray
    layer: int
    head: int | None

    @property
    def name(self) -> str:
        """The model and the layer, for people."""
        return _("{model}, layer {layer}").format(model=self.model, layer=self.layer)

    @property
    def record(self) -> Record:
        """The attention of the layer."""
        return self.trace.attentions[self.layer]


def show(view: FewShot) -> None:
    """A row a head of the chosen layer, a column a part of the prompt; below it the prompt."""
    st.subheader(_("Where the answer's place looks"), anchor=False)
    readers = [m for m in link.readers_of(view.task.language) if _attends(m)]
    if not readers:
        st.info(_("No model here that reads this language has attention."))
        return
    looks = _looks(view, readers)
    parts = _part_names(view)
    picture(
        labelled_map,
        "few-shot-looks",
        _(
            "A row a head of the layer, a column a part of the prompt: how much of its attention "
            "the last token before the answer gives to that part. A row sums to 1. Framed: the "
            "example that holds the answer."
        )
        if view.task.recalls
        else _(
            "A row a head of the layer, a column a part of the prompt: how much of its attention "
            "the last token before the answer gives to that part. A row sums to 1."
        ),
        _summary(looks, parts),
        Details(
            formula=r"\sum_{j \in \text{part}} \mathrm{softmax}\left("
            r"\frac{q_{\text{last}} K^{\top}}{\sqrt{d_{\mathrm{head}}}}\right)_j",
            source="Vaswani et al. 2017, eq. 1",
            code=("viz_core/analysis/few_shot.py", "part_shares"),
            table=lambda: _table(looks, parts),
        ),
        values=looks.shares[looks.layer],
        rows=[_("head {head}").format(head=head) for head in range(looks.shares.shape[1])],
        columns=parts,
        theme=view.theme,
        scale=Scale(limit=1),
        column=1 if view.task.recalls and view.n else None,
        words=False,
        note=f"{looks.name} · {view.note}",
    )
    _show_prompt(view, looks)


def _attends(model: str) -> bool:
    return registry.entry_of(model).traits.attends


def _looks(view: FewShot, readers: list[str]) -> Looks:
    """Let the visitor choose a model, a layer and a head; at first those that show most."""
    row = controls("looks", _("Layer and head"))
    with row:
        model = model_select(link.READER, readers)
    trace = run(model, Request(view.prompt.text, want=("*.weights",)))
    starts = part_starts(registry.writer(model), view.prompt)
    shares = cached(part_shares, records=trace.attentions, starts=starts)
    holds = 0 if view.task.recalls and view.n else None
    best_layer, best_head = telling_head(shares, holds)
    with row:
        suggest({LAYER.key: best_layer, HEAD.key: str(best_head)})
        layer, head = layer_select(shares.shape[0]), head_select(shares.shape[1])
    return Looks(model, trace, shares, layer, head)


def _part_names(view: FewShot) -> list[str]:
    """First token, examples by number, question."""
    examples = [_("example {n}").format(n=n) for n in range(1, view.n + 1)]
    return [_("first token"), *examples, _("question")]


def _show_prompt(view: FewShot, looks: Looks) -> None:
    """The prompt itself, each token shaded by how much the last one looks at it."""
    weights = last_row(looks.record, looks.head)
    tokens = looks.trace.tokens[looks.trace.stream].strings
    tiles = [
        Tile(token, float(weight), f"{weight:.2f}" if weight >= 0.005 else "")
        for token, weight in zip(tokens, weights, strict=True)
    ]
    tile_line(tiles, view.theme, "few_shot")
    how(
        _(
            "The prompt as the model reads it, shaded by how much the chosen head's last token "
            "looks at each."
        )
    )


def _summary(looks: Looks, parts: list[str]) -> str:
    """On which part each of the chosen layer and head rests most."""
    shares = looks.shares[looks.layer]
    row = shares.mean(0) if looks.head is None else shares[looks.head]
    best = int(row.argmax())
    return _("{model}, layer {layer}: most on {part}, {share}.").format(
        model=looks.model, layer=looks.layer, part=parts[best], share=f"{row[best]:.2f}"
    )


def _table(looks: Looks, parts: list[str]) -> pd.DataFrame:
    return pd.DataFrame(looks.shares[looks.layer], columns=parts)
