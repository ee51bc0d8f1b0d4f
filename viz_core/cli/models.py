"""`attention-atlas models`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from viz_core import registry
from viz_core.cli.output import AsJson, print_json
from viz_core.errors import CheckpointError


def models(as_json: AsJson = False) -> None:
    """List the models, and what is wrong with those that can't be used."""
    rows = [_model(model_id) for model_id in registry.MODELS]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        what = f"{row['n_params'] / 1e6:.2f} M" if "n_params" in row else "–"
        typer.echo(f"{row['model_id']:20} {row['kind']:16} {what:7} {row['title']}")
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
    return {k: v for k, v in asdict(registry.card(model_id)).items() if k != "source"}
