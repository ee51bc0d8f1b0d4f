"""T5: no positions but a bias on the scores, RMSNorm before each part, scores that are not scaled.

Source: Raffel et al. 2020, section 2.1; version 1.1 and Flan gate the feed-forward network (Shazeer
2020) and have an output layer of their own.
"""

from __future__ import annotations

from viz_core.design import Design
from viz_core.hub.family import Config, Family, Sizes, Stack, activation

_ATTENTION = {"W_q": "q", "W_k": "k", "W_v": "v", "W_o": "o"}


def _inside(parts: dict[str, str]) -> dict[str, str]:
    """The modules of a block whose attentions are its first sub-layers."""
    inside: dict[str, str] = {}
    for n, (part, module) in enumerate(parts.items()):
        inside[f"norm_{n + 1}"] = f"layer.{n}.layer_norm"
        inside[part] = f"layer.{n}.{module}"
        inside |= {f"{part}.{our}": f"layer.{n}.{module}.{own}" for our, own in _ATTENTION.items()}
    last = f"layer.{len(parts)}"
    ffn = f"{last}.DenseReluDense"
    return inside | {
        f"norm_{len(parts) + 1}": f"{last}.layer_norm",
        "ffn.W_in": f"{ffn}.wi|{ffn}.wi_1",
        "ffn.W_gate": f"{ffn}.wi_0",
        "ffn.W_out": f"{ffn}.wo",
    }


def _stack(name: str, parts: dict[str, str]) -> Stack:
    around = {
        "embed": "embed_tokens",
        "positions.bias": "block.0.layer.0.SelfAttention.relative_attention_bias",
        "norm": "final_layer_norm",
    }
    return Stack(name, name, "block", around, _inside(parts))


def _design(config: Config) -> Design:
    gate, _dash, name = str(config.get("feed_forward_proj", "relu")).rpartition("-")
    known = "gelu_new" if gate and name == "gelu" else name  # version 1.1 means GPT-2's
    scaled = config.get("scale_decoder_outputs", config.get("tie_word_embeddings") is not False)
    return Design(
        "before",
        config.get("layer_norm_epsilon", 1e-6),
        activation({"feed_forward_proj": known}, "feed_forward_proj", "relu"),
        scale=1.0,
        logit_scale=config["d_model"] ** -0.5 if scaled else 1.0,
    )


def _sizes(config: Config) -> Sizes:
    return Sizes(
        config["num_layers"], config["num_heads"], 0, config["vocab_size"], config["d_model"]
    )


def _fault(config: Config) -> str:
    n_encoder, n_decoder = config["num_layers"], config.get("num_decoder_layers")
    if n_decoder not in (None, n_encoder):
        return f"num_layers {n_encoder} and num_decoder_layers {n_decoder}"
    return ""


T5 = Family(
    name="T5",
    source="Raffel et al. 2020",
    kind="encoder-decoder",
    models={"decoder.": "T5ForConditionalGeneration"},
    stacks=(
        _stack("encoder", {"self_attn": "SelfAttention"}),
        _stack("decoder", {"self_attn": "SelfAttention", "cross_attn": "EncDecAttention"}),
    ),
    sizes=_sizes,
    design=_design,
    head={"head": "lm_head"},
    score=lambda model, x: model.lm_head(
        x * model.model_dim**-0.5 if model.config.scale_decoder_outputs else x
    ),
    fault=_fault,
    ignored=("EncDecAttention.relative_attention_bias",),
    tied=("encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight"),
)
