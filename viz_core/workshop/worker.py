"""The process in which a run is trained: `python -m viz_core.workshop.worker`.

On its standard input it gets a job, and later perhaps the word to stop; when that input closes, the
app is gone, and so is the worker. On its standard output it tells of the run. It writes no file.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import asdict
from threading import Event, Thread
from typing import BinaryIO

from viz_core.errors import VizError
from viz_core.i18n import _, set_language
from viz_core.workshop.frames import Frame, read_frame, write_frame
from viz_core.workshop.setup import Job, Setup

POLITE = 15  # how far lessons go before training (`nice`)
MOST_BYTES = 3 << 30  # of memory that a worker may take


def main() -> None:
    """Train one run."""
    ours = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no frame
    _hold_back()
    asked = read_frame(sys.stdin.buffer)
    if asked is None:
        return
    set_language(asked.said["language"])
    stop = Event()
    Thread(target=_listen, args=(sys.stdin.buffer, stop), daemon=True).start()
    try:
        over = _train(ours, _job(asked), stop)
        write_frame(ours, Frame({"is": "done" if over else "stopped"}))
    except VizError as error:
        write_frame(ours, Frame({"is": "refused", "why": str(error)}))
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and "allocate memory" not in str(error):
            raise
        why = _("The run needs more memory than a run may take. Give fewer layers or less width.")
        write_frame(ours, Frame({"is": "refused", "why": why}))


def _train(ours: BinaryIO, job: Job, stop: Event) -> bool:
    """Train a job, telling of it; whether its last step is done."""
    import torch

    from viz_core.workshop.trainer import Told, Trainer

    torch.set_num_threads(1)
    trainer = Trainer(job)
    write_frame(ours, Frame({"is": "about", **trainer.about}))

    def tell(told: Told) -> None:
        said = {"is": "told", "point": asdict(told.point)}
        write_frame(ours, Frame(said, (told.weights, told.state)))

    trainer.train(tell, stop.is_set)
    return trainer.over


def _job(asked: Frame) -> Job:
    text, state = asked.parts
    return Job(Setup.from_dict(asked.said["setup"]), text.decode(), state)


def _listen(given: BinaryIO, stop: Event) -> None:
    """Hear the word to stop; end when the app is gone."""
    while read_frame(given) is not None:
        stop.set()
    os._exit(0)


def _hold_back() -> None:
    """Let lessons go first, and keep memory within bounds."""
    with suppress(AttributeError, OSError):
        os.nice(POLITE)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))


if __name__ == "__main__":
    main()
