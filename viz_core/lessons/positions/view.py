"""Which part of the Positions page is shown."""

from __future__ import annotations

from viz_core.i18n import _
from viz_core.lessons.positions import link
from viz_core.ui.inputs import controls
from viz_core.ui.steps import walk_select


def choose_part() -> str:
    """Let the visitor walk through the parts; gives the code of one."""
    with controls("part"):
        return walk_select(
            link.PART,
            _("Part"),
            _(
                "encodings: what each place is told. order: shuffle the words. turning: rotary "
                "positions with the real vectors."
            ),
        )
