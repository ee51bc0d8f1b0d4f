"""What one more token costs a Transformer behind so many others: work, and memory."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from viz_core.analysis.anatomy import cache_bytes, flops_per_token, n_matrix
from viz_core.figures import line_chart
from viz_core.i18n import _
from viz_core.lessons.anatomy.view import View
from viz_core.ui.show import picture

LENGTHS = (1, 32, 64, 128, 256, 512, 1024)


def show(view: View) -> None:
    """Two curves, computed from the sizes of a model that writes on by attention."""
    kind = view.card.traits
    if not (kind.attends and kind.continues):
        return
    st.subheader(_("What one more token costs"), anchor=False)
    shapes, n_layer = view.shapes, view.card.n_layer
    d_model = shapes["embed.weight"][1]
    d_kv = next(shape[0] for name, shape in shapes.items() if name.endswith("self_attn.W_k.weight"))
    left, right = st.columns(2)
    with left:
        operations = [flops_per_token(n_matrix(shapes), n_layer, d_model, n) / 1e6 for n in LENGTHS]
        _show_line(view, "flops", _("million operations"), operations)
    with right:
        kilobytes = [cache_bytes(n_layer, d_kv, n) / 1e3 for n in LENGTHS]
        _show_line(view, "memory", _("kB of keys and values"), kilobytes)


def _show_line(view: View, key: str, name: str, values: Sequence[float]) -> None:
    picture(
        line_chart,
        f"anatomy-cost-{key}",
        _("Computed from the sizes; the Cost page measures."),
        f"{name}: {values[0]:,.1f} … {values[-1]:,.1f}",
        aloud=False,
        lines=[(view.model, values)],
        x=list(LENGTHS),
        theme=view.theme,
        x_name=_("tokens that are read"),
        y_name=name,
        note=view.model,
    )
