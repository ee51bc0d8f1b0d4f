"""Pictures of a view as files: SVG, PNG and PDF, drawn without a browser."""

from __future__ import annotations

import json
from typing import Any

from viz_core.drawing import draw
from viz_core.errors import InputError
from viz_core.handout import page
from viz_core.handout.run import SCHEMES, run_page
from viz_core.handout.tree import tree
from viz_core.i18n import _
from viz_core.views import View

SCALE = 2  # pixels of a PNG for one of the page


def picture(view: View, kind: str, name: str | None = None, scheme: str = SCHEMES[0]) -> bytes:
    """One picture of a view's page.

    Args:
        kind: svg, png or pdf.
        name: of the picture; the page's only one, or its first, where none is given.

    Raises:
        InputError: the page has no such picture, or none.
    """
    if scheme not in SCHEMES:
        raise InputError(
            _("There is no scheme “{scheme}”. Choose one of: {schemes}.").format(
                scheme=scheme[:20], schemes=", ".join(SCHEMES)
            )
        )
    found = page.pictures(tree(run_page(view, scheme).sent))
    if not found:
        raise InputError(
            _("The page “{page}” has no picture of this kind; write it as HTML.").format(
                page=view.page
            )
        )
    if name is not None and name not in found:
        raise InputError(
            _("There is no picture “{name}”. Choose one of: {names}.").format(
                name=name[:60], names=", ".join(found)
            )
        )
    return _written(svg_of(found[name or next(iter(found))]), kind)


def svg_of(figure: dict[str, Any]) -> str:
    """A figure as SVG: Plotly's by us, a Vega-Lite chart by its own library."""
    if "layout" in figure:
        return draw(figure)
    import vl_convert

    return str(vl_convert.vegalite_to_svg(json.dumps(figure)))


def _written(svg: str, kind: str) -> bytes:
    import vl_convert

    if kind == "svg":
        return svg.encode()
    if kind == "png":
        return bytes(vl_convert.svg_to_png(svg, scale=SCALE))
    return bytes(vl_convert.svg_to_pdf(svg))
