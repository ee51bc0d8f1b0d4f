"""The GPT-2 style decoder with parts left out: what each part is for shows where it is missing.

Source: residual connections, He et al. 2016; LayerNorm, Ba et al. 2016; the causal mask, Vaswani
et al. 2017, section 3.2.3.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from viz_core.models.config import BareConfig, DecoderConfig
from viz_core.models.decoder import Decoder, DecoderBlock
from viz_core.models.layers import Past


class BareBlock(DecoderBlock):
    """A decoder's block, of which the sums, the norms or the mask may be missing."""

    def __init__(self, config: BareConfig, layer: int) -> None:
        super().__init__(config, layer)
        self.adds = "residual" not in config.left_out
        if "norm" in config.left_out:
            self.norm_1 = self.norm_2 = nn.Identity()

    def forward(
        self,
        x: Tensor,
        mask: Tensor,
        past: Past | None = None,
        angles: Tensor | None = None,
        bias: Tensor | None = None,
    ) -> Tensor:
        x = self.hook_resid_pre(x)  # (batch, pos, d_model)
        normed = self.hook_norm_1(self.norm_1(x))
        attended = self.self_attn(normed, normed, mask, past, angles, bias)
        x = self.hook_resid_mid(x + attended if self.adds else attended)
        made = self.ffn(self.hook_norm_2(self.norm_2(x)))
        return self.hook_resid_post(x + made if self.adds else made)


class BareDecoder(Decoder):
    """Token ids in, a score for every possible next token out; without some of its parts."""

    def __init__(self, config: BareConfig) -> None:
        super().__init__(config)
        self.looks_ahead = "mask" in config.left_out
        if "norm" in config.left_out:
            self.norm = nn.Identity()

    def block(self, config: DecoderConfig, layer: int) -> DecoderBlock:
        assert isinstance(config, BareConfig)
        return BareBlock(config, layer)

    def mask(self, n_query: int, n_key: int, device: torch.device) -> Tensor:
        """True where a query may not look: nowhere, if the mask is missing. Axes (query, key)."""
        mask = super().mask(n_query, n_key, device)
        return torch.zeros_like(mask) if self.looks_ahead else mask
