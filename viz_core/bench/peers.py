"""Our decoder beside the same weights in transformers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from viz_core import registry
from viz_core.bench.timing import alternate
from viz_core.runners.base import Request
from viz_core.runners.local import LocalRunner
from viz_core.runners.writers import LocalWriter


def greedy_against_transformers(n_tokens: int = 64) -> dict[str, Any]:
    """Greedy tokens per second beside transformers' `generate`: same weights, same tokens.

    Budget: at least as many.
    """
    try:
        from transformers import GPT2LMHeadModel
    except ImportError:
        return {"transformers": "not installed: make bench installs it"}
    runner = registry.load("decoder-stories")
    assert isinstance(runner, LocalWriter)
    theirs = as_gpt2(runner, GPT2LMHeadModel)
    ids = runner.read(Request("Once upon a time, there was a little")).ids
    prompt = torch.tensor([ids])
    written: dict[str, list[int]] = {}

    def ours() -> None:
        prefix = runner.begin("Once upon a time, there was a little")
        tokens = []
        for _n in range(n_tokens):
            tokens.append(int(prefix.logits.argmax()))
            prefix = prefix.read(tokens[-1])
        written["ours"] = tokens

    def generate() -> None:
        with torch.inference_mode():
            out = theirs.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                max_new_tokens=n_tokens,
                do_sample=False,
                use_cache=True,
                eos_token_id=None,
                pad_token_id=0,
            )
        written["theirs"] = out[0, len(ids) :].tolist()

    slow, fast = alternate(generate, ours, rounds=8)
    if written["ours"] != written["theirs"]:
        raise AssertionError("the two wrote different texts, so their times can't be compared")
    return {
        "greedy tokens per second": n_tokens / fast,
        "ours / transformers: tokens per second": slow / fast,
    }


def as_gpt2(runner: LocalRunner, model: Any) -> Any:
    """A transformers GPT-2 with the weights of our decoder."""
    from transformers import GPT2Config

    sizes, weights = runner.model.config.to_dict(), runner.model.state_dict()
    built = model(
        GPT2Config(
            n_layer=sizes["n_layer"],
            n_head=sizes["n_head"],
            n_embd=sizes["d_model"],
            n_inner=sizes["d_ff"],
            n_positions=sizes["n_ctx"] + 1,
            vocab_size=sizes["vocab_size"],
            bos_token_id=None,
            eos_token_id=None,
        )
    ).eval()
    _copy_weights(weights, built.transformer)
    return built


def _copy_weights(weights: Mapping[str, torch.Tensor], body: Any) -> None:
    """Our weights into the places that GPT-2 has for them."""
    body.wte.weight.data.copy_(weights["embed.weight"])
    body.wpe.weight.data[:-1].copy_(weights["positions.weight"])
    for layer, block in enumerate(body.h):
        name = f"blocks.{layer}"
        for suffix in ("weight", "bias"):
            qkv = torch.cat([weights[f"{name}.self_attn.W_{part}.{suffix}"] for part in "qkv"])
            getattr(block.attn.c_attn, suffix).data.copy_(qkv.T if qkv.dim() == 2 else qkv)
            for ours, their in (
                ("norm_1", block.ln_1),
                ("norm_2", block.ln_2),
                ("self_attn.W_o", block.attn.c_proj),
                ("ffn.W_in", block.mlp.c_fc),
                ("ffn.W_out", block.mlp.c_proj),
            ):
                tensor = weights[f"{name}.{ours}.{suffix}"]
                getattr(their, suffix).data.copy_(tensor.T if tensor.dim() == 2 else tensor)
    for suffix in ("weight", "bias"):
        getattr(body.ln_f, suffix).data.copy_(weights[f"norm.{suffix}"])
