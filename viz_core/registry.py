"""The registered models: what can be said of each, and how to build what runs it.

Reading cards loads no torch; `load` does. A model is loaded once, proves itself, and then serves
every thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viz_core import checkpoints
from viz_core.analysis.proof import Proof, proofs
from viz_core.entries import MODELS as OURS
from viz_core.entries import PLANNED as PLANNED
from viz_core.entries import Entry
from viz_core.errors import InputError, ProofError, VizError
from viz_core.guests import Table
from viz_core.hub.entry import FolderEntry, models_in, said_by_environment
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.losses import LOSSES, Line, read_losses
from viz_core.runners.base import Card, Request, Runner, Writer
from viz_core.shelf import Shelf, check_fits
from viz_core.workshop import entry as runs
from viz_core.workshop.hall import HALL

if TYPE_CHECKING:
    from viz_core.tokenizers import SubwordTokenizer

AnyEntry = Entry | FolderEntry | runs.RunEntry
MODELS: Table[AnyEntry] = Table(OURS, runs.find)
PROOF_TEXT = "Tom is a cat. Tom's favorite food is fish."

_cards: dict[str, Card] = {}
_shelf = Shelf()
_refused: dict[str, VizError] = {}  # of folders that were to be offered and can't be used
_faults: dict[str, VizError] = {}  # of models that can't be used, until the app is started again
_tokenizers: dict[str, SubwordTokenizer] = {}  # by what those that cut alike have in common
_loading = threading.Lock()


def model_ids(
    can: Callable[[Kind], bool] = lambda kind: True, lesson: str = "", *, own: bool = False
) -> tuple[str, ...]:
    """The ids of the models that every page offers, ours first, in the order of their kinds.

    Those that can't be used are not among them.

    Args:
        can: what models of a kind must be able to do.
        lesson: those that were made for this one page instead.
        own: only those that were trained here, on texts of one world.
    """
    ids = (i for i in registered(can, lesson) if not own or MODELS[i].own)
    return tuple(i for i in ids if fault(i) is None)


def is_loaded(model_id: str, trained: bool = True) -> bool:
    """Whether a model is there, so that nobody has to wait for it."""
    return _shelf.get((model_id, trained)) is not None


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
    entry = entry_of(model_id)
    try:
        check_fits(model_id, entry.n_bytes(card(model_id)))
    except VizError as error:
        return error
    return None


def check_files(model_id: str) -> None:
    """See that a model's files are those that were written, byte by byte; loads no torch.

    Raises:
        InputError: no such model.
        CheckpointError: they are not, or something else is wrong with them.
    """
    entry = entry_of(model_id)
    card(model_id)
    with _kept(model_id):
        entry.check_files(model_id)


def card(model_id: str) -> Card:
    """What can be said of a model without loading it, read once a process.

    Raises:
        InputError: no such model.
        CheckpointError: it can't be used.
    """
    entry = entry_of(model_id)
    with _kept(model_id):
        if model_id not in _cards:
            _cards[model_id] = entry.card(model_id)
        return _cards[model_id]


def losses(model_id: str) -> list[Line]:
    """How a model's loss fell while it was trained.

    Raises:
        InputError: no such model.
        CheckpointError: its loss curve can't be used; the model still can.
    """
    entry_of(model_id)
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
    entry, key = entry_of(model_id), (model_id, trained)
    if (held := _shelf.get(key)) is not None:  # nobody waits for others that are loaded
        return held
    with _loading:
        if (held := _shelf.get(key)) is not None:
            return held
        known = card(model_id)
        n_bytes = entry.n_bytes(known)
        check_fits(model_id, n_bytes)
        _shelf.make_room(model_id, n_bytes)
        with _kept(model_id):
            runner = entry.build(known, trained)
            prove(runner)
        _shelf.put(key, runner, n_bytes)
        return runner


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
    """What each model that can be used cuts texts with; those that cut alike share an object."""
    found = {}
    for model_id in [model_id for model_id in MODELS if fault(model_id) is None]:
        try:
            found[model_id] = _tokenizer(model_id)
        except VizError:
            continue  # a fault of the model from now on
    return found


def _tokenizer(model_id: str) -> SubwordTokenizer:
    """The tokenizer of a model, opened once."""
    entry = entry_of(model_id)
    key = entry.tokenizer_key(model_id)
    with _kept(model_id):
        if key not in _tokenizers:
            _tokenizers[key] = entry.open_tokenizer(model_id)
        return _tokenizers[key]


@cache
def proposer(model_id: str) -> str | None:
    """The model that says what could stand in a word's place, for one that cuts texts as it does.

    Its masked language model fills each place without seeing what stands there.

    Returns:
        None if no model that fills in masks shares this one's tokenizer.
    """
    if MODELS[model_id].traits.fills:
        return model_id
    own = entry_of(model_id).tokenizer_key(model_id)
    fillers = model_ids(lambda kind: kind.fills)
    return next((i for i in fillers if entry_of(i).tokenizer_key(i) == own), None)


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


def offer(path: Path, name: str = "") -> dict[str, VizError]:
    """Offer the models of a folder beside those that there are: the operator's to decide.

    Args:
        path: of one model, or of folders with a model each.
        name: what the model is called, where the folder is one itself.

    Returns:
        what is wrong with those that can't be used, by their ids; the others are offered.

    Raises:
        InputError: there is no such folder, no model in it, or another model has its name.
    """
    found = models_in(path, name)
    for model_id, entry in found.items():
        if (there := MODELS.get(model_id)) is not None and there != entry:
            raise InputError(
                _(
                    "There is a model {model_id} already. Give the folder {path} another name."
                ).format(model_id=model_id, path=path)
            )
        if isinstance(entry, VizError):
            _refused[model_id] = entry
        else:
            MODELS[model_id] = entry
    return {i: entry for i, entry in found.items() if isinstance(entry, VizError)}


def is_run(model_id: str) -> bool:
    """Whether a model is a step of a run that there is."""
    return isinstance(MODELS.get(model_id), runs.RunEntry)


def forget(run_id: str) -> None:
    """Let go of all that is kept of the models of a run that is no more."""
    of_run = f"{run_id}-"
    _shelf.drop(of_run)
    held: tuple[dict[str, Any], ...] = (_cards, _faults, _tokenizers)
    for kept in held:
        for key in [key for key in tuple(kept) if key.startswith(of_run)]:
            kept.pop(key, None)


def refused() -> dict[str, VizError]:
    """What is wrong with models that were to be offered and are not, by their ids."""
    return dict(_refused)


def entry_of(model_id: str) -> AnyEntry:
    """The entry of a model, whether it is shipped, of a folder, or still to be trained.

    Raises:
        InputError: no such model.
        FolderError: it was to be offered and can't be used.
    """
    if model_id in _refused:
        raise _refused[model_id].with_traceback(None)
    entry = MODELS.get(model_id) or PLANNED.get(model_id)
    if entry is None:
        raise InputError(
            _("There is no model {model_id}. There are: {names}.").format(
                model_id=repr(model_id), names=", ".join(MODELS)
            )
        )
    return entry


def _offer_environment() -> None:
    """What the environment says to offer; a folder of it that is none is told, and passed over."""
    for name, path in said_by_environment():
        try:
            offer(path, name)
        except VizError as error:
            _refused[name or path.name] = error


HALL.forget = forget
_offer_environment()
