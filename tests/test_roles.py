"""What heads are there for: each role goes to the head that plays it, and its share is measured."""

import numpy as np
import pytest

from viz_core import Request, load
from viz_core.analysis.attention import head_measures, stacks
from viz_core.analysis.roles import FINDS, PREVIOUS, SAME, last_look, roles
from viz_core.trace import Record, Tokens

TOM = "Tom is a cat. Tom's favorite food is fish."


def of(model, text):
    trace = load(model).run(Request(text, want=("*.weights",)))
    records = list(stacks(trace).values())[-1]
    queries, keys = (trace.tokens[records[0].streams[axis]] for axis in ("query", "key"))
    return records, queries, keys


@pytest.mark.parametrize(
    ("model", "query", "key"),
    [
        ("decoder-stories", " Tom", " cat"),
        ("llama-stories", " is", " cat"),
        ("transformer-zh-en", "I", "正在"),
    ],
)
def test_the_telling_head_makes_the_point(model, query, key):
    records, queries, keys = of(model, "我正在吃饭。" if "zh" in model else TOM)
    first = roles(records, queries, keys)[0]
    assert first.name == FINDS
    assert (queries.strings[first.query], keys.strings[first.key]) == (query, key)
    weight = records[first.layer].values[first.head, first.query, first.key]
    assert first.share == pytest.approx(weight)


@pytest.mark.parametrize("model", ["decoder-stories", "llama-stories", "encoder-stories"])
def test_roles_are_the_measures_of_heads(model):
    records, queries, keys = of(model, TOM)
    for role in roles(records, queries, keys):
        if role.name in (PREVIOUS, SAME):
            measures = [head_measures(record, keys) for record in records]
            best = max(getattr(one, role.name) for row in measures for one in row)
            assert role.share == pytest.approx(best, rel=0.1)
            assert getattr(measures[role.layer][role.head], role.name) == pytest.approx(best)


def head(weights, strings):
    tokens = Tokens(tuple(strings), tuple(map(hash, strings)), (False,) * len(strings))
    record = Record(
        "decoder.0.self_attn.weights",
        np.array([weights], np.float32),
        ("head", "query", "key"),
        {"query": "text", "key": "text"},
    )
    return roles([record], tokens, tokens)


def test_one_word_has_no_role():
    assert head([[1.0]], ["Tom"]) == ()


def test_only_what_is_played_is_named():
    assert head(np.eye(4), ["Tom", " saw", " Mia", " run"]) == ()
    before = np.eye(4, k=-1)
    before[0, 0] = 1
    assert [role.name for role in head(before, ["Tom", " saw", " Mia", " run"])] == [PREVIOUS]


def test_the_last_look_passes_over_its_neighbours():
    tokens = Tokens(("Tom", " ran", " is"), (1, 2, 3), (False,) * 3)
    look = last_look([np.array([[0.2, 0.7, 0.1], [0.3, 0.0, 0.7]])], tokens)
    assert (look.head, look.key, look.share) == (1, 0, pytest.approx(0.3))
