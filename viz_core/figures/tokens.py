"""Tokens as people read them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BYTES = re.compile(r"(?:<[0-9A-F]{2}>)+")


def byte_groups(tokens: Sequence[str]) -> list[tuple[int, int, str]]:
    """Which runs of byte tokens spell a character.

    Returns:
        (first, after last, character) of each run of tokens like `<E6>` that is whole UTF-8.
    """
    groups = []
    first = 0
    while first < len(tokens):
        spelled, after = b"", first
        while after < len(tokens) and _BYTES.fullmatch(tokens[after]):
            spelled += bytes.fromhex(re.sub("[<>]", "", tokens[after]))
            after += 1
            try:
                groups.append((first, after, spelled.decode()))
                break
            except UnicodeDecodeError:
                continue
        first = max(first + 1, groups[-1][1] if groups else 0)
    return groups
