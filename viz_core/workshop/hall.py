"""Where runs are trained: so many at once, the others in a fair queue; all they leave in memory.

A run belongs to a visitor's session, which is known by a word that nobody else has; its id is known
to whoever was given it, and that is all it takes to look at it. Bounds are counts and bytes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

from viz_core.errors import InputError
from viz_core.i18n import _, language
from viz_core.workshop.helper import Helper
from viz_core.workshop.run import (
    BROKEN,
    DONE,
    PAUSED,
    REFUSED,
    RESUMABLE,
    STOPPED,
    WAITING,
    WORKING,
    Run,
)
from viz_core.workshop.setup import OWN, Job, Setup, check_text
from viz_core.workshop.told import Match, Point

N_WORKERS = 2
N_OWN = 8  # runs of one visitor
N_WAITING = 24  # runs of all visitors that wait
LETTERS, N_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789", 12  # of what nobody guesses
EXAMPLE = "example"  # the owner of what all share
MOST_BYTES = 512_000_000  # of what all runs left; those that nobody looked at for longest go


@dataclass
class _Work:
    """A run, and what is done about it."""

    run: Run
    owner: str
    language: str
    helper: Helper | None = None
    then: str = STOPPED  # the status that it gets when it stops
    looked: int = 0
    snapshots: dict[int, bytes] = field(default_factory=dict)
    points: list[Point] = field(default_factory=list)

    @property
    def n_bytes(self) -> int:
        return sum(map(len, self.snapshots.values())) + len(self.run.state) + len(self.run.text)


class Hall:
    """Runs of all visitors.

    Args:
        forget: is told the id of a run that is no more.
    """

    def __init__(self, forget: Callable[[str], None] = lambda run_id: None) -> None:
        self._works: dict[str, _Work] = {}  # in the order in which they were started
        self._served: dict[str, int] = {}  # owner -> when he last got a worker
        self._looks = 0  # counts what happens; no clock is looked at
        self._lock = RLock()
        self._example = ""
        self.forget = forget

    def start(self, owner: str, name: str, setup: Setup, text: str = "") -> str:
        """Let a run be trained; it waits until there is a worker.

        Args:
            owner: the session's word.
            text: the typed corpus, if the setup asks for it.

        Returns:
            its id.

        Raises:
            InputError: the text can't be learned from, or there are too many runs.
        """
        if setup.corpus == OWN:
            check_text(text)
        with self._lock:
            own = [work for work in self._works.values() if work.owner == owner]
            if len(own) >= N_OWN:
                raise InputError(
                    _("You have {n} runs, which is as many as are kept. Remove one first.").format(
                        n=len(own)
                    )
                )
            if sum(work.run.status == WAITING for work in self._works.values()) >= N_WAITING:
                raise InputError(
                    _("{n} runs wait already. Start yours when some are done.").format(n=N_WAITING)
                )
            run_id = f"{setup.corpus}-{_secret()}"
            run = Run(run_id, name, setup, WAITING, text=text if setup.corpus == OWN else "")
            self._works[run_id] = _Work(run, owner, language(), looked=self._tick())
            self._make_room()
            self._serve()
            return run_id

    def get(self, run_id: str) -> Run | None:
        """A run as it is now; None if there is none of this id."""
        with self._lock:
            work = self._works.get(run_id)
            if work is None:
                return None
            work.looked = self._tick()
            return replace(
                work.run,
                place=self._queue().index(work) + 1 if work.run.status == WAITING else 0,
                points=tuple(work.points),
                snapshots=dict(work.snapshots),
            )

    def example(self, setup: Setup) -> Run:
        """A run that all visitors share, trained when the first of them asks for it."""
        with self._lock:
            if self._example not in self._works:
                self._example = self.start(EXAMPLE, EXAMPLE, setup)
            found = self.get(self._example)
            assert found is not None
            return found

    def is_example(self, run_id: str) -> bool:
        """Whether a run is the one that all share."""
        return run_id == self._example

    def owns(self, owner: str, run_id: str) -> bool:
        """Whether a run is this session's own."""
        with self._lock:
            return run_id in self._works and self._works[run_id].owner == owner

    def pause(self, run_id: str) -> None:
        """Let a run stop after its step, to go on later; its worker is free for others."""
        self._end(run_id, PAUSED)

    def stop(self, run_id: str) -> None:
        """Let a run end after its step."""
        self._end(run_id, STOPPED)

    def resume(self, run_id: str) -> None:
        """Let a run go on from what it left last: it waits for a worker again."""
        with self._lock:
            work = self._works.get(run_id)
            if work is not None and work.run.status in RESUMABLE:
                work.run = replace(work.run, status=WAITING, why="")
                work.points = [p for p in work.points if p.step <= max(0, work.run.state_step)]
                self._serve()

    def remove(self, run_id: str) -> None:
        """Forget a run and all that it left."""
        with self._lock:
            work = self._works.pop(run_id, None)
        if work is not None:
            if work.helper is not None:
                work.helper.kill()
            self.forget(run_id)
            with self._lock:
                self._serve()

    def close(self) -> None:
        """Forget all runs."""
        for run_id in list(self._works):
            self.remove(run_id)

    def _tick(self) -> int:
        self._looks += 1
        return self._looks

    def _end(self, run_id: str, status: str) -> None:
        with self._lock:
            work = self._works.get(run_id)
            if work is None:
                return
            work.then = status
            if work.helper is not None:
                work.helper.stop()
            elif work.run.status == WAITING:
                work.run = replace(work.run, status=status)

    def _queue(self) -> list[_Work]:
        """The waiting runs in the order in which they get a worker, if no other one comes.

        The visitors take turns: one who has no run at work comes before one who has, then whoever
        got a worker longest ago; each has his own runs trained in the order in which he started
        them.
        """
        waiting = [work for work in self._works.values() if work.run.status == WAITING]
        turns = dict.fromkeys((work.owner for work in waiting), 0)
        for work in self._works.values():
            if work.run.status == WORKING and work.owner in turns:
                turns[work.owner] += 1
        placed: list[tuple[int, int, int, _Work]] = []
        for work in waiting:
            placed.append((turns[work.owner], self._served.get(work.owner, 0), len(placed), work))
            turns[work.owner] += 1
        return [row[3] for row in sorted(placed, key=lambda row: row[:3])]

    def _serve(self) -> None:
        """Give workers to those who wait, as long as there are any."""
        while sum(work.helper is not None for work in self._works.values()) < N_WORKERS:
            queue = self._queue()
            if not queue:
                return
            work = queue[0]
            there = {one.owner for one in self._works.values()}
            self._served = {one: n for one, n in self._served.items() if one in there}
            self._served[work.owner] = self._tick()
            work.run = replace(work.run, status=WORKING)
            work.then = STOPPED
            job = Job(work.run.setup, work.run.text, work.run.state)
            work.helper = Helper(job, work.language, _Ears(self, work))

    def _make_room(self) -> None:
        """Let go of runs that nobody looked at for longest, if all together take too much."""
        idle = sorted(
            (work for work in self._works.values() if not work.run.active),
            key=lambda work: work.looked,
        )
        total = sum(work.n_bytes for work in self._works.values())
        for work in idle:
            if total <= MOST_BYTES:
                return
            total -= work.n_bytes
            del self._works[work.run.id]
            self.forget(work.run.id)


@dataclass(frozen=True)
class _Ears:
    """What hears what a worker tells of a run."""

    hall: Hall
    work: _Work

    def told(self, said: dict[str, Any], weights: bytes, state: bytes) -> None:
        """A point, perhaps with what is kept of the model."""
        match = said.pop("match")
        found = Match(*match) if match else None
        point = Point(**said | {"norms": tuple(said["norms"]), "match": found})
        with self.hall._lock:
            self.work.points.append(point)
            if weights:
                self.work.snapshots[point.step] = weights
            if state:
                self.work.run = replace(self.work.run, state=state, state_step=point.step)

    def about(self, said: dict[str, Any]) -> None:
        """What there is to know of the model."""
        with self.hall._lock:
            self.work.run = replace(self.work.run, about=said)

    def over(self, how: str, why: str = "") -> None:
        """The worker is gone: it was `done` or `stopped`, `refused` to go on, or is `broken`."""
        status = {"done": DONE, "stopped": self.work.then, "refused": REFUSED}.get(how, BROKEN)
        with self.hall._lock:
            self.work.helper = None
            self.work.run = replace(self.work.run, status=status, why=why)
            self.hall._make_room()
            self.hall._serve()


def _secret() -> str:
    """What nobody guesses, in letters and digits that are told apart."""
    return "".join(secrets.choice(LETTERS) for _n in range(N_LETTERS))


HALL = Hall()
