"""Training works, resumes to the same numbers, and measures honestly. All on corpora made here."""

import random
from statistics import fmean

import numpy as np
import pytest
import torch

from viz_core.errors import InputError
from viz_core.models.config import DecoderConfig, EncoderConfig, RecurrentConfig
from viz_core.models.decoder import Decoder
from viz_core.models.encoder import Encoder
from viz_core.models.gru import GRU
from viz_core.models.lstm import LSTM
from viz_core.models.rnn import RNN
from viz_core.recall import stories
from viz_core.recall.english import ENGLISH
from viz_core.tokenizers import StoryTokenizer
from viz_core.training import corpora
from viz_core.training.loop import Plan, train
from viz_core.training.ngram import KneserNey
from viz_core.training.objectives.causal import CausalObjective
from viz_core.training.objectives.masked import MaskedObjective
from viz_core.training.objectives.mixture import Mixture
from viz_core.training.state import StateFile

SIZES = {"n_layer": 1, "n_head": 2, "d_model": 16, "d_ff": 32, "n_ctx": 320, "vocab_size": 400}
MIX = Mixture(real_tokens=640, recall_tokens=320, n_ctx=320, max_between=1, max_facts=1)
RECURRENT = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
SENTENCES = [
    f"The {a} thing went {b} then."
    for a in ["red", "blue", "green", "old", "new", "big", "small", "warm", "cold", "wet"]
    for b in ["home", "out", "up", "down", "away", "back", "in", "by", "on", "off"]
]


def write_corpus(path):
    """A corpus of few words, in all the files that a story model is trained on."""
    rng = random.Random(0)
    stories = [" ".join(rng.choices(SENTENCES, k=24)) for _ in range(120)]
    (path / "tinystories.txt").write_text("\n<|endoftext|>\n".join(stories))
    (path / "african-storybook.txt").write_text("\n".join(SENTENCES))
    (path / "tatoeba-zh-en.tsv").write_text("english\tchinese\tattribution\nHi.\t嗨。\tx\n")
    (path / "gutenberg-children.txt").write_text(
        "\n".join(" ".join(SENTENCES[i:])[:300] for i in range(5))
    )
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def corpus(folder):
    return corpora.read_corpus(folder)


@pytest.fixture(scope="module")
def tokenizer(corpus):
    return StoryTokenizer.train(corpus.vocabulary, SIZES["vocab_size"])


def build(kind, corpus, tokenizer):
    torch.manual_seed(0)
    sizes = SIZES | {"vocab_size": tokenizer.vocab_size}
    if kind == "decoder":
        return Decoder(DecoderConfig(**sizes)), CausalObjective(corpus, tokenizer, MIX, 0)
    if kind in RECURRENT:
        config = RecurrentConfig(1, sizes["n_ctx"], sizes["vocab_size"], 24)
        return RECURRENT[kind](config), CausalObjective(corpus, tokenizer, MIX, 0)
    return Encoder(EncoderConfig(**sizes)), MaskedObjective(corpus, tokenizer, MIX, 0)


@pytest.mark.parametrize("kind", ["decoder", "encoder", *RECURRENT])
def test_training_learns(kind, corpus, tokenizer, tmp_path):
    model, objective = build(kind, corpus, tokenizer)
    plan = Plan(n_steps=40, learning_rate=1e-2, n_warmup=5, save_every=20)
    before = objective.valid_loss(model)
    lines = train(model, objective, plan, StateFile(tmp_path)).lines
    assert lines[-1].step == 40
    assert lines[-1].valid_loss < before - 0.5


@pytest.mark.parametrize("kind", ["decoder", "encoder", *RECURRENT])
def test_a_resumed_run_is_the_unbroken_one(kind, corpus, tokenizer, tmp_path):
    plan = Plan(n_steps=12, learning_rate=1e-2, n_warmup=2, save_every=6)
    whole, objective = build(kind, corpus, tokenizer)
    train(whole, objective, plan, StateFile(tmp_path / "whole"))
    parts = StateFile(tmp_path / "parts")
    first, _ = build(kind, corpus, tokenizer)
    train(first, objective, plan, parts, stop_at=5)
    second, _ = build(kind, corpus, tokenizer)
    lines = train(second, objective, plan, parts, resume=True).lines
    assert [line.step for line in lines] == [6, 12]
    for one, other in zip(whole.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_splits_share_no_document(corpus):
    assert corpus.test
    assert corpus.valid
    assert not set(corpus.test) & (set(corpus.train) | set(corpus.valid))
    assert not set(corpus.valid) & set(corpus.train)


def test_a_missing_corpus_is_named(tmp_path):
    with pytest.raises(InputError, match=r"has no tinystories\.txt"):
        corpora.read_corpus(tmp_path)


def test_recall_stories_ask_for_each_fact_and_never_tell_held_out_pairs():
    rng = random.Random(1)
    for n_facts in (1, 2, 3):
        for _ in range(50):
            lines = stories.story(ENGLISH, rng, SENTENCES, n_facts, 2)
            told = [line.text for line in lines[:n_facts]]
            pairs = [(t.split()[0], t.split()[-1].rstrip(".")) for t in told]
            assert not any(stories.is_held_out(*pair) for pair in pairs)
            for _name, animal in pairs:
                assert any(line.asks and ENGLISH.foods[animal] in line.text for line in lines)
            assert all(line.text.endswith(".") for line in lines)


def test_the_curriculum_goes_from_near_to_far(corpus, tokenizer):
    from viz_core.training.objectives.recall_batches import RecallStories

    stories = RecallStories(corpus, tokenizer, Mixture(n_ctx=10_000), 0)
    # every third step tells as many facts late as early
    early = fmean(len(s.ids) for step in range(0, 30, 3) for s in stories.batch(step, 1000))
    late = fmean(len(s.ids) for step in range(900, 930, 3) for s in stories.batch(step, 1000))
    assert late > 1.3 * early


def test_terse_stories_grow_into_whole_ones():
    rng = random.Random(3)
    shortest = " ".join(line.text for line in stories.terse_story(ENGLISH, rng, 3, 0.0))
    assert not set(shortest.replace(".", "").split()) & {"is", "a", "favorite"}
    assert "'s" not in shortest
    for _ in range(50):
        for line in stories.terse_story(ENGLISH, rng, 3, 1.0):
            if "'s favorite food is" in line.text:
                assert line.asks
                assert line.text.split()[-1].rstrip(".") in ENGLISH.foods.values()
    told = stories.terse_story(ENGLISH, random.Random(4), 2, 0.0)
    assert [line.asks for line in told] == [False] * 2 + [True] * 6


def test_a_run_begins_with_copying_and_terse_stories(corpus, tokenizer):
    class Reads(torch.nn.Module):
        """Keeps what it is given to read."""

        seen: list

        def forward(self, ids):
            self.seen.append(ids)
            return torch.zeros(*ids.shape, tokenizer.vocab_size)

    mix = Mixture(real_tokens=640, recall_tokens=320, n_ctx=320)
    objective, parts = CausalObjective(corpus, tokenizer, mix, 0), []
    for step in (0, 150, 900):
        model = Reads()
        model.seen = []
        list(objective.parts(model, step, 1000))
        parts.append(model.seen)
    (_real, copying), (terse,), mixed = parts
    row = copying[0].tolist()
    assert any(row[period:] == row[:-period] for period in range(4, 25))
    assert all(tokenizer.decode(r.tolist()).count(".") > 3 for r in terse)
    assert len(mixed) == 2  # real text and recall stories


def test_asked_words_are_the_ones_marked(corpus, tokenizer):
    from viz_core.training.objectives.recall_batches import RecallStories

    for story in RecallStories(corpus, tokenizer, Mixture(), 0).batch(0, 1000):
        for place in story.asked:
            assert tokenizer.string(story.ids[place + 1]) == "."


def test_kneser_ney_probabilities_add_up_to_one():
    rng = random.Random(3)
    documents = [[0, *(rng.choice([1, 2, 3, 4, 4, 4]) for _ in range(20))] for _ in range(30)]
    model = KneserNey(documents, vocab_size=6)
    for context in ([0], [0, 1], [4, 4, 4], [2, 3, 1], [5, 5, 5]):
        total = sum(model.probability(context, word) for word in range(6))
        assert total == pytest.approx(1)
        assert all(model.probability(context, word) > 0 for word in range(6))


def test_kneser_ney_knows_what_it_saw():
    model = KneserNey([[0, 1, 2, 3]] * 20, vocab_size=10)
    assert model.probability([0, 1, 2], 3) > 0.9
    assert model.bits([0, 1, 2, 3]) < model.bits([0, 3, 2, 1])


def test_windows_score_every_token_once(decoder):
    """Perplexity of a long text, window by window, equals a loop over its tokens."""
    from viz_core.training.evaluate import perplexity

    n_ctx = decoder.card.n_ctx
    for text in ("Tom had a red ball.", "Tom had a red ball. He was happy. " * 40):
        ids = decoder.tokenizer.for_decoder(text).ids
        bits, begin, end = 0.0, 0, n_ctx
        with torch.inference_mode():
            for t in range(1, len(ids)):
                if t > end:  # the window is full: the next one keeps half of it
                    begin = t - n_ctx // 2
                    end = begin + n_ctx
                logs = decoder.model(torch.tensor([ids[begin:t]]))[0, -1].log_softmax(-1)
                bits -= logs[ids[t]].item() / np.log(2)
        found = perplexity(decoder, [text])
        assert found.n_tokens == len(ids) - 1
        assert found.bits_per_char == pytest.approx(bits / len(text), rel=1e-4)


def test_sentences_keep_their_marks_and_quotes():
    text = 'He said, "Stop!" She did. "Why?" he asked. "Oh." The end'
    sentences = corpora.sentences_of(text)
    assert " ".join(sentences) == text
    assert sentences[0] == 'He said, "Stop!"'


def test_a_state_of_another_plan_is_refused(corpus, tokenizer, tmp_path):
    model, objective = build("decoder", corpus, tokenizer)
    state = StateFile(tmp_path)
    train(model, objective, Plan(n_steps=4, learning_rate=1e-2), state, stop_at=2)
    with pytest.raises(InputError, match="another plan"):
        train(model, objective, Plan(n_steps=5, learning_rate=1e-2), state, resume=True)


def test_the_learning_rate_can_begin_once_more():
    plan = Plan(n_steps=200, learning_rate=1.0, n_warmup=10, decay_from=0.5, restart=100)
    assert plan.rate(4) == pytest.approx(0.5)
    assert plan.rate(49) == 1.0
    assert plan.rate(75) == pytest.approx(0.5)
    assert plan.rate(100) == pytest.approx(0.5)
    assert plan.rate(150) == pytest.approx(0.25)


def test_half_of_the_recall_stories_make_room_in_the_end(corpus, tokenizer):
    mix = Mixture(real_tokens=640, recall_tokens=640, n_ctx=320, max_between=0, real_from=0.8)
    objective = CausalObjective(corpus, tokenizer, mix, 0)
    assert mix.recall_share(0.79) == 640
    assert mix.recall_share(0.8) == 320

    class Counts(torch.nn.Module):
        """Keeps how many rows it reads."""

        def forward(self, ids):
            self.rows = [*getattr(self, "rows", []), len(ids)]
            return torch.zeros(*ids.shape, tokenizer.vocab_size)

    found = []
    for step in (700, 900):
        model = Counts()
        list(objective.parts(model, step, 1000))
        found.append(model.rows)
    assert found[1][0] > found[0][0]
    assert found[1][1] < found[0][1]
