"""The models of the Distance page."""

from __future__ import annotations

from viz_core import registry
from viz_core.kinds import Kind
from viz_core.ui.usable import offered


def reads_one_text(kind: Kind) -> bool:
    """Whether a model of a kind can be asked what it still knows of its text."""
    return kind.speaks and not kind.translates


def model_ids() -> tuple[str, ...]:
    """Ours that are: recall is measured of names and foods that they were raised on."""
    return tuple(offered(registry.model_ids(reads_one_text, own=True)))
