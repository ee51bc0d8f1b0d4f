"""What a model still knows of a fact after other sentences: the accuracy of the food word.

"Tom is a cat. <other sentences> Tom's favorite food is" ends in fish only for a model that kept
who Tom is. The pairs of name and animal stand in no generated training story, and the other
sentences are of stories that nothing was trained on. Any runner can be measured.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from viz_core.errors import InputError, TooLongError
from viz_core.files import Column
from viz_core.i18n import _
from viz_core.recall import stories
from viz_core.recall.world import World
from viz_core.recall.worlds import world_of
from viz_core.runners.base import Request, Runner
from viz_core.runners.question import question

DISTANCES = (0, 2, 5, 10, 20)
N_FACTS = (1, 2, 3)
N_PROMPTS = 100  # of each cell, on the cards
PROMPT_COLUMNS = (  # of a file of prompts
    Column("prompt", ("text", "sentence", "question", "context", "input")),
    Column(
        "expected word",
        ("expected next word", "expected", "next word", "word", "answer", "target", "completion"),
    ),
)
COMMAND = "attention-atlas evaluate recall --model {model_id} --json"


@dataclass(frozen=True)
class Cell:
    """The accuracy at one number of facts and one distance.

    Attributes:
        n_between: other sentences between the last fact and the question.
        accuracy: share of prompts whose food is the likeliest of the whole vocabulary.
        any_food_of_the_story: share in which it is the food of any of the story's animals.
        low, high: 95 % confidence interval of the accuracy.
        n: prompts.
        chance: what a model reaches that knows which foods the story calls for but not whose: one
            in the number of facts; with one fact, one in the number of foods.
    """

    n_facts: int
    n_between: int
    accuracy: float
    any_food_of_the_story: float
    low: float
    high: float
    n: int
    chance: float


def recall(
    runner: Runner,
    n_prompts: int = N_PROMPTS,
    each: Callable[[], object] = lambda: None,
    unseen_names: bool = False,
) -> list[Cell]:
    """Measure every cell of `N_FACTS` x `DISTANCES`, in the language that the model reads.

    Args:
        each: called after each cell, for a progress bar.
        unseen_names: with names that nothing was trained on.
    """
    cells = []
    for n_facts in N_FACTS:
        for n_between in DISTANCES:
            cells.append(recall_cell(runner, n_facts, n_between, n_prompts, unseen_names))
            each()
    return cells


def recall_cell(
    runner: Runner,
    n_facts: int,
    n_between: int,
    n_prompts: int = N_PROMPTS,
    unseen_names: bool = False,
) -> Cell:
    """Measure one cell; every model of a language gets the same prompts."""
    world = world_of(runner.card.language)
    draw = world.draw_unseen if unseen_names else world.draw_trained
    rng = random.Random(f"0 {n_facts} {n_between}")
    hits = near = 0
    for _n in range(n_prompts):
        prompt = stories.prompt(world, rng, n_facts, n_between, draw)
        word = completion(runner, prompt.text)
        hits += word == prompt.answer
        near += word in prompt.foods
    chance = 1 / n_facts if n_facts > 1 else 1 / len(world.foods)
    low, high = wilson(hits, n_prompts)
    return Cell(
        n_facts,
        n_between,
        hits / n_prompts,
        near / n_prompts,
        low,
        high,
        n=n_prompts,
        chance=round(chance, 3),
    )


def first_guesses(runner: Runner) -> dict[str, dict[str, str]]:
    """The likeliest word behind each of the sentences that a visitor begins, or in its [MASK].

    Returns:
        of `openings`, `reasons` and, where the model fills masks, `blanks`: sentence -> word.
    """
    facts = world_of(runner.card.language).facts
    asked = {"openings": list(facts.openings), "reasons": list(facts.reasons)}
    if runner.card.traits.fills:
        asked["blanks"] = list(facts.blanks)
    return {
        kind: {text: completion(runner, text) for text in texts} for kind, texts in asked.items()
    }


def n_right(world: World, guesses: dict[str, dict[str, str]]) -> dict[str, tuple[int, int]]:
    """How many first guesses of each kind are right, and of how many."""
    right = world.facts.right
    return {
        kind: (sum(word in right[text] for text, word in said.items()), len(said))
        for kind, said in guesses.items()
    }


def score_prompts(
    runner: Runner,
    prompts: Iterable[Sequence[str]],
    left_out: Callable[[int, TooLongError], object] = lambda index, error: None,
) -> dict[str, float | int]:
    """How often the likeliest next word is the expected one.

    Args:
        prompts: prompt and expected next word.
        left_out: called with the index of a prompt that is too long, and what is wrong; such
            prompts are counted and not measured.

    Raises:
        InputError: no prompt can be read.
    """
    hits = n = n_left_out = 0
    for index, (prompt, expected) in enumerate(prompts):
        try:
            hits += says(runner, prompt, expected)
            n += 1
        except TooLongError as error:
            left_out(index, error)
            n_left_out += 1
    if not n:
        raise InputError(
            _("Every sentence is too long for {model_id} ({n} left out).").format(
                n=n_left_out, model_id=runner.card.model_id
            )
        )
    return {"accuracy": hits / n, "n": n, "n_left_out": n_left_out}


def says(runner: Runner, prompt: str, word: str) -> bool:
    """Whether a word, of one token or several, is what the model goes on with, likeliest first."""
    joiner = world_of(runner.card.language).joiner
    begun = completion(runner, prompt)
    while not runner.card.traits.fills and begun != word and begun and word.startswith(begun):
        piece = runner.run(Request(f"{prompt}{joiner}{begun}", want=("logits",))).top[0].token
        if not piece.strip() or piece[0] == " ":
            return False
        begun += piece
    return begun == word


def completion(runner: Runner, prompt: str) -> str:
    """The likeliest next word, or filler of a [MASK] put at the end."""
    if runner.card.traits.translates:
        raise InputError(
            _("{model_id} translates; recall is of models that go on with a text.").format(
                model_id=runner.card.model_id
            )
        )
    asked = question(runner.card.traits, prompt)
    return runner.run(Request(asked, want=("logits",))).top[0].token.strip()


def wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % confidence interval of a share (Wilson 1927)."""
    share, width = hits / n, z * z / n
    middle = (share + width / 2) / (1 + width)
    half = z * math.sqrt(share * (1 - share) / n + width / (4 * n)) / (1 + width)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)
