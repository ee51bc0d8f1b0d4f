"""Where a token of the question looks among the examples: the last one, or another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.attention import one_head
from viz_core.analysis.few_shot import part_shares, telling_look
from viz_core.few_shot.measure import part_starts
from viz_core.figures import Scale, labelled_map
from viz_core.figures.theme import bare
from viz_core.i18n import _
from viz_core.lessons.few_shot import link
from viz_core.lessons.few_shot.view import FewShot
from viz_core.links import HEAD, LAYER, WORD
from viz_core.runners.base import Request
from viz_core.trace import Trace
from viz_core.ui.cache import cached, run
from viz_core.ui.errors import escape_markdown
from viz_core.ui.inputs import controls, head_select, layer_select, model_select, word_select
from viz_core.ui.show import Details, how, picture
from viz_core.ui.suggestions import suggest
from viz_core.ui.tiles import Tile, tile_line


@dataclass(frozen=True)
class Looks:
    """A model that read the prompt, one of its layers, one of its heads, one of the tokens.

    Attributes:
        shares: of each head of the layer for the token, on each part, (head, part).
        head: None for the mean of all heads.
        query: place of the token that looks.
    """

    model: str
    trace: Trace
    shares: np.ndarray
    layer: int
    head: int | None
    query: int

    @property
    def name(self) -> str:
        """The model and the layer, for people."""
        return _("{model}, layer {layer}").format(model=self.model, layer=self.layer)

    @property
    def strings(self) -> tuple[str, ...]:
        """The tokens of the prompt."""
        return self.trace.tokens[self.trace.stream].strings

    @property
    def word(self) -> str:
        """The token that looks, as a word in a sentence."""
        return bare(self.strings[self.query])


def show(view: FewShot) -> None:
    """A row a head of the chosen layer, a column a part of the prompt; below it the prompt."""
    heading = st.empty()
    heading.subheader(_("Where the question looks"), anchor=False)
    readers = [m for m in link.readers_of(view.task.language) if _attends(m)]
    if not readers:
        st.info(_("No model here that reads this language has attention."))
        return
    looks = _looks(view, readers)
    parts = _part_names(view)
    title = _("Where “{word}” looks").format(word=looks.word)
    heading.subheader(escape_markdown(title), anchor=False)
    picture(
        labelled_map,
        "few-shot-looks",
        _how_to_read(view),
        _summary(looks, parts),
        Details(
            formula=r"\sum_{j \in \text{part}} \mathrm{softmax}\left("
            r"\frac{q_i K^{\top}}{\sqrt{d_{\mathrm{head}}}}\right)_j",
            source="Vaswani et al. 2017, eq. 1",
            code=("viz_core/analysis/few_shot.py", "part_shares"),
            table=lambda: _table(looks, parts),
        ),
        values=looks.shares,
        rows=[_("head {head}").format(head=head) for head in range(len(looks.shares))],
        columns=parts,
        theme=view.theme,
        scale=Scale(limit=1),
        column=1 if view.task.recalls and view.n else None,
        words=False,
        note=f"{looks.name} · {looks.word} · {view.note}",
    )
    _show_prompt(view, looks)


def _how_to_read(view: FewShot) -> str:
    """The line under the map."""
    sentences = [
        _(
            "A row a head of the layer, a column a part of the prompt: how much of its attention "
            "the token gives to that part. A row sums to 1."
        )
    ]
    if view.task.recalls and view.n:
        sentences.append(
            _(
                "Framed: the example that holds the answer. A token of the question may find it in "
                "one layer, and the last one look at that token in another."
            )
        )
    return " ".join(sentences)


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
    tokens = trace.tokens[trace.stream]
    last = len(tokens) - 1
    holds = view.task.recalls and view.n > 0
    asks = range(starts[-1], last + 1) if holds else range(last, last + 1)
    best_layer, best_head, query = telling_look(shares, asks, 0 if holds else None)
    with row:
        suggest({LAYER.key: best_layer, HEAD.key: str(best_head)})
        layer, head = layer_select(len(shares)), head_select(shares.shape[1])
        word = word_select(tokens, WORD, _("Token that looks"), query)
    return Looks(model, trace, shares[layer, :, word], layer, head, word)


def _part_names(view: FewShot) -> list[str]:
    """First token, examples by number, question."""
    examples = [_("example {n}").format(n=n) for n in range(1, view.n + 1)]
    return [_("first token"), *examples, _("question")]


def _show_prompt(view: FewShot, looks: Looks) -> None:
    """The prompt itself, each token shaded by how much the last one looks at it."""
    weights = one_head(looks.trace.attentions[looks.layer], looks.head)[looks.query]
    tiles = [
        Tile(token, float(weight), f"{weight:.2f}" if weight >= 0.005 else "", n == looks.query)
        for n, (token, weight) in enumerate(zip(looks.strings, weights, strict=True))
    ]
    tile_line(tiles, view.theme, "few_shot")
    how(
        _(
            "The prompt as the model reads it, shaded by how much the framed token looks at each "
            "in the chosen head."
        )
    )


def _summary(looks: Looks, parts: list[str]) -> str:
    """On which part each of the chosen layer and head rests most."""
    row = looks.shares.mean(0) if looks.head is None else looks.shares[looks.head]
    best = int(row.argmax())
    return _("{name}: “{word}” looks most at {part}, {share}.").format(
        name=looks.name, word=looks.word, part=parts[best], share=f"{row[best]:.2f}"
    )


def _table(looks: Looks, parts: list[str]) -> pd.DataFrame:
    return pd.DataFrame(looks.shares, columns=parts)
