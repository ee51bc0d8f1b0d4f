"""`attention-atlas check`."""

from __future__ import annotations

from typing import Annotated

import typer

from viz_core import registry
from viz_core.errors import CheckpointError, InputError, ProofError
from viz_core.links import check_stops
from viz_core.tour import read_tour, tour_files

REFUSED = 2  # the status where nothing is wrong but a folder that was given


def check(
    model: Annotated[str | None, typer.Option("--model", help="Only this model.")] = None,
) -> None:
    """Let every model prove that its trace is true, and read every tour."""
    failed = not model and not _tours_can_be_read()
    refused = {} if model else registry.refused()
    for model_id, error in refused.items():
        typer.echo(f"{model_id}: FAILED: {error}")
    for model_id in [model] if model else list(registry.MODELS):
        try:
            found = registry.prove(registry.load(model_id))
        except (CheckpointError, ProofError) as error:
            typer.echo(f"{model_id}: FAILED: {error}")
            failed = True
            continue
        for proof in found:
            typer.echo(f"{model_id}: ok: {proof.claim} (largest difference {proof.error:.1e})")
    if failed or refused:
        raise typer.Exit(1 if failed else REFUSED)


def _tours_can_be_read() -> bool:
    """Say of every tour, in every language that it has, how long it is or what is wrong with it."""
    fine = True
    for name, languages in tour_files().items():
        for language in languages:
            try:
                tour = read_tour(name, language)
                check_stops(tour)
            except InputError as error:
                typer.echo(f"tour {name}: FAILED: {error}")
                fine = False
            else:
                typer.echo(f"tour {name}: ok: {len(tour.stops)} stops ({language})")
    return fine
