"""A decoder that sees: patches of a picture stand before the words, in one row of tokens.

The stack is that of the GPT-2 style decoder; what is new is one linear map, from a patch to a
vector of the width of words.

Source: after Liu et al. 2023, "Visual Instruction Tuning" (LLaVA), section 4.1, which maps the
patches of a trained encoder; patches as they are: Bavishi et al. 2023 (Fuyu-8B).
"""

from __future__ import annotations

from viz_core.models.config import DecoderConfig
from viz_core.models.decoder import Decoder
from viz_core.models.layers import init_weights
from viz_core.models.patches import PatchOrWord


class SeeingDecoder(Decoder):
    """Ids of patches and words in, a score for every possible next word out."""

    embed: PatchOrWord  # type: ignore[assignment] # it answers as the table of words does

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__(config)
        self.embed = PatchOrWord(config.vocab_size, config.d_model)
        init_weights(self, config.n_layer)
