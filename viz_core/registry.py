"""One table of models: what each is, and how to build what runs it.

Reading cards loads no torch; `load` does. A model is loaded once, proves itself, and then serves
every thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from viz_core import checkpoints
from viz_core.analysis.proof import Proof, proofs
from viz_core.checkpoints import TOKENIZER, WEIGHTS, Checkpoint, read_checkpoint
from viz_core.errors import InputError, ProofError, VizError
from viz_core.i18n import N_, _
from viz_core.kinds import Kind, kind_of
from viz_core.loading import build, read_sizes
from viz_core.losses import LOSSES, Line, read_losses
from viz_core.models.architectures import ARCHITECTURES
from viz_core.runners.base import Card, Request, Runner, Writer

if TYPE_CHECKING:
    from viz_core.tokenizers import SubwordTokenizer


@dataclass(frozen=True)
class Entry:
    """A registered model before anything of it is read.

    Attributes:
        architecture: a name of `viz_core.models.architectures.ARCHITECTURES`.
        lesson: the one page that the model was made for; the others don't offer it.
        size_of: the model that this one is another size of, or another seed: trained on the same
            batches, and shown beside it on the Scale page.
    """

    architecture: str
    title: str
    source: str
    lesson: str = ""
    size_of: str = ""

    @property
    def kind(self) -> str:
        """A name of `viz_core.kinds.KINDS`."""
        return ARCHITECTURES[self.architecture].kind

    @property
    def traits(self) -> Kind:
        """What models of this kind have in common."""
        return kind_of(self.kind)

    @property
    def model(self) -> str:
        """`module.Class` in `viz_core.models`."""
        return ARCHITECTURES[self.architecture].model


MODELS: dict[str, Entry] = {
    "rnn-stories": Entry("rnn", N_("RNN (Elman)"), "Elman 1990"),
    "lstm-stories": Entry("lstm", N_("LSTM"), "Hochreiter and Schmidhuber 1997"),
    "gru-stories": Entry("gru", N_("GRU"), "Cho et al. 2014"),
    "decoder-stories": Entry("decoder", N_("Decoder (GPT-2 style)"), "Radford et al. 2019"),
    "llama-stories": Entry("llama", N_("Decoder (Llama style)"), "Touvron et al. 2023"),
    "encoder-stories": Entry("encoder", N_("Encoder (BERT style)"), "Devlin et al. 2019"),
    "transformer-zh-en": Entry(
        "encoder-decoder", N_("Transformer (encoder-decoder)"), "Vaswani et al. 2017"
    ),
    "positions-none": Entry(
        "decoder", N_("Decoder without positions"), "Haviv et al. 2022", "positions"
    ),
    "positions-learned": Entry(
        "decoder", N_("Decoder, learned positions"), "Radford et al. 2018", "positions"
    ),
    "positions-sinusoidal": Entry(
        "decoder", N_("Decoder, sinusoids"), "Vaswani et al. 2017", "positions"
    ),
    "positions-rotary": Entry(
        "decoder", N_("Decoder, rotary positions"), "Su et al. 2021", "positions"
    ),
    "positions-alibi": Entry("decoder", N_("Decoder, ALiBi"), "Press et al. 2022", "positions"),
}

PROOF_TEXT = "Tom is a cat. Tom's favorite food is fish."

_cards: dict[str, Card] = {}
_runners: dict[tuple[str, bool], Runner] = {}
_faults: dict[str, VizError] = {}  # of models that can't be used, until the app is started again
_tokenizers: dict[tuple[str, str], SubwordTokenizer] = {}  # by class, and digest of the file
_loading = threading.Lock()


def model_ids(can: Callable[[Kind], bool] = lambda kind: True, lesson: str = "") -> tuple[str, ...]:
    """The ids of the models that every page offers, in the order of their kinds.

    Those that can't be used are not among them.

    Args:
        can: what models of a kind must be able to do.
        lesson: those that were made for this one page instead.
    """
    return tuple(i for i in registered(can, lesson) if fault(i) is None)


def registered(can: Callable[[Kind], bool] = lambda kind: True, lesson: str = "") -> list[str]:
    """As `model_ids`, whether they can be used or not."""
    return [i for i, entry in MODELS.items() if entry.lesson == lesson and can(entry.traits)]


def sizes(model_id: str) -> tuple[str, ...]:
    """A model and all that are other sizes or seeds of it, the smallest first.

    Those that can't be used are not among them.
    """
    ids = [i for i, entry in MODELS.items() if model_id in (i, entry.size_of)]
    return tuple(sorted((i for i in ids if fault(i) is None), key=lambda i: card(i).n_params))


def fault(model_id: str) -> VizError | None:
    """Why a model can't be used; None as long as nothing is known against it.

    Its card is read, which takes a millisecond: its files are there, its sizes are those that were
    written, and its weights' header fits them. What its bytes or its numbers show is known once
    somebody looked; the app does at its start.

    Raises:
        InputError: no such model.
    """
    _entry(model_id)
    try:
        card(model_id)
    except VizError as error:
        return error
    return None


def check_files(model_id: str) -> None:
    """See that a model's files are those that were written, byte by byte; loads no torch.

    Raises:
        InputError: no such model.
        CheckpointError: they are not, or something else is wrong with them.
    """
    card(model_id)
    with _kept(model_id):
        checkpoint = read_checkpoint(model_id)
        for name in (WEIGHTS, TOKENIZER):
            checkpoint.sealed(name)


def card(model_id: str) -> Card:
    """What can be said of a model without loading it, read once a process.

    Raises:
        InputError: no such model.
        CheckpointError: it can't be used.
    """
    entry = _entry(model_id)
    with _kept(model_id):
        if model_id not in _cards:
            _cards[model_id] = _card(model_id, entry, read_checkpoint(model_id))
        return _cards[model_id]


def losses(model_id: str) -> list[Line]:
    """How a model's loss fell while it was trained.

    Raises:
        InputError: no such model.
        CheckpointError: its loss curve can't be used; the model still can.
    """
    _entry(model_id)
    return read_losses(checkpoints.FOLDER / model_id / LOSSES)


def load(model_id: str, trained: bool = True) -> Runner:
    """The runner of a model, loaded and proved on first use and shared from then on.

    Args:
        trained: with the checkpoint's weights, or with those that training begins with.

    Raises:
        InputError: no such model.
        CheckpointError: it can't be used.
        ProofError: what it records contradicts itself.
    """
    entry = _entry(model_id)
    with _loading, _kept(model_id):
        if (model_id, trained) not in _runners:
            known, checkpoint = card(model_id), read_checkpoint(model_id)
            runner = build(known, checkpoint, ARCHITECTURES[entry.architecture], trained)
            prove(runner)
            _runners[model_id, trained] = runner
        return _runners[model_id, trained]


@contextmanager
def _kept(model_id: str) -> Iterator[None]:
    """What is found against a model is found once: it is not read again at every click."""
    if model_id in _faults:
        raise _faults[model_id].with_traceback(None)
    try:
        yield
    except VizError as error:
        _faults[model_id] = error
        raise


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


def tokenizers() -> dict[str, SubwordTokenizer]:
    """What each model that can be used cuts texts with; those that share a file share an object."""
    usable = [model_id for model_id in MODELS if fault(model_id) is None]
    return {model_id: _tokenizer(read_checkpoint(model_id)) for model_id in usable}


def _tokenizer(checkpoint: Checkpoint) -> SubwordTokenizer:
    """The tokenizer of a checkpoint, read once a file."""
    row = ARCHITECTURES[MODELS[checkpoint.model_id].architecture]
    key = row.tokenizer, checkpoint.seals[TOKENIZER]
    if key not in _tokenizers:
        with _kept(checkpoint.model_id):
            checkpoint.sealed(TOKENIZER)
        _tokenizers[key] = row.tokenizer_class.load(checkpoint.tokenizer)
    return _tokenizers[key]


@cache
def proposer(model_id: str) -> str | None:
    """The model that says what could stand in a word's place, for one that cuts texts as it does.

    Its masked language model fills each place without seeing what stands there.

    Returns:
        None if no model that fills in masks shares this one's tokenizer.
    """
    own = read_checkpoint(model_id).tokenizer.read_bytes()
    same = (i for i in model_ids(lambda kind: kind.fills))
    return next((i for i in same if read_checkpoint(i).tokenizer.read_bytes() == own), None)


def prove(runner: Runner) -> list[Proof]:
    """Let a runner show that its trace and its model agree.

    Raises:
        ProofError: they don't.
    """
    two = runner.card.traits.translates  # what it would write itself is not its to prove
    request = Request(PROOF_TEXT, PROOF_TEXT if two else None)
    claims = proofs(runner.run(request), runner.record_names, runner.plain_logits(request))
    failed = [f"{proof.claim} ({proof.error:.3g})" for proof in claims if not proof.holds]
    if failed:
        raise ProofError(
            _("{model_id} contradicts itself, so it is not shown: {claims}.").format(
                model_id=runner.card.model_id, claims=", ".join(failed)
            )
        )
    return claims


def _card(model_id: str, entry: Entry, checkpoint: Checkpoint) -> Card:
    """The card of a checkpoint whose sizes fit its weights."""
    sizes, n_params = read_sizes(checkpoint, ARCHITECTURES[entry.architecture])
    return Card(
        model_id,
        entry.kind,
        entry.title,
        entry.source,
        n_params=n_params,
        n_layer=sizes.n_layer,
        n_head=checkpoint.config.get("n_head", 0),
        n_ctx=sizes.n_ctx,
        vocab_size=sizes.vocab_size,
        metrics=checkpoint.metrics,
    )


def _entry(model_id: str) -> Entry:
    if model_id not in MODELS:
        raise InputError(
            _("There is no model {model_id}. There are: {names}.").format(
                model_id=repr(model_id), names=", ".join(MODELS)
            )
        )
    return MODELS[model_id]
