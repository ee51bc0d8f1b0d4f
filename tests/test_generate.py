"""Decoding: against exhaustive search, against transformers' filters, and against itself."""

from itertools import product
from typing import ClassVar

import numpy as np
import pytest
import torch
from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from viz_core.errors import InputError
from viz_core.generate import (
    N_CANDIDATES,
    Settings,
    Writing,
    beam_search,
    branched,
    filtered,
    greedy,
    length_penalty,
    log_softmax,
)
from viz_core.registry import writer
from viz_core.runners.base import Card, Prefix, Request, Writer
from viz_core.trace import Tokens

TOM = "Tom is a cat. Tom's favorite food"
WRITERS = ("rnn-stories", "lstm-stories", "gru-stories", "decoder-stories", "transformer-zh-en")


class Chain(Prefix):
    """A model of four tokens, of which 0 ends the text; the next depends on the last two."""

    attentions = {}  # noqa: RUF012 - it has none

    def __init__(self, table, tokens=(1, 1)):
        self._table, self._tokens, self.n_read = table, tokens, len(tokens)
        self.logits = table[tokens[-2], tokens[-1]]

    def read(self, *tokens):
        return Chain(self._table, (*self._tokens, *tokens))


class ChainWriter(Writer):
    card = Card("chain", "decoder", "", "", 0, 1, 1, 100, 4)
    end = 0
    record_names = ()
    parameters: ClassVar = {}

    def __init__(self, seed):
        self.table = np.random.default_rng(seed).normal(size=(4, 4, 4)).astype(np.float32) * 2

    def begin(self, text, target=""):
        return Chain(self.table)

    def alternatives(self, text):
        raise NotImplementedError

    def string(self, token):
        return "|abc"[token]

    def decode(self, tokens):
        return "".join(map(self.string, tokens))

    def encode_text(self, text):
        return ["|abc".index(char) for char in text]

    def prompt(self, text, target=""):
        return Tokens((), (), ())

    def run(self, request):
        raise NotImplementedError

    plain_logits = work = run


def _exhaustive(chain, length, alpha):
    """The best text of at most so many tokens, by trying all of them."""
    best = (-np.inf, ())
    for n in range(1, length + 1):
        for tokens in product(range(4), repeat=n):
            if 0 in tokens[:-1] or (tokens[-1] != 0 and n < length):
                continue
            prefix, total = chain.begin(""), 0.0
            for token in tokens:
                total += log_softmax(prefix.logits)[token]
                prefix = prefix.read(token)
            best = max(best, (total / length_penalty(n, alpha), tokens))
    return best


@pytest.mark.parametrize("alpha", [0.0, 0.6, 1.5])
@pytest.mark.parametrize("seed", range(5))
def test_a_beam_as_wide_as_the_tree_is_exhaustive(seed, alpha, monkeypatch):
    monkeypatch.setattr("viz_core.generate.beam.MAX_WIDTH", 1000)
    chain = ChainWriter(seed)
    beam = beam_search(chain, chain.begin(""), 400, alpha, longest=4)
    score, tokens = _exhaustive(chain, 4, alpha)
    assert tuple(beam.tokens(beam.finished[0])) == tokens
    assert beam.nodes[beam.finished[0]].score == pytest.approx(score)


@pytest.mark.parametrize("seed", range(5))
def test_a_wider_beam_finds_nothing_worse_here_and_prunes_what_it_leaves(seed):
    chain = ChainWriter(seed)
    beam = beam_search(chain, chain.begin(""), 3, longest=6)
    rounds = max(node.round for node in beam.nodes)
    for n in range(1, rounds + 1):
        grown = [node for node in beam.nodes if node.round == n]
        kept = [node.score for node in grown if node.kept]
        pruned = [node.score for node in grown if not node.kept]
        assert len(kept) <= 3
        assert not kept or not pruned or min(kept) >= max(pruned)
    for number, node in enumerate(beam.nodes[1:], start=1):
        parent = beam.nodes[node.parent]
        assert parent.kept
        assert not parent.ended
        assert node.logprob == pytest.approx(parent.logprob + np.log(node.prob))
        assert len(beam.tokens(number)) == node.round
    way = [n for n, node in enumerate(beam.nodes) if node.best]
    assert len(way) == 1 + beam.nodes[beam.finished[0]].round


@pytest.mark.parametrize("model", WRITERS)
@pytest.mark.parametrize("text", [TOM, "我正在吃饭。"])
def test_greedy_equals_a_beam_of_one_and_greedy_steps(model, text):
    it = writer(model)
    tokens = greedy(it, it.begin(text), longest=20)
    beam = beam_search(it, it.begin(text), 1, longest=20)
    found = beam.tokens(beam.finished[0])
    assert [t for t in found if t != it.end] == tokens
    steps = Writing(it, text, longest=20).steps(20)
    assert [step.token for step in steps if step.token != it.end] == tokens


@pytest.mark.parametrize("model", WRITERS)
def test_cached_decoding_equals_a_pass_over_the_whole_text(model):
    it = writer(model)
    translates = model == "transformer-zh-en"
    text, target = ("我喜欢猫。", "I like") if translates else (TOM, "")
    more = " cats and a dog. They are very nice."
    whole = it.run(Request(text, target + more) if translates else Request(text + more))
    ids = whole.tokens["target" if translates else "text"].ids
    prefix = it.begin(text, target)
    for place in range(prefix.n_read, len(ids)):
        prefix = prefix.read(ids[place])
        assert prefix.n_read == place + 1
        row = whole["logits"].values[place]
        np.testing.assert_allclose(prefix.logits, row, atol=1e-6 * np.abs(row).max(), rtol=1e-5)
        for name, weights in prefix.attentions.items():
            seen = whole[name].values[:, place, : weights.shape[-1]]
            np.testing.assert_allclose(weights, seen, atol=1e-5)
    assert prefix.n_read > it.begin(text, target).n_read + 5
    assert len(prefix.attentions) == {"transformer-zh-en": 6, "decoder-stories": 4}.get(model, 0)


def test_reading_several_tokens_is_reading_one_after_another():
    it = writer("decoder-stories")
    prefix = it.begin(TOM)
    at_once, one_by_one = prefix.read(7, 8, 9), prefix.read(7).read(8).read(9)
    np.testing.assert_allclose(at_once.logits, one_by_one.logits, atol=1e-5, rtol=1e-5)
    np.testing.assert_allclose(prefix.read(9).logits, it.begin(TOM).read(9).logits, atol=1e-5)


@pytest.mark.parametrize(
    "settings",
    [
        Settings("sample"),
        Settings("sample", temperature=0.5),
        Settings("sample", temperature=2.0, top_k=3),
        Settings("sample", top_p=0.5),
        Settings("sample", temperature=1.7, top_k=40, top_p=0.8),
        Settings("sample", top_k=1),
        Settings("sample", top_p=0.01),
    ],
)
def test_filters_are_those_of_transformers(settings):
    logits = torch.from_numpy(np.random.default_rng(0).normal(size=(1, 200)).astype(np.float32))
    scores = TemperatureLogitsWarper(settings.temperature)(None, 3 * logits)
    if settings.top_k:
        scores = TopKLogitsWarper(settings.top_k)(None, scores)
    if settings.top_p < 1:
        scores = TopPLogitsWarper(settings.top_p)(None, scores)
    found = filtered(3 * logits[0].numpy(), settings)
    np.testing.assert_allclose(found, scores.softmax(-1)[0].numpy(), atol=1e-6)


def test_without_filters_every_token_can_be_drawn():
    logits = np.r_[5.0, np.zeros(2047)].astype(np.float32)
    assert (filtered(logits, Settings("sample", temperature=0.1)) > 0).all()


def test_a_step_says_whether_the_model_ended_the_text_or_it_was_cut():
    it = writer("decoder-stories")
    whole, cut = (Writing(it, f"{TOM} is", longest=n).steps(60)[-1] for n in (60, 1))
    assert (whole.last, whole.ended, whole.token) == (True, True, it.end)
    assert (cut.last, cut.ended) == (True, False)


def test_a_long_work_tells_how_far_it_is():
    it, rounds = writer("decoder-stories"), []
    beam_search(it, it.begin(TOM), 2, longest=7, each=lambda: rounds.append("beam"))
    writing = Writing(it, TOM)
    writing.steps(3, lambda: rounds.append("step"))
    writing.steps(4, lambda: rounds.append("step"))
    assert rounds == ["beam"] * 7 + ["step"] * 4


def test_greedy_leaves_one_token():
    assert filtered(np.array([1.0, 3.0, 2.0]), Settings()).tolist() == [0, 1, 0]


def test_draws_follow_the_probabilities():
    from viz_core.generate import draw

    probs = np.array([0.0, 0.7, 0.0, 0.3])
    drawn = np.bincount([draw(probs, seed, 5) for seed in range(2000)], minlength=4) / 2000
    np.testing.assert_allclose(drawn, probs, atol=0.04)


@pytest.mark.parametrize("model", WRITERS)
def test_the_same_seed_gives_the_same_text_and_another_one_another(model):
    def text(seed):
        steps = Writing(writer(model), TOM, Settings("sample", 1.2, seed=seed)).steps(25)
        return [step.token for step in steps]

    assert text(3) == text(3)
    assert len({tuple(text(seed)) for seed in range(5)}) > 1


def test_steps_hold_what_the_model_said():
    it = writer("decoder-stories")
    steps = Writing(it, TOM, Settings("sample", 0.9, top_k=5, seed=1)).steps(12)
    prefix, total = it.begin(TOM), 0.0
    for n, step in enumerate(steps):
        logs = log_softmax(prefix.logits)
        total += logs[step.token]
        assert step.place == n
        assert step.prob == pytest.approx(np.exp(logs[step.token]))
        assert step.logprob == pytest.approx(total)
        assert step.entropy == pytest.approx(-(np.exp(logs) * logs).sum() / np.log(2))
        assert len(step.candidates) == N_CANDIDATES
        assert step.n_kept == sum(c.drawn > 0 for c in step.candidates) == 5
        probs = [c.prob for c in step.candidates]
        assert probs == sorted(probs, reverse=True)
        assert step.n_read == prefix.n_read
        for name, row in step.attentions.items():
            assert row.shape == (4, step.n_read)
            np.testing.assert_allclose(row, prefix.attentions[name], atol=1e-6)
        prefix = prefix.read(step.token)


def test_steps_are_kept_and_go_on():
    writing = Writing(writer("decoder-stories"), TOM, Settings("sample", seed=2))
    first = writing.steps(3)
    assert writing.steps(5)[:3] == first
    assert writing.steps(2) == first[:2]


def test_a_word_chosen_by_hand_branches_the_story():
    it = writer("decoder-stories")
    plain = Writing(it, TOM)
    token = it.encode_text("a")[0]
    other = Writing(it, TOM, forced=branched({}, 1, token))
    steps = other.steps(4)
    assert steps[0].token == plain.steps(1)[0].token
    assert steps[1].token == token
    assert steps[1].forced
    assert not steps[2].forced
    assert token in [c.token for c in steps[1].candidates]
    assert branched({1: token, 4: 7}, 1, 9) == {1: 9}
    assert branched({1: token, 4: 7}, 3, 9) == {1: token, 3: 9}


def test_a_story_ends_where_there_is_no_room():
    it = writer("decoder-stories")
    writing = Writing(it, "cat " * 250, Settings("sample", temperature=5.0))
    steps = writing.steps(500)
    assert steps[-1].last
    assert writing.over
    assert len(steps) <= it.card.n_ctx - it.begin("cat " * 250).n_read
    with pytest.raises(InputError, match="fills all 256 places"):
        Writing(it, "cat " * 255).steps(1)
    with pytest.raises(InputError, match="fills all 256 places"):
        beam_search(it, it.begin("cat " * 255), 2)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"strategy": "psychic"}, "There are: greedy, sample"),
        ({"temperature": 0.0}, "from 0.1 to 5"),
        ({"temperature": float("nan")}, "from 0.1 to 5"),
        ({"top_p": 1.5}, "top_p is 1.5"),
        ({"top_k": -1}, "top_k is -1"),
        ({"seed": -4}, "seed is -4"),
    ],
)
def test_settings_check_themselves(wrong, says):
    with pytest.raises(InputError, match=says):
        Settings(**wrong)


def test_wrong_calls_say_what_is_allowed():
    it = writer("decoder-stories")
    with pytest.raises(InputError, match="from 1 to 8"):
        beam_search(it, it.begin(TOM), 9)
    with pytest.raises(InputError, match="does not write"):
        writer("encoder-stories")
    with pytest.raises(InputError, match="Token 99999"):
        Writing(it, TOM, forced={0: 99999}).steps(1)
    with pytest.raises(InputError, match="Leave the target out"):
        it.begin(TOM, "fish")
