"""Run by `make load`: visitors on every page of a server on this machine; ends by itself."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from urllib.parse import urlsplit

from served import Server
from websockets.exceptions import WebSocketException

from load.clicks import CLICKS
from load.crowd import Cost, Plan, visit
from load.visitor import PageError

HERE = {"127.0.0.1", "localhost"}
MOST_VISITORS, MOST_CLICKS, MOST_SECONDS = 200, 1_000, 3_600
COLUMNS = {
    "page": "{page}",
    "clicks": "{clicks}",
    "p50 s": "{p50:.3f}",
    "p95 s": "{p95:.3f}",
    "CPU s": "{cpu:.3f}",
    "kB": "{n_bytes:.1f}",
    "changed": "{changed:.0%}",
    "load p50 s": "{load_p50:.3f}",
    "load p95 s": "{load_p95:.3f}",
    "load kB": "{load_bytes:.1f}",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the pages that were asked for and print what their clicks cost.

    Raises:
        SystemExit: with 1 if a page failed or the time was up, with 2 if what was asked for can't
            be done.
    """
    options = _options(arguments)
    plan = Plan(options.visitors, options.every, options.clicks, options.own)
    costs: list[Cost] = []
    if not options.json:
        print("".join(f"{name:>{_width(name)}}" for name in COLUMNS), flush=True)

    def take(cost: Cost) -> None:
        costs.append(cost)
        if not options.json:
            print(_row(cost), flush=True)

    with _served(options.address, options.pid) as (address, pid):
        trouble = asyncio.run(_measure(address, pid, options.pages, plan, options.limit, take))
    if options.json:
        print(json.dumps({"plan": asdict(plan), "pages": [asdict(c) for c in costs]}, indent=2))
    if trouble:
        sys.exit(trouble)


@contextmanager
def _served(address: str | None, pid: int | None) -> Iterator[tuple[str, int | None]]:
    """Address and process of the server that was named, or of one that lasts as long as this."""
    if address is not None:
        yield address, pid
        return
    server = Server()
    try:
        yield f"http://127.0.0.1:{server.port}", server.process.pid
    finally:
        server.stop()


async def _measure(
    address: str,
    pid: int | None,
    pages: Sequence[str],
    plan: Plan,
    limit: float,
    take: Callable[[Cost], None],
) -> str:
    """Page after page, each cost handed on as soon as it is there; what went wrong, or nothing."""
    troubles, page = list[str](), ""
    try:
        async with asyncio.timeout(limit):
            for page in pages:
                take(await visit(address, page, plan, pid))
    except* TimeoutError:
        troubles.append(f"{page}: no answer in time")
    except* (PageError, OSError, WebSocketException) as errors:
        troubles += [f"{page}: {error}" for error in errors.exceptions]
    return "; ".join(troubles)


def _row(cost: Cost) -> str:
    values = asdict(cost) | {"n_bytes": cost.n_bytes / 1e3, "load_bytes": cost.load_bytes / 1e3}
    cells = {
        name: "-" if name == "CPU s" and cost.cpu is None else form.format(**values)
        for name, form in COLUMNS.items()
    }
    return "".join(f"{cell:>{_width(name)}}" for name, cell in cells.items())


def _width(name: str) -> int:
    return 17 if name == "page" else max(len(name), 6) + 2


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--pages", nargs="+", default=list(CLICKS), choices=CLICKS, metavar="PAGE")
    parser.add_argument("--visitors", type=up_to(MOST_VISITORS, int), default=3)
    parser.add_argument(
        "--every", type=up_to(60, float), default=2.0, help="seconds between a visitor's clicks"
    )
    parser.add_argument(
        "--clicks", type=up_to(MOST_CLICKS, int), default=5, help="of each visitor on each page"
    )
    parser.add_argument("--own", action="store_true", help="each click is a text of its own")
    parser.add_argument("--address", type=here, help="of a server that runs; else one is started")
    parser.add_argument("--pid", type=int, help="of that server, for its processor time")
    parser.add_argument(
        "--limit", type=up_to(MOST_SECONDS, float), default=600, help="seconds for all pages"
    )
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def up_to(most: float, of: Callable[[str], float]) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = of(text)
        if not 0 < value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most {most}")
        return value

    return parse


def here(text: str) -> str:
    """An address on this machine: a load test of anyone else's would be an attack."""
    parts = urlsplit(text)
    if parts.scheme != "http" or parts.hostname not in HERE:
        raise argparse.ArgumentTypeError(f"{text} does not begin with http://127.0.0.1")
    return f"http://{parts.netloc}"


if __name__ == "__main__":
    main()
