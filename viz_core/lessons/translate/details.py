"""Formula, source and code of each stop of the walk."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from viz_core.lessons.translate.link import DECODER, ENCODER
from viz_core.ui.show import Details

CODE = {
    "embeddings": ("viz_core/models/encoder_decoder.py", "EncoderDecoder.embedded"),
    "positions": ("viz_core/models/positions.py", "sinusoids"),
    ENCODER: ("viz_core/models/encoder_decoder.py", "EncoderLayer.forward"),
    DECODER: ("viz_core/models/layers.py", "causal_mask"),
    "cross": ("viz_core/models/encoder_decoder.py", "DecoderLayer.forward"),
    "choice": ("viz_core/models/encoder_decoder.py", "EncoderDecoder.score"),
}
ATTENTION_FORMULA = (
    r"\mathrm{softmax}\left(\frac{Q K^{\top}}{\sqrt{d_{\mathrm{head}}}} + \mathrm{mask}\right)"
)
FORMULAS = {
    "embeddings": r"x_t = \sqrt{d_{\mathrm{model}}}\; E_{w_t}",
    "positions": r"PE_{t,2i} = \sin\frac{t}{10000^{2i/d}} \qquad "
    r"PE_{t,2i+1} = \cos\frac{t}{10000^{2i/d}}",
    ENCODER: ATTENTION_FORMULA + r"\qquad Q, K \text{ from the source}",
    DECODER: ATTENTION_FORMULA + r"\qquad Q, K \text{ from what is written}",
    "cross": ATTENTION_FORMULA
    + r"\qquad Q \text{ from what is written, } K \text{ from the source}",
    "choice": r"p(w) = \mathrm{softmax}(E\,h_t)_w",
}


def details_of(stop: str, table: Callable[[], pd.DataFrame]) -> Details:
    """What stands behind the picture of a stop.

    Args:
        table: makes the picture's numbers.
    """
    return Details(
        formula=FORMULAS[stop],
        source="Vaswani et al. 2017, Attention Is All You Need, sections 3.2 to 3.5",
        code=CODE[stop],
        table=table,
        name=f"translate-{stop}",
        saves=True,
    )
