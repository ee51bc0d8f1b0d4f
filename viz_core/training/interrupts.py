"""Ctrl-C and its like end a training run between two steps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

STOPS = ("SIGINT", "SIGTERM", "SIGHUP")  # the last one: the terminal was closed


@contextmanager
def noted_stops() -> Iterator[list[int]]:
    """The numbers of the signals that asked to end since; whoever gets them has to look.

    The second one is obeyed at once. Outside of the main thread no signal is noted.
    """
    asked: list[int] = []

    def note(number: int, _frame: Any) -> None:
        asked.append(number)
        if len(asked) > 1:
            raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in STOPS if hasattr(signal, name)]  # fewer on Windows
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    heard = [n for n in numbers if signal.getsignal(n) is not signal.SIG_IGN]  # `nohup` stays so
    before = {number: signal.signal(number, note) for number in heard}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
