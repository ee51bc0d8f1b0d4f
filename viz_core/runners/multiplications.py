"""How many multiplications a computation takes: counted while it runs."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from torch.overrides import TorchFunctionMode

# products of matrices by their names in torch -> which argument is the left one
PRODUCTS = {"linear": 0, "matmul": 0, "__matmul__": 0, "mm": 0, "bmm": 0, "addmm": 1, "baddbmm": 1}


class Multiplications(TorchFunctionMode):
    """Counts the multiplications of all products of matrices and vectors of this thread.

    Each number of a product takes as many as the left factor has columns. Sums, norms, softmax and
    products number by number are not counted; torch's own `FlopCounterMode` leaves them out, too,
    but hangs hooks on the modules of all threads. A test holds that both count the same.

    Attributes:
        n: so far.
    """

    def __init__(self) -> None:
        super().__init__()
        self.n: int = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        left = PRODUCTS.get(getattr(func, "__name__", ""))
        if left is not None and isinstance(made, Tensor):
            self.n += made.numel() * args[left].shape[-1]
        return made
