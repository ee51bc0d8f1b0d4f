"""Sizes of a decoder as a training run leaves them, small enough for a test: three steps each."""

from dataclasses import replace

import pytest
from checkpoint_copies import forget
from test_training import MIX, write_corpus

from viz_core import checkpoints, registry
from viz_core.entries import Entry
from viz_core.models.config import DecoderConfig
from viz_core.models.decoder import Decoder
from viz_core.training import corpora, recipes, run
from viz_core.training.loop import Plan
from viz_core.training.objectives.causal import CausalObjective

MAIN = "decoder-stories"
WIDTHS = {"decoder-small": 16, "decoder-small-2": 16, MAIN: 24, "decoder-large": 48}
ENTRIES = {
    model: Entry(
        "decoder", model, "Radford et al. 2019", *([] if model == MAIN else ["scale", MAIN])
    )
    for model in WIDTHS
}
PLAN = Plan(n_steps=3, learning_rate=1e-2, n_warmup=1, save_every=1)


def train_tiny_sizes(folder):
    """Train and write all of `WIDTHS`, by the very command's own function.

    Returns:
        the folder of their checkpoints.
    """
    corpus = write_corpus(folder)
    tokenizer = corpora.train_tokenizer(corpora.read_corpus(corpus))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "RUNS", folder / "runs")
        patch.setattr(run, "MODELS", ENTRIES)
        patch.setattr(run, "write_metrics", lambda *_: {})
        patch.setattr(checkpoints, "FOLDER", folder / "checkpoints")
        for model, width in WIDTHS.items():
            config = DecoderConfig(1, 320, tokenizer.vocab_size, 2, width, 4 * width)
            recipe = recipes.Recipe(config, Decoder, CausalObjective, MIX, PLAN)
            patch.setitem(recipes.RECIPES, model, replace(recipe, seed=int(model.endswith("-2"))))
            run.train_checkpoint(model, corpus, False, None, 1)
    return folder / "checkpoints"


def use(monkeypatch, folder, models):
    """Let the app of this process know these models of a folder, and no others."""
    monkeypatch.setattr(checkpoints, "FOLDER", folder)
    monkeypatch.setattr(registry, "MODELS", {model: ENTRIES[model] for model in models})
    forget(monkeypatch)
