"""What a sentence to begin with is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Opening:
    """A sentence, where its point is best seen, and what it teaches.

    Attributes:
        model, layer, head: of the view that it opens; a recurrent model has neither layer nor head,
            and without them it is the page that chooses.
        word: place of the word that is picked; -1 for the one that is asked about.
        label: what it shows, in a few words; in English, as is the next.
        teaches: its point, in one sentence.
    """

    text: str
    model: str
    layer: int | None
    head: int | None
    word: int
    label: str
    teaches: str
