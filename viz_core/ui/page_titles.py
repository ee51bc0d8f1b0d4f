"""What the pages are called, for links that lead to them."""

from __future__ import annotations

from viz_core.i18n import _


def page_titles() -> dict[str, str]:
    """What the pages are called."""
    return {
        "step_by_step": _("Step by step"),
        "positions": _("Positions"),
        "attention": _("Attention"),
        "contribution": _("Contribution"),
        "what_if": _("What if"),
        "residual_stream": _("Layers"),
        "memory": _("Memory"),
        "distance": _("Distance"),
        "next_word": _("Next word"),
        "few_shot": _("Few-shot"),
        "compare": _("Compare"),
        "translate": _("Translate"),
        "scale": _("Scale"),
    }
