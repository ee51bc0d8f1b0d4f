"""As deep as people's models are: a view records what it wants and no more; the bench is right."""

import pytest

from viz_core import Request
from viz_core.analysis.attention import attention_names
from viz_core.bench import BUDGETS, over_budget
from viz_core.bench.large import _figures, gpt2, llama, make, n_bytes, runner_of
from viz_core.bench.timing import request_of

N_LAYER, N_HEAD = 30, 9


@pytest.fixture(scope="module")
def deep(tmp_path_factory):
    """A Llama of 30 x 9 heads, four numbers wide each."""
    return runner_of(make(llama(d_head=4), tmp_path_factory.mktemp("deep")))


def test_the_bench_builds_what_it_says(deep):
    assert (deep.card.n_layer, deep.card.n_head) == (N_LAYER, N_HEAD)
    trace = deep.run(request_of(deep, 64))
    assert len(trace.tokens["text"]) == 64
    assert len(attention_names(trace)) == N_LAYER


def test_one_layer_of_thirty_does_not_record_the_others(deep):
    """Records and bytes are those of one layer: a view of a large model keeps what it shows."""
    request = request_of(deep, 64)
    whole = deep.run(request)
    one = deep.run(Request(request.text, want=("decoder.7.self_attn.*",)))
    of_layer = {name for name in whole.records if name.startswith("decoder.7.self_attn.")}
    assert set(one.records) == of_layer
    assert n_bytes(one) == sum(whole[name].values.nbytes for name in of_layer)
    attentions = [n for n in whole.records if ".self_attn." in n]
    assert len(attentions) == N_LAYER * len(of_layer)
    assert n_bytes(one) * N_LAYER == sum(whole[name].values.nbytes for name in attentions)


def test_the_weights_alone_are_one_square_a_head(deep):
    request = request_of(deep, 64)
    trace = deep.run(Request(request.text, want=("*.weights",)))
    assert len(trace.records) == N_LAYER
    assert n_bytes(trace) == N_LAYER * N_HEAD * 64 * 64 * 4


def test_what_is_measured_is_compared_with_transformers(tmp_path):
    import transformers

    folder = make(gpt2(2, 2, 8), tmp_path)
    theirs = transformers.GPT2LMHeadModel.from_pretrained(folder, attn_implementation="eager")
    figures = _figures("12 x 12 heads", runner_of(folder), theirs.eval(), 64, 1)
    ratio = next(name for name in figures if "trace / eager" in name)
    assert figures[ratio] > 0
    assert over_budget({ratio: 1.31}) == [ratio]
    assert not over_budget({ratio: 1.29})
    assert any(part in ratio for part in BUDGETS)
