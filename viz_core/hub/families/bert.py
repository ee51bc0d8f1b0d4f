"""BERT: learned positions and segments, LayerNorm behind each sum, both sides of a word seen.

Source: Devlin et al. 2019.
"""

from __future__ import annotations

from viz_core.design import Design
from viz_core.hub.family import Config, Family, Stack, activation

AROUND = {
    "embed": "embeddings.word_embeddings",
    "positions": "embeddings.position_embeddings",
    "segments": "embeddings.token_type_embeddings",
    "norm": "embeddings.LayerNorm",
}
INSIDE = {
    "self_attn": "attention.self",
    "self_attn.W_q": "attention.self.query",
    "self_attn.W_k": "attention.self.key",
    "self_attn.W_v": "attention.self.value",
    "self_attn.W_o": "attention.output.dense",
    "norm_1": "attention.output.LayerNorm",
    "ffn.W_in": "intermediate.dense",
    "ffn.W_out": "output.dense",
    "norm_2": "output.LayerNorm",
}


def bert_design(config: Config) -> Design:
    """Of BERT and of those that keep its names."""
    return Design(
        "behind", config.get("layer_norm_eps", 1e-12), activation(config, "hidden_act", "gelu")
    )


def bert_fault(config: Config) -> str:
    """What BERT's classes can be told to do besides."""
    if config.get("is_decoder"):
        return "is_decoder true"
    kind = config.get("position_embedding_type", "absolute")
    return "" if kind == "absolute" else f"position_embedding_type {kind!r}"


BERT = Family(
    name="BERT",
    source="Devlin et al. 2019",
    kind="encoder",
    models={
        "cls.seq_relationship": "BertForPreTraining",
        "cls.predictions": "BertForMaskedLM",
    },
    bare="BertModel",
    stacks=(Stack("encoder", "", "encoder.layer", AROUND, INSIDE),),
    design=bert_design,
    head={
        "masked_head.dense": "cls.predictions.transform.dense",
        "masked_head.norm": "cls.predictions.transform.LayerNorm",
        "head": "cls.predictions.decoder",
        "next_sentence_head.pooler": "bert.pooler.dense",
        "next_sentence_head.classifier": "cls.seq_relationship",
    },
    score=lambda model, x: model.cls.predictions(x),
    fault=bert_fault,
    ignored=("position_ids", "cls.predictions.decoder.bias"),
    tied=("cls.predictions.decoder.weight",),
    bare_options={"add_pooling_layer": False},
)
