"""What app and worker say to each other: JSON and bytes behind their lengths, so no code."""

from __future__ import annotations

import json
from typing import Any, BinaryIO, NamedTuple

LENGTH = 8  # bytes of a length
MOST = 64_000_000  # bytes of one part of a frame


class Frame(NamedTuple):
    """One message: what it says, and the bytes that go with it."""

    said: dict[str, Any]
    parts: tuple[bytes, ...] = ()


def write_frame(to: BinaryIO, frame: Frame) -> None:
    """Send a message."""
    head = json.dumps({**frame.said, "parts": len(frame.parts)}).encode()
    for part in (head, *frame.parts):
        to.write(len(part).to_bytes(LENGTH, "little") + part)
    to.flush()


def read_frame(of: BinaryIO) -> Frame | None:
    """The next message; None if the other side is gone, be it in the middle of one."""
    head = _read_part(of)
    if head is None:
        return None
    said: dict[str, Any] = json.loads(head)
    parts = [_read_part(of) for _n in range(int(said.pop("parts")))]
    if any(part is None for part in parts):
        return None
    return Frame(said, tuple(part for part in parts if part is not None))


def _read_part(of: BinaryIO) -> bytes | None:
    length = of.read(LENGTH)
    if len(length) < LENGTH:
        return None
    n = int.from_bytes(length, "little")
    if n > MOST:
        raise ValueError(f"a message has {n} bytes; it may have {MOST}")
    data = of.read(n)
    return data if len(data) == n else None
