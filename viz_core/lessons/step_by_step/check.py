"""How near what is worked out again is to what the model recorded."""

from __future__ import annotations

import numpy as np
import streamlit as st

from viz_core.analysis.stage import Stage
from viz_core.i18n import _
from viz_core.lessons.step_by_step.view import WalkView
from viz_core.lessons.step_by_step.words import stage_title

EXACT = 5e-5  # largest difference that counts as the same: float32, sums of thousands of terms


def show(view: WalkView) -> None:
    """The largest difference of the whole walk."""
    worst = max(view.stages, key=lambda stage: stage.error)
    st.caption(
        _(
            "All {n} stops are worked out again from what the block reads and the model's "
            "parameters: largest difference {error}, at “{stop}”. One forward pass feeds them all."
        ).format(n=len(view.stages), error=f"{worst.error:.0e}", stop=stage_title(worst.name))
    )


def check(stage: Stage) -> str:
    """To how many digits the worked out number is the recorded one, in a sentence."""
    error = f"{stage.error:.0e}"
    if stage.error > EXACT:
        return _("NOT the same as the model recorded: largest difference {error}.").format(
            error=error
        )
    digits = min(7, int(-np.log10(max(stage.error, 1e-30))))
    return _(
        "The same as the model recorded to {digits} digits: largest difference {error}."
    ).format(digits=digits, error=error)
