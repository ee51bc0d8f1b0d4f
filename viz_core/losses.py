"""How the loss fell while a checkpoint was trained: its loss.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import isfinite
from pathlib import Path

from viz_core.checkpoints import UnusableError
from viz_core.files import write_whole
from viz_core.i18n import N_

LOSSES = "loss.csv"


@dataclass(frozen=True)
class Line:
    """One line of a loss curve.

    Attributes:
        step, tokens, seconds: since the run began.
        train_loss: mean since the last line, in nats a target.
        valid_loss: of held-out text, in nats a token.
    """

    step: int
    tokens: int
    seconds: float
    train_loss: float
    valid_loss: float


def write_losses(path: Path, lines: Sequence[Line]) -> None:
    """Write a loss curve as CSV."""
    write_whole(path, as_csv(lines).encode())


def as_csv(lines: Sequence[Line]) -> str:
    """A loss curve as CSV."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(Line.__dataclass_fields__))
    writer.writeheader()
    writer.writerows(asdict(line) for line in lines)
    return out.getvalue()


def read_losses(path: Path) -> list[Line]:
    """Read a loss curve written by `write_losses`.

    Raises:
        UnusableError: it is missing, damaged or empty, its tokens don't rise, or a loss is not
            above 0.
    """
    try:
        with path.open(newline="", encoding="utf-8") as rows:
            lines = [
                Line(
                    int(row["step"]),
                    int(row["tokens"]),
                    float(row["seconds"]),
                    float(row["train_loss"]),
                    float(row["valid_loss"]),
                )
                for row in csv.DictReader(rows)
            ]
        _check(lines)
    except (OSError, KeyError, TypeError, ValueError, csv.Error) as error:
        raise UnusableError(
            path.parent.name, N_("{file} can't be read: {said}"), file=path.name, said=error
        ) from error
    return lines


def _check(lines: Sequence[Line]) -> None:
    """See that lines can be drawn.

    Raises:
        ValueError: they can't.
    """
    if not lines:
        raise ValueError("it has no lines")
    counted = [0, *(line.tokens for line in lines)]
    if any(after <= before for before, after in pairwise(counted)):
        raise ValueError("its tokens don't rise from line to line")
    for line in lines:
        if not (isfinite(line.valid_loss) and line.valid_loss > 0):
            raise ValueError(f"a loss of {line.valid_loss} at step {line.step}")
