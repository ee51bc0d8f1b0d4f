"""Every family of other people's models: its numbers are transformers' own, under our names."""

import json
from dataclasses import replace

import hub_models
import numpy as np
import pytest
import torch
import transformers

from viz_core.analysis.attention import attention_names
from viz_core.analysis.residual import logit_lens, residual_stream, scored
from viz_core.analysis.stage import STAGES
from viz_core.analysis.walk import walk
from viz_core.hub.families import FAMILIES
from viz_core.runners.base import Request
from viz_core.runners.interventions import (
    Hidden,
    Masked,
    Reordered,
    WithoutHead,
    WithoutPositions,
)

TEXT, TARGET = "Tom is a cat. Tom's food", "Lily has 12"
ALL = pytest.mark.parametrize("name", hub_models.TINY)


def asked(runner, text=TEXT):
    return Request(text, TARGET if runner.card.traits.translates else None)


def traced(name):
    runner = hub_models.runner(name)
    return runner, runner.run(asked(runner))


def theirs(name, trace):
    """The same text through transformers' own eager attention: ids -> what it gives."""
    tiny, folder = hub_models.TINY[name], hub_models.folder(name)
    model = getattr(transformers, tiny.model).from_pretrained(folder, attn_implementation="eager")
    ids = {stream: torch.tensor([tokens.ids]) for stream, tokens in trace.tokens.items()}
    given = {"input_ids": ids.get("text", ids.get("source"))}
    if "target" in ids:
        given["decoder_input_ids"] = ids["target"]
    with torch.inference_mode():
        return model.eval()(**given, output_attentions=True, output_hidden_states=True)


def near(found, expected):
    np.testing.assert_allclose(found, expected[0].numpy(), atol=1e-5, rtol=1e-5)


@ALL
def test_its_numbers_are_those_of_transformers(name):
    """Logits, attention of every layer and head, and the stream between all layers."""
    runner, trace = traced(name)
    given = theirs(name, trace)
    if "logits" in trace:
        said = "prediction_logits" if "prediction_logits" in given else "logits"
        near(trace["logits"].values, given[said])
    if "next_sentence.logits" in trace:
        near(trace["next_sentence.logits"].values, given["seq_relationship_logits"])
    one = {"": ("hidden_states", "attentions")}
    two = {
        "encoder": ("encoder_hidden_states", "encoder_attentions"),
        "decoder": ("decoder_hidden_states", "decoder_attentions"),
    }
    stacks = two if runner.card.traits.translates else one
    for key, (states, attentions) in stacks.items():
        stack = key or runner.card.traits.stacks[0]
        levels = given[states]
        for layer in range(runner.card.n_layer):
            near(trace[f"{stack}.{layer}.self_attn.weights"].values, given[attentions][layer])
            near(trace[f"{stack}.{layer}.resid_pre"].values, levels[layer])
            if layer:
                near(trace[f"{stack}.{layer - 1}.resid_post"].values, levels[layer])
        last = f"{key + '.' if key else ''}norm.out"
        end = last if last in trace else f"{stack}.{runner.card.n_layer - 1}.resid_post"
        near(trace[end].values, levels[-1])
    for layer, weights in enumerate(given.get("cross_attentions") or ()):
        near(trace[f"decoder.{layer}.cross_attn.weights"].values, weights)


@ALL
def test_it_reads_a_text_as_transformers_does(name):
    runner = hub_models.runner(name)
    folder = hub_models.folder(name)
    if hub_models.TINY[name].tokenizer == "marian":
        tokenizer = transformers.MarianTokenizer.from_pretrained(folder)
    else:
        tokenizer = transformers.PreTrainedTokenizerFast(
            tokenizer_file=str(folder / "tokenizer.json"),
            **json.loads((folder / "tokenizer_config.json").read_text()),
        )
    for text in (*hub_models.TEXTS, "Tom's  12 x, y.", "naïve café — 猫!"):
        expected = tokenizer(text)["input_ids"]
        assert list(runner.read(asked(runner, text)).ids) == expected, text
        if "target" in runner.run(asked(runner, text)).tokens:
            given = tokenizer(text_target=text, add_special_tokens=False)["input_ids"]
            assert list(runner.tokenizer.for_target(text).ids[len(runner.tokenizer.form.start) :])
            assert list(runner.tokenizer.for_target(text).ids)[-len(given) :] == given
    if runner.takes_mask:
        mask = tokenizer.mask_token
        for text in ("Tom is a [MASK].", "[MASK] is a cat", "Tom [MASK] [MASK] cat"):
            expected = tokenizer(text.replace("[MASK]", mask))["input_ids"]
            assert list(runner.read(Request(text)).ids) == expected, text
        pair = tokenizer("Tom is a cat.", "It has food")
        read = runner.read(Request("Tom is a cat. [SEP] It has food"))
        assert list(read.ids) == pair["input_ids"]


@ALL
def test_every_number_is_worked_out_again(name):
    """Each layer, attention and head; the first and the last query, its own and the first key."""
    runner, trace = traced(name)
    for attention in attention_names(trace):
        n_head, n_query, n_key = trace[f"{attention}.weights"].values.shape
        for head in range(n_head):
            for query in (0, n_query - 1):
                for key in {0, min(query, n_key - 1)}:
                    stages = walk(trace, runner.parameters, attention, head, query, key)
                    assert {stage.name for stage in stages} <= set(STAGES)
                    wrong = {stage.name: stage.error for stage in stages if not stage.error <= 1e-5}
                    assert not wrong, (attention, head, query, key)


@ALL
def test_the_stream_is_the_sum_of_its_parts(name):
    runner, trace = traced(name)
    for stack in runner.card.traits.stacks:
        stream = residual_stream(trace, runner.parameters, stack)
        assert stream.error < 1e-5
    if "logits" not in trace:
        return
    kind, design = trace.traits, trace.computes
    logits = trace["logits"].values
    again = scored(stream.values[-1], runner.parameters, kind, design)
    np.testing.assert_allclose(again, logits, atol=1e-4)
    lens = logit_lens(stream.values, runner.parameters, kind, design)
    assert list(lens.best[-1]) == list(logits.argmax(-1))


@ALL
def test_what_it_learned_has_our_names(name):
    runner = hub_models.runner(name)
    n_params = sum(values.size for values in runner.parameters.values())
    assert n_params == runner.card.n_params
    first = "blocks.0" if len(runner.card.traits.stacks) == 1 else "decoder.0"
    n_head, d_model = hub_models.N_HEAD, hub_models.D_MODEL
    for part in ("W_q", "W_k", "W_v"):
        assert runner.parameters[f"{first}.self_attn.{part}.weight"].shape[1] == d_model
    q = runner.run(asked(runner)).records[f"{runner.card.traits.stacks[-1]}.0.self_attn.q"].values
    assert runner.parameters[f"{first}.self_attn.W_q.weight"].shape[0] == n_head * q.shape[-1]
    assert not any(values.flags.writeable for values in runner.parameters.values())


def test_every_family_has_a_tiny_model():
    kinds = {
        json.loads((hub_models.folder(name) / "config.json").read_text())["model_type"]
        for name in hub_models.TINY
    }
    assert kinds == set(FAMILIES)


WRITERS = [
    name
    for name, tiny in hub_models.TINY.items()
    if "MaskedLM" not in tiny.model and tiny.model not in ("BertForPreTraining", "BertModel")
]


@pytest.mark.parametrize("name", WRITERS)
def test_reading_on_gives_what_reading_at_once_gives(name):
    """Word by word, branching twice: what a prefix keeps is not changed by what is read on."""
    runner = hub_models.runner(name)
    two = runner.card.traits.translates
    longer = Request(TEXT, TARGET) if two else Request(TEXT)
    ids = runner.predicted_ids(runner.read(longer))
    whole = runner.plain_logits(longer)
    prefix = runner.begin(TEXT, "") if two else runner.begin("Tom is")
    first = prefix.n_read
    assert 0 < first < len(ids) - 1
    for turn in range(2):  # a second time from the same prefix
        on, at = prefix, first - 1
        np.testing.assert_allclose(on.logits, whole[at], atol=1e-5)
        for token in ids[first:]:
            on, at = on.read(token), at + 1
            np.testing.assert_allclose(on.logits, whole[at], atol=1e-5, err_msg=str(turn))
        assert on.n_read == len(ids)
    trace = runner.run(longer)
    for attention, weights in on.attentions.items():
        np.testing.assert_allclose(weights, trace[attention].values[:, -1], atol=1e-5)


@ALL
def test_what_is_changed_about_a_pass_is_changed(name):
    runner, trace = traced(name)
    traits = runner.card.traits
    first, last = f"{traits.stacks[0]}.0.self_attn", f"{traits.stacks[-1]}.1.self_attn"

    def changed(*interventions):
        return runner.run(replace(asked(runner), intervene=interventions))

    without = changed(WithoutHead(last, 1))
    assert not without[f"{last}.mixed"].values[1].any()
    np.testing.assert_array_equal(without[f"{last}.q"].values, trace[f"{last}.q"].values)
    assert np.abs(without[f"{last}.out"].values - trace[f"{last}.out"].values).max() > 1e-3
    hidden = changed(Hidden(2))[f"{first}.weights"].values
    assert not hidden[:, np.arange(hidden.shape[1]) != 2, 2].any()
    assert hidden[:, 2, 2].min() > 0
    for causal in (True, False):
        ahead = np.triu(changed(Masked(causal))[f"{first}.weights"].values, 1)
        assert (ahead.max() > 0) != causal
    placeless = changed(WithoutPositions())
    told = [record for record in placeless if "positions" in record.name.split(".")]
    assert told
    assert not any(record.values.any() for record in told)
    end = f"{traits.stacks[-1]}.1.resid_post"
    assert np.abs(placeless[end].values - trace[end].values).max() > 1e-4
    n = len(trace.tokens[trace.stream])
    words = [n for n, put in enumerate(trace.tokens[trace.stream].special) if not put]
    order = list(range(n))
    order[words[1]], order[words[2]] = words[2], words[1]
    swapped = changed(Reordered(tuple(order)))
    np.testing.assert_array_equal(swapped["embed"].values, trace["embed"].values[order])


def test_without_positions_an_encoder_sees_a_set():
    """T5 and BERT told nothing of places: the same words in another order have the same states."""
    for name in ("t5", "bert", "roberta", "marian"):
        runner, trace = traced(name)
        special = trace.tokens[trace.stream].special
        words = [n for n, put in enumerate(special) if not put]
        order = [*range(len(special))]
        order[words[0] : words[-1] + 1] = reversed(words)
        end = "encoder.1.resid_post"
        plain = runner.run(replace(asked(runner), intervene=(WithoutPositions(),)))
        other = runner.run(
            replace(asked(runner), intervene=(Reordered(tuple(order)), WithoutPositions()))
        )
        np.testing.assert_allclose(other[end].values, plain[end].values[order], atol=1e-5)


def test_a_window_is_as_wide_as_its_config_says():
    _runner, trace = traced("mistral")
    weights = trace["decoder.1.self_attn.weights"].values
    n = weights.shape[-1]
    seen = np.arange(n)[:, None] - np.arange(n)
    assert (weights[:, (seen >= 0) & (seen < 5)] > 0).all()
    assert not weights[:, (seen < 0) | (seen >= 5)].any()


def test_only_one_layer_is_recorded_where_one_is_wanted():
    runner = hub_models.runner("qwen3")
    trace = runner.run(Request(TEXT, want=("decoder.1.self_attn.*",)))
    assert all(name.startswith("decoder.1.self_attn.") for name in trace.records)
    assert len(trace) == 7
