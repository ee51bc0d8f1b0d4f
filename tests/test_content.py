"""Keys of caches: equal content, equal key; and a trace is a value like any other."""

import copy
import pickle
from dataclasses import dataclass

import numpy as np
import pytest

from viz_core import Request, load
from viz_core.content import Named, content_key


@dataclass(frozen=True)
class Pair:
    first: int
    second: tuple[str, ...]


VALUES = [
    None,
    True,
    1,
    1.0,
    "1",
    b"1",
    (1, 2),
    [1, 2],
    ((1,), 2),
    (1, (2,)),
    {"a": 1},
    {"a": 2},
    np.arange(4),
    np.arange(4.0),
    np.arange(4).reshape(2, 2),
    Pair(1, ("a", "b")),
    Pair(1, ("ab",)),
    Named("one", {}),
    Named("other", {}),
]


def test_different_values_have_different_keys():
    keys = [content_key(value) for value in VALUES]
    assert len(set(keys)) == len(VALUES)
    assert keys == [content_key(copy.deepcopy(value)) for value in VALUES]


def test_a_slice_is_known_by_what_it_shows():
    whole = np.arange(12).reshape(3, 4)
    assert content_key(whole[:, 1]) == content_key(np.array([1, 5, 9]))


def test_what_has_no_content_is_refused():
    with pytest.raises(TypeError, match="a function can't be part of a key"):
        content_key(lambda: 1)


def test_a_trace_behaves_like_a_value():
    decoder = load("decoder-stories")
    trace, again, other = (
        decoder.run(Request(text, want=("*.weights", "logits")))
        for text in ("Tom is a cat", "Tom is a cat", "Tom is a dog")
    )
    assert trace == again
    assert hash(trace) == hash(again)
    assert trace != other
    assert "logits" in trace
    assert "embed" not in trace
    assert len(trace) == len(trace.records) == 5
    for copied in (pickle.loads(pickle.dumps(trace)), copy.deepcopy(trace)):
        assert copied == trace
        assert copied["logits"] == trace["logits"]
        assert not copied["logits"].values.flags.writeable
