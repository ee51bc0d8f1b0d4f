"""Dropout while a model learns, of any architecture; the model itself knows nothing of it."""

from __future__ import annotations

import re
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout

# the embedding, what each part of a block adds, what a recurrent layer hands up
PARTS = re.compile(r"embed|blocks\.\d+\.(?:self_attn|ffn)|layers\.\d+")


def drop_out(model: nn.Module, share: float) -> None:
    """Let a share of what the parts of a model give be dropped, wherever a gradient is taken.

    Text that is short in supply is read many times; without it the model would learn it by heart.

    Source: Vaswani et al. 2017, section 5.4; recurrent layers: Zaremba et al. 2014, not from word
    to word.
    """

    def dropped(_module: nn.Module, _given: Any, out: Tensor) -> Tensor:
        return dropout(out, share) if torch.is_grad_enabled() else out

    for name, module in model.named_modules():
        if PARTS.fullmatch(name):
            module.register_forward_hook(dropped)
