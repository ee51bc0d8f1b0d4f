"""`attention-atlas train`, `serve` and `bench`: what runs for long."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from viz_core.cli.offering import Folders, Gigabytes, Names, hand_on, offer
from viz_core.cli.output import AsJson, Model, print_json, report


def train(
    model: Model,
    corpus: Annotated[
        Path | None, typer.Option(help="Folder of the corpora; models of digits need none.")
    ] = None,
    resume: Annotated[bool, typer.Option(help="Go on where the last part stopped.")] = False,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many steps of the plan.")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 2,
) -> None:
    """Train a model and write its checkpoint; can stop and resume at any step."""
    from viz_core.training.run import Stopped, train_checkpoint

    ended = train_checkpoint(model, corpus, resume=resume, stop_at=steps, threads=threads)
    if not isinstance(ended, Stopped):
        print_json(ended)
        return
    typer.echo(f"Stopped at step {ended.step} of {ended.n_steps}; go on with --resume.")
    if ended.stopped_by:
        raise typer.Exit(128 + ended.stopped_by)


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535)] = 8501,
    browser: Annotated[bool, typer.Option(help="Open a browser where there is one.")] = True,
    embed: Annotated[
        list[str] | None,
        typer.Option(help="Origin of a site that may show the app in a frame; repeatable."),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(help="Where links and rooms are kept: sqlite:///FILE or postgresql://..."),
    ] = None,
    model_dir: Folders = None,
    hub: Names = None,
    memory: Gigabytes = None,
) -> None:
    """Start the app, warm it up and say where it is."""
    if store is not None:
        from viz_core.store import SETTING, open_store

        open_store(store)  # what is wrong with it is said now, not at the first click
        os.environ[SETTING] = store
    from viz_core.serve import serve as start

    hand_on(offer(model_dir or (), hub or (), memory))
    raise typer.Exit(start(host, port, browser, embed or ()))


def bench(as_json: AsJson = False) -> None:
    """Measure speed as ratios within this run; status 1 if one misses its budget."""
    from viz_core.bench import measure, over_budget

    found = measure()
    report(found, as_json)
    for name in over_budget(found):
        typer.echo(f"over budget: {name}", err=True)
    if over_budget(found):
        raise typer.Exit(1)
