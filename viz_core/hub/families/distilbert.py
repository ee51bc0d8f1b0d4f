"""DistilBERT: half the layers of a BERT that taught it, and no segments.

Source: Sanh et al. 2019.
"""

from __future__ import annotations

from typing import Any

from viz_core.design import Design
from viz_core.hub.family import Config, Family, Sizes, Stack, activation


def _sizes(config: Config) -> Sizes:
    return Sizes(
        config["n_layers"],
        config["n_heads"],
        config["max_position_embeddings"],
        config["vocab_size"],
        config["dim"],
    )


def _score(model: Any, x: Any) -> Any:
    """As its forward pass goes from the last states to the vocabulary."""
    bent = model.vocab_layer_norm(model.activation(model.vocab_transform(x)))
    return model.vocab_projector(bent)


DISTILBERT = Family(
    name="DistilBERT",
    source="Sanh et al. 2019",
    kind="encoder",
    models={"vocab_transform": "DistilBertForMaskedLM"},
    bare="DistilBertModel",
    stacks=(
        Stack(
            "encoder",
            "",
            "transformer.layer",
            {
                "embed": "embeddings.word_embeddings",
                "positions": "embeddings.position_embeddings",
                "norm": "embeddings.LayerNorm",
            },
            {
                "self_attn": "attention",
                "self_attn.W_q": "attention.q_lin",
                "self_attn.W_k": "attention.k_lin",
                "self_attn.W_v": "attention.v_lin",
                "self_attn.W_o": "attention.out_lin",
                "norm_1": "sa_layer_norm",
                "ffn.W_in": "ffn.lin1",
                "ffn.W_out": "ffn.lin2",
                "norm_2": "output_layer_norm",
            },
        ),
    ),
    sizes=_sizes,
    design=lambda config: Design("behind", 1e-12, activation(config, "activation", "gelu")),
    head={
        "masked_head.dense": "vocab_transform",
        "masked_head.norm": "vocab_layer_norm",
        "head": "vocab_projector",
    },
    score=_score,
    tied=("vocab_projector.weight",),
)
