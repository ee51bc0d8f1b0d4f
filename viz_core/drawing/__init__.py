"""A figure of ours as SVG, without a browser: for followers, files, slides and print.

Plotly draws figures on the app's own pages, with all it can do. What our figures use of it is
little (heat maps, bars, lines, points and words on straight axes), and this draws that. What it
does not know it refuses, so that no picture lacks a part in silence.
"""

from viz_core.drawing.figure import UndrawnError, draw

__all__ = ["UndrawnError", "draw"]
