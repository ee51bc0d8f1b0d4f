"""Many visitors on one page, and what their clicks cost."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

from load.clicks import CLICKS, TEXT, own_texts
from load.cpu import cpu_seconds
from load.visitor import Run, Visitor


@dataclass(frozen=True)
class Plan:
    """What a crowd does.

    Attributes:
        every: seconds from one click of a visitor to the next; a slow server gets fewer clicks.
        clicks: of each visitor.
        own: each click is a text of the visitor's own; else all share the page's text.
    """

    visitors: int = 3
    every: float = 2.0
    clicks: int = 5
    own: bool = False


@dataclass(frozen=True)
class Cost:
    """What a page's clicks cost, in seconds and bytes.

    Attributes:
        p50, p95: from click to script finished.
        cpu: of the server per click; None where it is not known.
        n_bytes: of the messages per click.
        changed: share of the clicks after which other pictures were shown.
        load_p50, load_p95, load_bytes: of the first load; the files of the frontend not counted.
    """

    page: str
    clicks: int
    p50: float
    p95: float
    cpu: float | None
    n_bytes: float
    changed: float
    load_p50: float
    load_p95: float
    load_bytes: float


async def visit(address: str, page: str, plan: Plan, pid: int | None = None) -> Cost:
    """Let a crowd open a page, one visitor after another, and then click.

    Args:
        pid: of the server, whose processor time is read.

    Raises:
        PageError: the page shows an error.
        TimeoutError: a run took longer than a visitor's patience.
    """
    texts = own_texts(page)
    async with AsyncExitStack() as stack:
        crowd = [
            await stack.enter_async_context(Visitor(address, page)) for _n in range(plan.visitors)
        ]
        loads = [await visitor.open() for visitor in crowd]
        before = None if pid is None else cpu_seconds(pid)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_click(visitor, n, loads[n], plan, texts))
                for n, visitor in enumerate(crowd)
            ]
        after = None if pid is None else cpu_seconds(pid)
    cpu = None if before is None or after is None else after - before
    return _cost(page, loads, [task.result() for task in tasks], cpu)


async def _click(
    visitor: Visitor, number: int, shown: Run, plan: Plan, texts: Iterator[str]
) -> list[tuple[Run, bool]]:
    """One visitor's clicks, and whether each changed the pictures.

    Visitors begin at different widgets, and their clicks are spread over the time between two.
    """
    clock = asyncio.get_running_loop()
    due = clock.time() + plan.every * number / plan.visitors
    keys, runs = CLICKS[visitor.page], []
    for n in range(plan.clicks):
        await asyncio.sleep(due - clock.time())
        if plan.own and TEXT in visitor.widgets:
            run = await visitor.put(TEXT, next(texts))
        else:
            run = await visitor.click(keys[(number + n) % len(keys)])
        runs.append((run, run.pictures != shown.pictures))
        shown = run
        due = max(due + plan.every, clock.time())
    return runs


def _cost(
    page: str, loads: list[Run], clicks: list[list[tuple[Run, bool]]], cpu: float | None
) -> Cost:
    runs = [run for visitor in clicks for run, _changed in visitor]
    changed = [changed for visitor in clicks for _run, changed in visitor]
    return Cost(
        page=page,
        clicks=len(runs),
        p50=percentile([run.seconds for run in runs], 50),
        p95=percentile([run.seconds for run in runs], 95),
        cpu=None if cpu is None else cpu / len(runs),
        n_bytes=statistics.fmean(run.n_bytes for run in runs),
        changed=statistics.fmean(changed),
        load_p50=percentile([run.seconds for run in loads], 50),
        load_p95=percentile([run.seconds for run in loads], 95),
        load_bytes=statistics.fmean(run.n_bytes for run in loads),
    )


def percentile(values: list[float], share: int) -> float:
    """The value below which so many percent of the values lie, interpolated.

    Args:
        share: from 1 to 99.
    """
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]
