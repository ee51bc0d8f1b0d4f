"""`attention-atlas models`."""

from __future__ import annotations

from dataclasses import asdict

import typer

from viz_core import registry
from viz_core.cli.output import AsJson, print_json


def models(as_json: AsJson = False) -> None:
    """List the models."""
    cards = [registry.card(model_id) for model_id in registry.MODELS]
    if as_json:
        print_json([{k: v for k, v in asdict(card).items() if k != "source"} for card in cards])
        return
    for card in cards:
        typer.echo(f"{card.model_id:20} {card.kind:16} {card.n_params / 1e6:.2f} M  {card.title}")
