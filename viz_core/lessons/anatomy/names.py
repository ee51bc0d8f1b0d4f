"""What the parts of a model are called."""

from __future__ import annotations

from viz_core.i18n import _
from viz_core.kinds import KINDS


def part_names() -> dict[str, str]:
    """What the parts of a model are called, the keys of `viz_core.analysis.anatomy.PARTS`."""
    return {
        "embedding": _("embedding"),
        "positions": _("positions"),
        "attention": _("attention"),
        "cross-attention": _("cross-attention"),
        "feed-forward": _("feed-forward"),
        "norms": _("norms"),
        "output head": _("output head"),
        "recurrent layers": _("recurrent layers"),
    }


def box_names() -> dict[str, str]:
    """What the boxes and columns of the block diagram are called."""
    return part_names() | {
        "norm": _("norm"),
        "heads": _("output head"),
        "scores": _("scores (the embedding again)"),
        "the same embedding": _("the same embedding"),
        "sinusoids": _("sinusoids"),
        **{
            f"{name} layer": _("{kind} layer").format(kind=_(kind.title))
            for name, kind in KINDS.items()
            if kind.recurrent
        },
        **{name: _(kind.title) for name, kind in KINDS.items()},
    }
