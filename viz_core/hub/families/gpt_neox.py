"""GPT-NeoX, with Pythia: attention and feed-forward network side by side, rotary in part.

Source: Black et al. 2022, section 2.1; Pythia: Biderman et al. 2023.
"""

from __future__ import annotations

from viz_core.design import Design
from viz_core.hub.families.llama import rope_fault
from viz_core.hub.family import Config, Family, Stack, activation


def _design(config: Config) -> Design:
    return Design(
        "before",
        config.get("layer_norm_eps", 1e-5),
        activation(config, "hidden_act", "gelu"),
        parallel=config.get("use_parallel_residual", True),
    )


GPT_NEOX = Family(
    name="GPT-NeoX",
    source="Black et al. 2022",
    kind="decoder",
    models={"": "GPTNeoXForCausalLM"},
    stacks=(
        Stack(
            "decoder",
            "",
            "layers",
            {"embed": "embed_in", "rotary": "rotary_emb", "norm": "final_layer_norm"},
            {
                "norm_1": "input_layernorm",
                "self_attn": "attention",
                "self_attn.W_qkv": "attention.query_key_value",
                "self_attn.W_o": "attention.dense",
                "norm_2": "post_attention_layernorm",
                "ffn.W_in": "mlp.dense_h_to_4h",
                "ffn.W_out": "mlp.dense_4h_to_h",
            },
        ),
    ),
    design=_design,
    head={"head": "lm_head"},
    tied=("lm_head.weight",),
    fused="heads",
    fault=rope_fault,
    ignored=("attention.bias", "attention.masked_bias", "rotary_emb.inv_freq"),
)
