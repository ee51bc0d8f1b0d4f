"""Digits that people wrote, and what is asked of them: what a model that sees is trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from viz_core.picture_tokenizers import PictureTokenizer, TalkTokenizer
from viz_core.pictures import DARKEST, Digits, digits

NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
AFTER = (*NAMES[1:], "ten")
WORDS = (
    *(*NAMES, "ten", "a", "an", "comes", "even", "is", "it", "more", "next", "no", "odd"),
    *("than", "this", "what", "yes", ".", ",", "?"),
)
TURN, SCALE, SHIFT = 0.22, 0.16, 0.22  # radians; share; of half a picture
INK = (0.6, 1.7)  # a stroke's darkness: the power of each number


@dataclass(frozen=True)
class DigitCorpus:
    """The digits by what they are for; no digit is in two of them.

    Attributes:
        words: all that the model can say.
    """

    train: Digits
    valid: Digits
    test: Digits
    words: tuple[str, ...]

    @property
    def vocab_size(self) -> int:
        """Words and special tokens."""
        return self.tokenizer.vocab_size

    @property
    def tokenizer(self) -> PictureTokenizer:
        """What cuts its pictures, and reads its words."""
        talks = len(self.words) > len(NAMES)
        return (TalkTokenizer if talks else PictureTokenizer).of(self.words)


def named_digits() -> DigitCorpus:
    """Digits with their names, 0 to 9."""
    return _corpus(tuple(map(str, range(len(NAMES)))))


def talked_of_digits() -> DigitCorpus:
    """Digits with all the words that are said of them."""
    return _corpus(WORDS)


def _corpus(words: tuple[str, ...]) -> DigitCorpus:
    return DigitCorpus(digits("train"), digits("valid"), digits("test"), words)


@dataclass(frozen=True)
class Talk:
    """What is asked of a picture, and what is right to answer; both as words."""

    question: str
    answer: str


def sorts_of(digit: int) -> tuple[tuple[Talk, ...], ...]:
    """What can be asked of a digit, by the sort of question; the wordless one first."""
    compared = (
        Talk(f"is it more than {name} ?", _yes(digit > n)) for n, name in enumerate(NAMES[:-1])
    )
    return (
        (Talk("", f"this is {_article(digit)} {NAMES[digit]} ."),),
        (Talk("is it even ?", _yes(digit % 2 == 0)),),
        (Talk("is it odd ?", _yes(digit % 2 == 1)),),
        (Talk("what comes next ?", f"{AFTER[digit]} ."),),
        tuple(compared),
    )


def talks_of(digit: int) -> tuple[Talk, ...]:
    """All of them."""
    return tuple(talk for sort in sorts_of(digit) for talk in sort)


def _article(digit: int) -> str:
    return "an" if NAMES[digit] == "eight" else "a"


def _yes(true: bool) -> str:
    return "yes ." if true else "no ."


def drawn_otherwise(pictures: np.ndarray, rng: torch.Generator) -> Tensor:
    """The same digits a little turned, moved, larger or smaller, in a thinner or thicker hand.

    Args:
        pictures: (batch, SIDE, SIDE), whole numbers.

    Returns:
        whole numbers again, no picture of them blank.
    """
    n = len(pictures)
    x = torch.from_numpy(pictures.astype(np.float32))[:, None] / DARKEST
    turn, grow = (_between(n, rng) * size for size in (TURN, SCALE))
    shift = torch.stack((_between(n, rng), _between(n, rng)), -1) * SHIFT
    cos, sin = turn.cos() / (1 + grow), turn.sin() / (1 + grow)
    rows = torch.stack((cos, -sin, shift[:, 0], sin, cos, shift[:, 1]), -1)
    where = affine_grid(rows.reshape(n, 2, 3), list(x.shape), align_corners=False)
    moved = grid_sample(x, where, padding_mode="zeros", align_corners=False)[:, 0]
    low, high = INK
    power = low + (high - low) * torch.rand((n, 1, 1), generator=rng)
    found = (moved.clamp(0, 1) ** power * DARKEST).round().long()
    blank = found.flatten(1).max(-1).values == 0
    found[blank] = torch.from_numpy(pictures[blank.numpy()].astype(np.int64))
    return found


def _between(n: int, rng: torch.Generator) -> Tensor:
    """Numbers from -1 to 1, (n,)."""
    return 2 * torch.rand(n, generator=rng) - 1
