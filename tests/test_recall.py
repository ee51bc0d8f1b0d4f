"""The recall measure itself, on runners whose answers are known."""

import random
from typing import ClassVar

import pytest

from viz_core.recall import stories
from viz_core.recall.english import ENGLISH
from viz_core.recall.measure import DISTANCES, N_FACTS, recall, recall_cell, score_prompts, wilson
from viz_core.runners.base import Card, Runner
from viz_core.trace import Guess, Trace


class Knows(Runner):
    """Answers each prompt by a function of it."""

    parameters: ClassVar = {}

    def __init__(self, answer):
        self.card = Card("knows", "decoder", "", "", 0, 1, 1, 256, 1)
        self.answer = answer

    def run(self, request):
        return Trace("knows", "decoder", {}, {}, (Guess(0, " " + self.answer(request.text), 1.0),))

    def plain_logits(self, request):
        raise NotImplementedError

    string = alternatives = plain_logits

    @property
    def record_names(self):
        return ()


def truth(prompt):
    name = prompt.rsplit(". ", 1)[1].split("'")[0]
    animal = prompt.split(f"{name} is a ")[1].split(".")[0]
    return ENGLISH.foods[animal]


def first_fact(prompt):
    return ENGLISH.foods[prompt.split(" is a ")[1].split(".")[0]]


def test_whoever_knows_is_always_right_and_whoever_guesses_is_at_chance():
    knowing = recall(Knows(truth), n_prompts=20)
    assert [(c.n_facts, c.n_between) for c in knowing] == [
        (f, d) for f in N_FACTS for d in DISTANCES
    ]
    assert all(cell.accuracy == 1 for cell in knowing)
    guessing = recall_cell(Knows(first_fact), 3, 0, 200)
    assert guessing.any_food_of_the_story == 1
    assert guessing.low < 1 / 3 < guessing.high
    assert guessing.chance == pytest.approx(1 / 3, abs=1e-3)


def test_every_model_gets_the_same_prompts():
    seen = []
    for _ in range(2):
        asked = []
        recall_cell(Knows(lambda p, asked=asked: asked.append(p) or "fish"), 2, 5, 10)
        seen.append(asked)
    assert seen[0] == seen[1]


def test_prompts_are_of_held_out_pairs_and_unseen_sentences():
    rng = random.Random(2)
    unseen = set(ENGLISH.unseen_sentences)
    assert len(unseen) > 500
    for _ in range(50):
        prompt = stories.prompt(ENGLISH, rng, 2, 3)
        sentences = prompt.text.split(". ")
        for told in sentences[:2]:
            name, animal = told.split(" is a ")
            assert stories.is_held_out(name, animal)
        assert all(f"{sentence}." in unseen for sentence in sentences[2:5])
        assert prompt.text.endswith("'s favorite food is")
        assert truth(prompt.text) == prompt.answer


def test_prompts_are_scored_by_their_words():
    prompts = [("Tom is a cat. Tom's favorite food is", "fish"), ("Lily is a", "dog")]
    scored = score_prompts(Knows(lambda prompt: "fish"), prompts)
    assert (scored["accuracy"], scored["n"]) == (0.5, 2)


def test_wilson_interval():
    low, high = wilson(50, 100)
    assert low == pytest.approx(0.4038, abs=1e-3)
    assert high == pytest.approx(0.5962, abs=1e-3)
    assert wilson(0, 10)[0] == 0
    assert wilson(10, 10)[1] == 1
