"""GPT-2: learned positions, LayerNorm before each part, one map for queries, keys and values.

Source: Radford et al. 2019.
"""

from __future__ import annotations

from viz_core.design import Design
from viz_core.hub.family import Config, Family, Sizes, Stack, activation


def _sizes(config: Config) -> Sizes:
    return Sizes(
        config["n_layer"],
        config["n_head"],
        config.get("n_positions", 1024),
        config["vocab_size"],
        config["n_embd"],
    )


def _design(config: Config) -> Design:
    eps = config.get("layer_norm_epsilon", 1e-5)
    return Design("before", eps, activation(config, "activation_function", "gelu_new"))


def _fault(config: Config) -> str:
    if config.get("scale_attn_by_inverse_layer_idx"):
        return "scale_attn_by_inverse_layer_idx true"
    if config.get("scale_attn_weights") is False:
        return "scale_attn_weights false"
    return "add_cross_attention true" if config.get("add_cross_attention") else ""


GPT_2 = Family(
    name="GPT-2",
    source="Radford et al. 2019",
    kind="decoder",
    models={"": "GPT2LMHeadModel"},
    stacks=(
        Stack(
            "decoder",
            "",
            "h",
            {"embed": "wte", "positions": "wpe", "norm": "ln_f"},
            {
                "norm_1": "ln_1",
                "self_attn": "attn",
                "self_attn.W_qkv": "attn.c_attn",
                "self_attn.W_o": "attn.c_proj",
                "norm_2": "ln_2",
                "ffn.W_in": "mlp.c_fc",
                "ffn.W_out": "mlp.c_proj",
            },
        ),
    ),
    sizes=_sizes,
    design=_design,
    head={"head": "lm_head"},
    tied=("lm_head.weight",),
    fused="parts",
    fault=_fault,
    ignored=(".attn.bias", ".attn.masked_bias"),
)
