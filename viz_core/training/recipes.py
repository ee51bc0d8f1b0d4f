"""How each shipped model is made: its sizes, its objective, its plan.

All story models get the same text in the same mixture and differ in nothing but architecture and
what they are asked. Tokenizer and corpora are the same to the byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from viz_core.models.config import DecoderConfig, EncoderConfig, Sizes
from viz_core.models.decoder import Decoder
from viz_core.models.encoder import Encoder
from viz_core.tokenizers import StoryTokenizer
from viz_core.training.corpora import VOCAB_SIZE, Corpus
from viz_core.training.loop import Plan
from viz_core.training.objectives import CausalObjective, MaskedObjective, Mixture, Objective


@dataclass(frozen=True)
class Recipe:
    """What turns a corpus into a checkpoint."""

    config: Sizes
    model: Callable[[Any], nn.Module]
    objective: Callable[[Corpus, StoryTokenizer, Mixture, int], Objective]
    mixture: Mixture
    plan: Plan

    def build(self) -> nn.Module:
        """The untrained model; the plan's seed decides its weights."""
        torch.manual_seed(self.plan.seed)
        return self.model(self.config)


STORY_SIZES = {
    "n_layer": 4,
    "n_head": 4,
    "d_model": 144,
    "d_ff": 576,
    "n_ctx": 256,
    "vocab_size": VOCAB_SIZE,
}
STORY_MIXTURE = Mixture()

RECIPES: dict[str, Recipe] = {
    "decoder-stories": Recipe(
        config=DecoderConfig(**STORY_SIZES),
        model=Decoder,
        objective=CausalObjective,
        mixture=STORY_MIXTURE,
        plan=Plan(n_steps=4_500, learning_rate=3e-3),
    ),
    "encoder-stories": Recipe(
        config=EncoderConfig(**STORY_SIZES),
        model=Encoder,
        objective=MaskedObjective,
        mixture=STORY_MIXTURE,
        plan=Plan(n_steps=6_000, learning_rate=1.5e-3, n_warmup=400),
    ),
}
