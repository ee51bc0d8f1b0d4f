"""Pure functions from records to Plotly and Altair figures."""

from viz_core.figures.alignment import alignment_ribbon
from viz_core.figures.anatomy import block_diagram
from viz_core.figures.attention import attention_heatmap
from viz_core.figures.beam import beam_tree
from viz_core.figures.courses import Course, course_lines, distance_lines
from viz_core.figures.family import family_tree
from viz_core.figures.grid import empty_figure
from viz_core.figures.growth import Growth, growth_lines
from viz_core.figures.influence import influence_map
from viz_core.figures.labelled import Scale, labelled_map, weight_map
from viz_core.figures.lines import line_chart
from viz_core.figures.next_words import next_words
from viz_core.figures.part_bars import part_bars
from viz_core.figures.probabilities import guess_columns, probability_bars
from viz_core.figures.recall import recall_chart
from viz_core.figures.rotary import turning_points
from viz_core.figures.scaling import LossCurve, loss_by_size, loss_curves
from viz_core.figures.shares import share_panels
from viz_core.figures.states import StateMap, state_maps
from viz_core.figures.strips import influence_strips
from viz_core.figures.theme import DARK, LIGHT, THEMES, Theme
from viz_core.figures.vectors import VectorStrip, vector_strips

__all__ = [
    "DARK",
    "LIGHT",
    "THEMES",
    "Course",
    "Growth",
    "LossCurve",
    "Scale",
    "StateMap",
    "Theme",
    "VectorStrip",
    "alignment_ribbon",
    "attention_heatmap",
    "beam_tree",
    "block_diagram",
    "course_lines",
    "distance_lines",
    "empty_figure",
    "family_tree",
    "growth_lines",
    "guess_columns",
    "influence_map",
    "influence_strips",
    "labelled_map",
    "line_chart",
    "loss_by_size",
    "loss_curves",
    "next_words",
    "part_bars",
    "probability_bars",
    "recall_chart",
    "share_panels",
    "state_maps",
    "turning_points",
    "vector_strips",
    "weight_map",
]
