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
from viz_core.runners.base import ONE_TEXT, Card, Request, Runner, Writer

if TYPE_CHECKING:
    from viz_core.models.config import Sizes
    from viz_core.runners.local import LocalRunner


@dataclass(frozen=True)
class Entry:
    """A registered model before anything of it is read.

    `lesson` names the one page that a model was made for; the others don't offer it.
    """

    kind: str
    title: str
    source: str
    build: Callable[[Card, Checkpoint, bool], Runner]
    lesson: str = ""


def _rnn(card: Card, checkpoint: Checkpoint, trained: bool) -> Runner:
    from viz_core.models.config import RecurrentConfig
    from viz_core.models.rnn import RNN
    from viz_core.runners.writers import CausalRunner

    return _local(CausalRunner, RNN, RecurrentConfig, card, checkpoint, trained)


def _lstm(card: Card, checkpoint: Checkpoint, trained: bool) -> Runner:
    from viz_core.models.config import RecurrentConfig
    from viz_core.models.lstm import LSTM
    from viz_core.runners.writers import CausalRunner

    return _local(CausalRunner, LSTM, RecurrentConfig, card, checkpoint, trained)


def _decoder(card: Card, checkpoint: Checkpoint, trained: bool) -> Runner:
    from viz_core.models.config import DecoderConfig
    from viz_core.models.decoder import Decoder
    from viz_core.runners.writers import CausalRunner

    return _local(CausalRunner, Decoder, DecoderConfig, card, checkpoint, trained)


def _llama(card: Card, checkpoint: Checkpoint, trained: bool) -> Runner:
    from viz_core.models.config import LlamaConfig
    from viz_core.models.llama import Llama
    from viz_core.runners.writers import CausalRunner

    return _local(CausalRunner, Llama, LlamaConfig, card, checkpoint, trained)


def _encoder(card: Card, checkpoint: Checkpoint, trained: bool) -> Runner:
    from viz_core.models.config import EncoderConfig
    from viz_core.models.encoder import Encoder
    from viz_core.runners.local import MaskedRunner

    return _local(MaskedRunner, Encoder, EncoderConfig, card, checkpoint, trained)


def _encoder_decoder(card: Card, checkpoint: Checkpoint, trained: bool) -> Runner:
    from viz_core.models.config import EncoderDecoderConfig
    from viz_core.models.encoder_decoder import EncoderDecoder
    from viz_core.runners.writers import TranslationRunner

    return _local(
        TranslationRunner, EncoderDecoder, EncoderDecoderConfig, card, checkpoint, trained
    )


def _local(
    runner: type[LocalRunner],
    model: Callable[[Any], Any],
    config: type[Sizes],
    card: Card,
    checkpoint: Checkpoint,
    trained: bool,
) -> Runner:
    import torch
    from safetensors.torch import load_model

    from viz_core.tokenizers import StoryTokenizer, TranslationTokenizer

    translates = card.kind == "encoder-decoder"
    tokenizer = TranslationTokenizer if translates else StoryTokenizer
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(UNTRAINED_SEED)
        built = model(config.from_dict(checkpoint.config))
    if trained:
        load_model(built, checkpoint.weights)
    return runner(card, built, tokenizer.load(checkpoint.tokenizer))


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
    "llama-stories": Entry(
        "decoder",
        N_("Decoder (Llama style)"),
        "Touvron et al. 2023",
        _llama,
    ),
    "encoder-stories": Entry(
        "encoder",
        N_("Encoder (BERT style)"),
        "Devlin et al. 2019",
        _encoder,
    ),
    "transformer-zh-en": Entry(
        "encoder-decoder",
        N_("Transformer (encoder-decoder)"),
        "Vaswani et al. 2017",
        _encoder_decoder,
    ),
    "positions-none": Entry(
        "decoder", N_("Decoder without positions"), "Haviv et al. 2022", _decoder, "positions"
    ),
    "positions-learned": Entry(
        "decoder", N_("Decoder, learned positions"), "Radford et al. 2018", _decoder, "positions"
    ),
    "positions-sinusoidal": Entry(
        "decoder", N_("Decoder, sinusoids"), "Vaswani et al. 2017", _decoder, "positions"
    ),
    "positions-rotary": Entry(
        "decoder", N_("Decoder, rotary positions"), "Su et al. 2021", _decoder, "positions"
    ),
    "positions-alibi": Entry(
        "decoder", N_("Decoder, ALiBi"), "Press et al. 2022", _decoder, "positions"
    ),
}

PROOF_TEXT = "Tom is a cat. Tom's favorite food is fish."

_runners: dict[tuple[str, bool], Runner] = {}
_loading = threading.Lock()


def model_ids(*kinds: str, lesson: str = "") -> tuple[str, ...]:
    """The ids of the models that every page offers, in the order of their kinds.

    Args:
        kinds: of these kinds only.
        lesson: those that were made for this one page instead.
    """
    return tuple(
        i
        for i, entry in MODELS.items()
        if entry.lesson == lesson and (not kinds or entry.kind in kinds)
    )


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


def writer(model_id: str) -> Writer:
    """The runner of a model that writes, as `load`.

    Raises:
        InputError: no such model, or one that does not write.
    """
    runner = load(model_id)
    if not isinstance(runner, Writer):
        raise InputError(
            _("{model_id} does not write: it reads both sides of a word at once.").format(
                model_id=model_id
            )
        )
    return runner


def prove(runner: Runner) -> list[Proof]:
    """Let a runner show that its trace and its model agree.

    Raises:
        ProofError: they don't.
    """
    two = runner.card.kind not in ONE_TEXT  # what it would write itself is not its to prove
    request = Request(PROOF_TEXT, PROOF_TEXT if two else None)
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
