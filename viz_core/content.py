"""What decides a value, in a few bytes: keys of caches are made of the inputs themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np


def content_key(*values: Any) -> str:
    """The same for equal values, another one for others.

    Takes plain values, arrays, and lists, mappings and dataclasses of them. What has a
    `content_key` of its own, such as a trace or a model's parameters, is known by that.

    Raises:
        TypeError: of something whose content can't be told, such as a function.
    """
    digest = hashlib.blake2b(digest_size=16)
    _feed(digest, values)
    return digest.hexdigest()


def _feed(digest: hashlib.blake2b, value: Any) -> None:
    name = type(value).__qualname__
    if value is None or isinstance(value, bool | int | float | str | bytes | Enum | np.generic):
        text = value if isinstance(value, bytes) else repr(value).encode()
        digest.update(f"{name} {len(text)} ".encode() + text)
    elif isinstance(value, np.ndarray):
        digest.update(f"{name} {value.dtype} {value.shape} ".encode())
        digest.update(np.ascontiguousarray(value).data)
    elif hasattr(value, "content_key"):
        digest.update(f"{name} {value.content_key} ".encode())
    elif is_dataclass(value) and not isinstance(value, type):
        digest.update(f"{name} ".encode())
        for item in fields(value):
            _feed(digest, getattr(value, item.name))
    elif isinstance(value, Mapping):
        digest.update(f"{name} {len(value)} ".encode())
        for key, part in value.items():
            _feed(digest, key)
            _feed(digest, part)
    elif isinstance(value, tuple | list | set | frozenset):
        parts = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
        digest.update(f"{name} {len(value)} ".encode())
        for part in parts:
            _feed(digest, part)
    else:
        raise TypeError(f"a {name} can't be part of a key: its content can't be told")


class Named(Mapping[str, np.ndarray]):
    """Read-only arrays that are known by a name, such as what a model learned.

    Args:
        name: decides the values; two of one name hold the same.
    """

    def __init__(self, name: str, values: Mapping[str, np.ndarray]) -> None:
        self.content_key = name
        self._values = dict(values)

    def __getitem__(self, key: str) -> np.ndarray:
        return self._values[key]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
