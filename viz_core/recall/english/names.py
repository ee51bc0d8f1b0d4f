"""Names of recall stories: some forty that are trained, invented ones, and some kept for tests.

A model that has seen only forty names knows them instead of reading them. Invented names are made
anew for each story out of pieces, so that they can only be copied and told apart. The names of
`UNSEEN_NAMES` stand in no generated story, and no document that has one of them is trained on.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

NAMES = tuple(
    "Tom Lily Ben Mia Max Anna Sam Sue Tim Amy Jack Leo Lucy Emma Bob Sara Jane Mark Kate Nick "
    "Peter Mary John Ella Zoe Daisy Rose Bella Charlie Billy Molly Sally Joe Jim Dan Fred Alice "
    "Grace Henry Ruby Oscar Lola Finn Nora".split()
)
UNSEEN_NAMES = (
    *("Ming", "Zoe", "Li Lei", "Fatima", "Okonkwo", "Kevin", "Priya", "Diego", "Yuki", "Wanjiru"),
    *("Han Meimei", "Bjorn", "Pedro", "Amina", "Xiao Hong", "Siddharth"),
)
KNOWN_NAMES = tuple(name for name in NAMES if name not in UNSEEN_NAMES)
_BEGIN = (
    "b bl br c ch cl d dr f fl g gr h j k kw l m n p pr qu r s sh sl st t th tr v w y z".split()
)
_VOWELS = "a e i o u a e i o u ai ee ia oo ou".split()
_END = ["", "", "", "", *"k l m n r s t x ck ll nd ng rt sh".split()]


def invented_name(rng: random.Random, words: Sequence[str] = ()) -> str:
    """One to three syllables, a word as a name, or two names in a row."""
    kind = rng.random()
    if words and kind < 0.2:
        return rng.choice(words).capitalize()
    if kind < 0.35:
        first = rng.choice(KNOWN_NAMES) if rng.random() < 0.3 else _syllables(rng, 2)
        return f"{first} {_syllables(rng, 2)}"
    return _syllables(rng, 3)


def _syllables(rng: random.Random, most: int) -> str:
    syllable = (rng.choice(_BEGIN) + rng.choice(_VOWELS) for _ in range(rng.randint(1, most)))
    begun = rng.choice(("", "", "", "a", "e", "i", "o", "u")) + "".join(syllable)
    return (begun + rng.choice(_END)).capitalize()
