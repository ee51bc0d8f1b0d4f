"""How much memory the tensors of a computation hold at once."""

from __future__ import annotations

import weakref
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class MemoryWatch(TorchDispatchMode):  # type: ignore[no-untyped-call] # torch leaves it untyped
    """Counts the storages that operations of this thread make, until the last tensor of each goes.

    Attributes:
        held, most: bytes now, and at the highest.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.held: int = 0
        self.most: int = 0
        self._alive: dict[int, int] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        given = {_storage(x)._cdata for x in tree_leaves((args, kwargs)) if isinstance(x, Tensor)}
        for x in tree_leaves(made):
            if not isinstance(x, Tensor):
                continue
            storage = _storage(x)
            key, size = storage._cdata, storage.nbytes()
            if size and key not in given and key not in self._alive:  # no view, not in place
                self._alive[key] = size
                self.held += size
                weakref.finalize(storage, self._gone, key)
        self.most = max(self.most, self.held)
        return made

    def _gone(self, key: int) -> None:
        self.held -= self._alive.pop(key)


def _storage(x: Tensor) -> Any:
    return x.untyped_storage()
