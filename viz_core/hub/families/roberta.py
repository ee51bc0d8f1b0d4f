"""RoBERTa and XLM-R: BERT's blocks, whose places are counted from behind the padding token's.

Source: Liu et al. 2019; Conneau et al. 2020.
"""

from __future__ import annotations

from dataclasses import replace

from viz_core.hub.families.bert import AROUND, INSIDE, bert_design, bert_fault
from viz_core.hub.family import Config, Family, Sizes, Stack, usual_sizes


def _first_place(config: Config) -> int:
    return int(config.get("pad_token_id", 1)) + 1


def _sizes(config: Config) -> Sizes:
    sizes = usual_sizes(config)
    return replace(sizes, n_ctx=sizes.n_ctx - _first_place(config))


ROBERTA = Family(
    name="RoBERTa",
    source="Liu et al. 2019",
    kind="encoder",
    models={"lm_head.": "RobertaForMaskedLM"},
    bare="RobertaModel",
    stacks=(Stack("encoder", "", "encoder.layer", AROUND, INSIDE),),
    sizes=_sizes,
    design=bert_design,
    head={
        "masked_head.dense": "lm_head.dense",
        "masked_head.norm": "lm_head.layer_norm",
        "head": "lm_head.decoder",
    },
    score=lambda model, x: model.lm_head(x),
    first_place=_first_place,
    fault=bert_fault,
    ignored=("position_ids", "lm_head.decoder.bias"),
    tied=("lm_head.decoder.weight",),
    bare_options={"add_pooling_layer": False},
)
XLM_ROBERTA = replace(
    ROBERTA,
    name="XLM-R",
    source="Conneau et al. 2020",
    models={"lm_head.": "XLMRobertaForMaskedLM"},
    bare="XLMRobertaModel",
)
