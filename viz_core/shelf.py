"""Loaded models, held within a bound of memory: the least used leaves, never one in use."""

from __future__ import annotations

import gc
import os
import weakref
from collections import OrderedDict
from threading import Lock

from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.runners.base import Runner

MEMORY = "ATLAS_MEMORY"  # of the environment: gigabytes that loaded models may take together
SHARE = 0.75  # of the machine's memory, where nothing is said
GIGABYTE = 1e9
WORTH = 0.01  # a model that takes less than this share of what is needed stays where it is

Key = tuple[str, bool]  # model id, and whether it is trained


class Shelf:
    """Loaded models by their key, each with the bytes that it takes."""

    def __init__(self) -> None:
        self._held: OrderedDict[Key, tuple[Runner, int]] = OrderedDict()  # least used first
        self._lock = Lock()

    def get(self, key: Key) -> Runner | None:
        """A model that is held, which now is the one used last."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key][0]

    def put(self, key: Key, runner: Runner, n_bytes: int) -> None:
        """Hold a model."""
        with self._lock:
            self._held[key] = runner, n_bytes

    def make_room(self, model_id: str, n_bytes: int) -> None:
        """Let go of models that were not used for longest until so many bytes more fit.

        Raises:
            InputError: those that would have to leave are in use.
        """
        with self._lock:
            for key in list(self._held):
                if self._used() + n_bytes <= limit():
                    return
                if self._held[key][1] >= WORTH * n_bytes:
                    self._let_go(key)
            used = self._used()
        if used + n_bytes > limit():
            raise InputError(
                _(
                    "{model_id} takes {needed} GB, and of {limit} GB for loaded models {used} GB "
                    "are in use. Try again when others are done."
                ).format(model_id=model_id, needed=_gb(n_bytes), limit=_gb(limit()), used=_gb(used))
            )

    def drop(self, begins: str) -> None:
        """Let go of all models whose ids begin so; whoever has one in his hands keeps it."""
        with self._lock:
            for key in [key for key in self._held if key[0].startswith(begins)]:
                del self._held[key]

    def _used(self) -> int:
        return sum(n_bytes for _runner, n_bytes in self._held.values())

    def _let_go(self, key: Key) -> None:
        """Let go of a model, unless somebody else has it in his hands."""
        runner, n_bytes = self._held.pop(key)
        alive = weakref.ref(runner)
        del runner
        if (found := alive()) is not None:
            self._held[key] = found, n_bytes
            self._held.move_to_end(key, last=False)
            return
        gc.collect()  # its hooks know its modules, and these know them


def check_fits(model_id: str, n_bytes: int) -> None:
    """Refuse a model that can't be held even alone, before its weights are read.

    Raises:
        InputError: with the numbers.
    """
    if n_bytes > limit():
        raise InputError(
            _(
                "{model_id} takes {needed} GB, and loaded models may take {limit} GB. Allow more "
                "with --memory, or take a smaller model."
            ).format(model_id=model_id, needed=_gb(n_bytes), limit=_gb(limit()))
        )


def limit() -> int:
    """Bytes that loaded models may take together.

    Raises:
        InputError: the environment says something else than a number of gigabytes.
    """
    said = os.environ.get(MEMORY)
    if said is None:
        return int(SHARE * _machine())
    try:
        found = float(said)
    except ValueError:
        found = 0.0
    if not 0 < found < 1e6:
        raise InputError(
            _("{name} is {found}; it takes gigabytes, such as 4.").format(
                name=MEMORY, found=repr(said)
            )
        )
    return int(found * GIGABYTE)


def _machine() -> int:
    """Bytes of the machine's memory; where that can't be told, more than any has."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 1 << 50


def _gb(n_bytes: float) -> str:
    return f"{n_bytes / GIGABYTE:.2f}"
