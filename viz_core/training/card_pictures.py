"""The card of a model that sees."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from viz_core.entries import Entry
from viz_core.files import write_whole
from viz_core.losses import Line
from viz_core.training.card import curve, decay, seeds
from viz_core.training.evaluate_pictures import NEIGHBOURS
from viz_core.training.recipes import Recipe

SOURCE = """\
1,797 handwritten digits of 8 x 8 numbers from 0 to 16: Alpaydin and Kaynak 1998, Optical
Recognition of Handwritten Digits (UCI, CC BY 4.0), as scikit-learn has them. 1,260 are trained on,
each a little turned, moved, grown and in another hand whenever it is read; 180 give the loss below;
the other 357 are for the measurements."""

LIMITS = """\
It knows digits of eight by eight numbers, as people of the 1990s wrote them, and always names one
of ten, whatever it is shown. What it says is no source for anything but how such a model works."""


def write_picture_card(
    folder: Path,
    model_id: str,
    entry: Entry,
    recipe: Recipe,
    metrics: dict[str, Any],
    lines: Sequence[Line],
) -> None:
    """Write the checkpoint's README.md from its measurements alone."""
    plan, made = recipe.plan, metrics["training"]
    sizes = ", ".join(f"{name} {value}" for name, value in recipe.config.to_dict().items())
    minutes = made["seconds"] / 60
    text = f"""\
# {model_id}

{entry.title}, after {entry.source}. {sizes}.

## Training

    attention-atlas train --model {model_id}

{made["steps"]:,} steps, {made["tokens"]:,} tokens, {minutes:.0f} minutes on {made["device"]},
{seeds(recipe)}; AdamW {plan.learning_rate}, betas {plan.betas}, weight decay {plan.weight_decay},
{plan.n_warmup} steps of warm-up, {decay(plan)}.

{SOURCE}

{curve(lines, "digits")}

## Quality

Measured {metrics["measured"]} on {metrics["test_split"]}, which no training run has seen.

{_quality(metrics)}

## Limits

{LIMITS}
"""
    write_whole(folder / "README.md", text)


def _quality(metrics: dict[str, Any]) -> str:
    """The shares as a table."""
    shown = metrics.get("answers") or {"the digit is named right": metrics["naming"]}
    shown = shown | {
        f"baseline: the {NEIGHBOURS} nearest neighbours name it": metrics["neighbours"]
    }
    rows = [
        f"| {name} | {found['accuracy']:.1%} | {found['low']:.1%} to {found['high']:.1%} |"
        for name, found in shown.items()
    ]
    return "\n".join(["| measure | right | 95 % interval |", "|---|---|---|", *rows])
