"""Pictures of probabilities over the vocabulary."""

from __future__ import annotations

import plotly.graph_objects as go

from viz_core.analysis.probabilities import Distribution
from viz_core.figures.theme import LABEL_SIZE, LIGHT, Theme, escape, layout, visible
from viz_core.i18n import _

ROW = 30  # px a bar


def probability_bars(found: Distribution, theme: Theme = LIGHT, color: str = "") -> go.Figure:
    """Draw the likeliest tokens as bars, and all the others as one grey bar.

    Args:
        found: the likeliest tokens with their probabilities over the whole vocabulary.
        color: of the bars; by default the middle of the theme's scale.

    Source: softmax over the vocabulary, Vaswani et al. 2017, section 3.4.
    """
    words = [escape(visible(guess.token)) for guess in found.guesses]
    words.append(_("and {n} others").format(n=f"{found.n_rest:,}"))
    probs = [*(guess.prob for guess in found.guesses), found.rest]
    bar = color or theme.amounts[len(theme.amounts) // 2]
    rows = list(range(len(words)))
    return go.Figure(
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "x": probs,
                "y": rows,
                "customdata": words,
                "marker": {"color": [*[bar] * len(found.guesses), theme.faint]},
                "text": [f"{prob:.1%}" for prob in probs],
                "textposition": "outside",
                "cliponaxis": False,
                "textfont": {"size": LABEL_SIZE},
                "hovertemplate": "<b>%{customdata}</b> %{x:.4%}<extra></extra>",
            }
        ],
        layout=layout(
            theme,
            height=ROW * len(words) + 20,
            margin={"l": 10, "r": 60, "t": 5, "b": 5},
            bargap=0.3,
            xaxis={"visible": False, "range": [0, max(probs)], "fixedrange": True},
            yaxis={
                "tickmode": "array",
                "tickvals": rows,
                "ticktext": [f"{word}  " for word in words],
                "tickfont": {"size": LABEL_SIZE},
                "range": [len(words) - 0.5, -0.5],
                "automargin": True,
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "ticks": "",
            },
        ),
    )
