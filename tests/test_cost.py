"""Costs are measured; what can be known of them beforehand is checked."""

import pytest
import torch

from viz_core.cost import KINDS, WAYS, forward_cost, training_cost
from viz_core.kinds import kind_of
from viz_core.memory_watch import MemoryWatch


@pytest.mark.parametrize("kind", KINDS)
def test_a_forward_pass_has_time_memory_and_steps(kind):
    short, long = forward_cost(kind, 64), forward_cost(kind, 256)
    assert short.seconds > 0
    recurrent = kind_of(kind).recurrent
    assert long.steps == (257 if recurrent else 2)
    growth = long.peak_bytes / short.peak_bytes
    assert 3.5 < growth < 4.5 if recurrent else growth > 6  # the length, or nearly its square


@pytest.mark.parametrize("way", WAYS)
def test_a_training_step_takes_time(way):
    assert training_cost(way, 8).seconds > 0


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="not one of"):
        forward_cost("abacus", 8)
    with pytest.raises(ValueError, match="not one of"):
        training_cost("by hand", 8)


def test_the_watch_counts_what_lives_at_once():
    x = torch.ones(1000)  # made before: not counted
    with MemoryWatch() as watch:
        y = x + 1  # 4,000 bytes
        z = y.view(10, 100)  # no memory of its own
        del y
        z.add_(1)  # in place
        del z  # gone
        x * 2  # 4,000 bytes, gone at once
    assert watch.most == 4000
    assert watch.held == 0
