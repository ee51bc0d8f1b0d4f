"""`attention-atlas models`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from viz_core import registry
from viz_core.cli.check import REFUSED
from viz_core.cli.output import AsJson, print_json
from viz_core.errors import CheckpointError


def models(as_json: AsJson = False) -> None:
    """List the models, and what is wrong with those that can't be used."""
    refused = registry.refused()
    rows = [_model(model_id) for model_id in registry.MODELS]
    rows += [{"model_id": name, "unusable": str(error)} for name, error in refused.items()]
    if as_json:
        print_json(rows)
    else:
        _print_as_table(rows)
    if refused:
        raise typer.Exit(REFUSED)


def _print_as_table(rows: list[dict[str, Any]]) -> None:
    """A line a model: id, kind, family, layers x heads, parameters, longest text, precision."""
    for row in rows:
        line = [f"{row['model_id']:20}", f"{row.get('kind', '–'):16}"]
        if "n_params" in row:
            line += [
                f"{row['family']:16}",
                f"{row['n_layer']:2} x {row['n_head'] or '–':<2}",
                f"{row['n_params'] / 1e6:8.2f} M",
                f"{row['n_ctx']:5}",
                f"{row['precision']:5}",
            ]
        typer.echo(" ".join([*line, row.get("title", "")]).rstrip())
        if "unusable" in row:
            typer.echo(f"    {row['unusable']}")


def _model(model_id: str) -> dict[str, Any]:
    """What its card says of a model, or why it can't be used."""
    entry = registry.MODELS[model_id]
    try:
        registry.check_files(model_id)
    except CheckpointError as error:
        known = {"model_id": model_id, "kind": entry.kind, "title": entry.title}
        return {**known, "unusable": str(error)}
    card = asdict(registry.card(model_id))
    shown = {k: v for k, v in card.items() if k not in ("source", "design", "language")}
    own = {"languages": entry.languages, "family": entry.family, "precision": entry.precision}
    return shown | own
