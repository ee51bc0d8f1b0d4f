"""Run by `make lecture`: a lecture with many phones, and how long they wait; ends by itself.

A lecturer opens a room and leads it from the Attention page. The phones join, follow every change,
are asked, guess, see the answer, and leave. What each is told is checked: a lecture that went wrong
has no times.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from websockets.exceptions import WebSocketException

from load.__main__ import here, up_to
from load.crowd import percentile
from load.lecturer import Lecturer, opened
from load.phone import PATIENCE, LectureError, Phone
from load.proxied import served
from load.visitor import PageError

PAGE, CLICKED = "attention", ("layer", "head_shown", "word")
SLOWEST = {"follow": 1.0, "vote": 0.5}  # seconds, 95 of 100 are not slower


@dataclass(frozen=True)
class Plan:
    """What a class does.

    Attributes:
        changes: that the lecturer makes, `every` so many seconds.
        within: seconds in which all join, and in which all guess.
    """

    followers: int
    changes: int
    every: float
    within: float


@dataclass(frozen=True)
class Waits:
    """How long something took, in seconds.

    Attributes:
        n: how often it was measured.
    """

    what: str
    n: int
    p50: float
    p95: float
    most: float


async def hold(address: str, plan: Plan) -> list[Waits]:
    """Hold a lecture.

    Raises:
        LectureError: a phone was told something wrong, or a guess was lost.
        TimeoutError: somebody waited longer than `PATIENCE`.
    """
    lecturer = await opened(address, PAGE)
    async with lecturer:
        await lecturer.open()
        phones = [Phone(address, lecturer.code) for _n in range(plan.followers)]
        waits = [_waits("join", await _spread(plan, [phone.join for phone in phones]))]
        waits.append(_waits("follow", await _changes(lecturer, phones, plan)))
        waits += await _question(lecturer, phones, plan)
        await _late(address, lecturer, phones[0])
        await _leave(lecturer, phones)
    return waits


async def _changes(lecturer: Lecturer, phones: list[Phone], plan: Plan) -> list[float]:
    """From a click of the lecturer until a phone has its view, for every click and phone."""
    waited = []
    for n in range(plan.changes):
        due, before = time.perf_counter() + plan.every, _newest(phones)
        begun = time.perf_counter()
        await asyncio.gather(
            lecturer.click(CLICKED[n % len(CLICKED)]),
            *(_later(phone, before, phone.shown) for phone in phones),
        )
        waited += [_first(phone.shown, before) - begun for phone in phones]
        await asyncio.sleep(due - time.perf_counter())
    seen = {phone.states[max(phone.states)].get("view") for phone in phones}
    if len(seen) != 1:
        raise LectureError(f"the phones show {len(seen)} views")
    return waited


async def _question(lecturer: Lecturer, phones: list[Phone], plan: Plan) -> list[Waits]:
    """Ask, guess, reveal, go on."""
    asked = await _told(lecturer, phones, "ask")
    state = phones[0].states[max(phones[0].states)]
    question = state["asked"]
    if "result" in state or "view" in state:
        raise LectureError("the answer is told before it is revealed")
    options = question["options"]
    guesses = [options[n % len(options)] for n in range(len(phones))]
    votes = await _spread(
        plan,
        [
            lambda phone=phone, guess=guess: phone.guess(question["number"], guess)  # type: ignore[misc]
            for phone, guess in zip(phones, guesses, strict=True)
        ],
    )
    revealed = await _told(lecturer, phones, "reveal")
    for phone in phones:
        result = phone.states[max(phone.states)]["result"]
        counted = {row["answer"]: row["n"] for row in result["rows"]}
        if result["n"] != len(phones) or any(counted[one] != guesses.count(one) for one in options):
            raise LectureError(f"{len(phones)} guessed, and the result is {result}")
    gone_on = await _told(lecturer, phones, "done")
    return [
        _waits("question", asked), _waits("vote", votes), _waits("answer", revealed),
        _waits("go on", gone_on),
    ]  # fmt: skip


async def _late(address: str, lecturer: Lecturer, other: Phone) -> None:
    """Who joins late gets the present view."""
    late = Phone(address, lecturer.code)
    await late.join()
    there, here = (one.states[max(one.states)].get("view") for one in (late, other))
    await late.leave()
    if there != here:
        raise LectureError("who joins late sees another view")


async def _leave(lecturer: Lecturer, phones: list[Phone]) -> None:
    """Half of the phones leave, which the lecturer is told; the others see the end."""
    stay = phones[: len(phones) // 2]
    for phone in phones[len(stay) :]:
        await phone.leave()
    async with asyncio.timeout(PATIENCE):
        async for event, data in lecturer.desk.listen(f"/r/{lecturer.code}/lead/events"):
            if event == "counts" and json.loads(data)["here"] == len(stay):
                break
    await lecturer.desk.close()
    await lecturer.end()
    await asyncio.gather(*(phone.until(lambda phone=phone: phone.ended) for phone in stay))
    for phone in stay:
        await phone.leave()


async def _told(lecturer: Lecturer, phones: list[Phone], what: str) -> list[float]:
    """From a press of the lecturer until each phone knows."""
    before, begun = _newest(phones), time.perf_counter()
    await asyncio.gather(
        lecturer.act(what), *(_later(phone, before, phone.told) for phone in phones)
    )
    return [_first(phone.told, before) - begun for phone in phones]


async def _spread(plan: Plan, does: list[Callable[[], object]]) -> list[float]:
    """Let each do something at a moment of its own; what each returns."""

    async def one(do: Callable[[], object]) -> float:
        await asyncio.sleep(random.uniform(0, plan.within))
        return await do()  # type: ignore[misc, no-any-return]

    return list(await asyncio.gather(*map(one, does)))


async def _later(phone: Phone, version: int, there: dict[int, float]) -> None:
    await phone.until(lambda: max(there, default=0) > version)


def _newest(phones: list[Phone]) -> int:
    return max(max(phone.told) for phone in phones)


def _first(there: dict[int, float], version: int) -> float:
    return min(moment for known, moment in there.items() if known > version)


def _waits(what: str, seconds: list[float]) -> Waits:
    p50, p95 = (percentile(seconds, share) for share in (50, 95))
    return Waits(what, len(seconds), p50, p95, max(seconds))


def main(arguments: Sequence[str] | None = None) -> None:
    """Hold a lecture and print how long everybody waited.

    Raises:
        SystemExit: with 1 if it went wrong, with 2 if what was asked for can't be done, with 3 if
            it was slower than `SLOWEST` and that was to be told.
    """
    options = _options(arguments)
    plan = Plan(options.followers, options.changes, options.every, options.within)
    try:
        if options.address:
            waits = asyncio.run(hold(options.address, plan))
        else:
            with served(options.processes, options.store) as address:
                waits = asyncio.run(hold(address, plan))
    except (LectureError, PageError, OSError, EOFError, TimeoutError, WebSocketException) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    if options.json:
        told = {"plan": asdict(plan), "processes": options.processes}
        print(json.dumps(told | {"waits": [asdict(one) for one in waits]}, indent=2))
    else:
        print(f"{'':10}{'n':>7}{'p50 s':>9}{'p95 s':>9}{'most s':>9}")
        for one in waits:
            print(f"{one.what:10}{one.n:7}{one.p50:9.3f}{one.p95:9.3f}{one.most:9.3f}")
    slow = [one.what for one in waits if one.p95 > SLOWEST.get(one.what, float("inf"))]
    if options.strict and slow:
        print(f"too slow: {', '.join(slow)}", file=sys.stderr)
        sys.exit(3)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make lecture", description=__doc__)
    parser.add_argument("--followers", type=up_to(1_000, int), default=20)
    parser.add_argument("--changes", type=up_to(1_000, int), default=6)
    parser.add_argument("--every", type=up_to(60, float), default=3.0, metavar="SECONDS")
    parser.add_argument("--within", type=up_to(600, float), default=10.0, metavar="SECONDS")
    parser.add_argument("--processes", type=up_to(8, int), default=1, help="several: nginx")
    parser.add_argument("--store", help="URL of an empty store, as serve --store takes it")
    parser.add_argument("--address", type=here, help="of a server that runs; else one is started")
    parser.add_argument("--strict", action="store_true", help=f"status 3 above {SLOWEST}")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
