"""What the link of the Anatomy page carries."""

from viz_core.i18n import N_
from viz_core.links import Link, choice, model

MODEL = model(first="decoder-stories")
FAMILY = choice(
    "family",
    {
        "largest": N_("largest of each"),
        "gpt": "GPT",
        "bert": "BERT, DistilBERT",
        "t5": "T5, BART",
        "llama": "Llama",
    },
)
LINK = Link("anatomy", MODEL, FAMILY)
