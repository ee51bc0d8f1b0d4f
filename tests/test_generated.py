"""What is generated for training is varied and right, and holds nothing that tests type."""

import hashlib
import random
import re

import pytest
import torch

from viz_core.errors import InputError
from viz_core.models.config import DecoderConfig, EncoderConfig
from viz_core.models.decoder import Decoder
from viz_core.models.encoder import Encoder
from viz_core.recall import stories
from viz_core.recall.english import ENGLISH, facts
from viz_core.recall.measure import n_right
from viz_core.registry import load
from viz_core.tokenizers import PAD, StoryTokenizer
from viz_core.training import corpora, run
from viz_core.training.objectives.causal import CausalObjective
from viz_core.training.objectives.masked import MaskedObjective
from viz_core.training.objectives.objective import pad
from viz_core.training.objectives.recall_batches import RecallStories
from viz_core.training.recipes import RECIPES, STORY_MIXTURE

SENTENCES = [
    f"The {a} thing went {b} then."
    for a in ("red", "blue", "green", "warm", "cold")
    for b in ("home", "out", "down", "away", "back")
]
SECOND = [name for name, recipe in RECIPES.items() if recipe.generation == 2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    rng = random.Random(0)
    path = tmp_path_factory.mktemp("corpus")
    told = [" ".join(rng.choices(SENTENCES, k=24)) for _ in range(120)]
    (path / "tinystories.txt").write_text("\n<|endoftext|>\n".join(told))
    more = [*told[:9], "Kevin had a warm hat.", "Mia had a hat of her own."]
    (path / "tinystories-more.txt").write_text("\n<|endoftext|>\n".join(more))
    (path / "pratham-en.txt").write_text("A red hen.\nA blue hen.\n<|endoftext|>\n")
    for name in ("african-storybook.txt", "gutenberg-children.txt", "gutenberg-simple.txt"):
        (path / name).write_text("\n".join(" ".join(SENTENCES)[:300] for _ in range(5)))
    (path / "tatoeba-zh-en.tsv").write_text("english\tchinese\tattribution\nHi.\t嗨。\tx\n")
    return path


@pytest.fixture(scope="module")
def corpus(folder):
    return corpora.read_larger_corpus(folder)


@pytest.fixture(scope="module")
def shipped():
    return load("decoder-stories").tokenizer


def generated(n):
    """Many generated texts of each kind, as the second generation's recipes draw them."""
    rng = random.Random(5)

    def draw(rng, n_names):
        return ENGLISH.draw_mixed(rng, n_names, ("garden", "pumpkin"), STORY_MIXTURE.known_names)

    for _ in range(n):
        yield facts.document(rng, deeds=True)
        yield stories.story(ENGLISH, rng, SENTENCES, rng.randint(1, 4), rng.randint(0, 3), draw)
        yield stories.terse_story(ENGLISH, rng, rng.randint(2, 5), 1.0, draw)


def test_nothing_generated_holds_a_test_name_sentence_or_pair():
    blanks = [re.sub(r"\[MASK\]", word, text) for text, word in facts.BLANKS.items()]
    for lines in generated(3000):
        text = " ".join(line.text for line in lines)
        assert not ENGLISH.has_unseen_name(text)
        assert not any(blank in text for blank in blanks)
        assert not any(f" {typed} " in f" {text} " for typed in (*facts.OPENINGS, *facts.REASONS))
        for name, animal in re.findall(
            r"(?:^|\. )([A-Z][\w ]*?) (?:is|was) a (?:little |big )?(\w+)\.", text
        ):
            assert name not in ENGLISH.known_names or not stories.is_held_out(name, animal)


def test_english_is_drawn_to_the_byte_as_it_was():
    """Runs of many hours are in progress with it: the same random state, the same stories."""
    digest, rng = hashlib.sha256(), random.Random(11)

    def mixed(rng, n_names):
        return ENGLISH.draw_mixed(rng, n_names, ("garden", "pumpkin"), 0.35)

    fillers = [
        f"The {a} thing went {b} then."
        for a in ("red", "blue", "warm")
        for b in ("home", "out", "down", "away")
    ]
    for n in range(400):
        draw = (ENGLISH.draw_trained, ENGLISH.draw_unseen, mixed)[n % 3]
        n_facts, n_between = rng.randint(1, 4), rng.randint(0, 3)
        lines = [stories.story(ENGLISH, rng, fillers, n_facts, n_between, draw)]
        n_facts, most_kept = rng.randint(2, 5), rng.choice((0.0, 0.4, 1.0))
        lines.append(stories.terse_story(ENGLISH, rng, n_facts, most_kept, draw))
        lines.append(facts.document(rng, deeds=n % 2 == 0))
        told = [repr([(line.text, line.asks) for line in document]) for document in lines]
        asked = stories.prompt(ENGLISH, rng, rng.randint(1, 3), rng.randint(0, 20), draw)
        parts = (asked.text, asked.answer, asked.foods, asked.n_facts, asked.n_between)
        digest.update("".join([*told, *map(repr, parts)]).encode())
    digest.update(repr(rng.random()).encode())
    assert digest.hexdigest().startswith("765579e4fc0ce5fa7a756eec33d68ac2")


def test_documents_with_a_test_name_are_left_out(corpus):
    assert not any(ENGLISH.has_unseen_name(text) for text in (*corpus.train, *corpus.fillers))
    assert "Mia had a hat of her own." in corpus.train
    assert "A red hen. A blue hen." in corpus.train
    assert not set(corpus.train) & {*corpus.test, *corpus.valid}


def test_the_larger_corpus_keeps_tokenizer_and_test_stories(folder, corpus):
    first = corpora.read_corpus(folder)
    assert (corpus.vocabulary, corpus.valid, corpus.test) == (
        first.vocabulary,
        first.valid,
        first.test,
    )
    assert not set(corpus.fillers) & set(ENGLISH.unseen_sentences)


@pytest.mark.parametrize(
    ("text", "has"),
    [("Li Lei is here.", True), ("okonkwo ran.", True), ("Kevins", False), ("Li ran.", False)],
)
def test_unseen_names_are_found_as_words(text, has):
    assert ENGLISH.has_unseen_name(text) == has


def test_names_are_many_and_of_one_token_and_several(shipped):
    rng = random.Random(1)
    drawn = [name for _ in range(500) for name in ENGLISH.draw_mixed(rng, 3, ("garden",), 0.35)]
    assert len(set(drawn)) > 600
    lengths = {len(shipped.encode(name)) for name in drawn}
    assert {1, 2, 3, 4} <= lengths
    assert any(" " in name for name in drawn)
    assert {1, 2, 3} <= {len(shipped.encode(name)) for name in ENGLISH.unseen_names}


def test_what_is_asked_for_is_one_token(shipped):
    asked = {*facts.PROPERTIES, "he", "she", *ENGLISH.foods.values(), *facts.BLANKS.values()}
    assert [word for word in sorted(asked) if len(shipped.encode(word)) > 1] == []


@pytest.mark.parametrize("opening", facts.OPENINGS)
def test_every_fact_that_is_typed_is_told_in_other_forms(opening):
    thing = opening.split()[-2].lower()
    rng = random.Random(2)
    told = {line.text for _ in range(4000) for line in facts.property_line(rng)}
    how = facts.OPENINGS[opening]
    about = {text for text in told if re.search(rf"\b{thing}s?\b", text.lower())}
    assert len({text for text in about if any(text.endswith(f" {h}.") for h in how)}) >= 5
    form = opening.lower().replace(thing, "milk" if opening.startswith(("S", "G")) else "banana")
    assert any(text.lower().startswith(form) for text in told) or opening == "The sky is"


def test_asked_words_are_marked_within_a_sentence_too(corpus, shipped):
    batch = RecallStories(corpus, shipped, STORY_MIXTURE, 0)
    words = {
        shipped.string(story.ids[place]).strip()
        for step in range(20)
        for story in batch.fact_batch(step, deeds=True)
        for place in story.asked
    }
    assert {"he", "she", "red", "dog"} <= words
    assert "." not in words


@pytest.mark.parametrize("model_id", SECOND)
def test_what_is_generated_stays_under_two_fifths(model_id, corpus):
    """By tokens that a model reads, over the whole run; half of a step of copying is real text."""
    mix, n_steps = RECIPES[model_id].mixture, 100
    made = read = 0.0
    for step in range(n_steps):
        now = step / n_steps
        whole = mix.real_tokens + mix.recall_tokens
        own = mix.recall_share(now) + mix.fact_tokens
        lesson = whole / 2 if now < mix.copy_until else whole
        made += lesson if now < mix.terse_until else own
        read += whole + (0 if now < mix.terse_until else mix.fact_tokens)
    assert made / read < 0.4


def test_sentence_pairs_are_neighbours_or_of_two_documents(corpus, shipped):
    mix = RECIPES["encoder-stories"].mixture
    objective = MaskedObjective(corpus, shipped, mix, 0)
    pairs = objective._sentence_pairs(random.Random(0), mix.real_tokens)
    following = [pair for pair in pairs if pair.follows]
    assert 0.3 < len(following) / len(pairs) < 0.7
    text = [" ".join(corpora.sentences_of(t)) for t in corpus.train]
    for pair in following:
        both = shipped.decode(pair.first) + " " + shipped.decode(pair.second)
        assert any(both in t for t in text)


@pytest.mark.parametrize(("step", "n_parts"), [(0, 2), (1_900, 1), (5_000, 3)])
def test_both_objectives_go_through_their_lessons(step, n_parts, corpus, shipped):
    sizes = {"n_layer": 1, "n_head": 2, "d_model": 16, "d_ff": 32, "n_ctx": 257}
    sizes["vocab_size"] = shipped.vocab_size
    for model, kind in (
        (Decoder(DecoderConfig(**sizes)), CausalObjective),
        (Encoder(EncoderConfig(**sizes)), MaskedObjective),
    ):
        parts = list(kind(corpus, shipped, STORY_MIXTURE, 0).parts(model, step, 10_000))
        assert len(parts) == n_parts
        assert all(torch.isfinite(part.loss) for part in parts)


def test_training_reads_as_the_traced_model_does():
    torch.manual_seed(0)
    sizes = {"n_layer": 2, "n_head": 2, "d_model": 16, "d_ff": 32, "n_ctx": 12, "vocab_size": 30}
    ids = torch.randint(5, 30, (3, 12))
    for positions in ("learned", "rotary", "alibi"):
        model = Decoder(DecoderConfig(**sizes, positions=positions))
        torch.testing.assert_close(model.train()(ids), model.eval()(ids), atol=1e-5, rtol=0)
    encoder = Encoder(EncoderConfig(**sizes))
    ids = pad([[5, 6, 7], [8, 9, 10, 11]], StoryTokenizer.special.index(PAD))
    padding, segments = ids == 0, torch.zeros_like(ids)
    torch.testing.assert_close(
        encoder.train().hidden(ids, segments, padding)[~padding],
        encoder.eval().hidden(ids, segments, padding)[~padding],
        atol=1e-5,
        rtol=0,
    )


def test_right_first_guesses_are_counted():
    guesses = {
        "openings": {"Apple is": "red", "The sun is": "hot", "Snow is": "cold"},
        "blanks": {"The [MASK] barked at the cat.": "dog"},
    }
    assert n_right(ENGLISH, guesses) == {"openings": (2, 3), "blanks": (1, 1)}


def test_a_checkpoint_of_an_older_recipe_keeps_its_card(folder, monkeypatch):
    older = next(iter(SECOND))
    monkeypatch.setattr(run, "load", lambda _id: type("It", (), {"card": _Older}))
    with pytest.raises(InputError, match="older recipe"):
        run.measure_again(older, folder)


class _Older:
    metrics: dict = {"training": {"steps": 1}}  # noqa: RUF012


def test_test_names_stand_in_no_list_of_training():
    assert not set(ENGLISH.known_names) & set(ENGLISH.unseen_names)
    assert set(ENGLISH.names) - set(ENGLISH.known_names) == {"Zoe"}
