"""How well a model does a task by the examples in its prompt: no weight is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from viz_core.errors import TooLongError
from viz_core.few_shot.task import Prompt, Task
from viz_core.generate.choice import log_softmax
from viz_core.i18n import _
from viz_core.recall.measure import wilson
from viz_core.runners.base import Prefix, Writer

LONGEST_WORD = 6  # tokens of what a model says, as it is shown


@dataclass(frozen=True)
class Answer:
    """What a model makes of one prompt.

    Attributes:
        prob: of the right answer, all its tokens one after another.
        right: whether each of them is the likeliest of the whole vocabulary.
    """

    prob: float
    right: bool


@dataclass(frozen=True)
class Cell:
    """The accuracy of a task at one number of examples.

    Attributes:
        accuracy: share of the questions whose answer is the likeliest.
        low, high: its 95 % confidence interval, Wilson 1927.
        prob: mean probability of the right answer.
        n: questions that were asked.
        chance: of the task.
    """

    n_examples: int
    accuracy: float
    low: float
    high: float
    prob: float
    n: int
    chance: float


def few_shot_cell(
    writer: Writer, task: Task, n_examples: int, each: Callable[[], object] = lambda: None
) -> Cell:
    """Ask a task's questions behind so many examples.

    Args:
        each: called after each question.

    Raises:
        TooLongError: a prompt is longer than the model reads.
    """
    read: dict[str, Prefix] = {}
    answers = []
    for prompt in task.prompts(n_examples):
        answers.append(answer(writer, prompt, read))
        each()
    n = len(answers)
    hits = sum(one.right for one in answers)
    low, high = wilson(hits, n)
    prob = float(np.mean([one.prob for one in answers]))
    return Cell(n_examples, hits / n, low, high, prob, n, task.chance)


def answer(writer: Writer, prompt: Prompt, read: dict[str, Prefix] | None = None) -> Answer:
    """How likely a model finds the right answer behind a prompt.

    Args:
        read: what the model has read of examples, by their text; it grows.

    Raises:
        TooLongError: prompt and answer are longer than the model reads.
    """
    prefix = behind(writer, prompt, read)
    tokens = writer.encode_text(prompt.answer)
    n_tokens, n_ctx = prefix.n_read + len(tokens), writer.card.n_ctx
    if n_tokens > n_ctx:
        raise TooLongError(
            _(
                "Prompt and answer have {n} tokens; this model reads at most {limit}. Shorten the "
                "rows."
            ).format(n=n_tokens, limit=n_ctx)
        )
    log_prob, right = 0.0, True
    for n, token in enumerate(tokens):
        log_prob += float(log_softmax(prefix.logits)[token])
        right = right and int(prefix.logits.argmax()) == token
        if n + 1 < len(tokens):
            prefix = prefix.read(token)
    return Answer(float(np.exp(log_prob)), right)


def behind(writer: Writer, prompt: Prompt, read: dict[str, Prefix] | None = None) -> Prefix:
    """A model that has read a prompt; examples that many prompts share are read once.

    Args:
        read: as `answer` takes it.
    """
    whole = writer.prompt(prompt.text).ids  # too long a text is refused here
    if not prompt.examples or read is None:
        return writer.begin(prompt.text)
    shown, asked = writer.prompt(prompt.shown).ids, writer.encode_text(prompt.question)
    if (*shown, *asked) != tuple(whole):  # a token reaches across
        return writer.begin(prompt.text)
    if prompt.shown not in read:
        read[prompt.shown] = writer.begin(prompt.shown)
    return read[prompt.shown].read(*asked)


def says(writer: Writer, prompt: Prompt) -> str:
    """The word that a model goes on with, likeliest token by likeliest token."""
    prefix = behind(writer, prompt)
    tokens: list[int] = []
    room = min(LONGEST_WORD, writer.card.n_ctx - prefix.n_read)
    while len(tokens) < room:
        token = int(prefix.logits.argmax())
        string = writer.string(token)
        ends = token == writer.end or (tokens and not string[:1].isalpha())
        if ends:
            break
        tokens.append(token)
        prefix = prefix.read(token)
    return writer.decode(tokens).strip()


def part_starts(writer: Writer, prompt: Prompt) -> tuple[int, ...]:
    """Where the parts of a prompt begin: its first token, each example, the question.

    The first token stands for itself, since heads that have nothing to do look there. A token that
    reaches across two parts counts to the second.
    """
    whole = writer.prompt(prompt.text).ids
    starts = [0, 1]
    for n in range(1, len(prompt.examples) + 1):
        read = writer.prompt(prompt.joiner.join(prompt.examples[:n])).ids
        pairs = enumerate(zip(read, whole, strict=False))
        starts.append(next((at for at, (a, b) in pairs if a != b), len(read)))
    return tuple(starts)
