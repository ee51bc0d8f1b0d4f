"""One table of models: what each is, and how to build what runs it.

Reading cards loads no torch; `load` does. A model is loaded once, proves itself, and then serves
every thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from viz_core.analysis.proof import Proof, proofs
from viz_core.checkpoints import Checkpoint, read_checkpoint
from viz_core.errors import CheckpointError, InputError, ProofError
from viz_core.i18n import N_, _
from viz_core.runners.base import Card, Request, Runner

if TYPE_CHECKING:
    from viz_core.models.config import Sizes
    from viz_core.runners.local import StoryRunner


@dataclass(frozen=True)
class Entry:
    """A registered model before anything of it is read."""

    kind: str
    title: str
    source: str
    build: Callable[[Card, Checkpoint, bool], Runner]


def _rnn(card: Card, checkpoint: Checkpoint, trained: bool) -> Runner:
    from viz_core.models.config import RecurrentConfig
    from viz_core.models.rnn import RNN
    from viz_core.runners.local import CausalRunner

    return _story(CausalRunner, RNN, RecurrentConfig, card, checkpoint, trained)


def _lstm(card: Card, checkpoint: Checkpoint, trained: bool) -> Runner:
    from viz_core.models.config import RecurrentConfig
    from viz_core.models.lstm import LSTM
    from viz_core.runners.local import CausalRunner

    return _story(CausalRunner, LSTM, RecurrentConfig, card, checkpoint, trained)


def _decoder(card: Card, checkpoint: Checkpoint, trained: bool) -> Runner:
    from viz_core.models.config import DecoderConfig
    from viz_core.models.decoder import Decoder
    from viz_core.runners.local import CausalRunner

    return _story(CausalRunner, Decoder, DecoderConfig, card, checkpoint, trained)


def _encoder(card: Card, checkpoint: Checkpoint, trained: bool) -> Runner:
    from viz_core.models.config import EncoderConfig
    from viz_core.models.encoder import Encoder
    from viz_core.runners.local import MaskedRunner

    return _story(MaskedRunner, Encoder, EncoderConfig, card, checkpoint, trained)


def _story(
    runner: type[StoryRunner],
    model: Callable[[Any], Any],
    config: type[Sizes],
    card: Card,
    checkpoint: Checkpoint,
    trained: bool,
) -> Runner:
    import torch
    from safetensors.torch import load_model

    from viz_core.tokenizers import StoryTokenizer

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(UNTRAINED_SEED)
        built = model(config.from_dict(checkpoint.config))
    if trained:
        load_model(built, checkpoint.weights)
    return runner(card, built, StoryTokenizer.load(checkpoint.tokenizer))


UNTRAINED_SEED = 0  # of the weights of an untrained model

MODELS: dict[str, Entry] = {
    "rnn-stories": Entry(
        "rnn",
        N_("RNN (Elman)"),
        "Elman 1990",
        _rnn,
    ),
    "lstm-stories": Entry(
        "lstm",
        N_("LSTM"),
        "Hochreiter and Schmidhuber 1997",
        _lstm,
    ),
    "decoder-stories": Entry(
        "decoder",
        N_("Decoder (GPT-2 style)"),
        "Radford et al. 2019",
        _decoder,
    ),
    "encoder-stories": Entry(
        "encoder",
        N_("Encoder (BERT style)"),
        "Devlin et al. 2019",
        _encoder,
    ),
}

PROOF_TEXT = "Tom is a cat. Tom's favorite food is fish."

_runners: dict[tuple[str, bool], Runner] = {}
_loading = threading.Lock()


def model_ids() -> tuple[str, ...]:
    """The ids of all registered models, in the order in which they are shown."""
    return tuple(MODELS)


def card(model_id: str) -> Card:
    """What can be said of a model without loading it.

    Raises:
        InputError: no such model.
        CheckpointError: its checkpoint is missing or damaged.
    """
    entry, checkpoint = _entry(model_id), read_checkpoint(model_id)
    try:
        return Card(
            model_id,
            entry.kind,
            entry.title,
            entry.source,
            n_params=_n_params(checkpoint),
            n_layer=checkpoint.config["n_layer"],
            n_head=checkpoint.config.get("n_head", 0),
            n_ctx=checkpoint.config["n_ctx"],
            vocab_size=checkpoint.config["vocab_size"],
            metrics=checkpoint.metrics,
        )
    except (KeyError, SafetensorError) as error:
        raise CheckpointError(
            _("Checkpoint {model_id} can't be read: {reason}. Restore the folder.").format(
                model_id=model_id, reason=error
            )
        ) from error


def load(model_id: str, trained: bool = True) -> Runner:
    """The runner of a model, loaded and proved on first use and shared from then on.

    Args:
        trained: with the checkpoint's weights, or with those that training begins with.

    Raises:
        InputError: no such model.
        CheckpointError: its checkpoint is missing or damaged.
        ProofError: what it records contradicts itself.
    """
    entry = _entry(model_id)
    with _loading:
        if (model_id, trained) not in _runners:
            runner = _build(model_id, entry, trained)
            prove(runner)
            _runners[model_id, trained] = runner
        return _runners[model_id, trained]


def prove(runner: Runner) -> list[Proof]:
    """Let a runner show that its trace and its model agree.

    Raises:
        ProofError: they don't.
    """
    request = Request(PROOF_TEXT)
    found = proofs(runner.run(request), runner.record_names, runner.plain_logits(request))
    failed = [f"{proof.claim} ({proof.error:.3g})" for proof in found if not proof.holds]
    if failed:
        raise ProofError(
            _("{model_id} contradicts itself, so it is not shown: {claims}.").format(
                model_id=runner.card.model_id, claims=", ".join(failed)
            )
        )
    return found


def _build(model_id: str, entry: Entry, trained: bool) -> Runner:
    """A runner of a checkpoint's files.

    Raises:
        CheckpointError: the files don't fit the model, or can't be read.
    """
    known, checkpoint = card(model_id), read_checkpoint(model_id)
    try:
        return entry.build(known, checkpoint, trained)
    except Exception as error:  # each library has errors of its own for a damaged file
        raise CheckpointError(
            _("Checkpoint {model_id} can't be read: {reason}. Restore the folder.").format(
                model_id=model_id, reason=str(error).splitlines()[0]
            )
        ) from error


def _entry(model_id: str) -> Entry:
    if model_id not in MODELS:
        raise InputError(
            _("There is no model {model_id}. There are: {names}.").format(
                model_id=repr(model_id), names=", ".join(MODELS)
            )
        )
    return MODELS[model_id]


def _n_params(checkpoint: Checkpoint) -> int:
    """Count the parameters from the weights' header alone."""
    with safe_open(checkpoint.weights, framework="np") as weights:
        return sum(prod(weights.get_slice(key).get_shape()) for key in weights.keys())  # noqa: SIM118 - not a dict
