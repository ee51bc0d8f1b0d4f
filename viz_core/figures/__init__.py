"""Pure functions from records to Plotly figures."""

from viz_core.figures.attention import attention_heatmap, empty_figure
from viz_core.figures.probabilities import probability_bars
from viz_core.figures.theme import DARK, LIGHT, THEMES, Theme

__all__ = [
    "DARK",
    "LIGHT",
    "THEMES",
    "Theme",
    "attention_heatmap",
    "empty_figure",
    "probability_bars",
]
