"""The Llama family: RMSNorm before each part, rotary positions, gated feed-forward, shared keys.

Source: Touvron et al. 2023. SmolLM2 is one of them; Mistral adds a window (Jiang et al. 2023),
Qwen2 biases of q, k and v (Yang et al. 2024), Qwen3 norms of q and k (Yang et al. 2025).
"""

from __future__ import annotations

from dataclasses import replace

from viz_core.design import Design
from viz_core.hub.family import Config, Family, Stack, activation

ROPES = ("default", "linear", "llama3")  # what turns q and k by angles and does nothing else

_INSIDE = {
    "norm_1": "input_layernorm",
    "self_attn": "self_attn",
    "self_attn.W_q": "self_attn.q_proj",
    "self_attn.W_k": "self_attn.k_proj",
    "self_attn.W_v": "self_attn.v_proj",
    "self_attn.W_o": "self_attn.o_proj",
    "norm_2": "post_attention_layernorm",
    "ffn.W_gate": "mlp.gate_proj",
    "ffn.W_in": "mlp.up_proj",
    "ffn.W_out": "mlp.down_proj",
}


def _design(config: Config) -> Design:
    return Design(
        "before", config.get("rms_norm_eps", 1e-6), activation(config, "hidden_act", "silu")
    )


def rope_fault(config: Config) -> str:
    """A way of turning q and k that is more than angles, in words; empty for all others."""
    for key in ("rope_parameters", "rope_scaling"):
        told = config.get(key) or {}
        name = told.get("rope_type", told.get("type", "default"))
        if name not in ROPES:
            return f"rope_type {name!r}; there are {', '.join(ROPES)}"
    return ""


LLAMA = Family(
    name="Llama",
    source="Touvron et al. 2023",
    kind="decoder",
    models={"": "LlamaForCausalLM"},
    stacks=(
        Stack(
            "decoder",
            "",
            "layers",
            {"embed": "embed_tokens", "rotary": "rotary_emb", "norm": "norm"},
            _INSIDE,
        ),
    ),
    design=_design,
    head={"head": "lm_head"},
    tied=("lm_head.weight",),
    fault=rope_fault,
    ignored=("rotary_emb.inv_freq",),
)
MISTRAL = replace(
    LLAMA, name="Mistral", source="Jiang et al. 2023", models={"": "MistralForCausalLM"}
)
QWEN_2 = replace(LLAMA, name="Qwen2", source="Yang et al. 2024", models={"": "Qwen2ForCausalLM"})
_NORMS = {"self_attn.norm_q": "self_attn.q_norm", "self_attn.norm_k": "self_attn.k_norm"}
QWEN_3 = replace(
    LLAMA,
    name="Qwen3",
    source="Yang et al. 2025",
    models={"": "Qwen3ForCausalLM"},
    stacks=(replace(LLAMA.stacks[0], inside=_INSIDE | _NORMS),),
)
