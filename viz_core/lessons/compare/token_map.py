"""The map of one model over its words, or the difference of two: words against words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from viz_core.figures import influence_map
from viz_core.figures.theme import bare, numbered
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.lessons.compare.maps import TokenMap, map_of
from viz_core.ui.readings import Comparison, Reading
from viz_core.ui.show import Details, picture


def show(reading: Reading, other: Reading | None, what: str, comparison: Comparison) -> None:
    """The map of a model, less another's if there is one."""
    kinds = [reading.traits, *([other.traits] if other else [])]
    by_place = what == "dependence" and any(kind.fills for kind in kinds)
    words = map_of(reading, what, by_place)
    subtracted = map_of(other, what, by_place) if other else None
    if words is None or (other and subtracted is None):
        return
    if subtracted is not None:
        words = words.minus(subtracted)
    name = reading.model if other is None else f"{reading.model} − {other.model}"
    picture(
        influence_map,
        "compare-map",
        _how_to_read(reading.traits, what, by_place, other is not None),
        _summary(name, words),
        _details(reading.traits, what, words),
        values=words.values,
        queries=words.queries,
        keys=words.keys,
        unit=_("nats") if what == "dependence" else _("share"),
        theme=comparison.theme,
        signed=what == "dependence" or other is not None,
        masked=_to_come(len(words.keys)) if all(kind.causal for kind in kinds) else None,
        note=f"{name} · {what} · {comparison.note}",
    )


def _to_come(n: int) -> np.ndarray:
    """True where the key stands behind the query, (query, key)."""
    return np.arange(n)[:, None] < np.arange(n)


def _how_to_read(kind: Kind, what: str, by_place: bool, less: bool) -> str:
    """The line under a map.

    Args:
        by_place: row t is about the word at t, not about the word after it.
        less: another model's map is subtracted.
    """
    sentence = _rows(kind, what, by_place)
    if less:
        sentence += " " + _("Brown: more in the first model; purple: more in the second.")
    return sentence


def _rows(kind: Kind, what: str, by_place: bool) -> str:
    """What a row of a map is."""
    if kind.translates and what == "dependence":
        return _(
            "Read a row: the choice of the word at the left, which the model writes, rests on the "
            "words above, which it reads; brown speaks for it, purple against it."
        )
    if kind.translates:
        return _(
            "Read a row: where in the text the model looked when it chose the word at the left "
            "(cross-attention, mean of the last layer's heads). Special tokens are left out, so a "
            "row sums to less than 1."
        )
    if by_place:
        return _(
            "Read a row: what the model thinks of the word at the left without seeing it rests "
            "on the words above; brown speaks for it, purple against it."
        )
    if what == "dependence":
        return _(
            "Read a row: what the model says next after the word at the left rests on the words "
            "above; brown speaks for it, purple against it."
        )
    return _(
        "Read a row: how much of each word above has flowed into this place through attention "
        "and residual connections of all layers. Special tokens are left out, so a row sums "
        "to less than 1."
    )


def _summary(name: str, words: TokenMap) -> str:
    """The largest number of a map."""
    if not words.values.size:
        return _("{name}: nothing to draw.").format(name=name)
    query, key = divmod(int(np.abs(words.values).argmax()), words.values.shape[1])
    return _("{name}: largest at {query}, on {key}, {value}.").format(
        name=name,
        query=bare(words.queries[query]),
        key=bare(words.keys[key]),
        value=f"{words.values[query, key]:+.2f}",
    )


def _details(kind: Kind, what: str, words: TokenMap) -> Details:
    """Formula, source, code and numbers of a map."""

    def table() -> pd.DataFrame:
        return pd.DataFrame(
            words.values, index=numbered(words.queries), columns=numbered(words.keys)
        )

    if what == "dependence":
        return Details(
            r"M_{tj} = x_j \cdot \frac{\partial \log p(\hat w_t)}{\partial x_j}",
            "Shrikumar et al. 2017, section 3",
            ("viz_core/runners/measures.py", "dependence"),
            table,
        )
    if kind.translates:
        return Details(
            r"\mathrm{softmax}\left(\frac{Q K^{\top}}{\sqrt{d_{\mathrm{head}}}}\right)",
            "Vaswani et al. 2017, eq. 1",
            ("viz_core/models/layers.py", "MultiHeadAttention.forward"),
            table,
        )
    return Details(
        r"\tilde A = \prod_l \left(\tfrac12 \bar A_l + \tfrac12 I\right)",
        "Abnar and Zuidema 2020, section 3",
        ("viz_core/analysis/influence.py", "rollout"),
        table,
    )
