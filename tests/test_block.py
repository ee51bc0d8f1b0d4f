"""The walk through a block against what the model recorded, at every stage."""

import numpy as np
import pytest

from viz_core import Request, load, model_ids
from viz_core.analysis.attention import attention_names
from viz_core.analysis.block import Block, strongest_neurons
from viz_core.analysis.stage import STAGES
from viz_core.analysis.walk import walk

TEXT = "Tom is a cat."
TRANSFORMERS = ("decoder-stories", "encoder-stories", "transformer-zh-en")
X = (
    *model_ids(lambda kind: kind.attends),
    *model_ids(lesson="positions"),
)


@pytest.mark.parametrize("model", TRANSFORMERS)
def test_every_stop_gives_the_recorded_number(model):
    """Each layer, attention and head, each query with its first, its own and its last key."""
    runner = load(model)
    trace = runner.run(Request(TEXT))
    for attention in attention_names(trace):
        record = trace[f"{attention}.weights"]
        n_head, n_query, n_key = record.values.shape
        for head in range(n_head):
            for query in range(n_query):
                for key in {0, min(query, n_key - 1), n_key - 1}:
                    stages = walk(trace, runner.parameters, attention, head, query, key)
                    assert {stage.name for stage in stages} <= set(STAGES)
                    wrong = {stage.name: stage.error for stage in stages if not stage.error <= 1e-5}
                    assert not wrong, (attention, head, query, key)


@pytest.mark.parametrize("model", TRANSFORMERS)
def test_the_stops_come_in_the_order_of_the_architecture(model):
    runner = load(model)
    trace = runner.run(Request(TEXT))
    attention = attention_names(trace)[0]
    names = [stage.name for stage in walk(trace, runner.parameters, attention, 0, 1, 0)]
    if runner.card.kind == "decoder":
        assert names == list(STAGES)
    else:
        assert names[0] == "embed"
        assert names[-4:] == ["norm", "ffn", "add2", "norm2"]
    assert sorted(names) == sorted(STAGES)


def test_a_wrong_number_is_noticed(decoder):
    trace = decoder.run(Request(TEXT))
    wrong = dict(decoder.parameters)
    wrong["blocks.0.self_attn.W_o.weight"] = wrong["blocks.0.self_attn.W_o.weight"] * 1.01
    stages = {stage.name: stage for stage in walk(trace, wrong, "decoder.0.self_attn", 0, 2, 1)}
    assert stages["mix"].error < 1e-5
    assert stages["out"].error > 1e-4
    assert stages["add2"].error > 1e-4


def test_a_masked_key_has_no_score_and_no_weight(decoder):
    trace = decoder.run(Request(TEXT))
    stages = {
        stage.name: stage
        for stage in walk(trace, decoder.parameters, "decoder.0.self_attn", 0, 1, 3)
    }
    assert stages["mask"].numbers["score"] == -np.inf
    assert stages["softmax"].numbers["weight"] == 0
    assert np.isfinite(stages["scale"].numbers["scaled"])


def test_neurons_are_ranked_by_what_they_add():
    act = np.array([1.0, -3.0, 0.0])
    w_out = np.array([[5.0, 1.0, 9.0], [0.0, 0.0, 0.0]])
    assert strongest_neurons(act, w_out, 2) == [(0, 1.0, 5.0), (1, -3.0, 3.0)]


def test_a_block_knows_its_norms(decoder, encoder):
    for runner, pre_norm in ((decoder, True), (encoder, False)):
        trace = runner.run(Request(TEXT))
        block = Block(trace, runner.parameters, f"{runner.card.kind}.0.self_attn")
        assert block.pre_norm is pre_norm
