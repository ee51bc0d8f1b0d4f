"""Pictures as a model of ours reads them: eight by eight numbers, cut into sixteen patches.

A picture is written as 64 characters, row by row, each a number from 0 to 16: `0` to `9`, then `a`
to `g`. So it stands in a link, in a text, in a file. A patch of two by two numbers is a token, and
its id is these numbers read as one: there are 17^4 of them, and none needs a row in a table.

Source: Dosovitskiy et al. 2021, An Image is Worth 16x16 Words; the digits are those of Kaynak and
Alpaydin 1998, as scikit-learn has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from viz_core.errors import InputError
from viz_core.i18n import _

SIDE, PATCH = 8, 2  # numbers along a side of a picture, and of a patch
GRID = SIDE // PATCH  # patches along a side
N_PATCHES = GRID * GRID
DARKEST = 16  # the largest number; 0 is blank paper
MARKS = "0123456789abcdefg"
BLANK = 0  # the patch without a mark
# what each patch looks like, by which of its four numbers are dark: upper left counts 1, then
# upper right, lower left, lower right
GLYPHS = "░▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
UNSEEN, VALID = 357, 180  # digits that are kept for the test, and to watch training with
SPLIT_SEED = 0


def read_picture(text: str) -> np.ndarray:
    """The numbers of a picture, (SIDE, SIDE), from how it is written.

    Raises:
        InputError: it is no picture, or an empty one.
    """
    marks = [MARKS.find(mark) for mark in text]
    if len(marks) != SIDE * SIDE or min(marks) < 0:
        raise InputError(
            _(
                "This is no picture: it has {n} characters. A picture is {due} characters from 0 "
                "to 9 and a to g, row by row."
            ).format(n=len(text), due=SIDE * SIDE)
        )
    if not any(marks):
        raise InputError(_("The grid is empty. Draw a digit, or take one of the unseen ones."))
    return np.array(marks, np.uint8).reshape(SIDE, SIDE)


def write_picture(numbers: np.ndarray) -> str:
    """The form that `read_picture` reads, from (SIDE, SIDE) whole numbers."""
    return "".join(MARKS[int(number)] for number in numbers.reshape(-1))


def patches(numbers: np.ndarray) -> np.ndarray:
    """The numbers of each patch, patches row by row.

    (..., SIDE, SIDE) -> (..., N_PATCHES, PATCH * PATCH).
    """
    lead = numbers.shape[:-2]
    cut = numbers.reshape(*lead, GRID, PATCH, GRID, PATCH)
    return cut.swapaxes(-3, -2).reshape(*lead, N_PATCHES, PATCH * PATCH)


def patch_numbers(cut: np.ndarray) -> np.ndarray:
    """Patches as `patches` cuts them -> the number of each, (..., N_PATCHES)."""
    powers = (DARKEST + 1) ** np.arange(PATCH * PATCH)
    found: np.ndarray = (cut.astype(np.int64) * powers).sum(-1)
    return found


def glyph(number: int) -> str:
    """What a patch looks like, as one character: a quarter is dark from half of the scale on."""
    dark = [number // (DARKEST + 1) ** n % (DARKEST + 1) * 2 >= DARKEST for n in range(4)]
    return GLYPHS[sum(one << n for n, one in enumerate(dark))]


@dataclass(frozen=True)
class Digits:
    """Digits that people wrote.

    Attributes:
        pictures: (digit, SIDE, SIDE), whole numbers.
        names: (digit,), which digit each is.
    """

    pictures: np.ndarray
    names: np.ndarray

    def __len__(self) -> int:
        return len(self.names)


@cache
def digits(part: str) -> Digits:
    """The digits of scikit-learn: those of a part, which share none.

    Args:
        part: `train`, `valid` or `test`; nothing was trained on the last.
    """
    from sklearn.datasets import load_digits

    data = load_digits()
    order = np.random.default_rng(SPLIT_SEED).permutation(len(data.target))
    ends = {
        "test": order[:UNSEEN],
        "valid": order[UNSEEN : UNSEEN + VALID],
        "train": order[UNSEEN + VALID :],
    }
    rows = np.sort(ends[part])
    pictures, names = data.images[rows].astype(np.uint8), data.target[rows]
    for array in (pictures, names):
        array.setflags(write=False)
    return Digits(pictures, names)
