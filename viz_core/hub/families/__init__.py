"""The families that there are: the `model_type` of a config.json -> its table of names.

A new family is a file here and a row below; nothing else is to be touched.
"""

from __future__ import annotations

from viz_core.hub.families.bart import BART
from viz_core.hub.families.bert import BERT
from viz_core.hub.families.distilbert import DISTILBERT
from viz_core.hub.families.gpt2 import GPT_2
from viz_core.hub.families.gpt_neox import GPT_NEOX
from viz_core.hub.families.llama import LLAMA, MISTRAL, QWEN_2, QWEN_3
from viz_core.hub.families.marian import MARIAN
from viz_core.hub.families.roberta import ROBERTA, XLM_ROBERTA
from viz_core.hub.families.t5 import T5
from viz_core.hub.family import Family

FAMILIES: dict[str, Family] = {
    "gpt2": GPT_2,
    "gpt_neox": GPT_NEOX,
    "llama": LLAMA,
    "mistral": MISTRAL,
    "qwen2": QWEN_2,
    "qwen3": QWEN_3,
    "bert": BERT,
    "distilbert": DISTILBERT,
    "roberta": ROBERTA,
    "xlm-roberta": XLM_ROBERTA,
    "t5": T5,
    "bart": BART,
    "marian": MARIAN,
}
