"""The app's end of a worker: starts the process, hears what it tells, notices when it is gone."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from contextlib import suppress
from threading import Thread
from typing import Any, Protocol

from viz_core.places import CODE
from viz_core.workshop.frames import Frame, read_frame, write_frame
from viz_core.workshop.setup import Job

COMMAND = (sys.executable, "-m", "viz_core.workshop.worker")
log = logging.getLogger(__name__)


class Ears(Protocol):
    """What hears a worker."""

    def about(self, said: dict[str, Any]) -> None:
        """What there is to know of the model."""

    def told(self, said: dict[str, Any], weights: bytes, state: bytes) -> None:
        """Where the run is."""

    def over(self, how: str, why: str = "") -> None:
        """The worker is gone."""


class Helper:
    """A worker at its job."""

    def __init__(self, job: Job, language: str, ears: Ears) -> None:
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CODE,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        self._job, self._language, self._ears = job, language, ears
        Thread(target=self._work, daemon=True, name="workshop").start()

    def stop(self) -> None:
        """Ask it to end after the step that it is at."""
        self._say(Frame({"is": "stop"}))

    def kill(self) -> None:
        """End it now."""
        self._process.kill()

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._process.pid

    def _say(self, frame: Frame) -> None:
        with suppress(OSError, ValueError):  # it is gone: then nobody needs to be told
            assert self._process.stdin is not None
            write_frame(self._process.stdin, frame)  # type: ignore[arg-type]

    def _work(self) -> None:
        """Give the job, and hear of it until the worker is gone."""
        said = {"language": self._language, "setup": self._job.setup.to_dict()}
        self._say(Frame(said, (self._job.text.encode(), self._job.state)))
        how, why = "broken", ""
        assert self._process.stdout is not None
        with self._process:
            try:
                while (frame := read_frame(self._process.stdout)) is not None:  # type: ignore[arg-type]
                    what = frame.said.pop("is")
                    if what == "about":
                        self._ears.about(frame.said)
                    elif what == "told":
                        self._ears.told(frame.said["point"], *frame.parts)
                    else:
                        how, why = what, frame.said.get("why", "")
            except Exception:
                log.exception("A worker said what nobody understands")
                self._process.kill()
            self._process.stdin.close()  # type: ignore[union-attr]
        if how == "broken":
            why = str(self._process.returncode)
        self._ears.over(how, why)
