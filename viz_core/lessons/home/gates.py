"""What is said of the cells of recurrent networks: one row for each set of gates."""

from __future__ import annotations

from dataclasses import dataclass

from viz_core.i18n import _
from viz_core.kinds import Kind


@dataclass(frozen=True)
class Cell:
    """The words of one architecture's cell.

    Attributes:
        into, inside, out: label and sentence of the way in, of the cell, of the way out.
        plates: how to read the plates of its gates; empty where there are none.
    """

    into: tuple[str, str]
    inside: tuple[str, str]
    out: tuple[str, str]
    plates: str = ""


def gate_names() -> dict[str, str]:
    """What the gates are called, by their letters."""
    return {
        "i": _("input gate"),
        "f": _("forget gate"),
        "o": _("output gate"),
        "r": _("reset gate"),
        "z": _("update gate"),
    }


def cell_of(kind: Kind) -> Cell:
    """The words of a kind's cell.

    Raises:
        ValueError: nobody has written them yet.
    """
    layer, comes = _("Layer"), ("", _("What comes in."))
    goes = ("", _("What is handed to the layer above."))
    cells = {
        (): Cell(comes, (layer, _("The new state mixes the word with the state before it.")), goes),
        ("i", "f", "g", "o"): Cell(
            ("i", _("The input gate: how much of the word comes in.")),
            (
                layer,
                _(
                    "The cell keeps what the forget gate lets through and adds what the input gate "
                    "lets in."
                ),
            ),
            ("o", _("The output gate: how much of the cell is shown.")),
            _(
                "Plates show how far a gate is shut, on average over its units: i the input "
                "gate, o the output gate, between the boxes the forget gate. In a box the cell "
                "stands above the hidden state."
            ),
        ),
        ("r", "z", "n"): Cell(
            comes,
            (
                layer,
                _(
                    "The new state keeps as much of the old one as the update gate says, and takes "
                    "the rest from a candidate: the word, and what the reset gate lets it ask of "
                    "the old state."
                ),
            ),
            goes,
            _(
                "Plates show how far a gate is shut, on average over its units: between the boxes "
                "z, the update gate, on what is kept, and r, the reset gate, on what is asked."
            ),
        ),
    }
    if kind.gates not in cells:
        raise ValueError(f"nothing is said yet of the cell of a {kind.name}")
    return cells[kind.gates]
