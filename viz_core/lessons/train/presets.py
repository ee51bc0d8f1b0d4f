"""Runs to begin with, each for something that it teaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from viz_core.i18n import N_
from viz_core.workshop.setup import DECODER, LSTM, RNN, Setup


@dataclass(frozen=True)
class Preset:
    """What a click on "Train" trains, and what there is to see.

    Attributes:
        title, teaches: for people, in English.
        setup: what is trained.
        variants: what differs in each of the runs that are trained beside each other.
        watch: the second picture, a name of `link.MEASURES`.
    """

    title: str
    teaches: str
    setup: Setup
    watch: str = "right"
    variants: tuple[Mapping[str, Any], ...] = ({},)

    def setups(self, setup: Setup) -> list[Setup]:
        """All that is trained, if the visitor chose this."""
        return [replace(setup, **variant) for variant in self.variants]


PRESETS = {
    "copying": Preset(
        N_("Copying"),
        N_(
            "A few letters that come again, piece by piece. After some hundred steps the loss "
            "dives: an induction head has formed, which looks at what followed the same letter "
            "before."
        ),
        Setup(corpus="copying", n_layer=2, n_head=4, width=64, n_steps=1_000),
        watch="match",
    ),
    "residual": Preset(
        N_("With and without residual connections"),
        N_(
            "The same decoder of twelve layers twice. With residual connections the loss goes on "
            "falling; without them the gradient does not reach the first layers, and it stays."
        ),
        Setup(corpus="stories", n_layer=12, n_head=2, width=32, n_steps=200),
        watch="norms",
        variants=({}, {"residual": False}),
    ),
    "fact": Preset(
        N_("Who keeps a fact?"),
        N_(
            "Tom is a cat, then up to four other sentences, then: what does he eat? RNN, LSTM and "
            "decoder read the same stories. After some hundred steps the decoder knows; an LSTM "
            "can learn it too, but in many more."
        ),
        Setup(corpus="recall", n_layer=2, n_head=4, width=64, n_steps=600),
        variants=({"kind": RNN}, {"kind": LSTM, "rate": 0.01}, {"kind": DECODER}),
    ),
    "poem": Preset(
        N_("A poem by heart"),
        N_(
            "Thirty-four lines, and a model with a hundred times as many numbers as they have "
            "letters: it learns them by heart. The loss of the last lines, which it never saw, "
            "rises."
        ),
        Setup(corpus="poem", n_layer=2, n_head=4, width=64, n_steps=300),
    ),
    "own": Preset(
        N_("Your own text"),
        N_(
            "Paste a text: a decoder learns to go on like it. Then open it in any lesson, or take "
            "it home."
        ),
        Setup(corpus="own", n_layer=2, n_head=4, width=64, n_steps=600),
    ),
}
EXAMPLE = PRESETS["copying"].setup  # what a page shows to whoever has trained nothing yet
