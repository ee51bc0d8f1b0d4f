"""Formula, source and code of each stop of the walk."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from viz_core.lessons.translate.link import DECODER, ENCODER
from viz_core.lessons.translate.view import TranslationView
from viz_core.ui.cache import card
from viz_core.ui.show import Details
from viz_core.ui.tex import weights_tex

CODE = {
    "embeddings": ("viz_core/models/encoder_decoder.py", "EncoderDecoder.embedded"),
    "positions": ("viz_core/models/positions.py", "sinusoids"),
    ENCODER: ("viz_core/models/encoder_decoder.py", "EncoderLayer.forward"),
    DECODER: ("viz_core/models/layers.py", "causal_mask"),
    "cross": ("viz_core/models/encoder_decoder.py", "DecoderLayer.forward"),
    "choice": ("viz_core/models/encoder_decoder.py", "EncoderDecoder.score"),
}
OTHERS = ("viz_core/hub/attention.py", "attend")  # where a model of other people is watched
ATTENTIONS = {
    ENCODER: ("encoder.0.self_attn", r"Q, K \text{ from the source}"),
    DECODER: ("decoder.0.self_attn", r"Q, K \text{ from what is written}"),
    "cross": (
        "decoder.0.cross_attn",
        r"Q \text{ from what is written, } K \text{ from the source}",
    ),
}
OF_2017 = {
    "embeddings": r"x_t = \sqrt{d_{\mathrm{model}}}\; E_{w_t}",
    "positions": r"PE_{t,2i} = \sin\frac{t}{10000^{2i/d}} \qquad "
    r"PE_{t,2i+1} = \cos\frac{t}{10000^{2i/d}}",
    "choice": r"p(w) = \mathrm{softmax}(E\,h_t)_w",
}
OF_ANY = {
    "embeddings": r"x_t = E_{w_t}",
    "positions": r"x_t = E_{w_t} + P_t",
    "choice": r"p(w) = \mathrm{softmax}(W\,h_t)_w",
}


def details_of(view: TranslationView, table: Callable[[], pd.DataFrame]) -> Details:
    """What stands behind the picture of a stop.

    Args:
        table: makes the picture's numbers.
    """
    return Details(
        formula=_formula(view),
        source="Vaswani et al. 2017, Attention Is All You Need, sections 3.2 to 3.5"
        if view.own
        else card(view.model).source,
        code=CODE[view.stop] if view.own else OTHERS,
        table=table,
        name=f"translate-{view.stop}",
        saves=True,
    )


def _formula(view: TranslationView) -> str:
    """What happens at a stop, as the model computes it."""
    if view.stop not in ATTENTIONS:
        return (OF_2017 if view.own else OF_ANY)[view.stop]
    attention, what = ATTENTIONS[view.stop]
    return rf"{weights_tex(view.trace, attention)}\qquad {what}"
