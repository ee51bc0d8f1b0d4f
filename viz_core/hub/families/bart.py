"""BART: the encoder-decoder of 2017 with learned positions, a norm at each entrance, and GELU.

Source: Lewis et al. 2020.
"""

from __future__ import annotations

from viz_core.design import Design
from viz_core.hub.family import Config, Family, Sizes, Stack, activation

OFFSET = 2  # rows of the learned positions before that of place 0


def _attention(ours: str, theirs: str) -> dict[str, str]:
    parts = {"W_q": "q_proj", "W_k": "k_proj", "W_v": "v_proj", "W_o": "out_proj"}
    return {ours: theirs} | {f"{ours}.{our}": f"{theirs}.{own}" for our, own in parts.items()}


ENCODER = {
    **_attention("self_attn", "self_attn"),
    "norm_1": "self_attn_layer_norm",
    "ffn.W_in": "fc1",
    "ffn.W_out": "fc2",
    "norm_2": "final_layer_norm",
}
DECODER = {
    **_attention("self_attn", "self_attn"),
    "norm_1": "self_attn_layer_norm",
    **_attention("cross_attn", "encoder_attn"),
    "norm_2": "encoder_attn_layer_norm",
    "ffn.W_in": "fc1",
    "ffn.W_out": "fc2",
    "norm_3": "final_layer_norm",
}
_AROUND = {"embed": "embed_tokens", "positions": "embed_positions", "norm": "layernorm_embedding"}


def bart_sizes(config: Config) -> Sizes:
    """Of BART and Marian."""
    return Sizes(
        config["encoder_layers"],
        config["encoder_attention_heads"],
        config["max_position_embeddings"],
        config["vocab_size"],
        config["d_model"],
    )


def bart_design(config: Config) -> Design:
    """Of BART and Marian."""
    return Design("behind", 1e-5, activation(config, "activation_function", "gelu"))


def bart_fault(config: Config) -> str:
    """Stacks that are not alike, which no view can show yet."""
    for part in ("layers", "attention_heads"):
        n_encoder, n_decoder = config[f"encoder_{part}"], config[f"decoder_{part}"]
        if n_encoder != n_decoder:
            return f"encoder_{part} {n_encoder} and decoder_{part} {n_decoder}"
    return ""


BART = Family(
    name="BART",
    source="Lewis et al. 2020",
    kind="encoder-decoder",
    models={"decoder.": "BartForConditionalGeneration"},
    stacks=(
        Stack("encoder", "encoder", "layers", _AROUND, ENCODER),
        Stack("decoder", "decoder", "layers", _AROUND, DECODER),
    ),
    sizes=bart_sizes,
    design=bart_design,
    head={"head": "lm_head"},
    score=lambda model, x: model.lm_head(x) + model.final_logits_bias[0],
    tensors={"head.bias": "final_logits_bias"},
    first_place=lambda config: OFFSET,
    fault=bart_fault,
    tied=("encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight"),
)
