"""From a folder of corpora to a checkpoint with its card."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import nn
from tqdm import tqdm

from viz_core import checkpoints
from viz_core.content import content_key
from viz_core.entries import Entry
from viz_core.errors import InputError
from viz_core.files import make_folder, write_whole
from viz_core.i18n import _
from viz_core.losses import LOSSES, Line, read_losses, write_losses
from viz_core.places import ROOT, checkout
from viz_core.recall.measure import first_guesses, recall
from viz_core.registry import MODELS, PLANNED, entry_of, load
from viz_core.runners.base import Runner
from viz_core.runners.causal import CausalRunner
from viz_core.runners.masked import MaskedRunner
from viz_core.runners.translation import TranslationRunner
from viz_core.tokenizers import StoryTokenizer, SubwordTokenizer
from viz_core.training import evaluate
from viz_core.training.card import write_card
from viz_core.training.corpora import Corpus, encode_documents
from viz_core.training.loop import train
from viz_core.training.ngram import KneserNey
from viz_core.training.pairs import PairCorpus
from viz_core.training.recipes import RECIPES, Recipe
from viz_core.training.state import StateFile

CPU = "a CPU"
RUNS = ROOT / "runs"  # resumable states; not part of the project's history


@dataclass(frozen=True)
class Stopped:
    """A run of which steps are left.

    Attributes:
        stopped_by: number of the signal that ended it, if one did.
    """

    step: int
    n_steps: int
    stopped_by: int | None


def train_checkpoint(
    model_id: str, corpus_folder: Path, resume: bool, stop_at: int | None, threads: int
) -> dict[str, Any] | Stopped:
    """Train a model of `RECIPES`, in one part or several, and write its checkpoint at the end.

    Args:
        corpus_folder: holds the files that `corpora.FILES` or `pairs.FILES` names.
        resume: go on from the state of an earlier part.
        stop_at: end this part at so many steps; the checkpoint is written after the last one.

    Returns:
        what was measured in the end, or where it stopped while steps are left.

    Raises:
        InputError: no such recipe, a corpus can't be used, the state is another run's, there are
            not so many threads, a file can't be written, or this is no checkout.
    """
    checkout()
    if model_id not in RECIPES:
        raise InputError(
            _("There is no model {model_id}. There are: {names}.").format(
                model_id=repr(model_id), names=", ".join(RECIPES)
            )
        )
    if model_id not in (*MODELS, *PLANNED):
        raise InputError(
            _(
                "{model_id} has a recipe but no entry in viz_core/entries.py, and could not be "
                "measured in the end. Give it one first."
            ).format(model_id=model_id)
        )
    recipe = RECIPES[model_id]
    _check_threads(threads)
    torch.set_num_threads(threads)
    corpus = recipe.read(corpus_folder)
    tokenizer = recipe.tokenize(corpus)
    if tokenizer.vocab_size != recipe.config.vocab_size:
        raise InputError(
            _(
                "The corpora of {folder} give {found} kinds of tokens; this model takes {due}. "
                "Give more text."
            ).format(folder=corpus_folder, found=tokenizer.vocab_size, due=recipe.config.vocab_size)
        )
    model = recipe.build()
    objective = recipe.objective(corpus, tokenizer, recipe.mixture, recipe.plan.seed)
    made_of = content_key(corpus, recipe.config, recipe.mixture)
    state = StateFile(RUNS / model_id, made_of)
    progress = train(model, objective, recipe.plan, state, resume, stop_at)
    if progress.step < recipe.plan.n_steps or progress.stopped_by:
        return Stopped(progress.step, recipe.plan.n_steps, progress.stopped_by)
    folder = checkpoints.FOLDER / model_id
    write_weights(folder, recipe, model, tokenizer, progress.lines)
    return write_metrics(model_id, corpus, progress.lines)


def _check_threads(threads: int) -> None:
    """See that there are about as many processors: the libraries end the program over too many."""
    most = max(2, os.cpu_count() or 1)
    if threads > most:
        raise InputError(
            _("{n} threads are too many for this machine. Give --threads 1 to {most}.").format(
                n=threads, most=most
            )
        )


def write_weights(
    folder: Path,
    recipe: Recipe,
    model: nn.Module,
    tokenizer: SubwordTokenizer,
    lines: list[Line],
) -> None:
    """Write everything of a checkpoint that training itself knows.

    What was measured of the weights before is taken away, and the file that says what the others
    must be comes last: half a checkpoint is never taken for a whole one.
    """
    make_folder(folder)
    (folder / checkpoints.METRICS).unlink(missing_ok=True)
    tensors = {
        name: value.to(recipe.stored).contiguous() for name, value in model.state_dict().items()
    }
    write_whole(folder / checkpoints.WEIGHTS, save(tensors))
    tokenizer.save(folder / checkpoints.TOKENIZER)
    write_losses(folder / LOSSES, lines)
    checkpoints.write_config(folder, recipe.config.to_dict())


def measure_again(model_id: str, corpus_folder: Path) -> dict[str, Any]:
    """Measure a written checkpoint again, its training history taken from its loss curve.

    Raises:
        InputError: no such model, a corpus can't be used, this is no checkout, or the recipe has
            changed since the model was trained.
        CheckpointError: the checkpoint or its loss curve can't be used.
    """
    checkout()
    made = load(model_id).card.metrics.get("training", {})
    if made.get("generation", 1) != RECIPES[model_id].generation:
        raise InputError(
            _("{model_id} was trained by an older recipe. Train it again.").format(
                model_id=model_id
            )
        )
    remark, device = made.get("remark", ""), made.get("device", CPU)
    lines = read_losses(checkpoints.FOLDER / model_id / LOSSES)
    return write_metrics(model_id, RECIPES[model_id].read(corpus_folder), lines, remark, device)


def write_metrics(
    model_id: str,
    corpus: Corpus | PairCorpus,
    lines: list[Line],
    remark: str = "",
    device: str = CPU,
) -> dict[str, Any]:
    """Measure the written checkpoint on the test split; write the figures and the card.

    Args:
        corpus: of the kind that the model's recipe reads.
        remark: how this run differs from its recipe, for the card.
        device: what it was trained on, likewise.
    """
    runner = load(model_id)
    metrics: dict[str, Any] = {
        "measured": datetime.now(UTC).date().isoformat(),
        "training": {
            "steps": lines[-1].step,
            "tokens": lines[-1].tokens,
            "seconds": round(lines[-1].seconds),
            "generation": RECIPES[model_id].generation,
            "remark": remark,
            "device": device,
        },
    }
    if isinstance(corpus, PairCorpus):
        assert isinstance(runner, TranslationRunner)
        metrics |= {
            "test_split": f"{len(corpus.test)} pairs that share no sentence with a training pair",
            "translation": asdict(evaluate.translation(runner, tqdm(corpus.test, unit="pair"))),
        }
    else:
        metrics |= {
            "test_split": f"{len(corpus.test)} {corpus.measured_on}",
            **story_metrics(runner, corpus),
            "recall": [asdict(cell) for cell in recall(runner)],
        }
        if RECIPES[model_id].generation > 1:
            cells = recall(runner, unseen_names=True)
            metrics["recall_unseen_names"] = [asdict(cell) for cell in cells]
            metrics["first_guesses"] = first_guesses(runner)
    folder = checkpoints.FOLDER / model_id
    checkpoints.write_json(folder / checkpoints.METRICS, metrics)
    entry = entry_of(model_id)
    assert isinstance(entry, Entry)  # one that is trained here
    write_card(folder, model_id, entry, RECIPES[model_id], metrics, lines)
    return metrics


def story_metrics(runner: Runner, corpus: Corpus) -> dict[str, Any]:
    """How well a story model foresees unseen text, by the measure of its kind."""
    if isinstance(runner, CausalRunner):
        return {
            "perplexity": asdict(evaluate.perplexity(runner, corpus.test)),
            "kneser_ney_4gram": {"bits_per_char": baseline(corpus, runner.tokenizer)},
        }
    if isinstance(runner, MaskedRunner):
        return {
            "masked_token": asdict(evaluate.masked_accuracy(runner, corpus.test)),
            "next_sentence": evaluate.next_sentence_accuracy(runner, corpus.told),
        }
    raise TypeError(f"{runner.card.model_id}: no measure for {type(runner).__name__}")


def baseline(corpus: Corpus, tokenizer: StoryTokenizer) -> float:
    """Bits per character of the test documents under a Kneser-Ney 4-gram of the same tokens.

    It learns from the same real text as the models, each document once, as its counts of counts
    need it.
    """
    train, test = (
        [ids.tolist() for ids in encode_documents(tokenizer, texts)]
        for texts in (list(dict.fromkeys(corpus.train)), corpus.test)
    )
    model = KneserNey(train, tokenizer.vocab_size)
    bits: float = sum(map(model.bits, test))
    return round(bits / sum(map(len, corpus.test)), 4)
