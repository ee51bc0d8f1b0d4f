"""Marian: the encoder-decoder of 2017 as the OPUS-MT translators have it, with sinusoids.

Source: Junczys-Dowmunt et al. 2018; Tiedemann and Thottingal 2020.
"""

from __future__ import annotations

from dataclasses import replace

from viz_core.hub.families.bart import BART, DECODER, ENCODER
from viz_core.hub.family import Config, Stack

_AROUND = {"embed": "embed_tokens", "positions": "embed_positions"}


def _scaled(config: Config) -> float:
    return float(config["d_model"] ** 0.5) if config.get("scale_embedding") else 1.0


MARIAN = replace(
    BART,
    name="Marian",
    source="Junczys-Dowmunt et al. 2018",
    models={"decoder.": "MarianMTModel"},
    stacks=(
        Stack("encoder", "encoder", "layers", _AROUND, ENCODER),
        Stack("decoder", "decoder", "layers", _AROUND, DECODER),
    ),
    first_place=lambda config: 0,
    fixed=("positions",),
    scaled=_scaled,
    ignored=("embed_positions",),
)
