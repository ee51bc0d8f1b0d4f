"""What passes cost: recorded or plain, by length, of every model, and of one new token."""

from __future__ import annotations

import statistics
from functools import partial
from typing import Any

import torch

from viz_core import registry
from viz_core.analysis.influence import grad_x_input, perplexity, rollout
from viz_core.analysis.probabilities import distributions
from viz_core.bench.timing import alternate, request_of, text_of, timed, words
from viz_core.generate import Settings, filtered, log_softmax
from viz_core.hooks import recording
from viz_core.runners.base import Prefix, Runner
from viz_core.runners.local import LocalRunner, records_of
from viz_core.runners.writers import LocalWriter
from viz_core.ui.readings import likelihood_request, question_request

LENGTHS = (16, 32, 64, 128, 256)


def recording_cost(n_tokens: int = 64) -> dict[str, float]:
    """A traced forward pass by a plain one, every record kept; budget 1.3."""
    figures = {}
    for model_id in registry.model_ids():
        runner = registry.load(model_id)
        if not isinstance(runner, LocalRunner):
            continue
        encoded = runner.read(request_of(runner, n_tokens))

        def plain(runner: LocalRunner = runner, encoded: Any = encoded) -> None:
            with torch.inference_mode():
                runner.logits(encoded)

        def traced(runner: LocalRunner = runner, encoded: Any = encoded) -> None:
            with torch.inference_mode(), recording() as tape:
                runner.logits(encoded)
            records_of(tape)

        slow, fast = alternate(traced, plain)
        figures[f"{model_id}: traced / plain forward, T={n_tokens}"] = slow / fast
        figures[f"{model_id}: plain forward, T={n_tokens}, ms"] = fast * 1e3
    return figures


def growth() -> dict[str, float]:
    """Milliseconds of a whole trace by the number of tokens."""
    figures = {}
    for model_id in registry.model_ids():
        runner = registry.load(model_id)
        if isinstance(runner, LocalRunner):
            for n_tokens in LENGTHS:
                run = partial(runner.run, request_of(runner, n_tokens))
                seconds = min(timed(run) for _ in range(7))
                figures[f"{model_id}: trace, T={n_tokens}, ms"] = seconds * 1e3
    return figures


def every_model(n_tokens: int = 32) -> dict[str, float]:
    """Milliseconds from a typed text to the results of every model on the Compare page.

    Budget: 150 ms for all. A result is the trace, gradient x input of the guess, the guesses, the
    model's own view and the perplexity.
    """

    def results(runner: Runner) -> None:
        kind = runner.card.traits
        text = words(runner.card, n_tokens - 4)  # [CLS] [MASK] . [SEP] besides
        trace = runner.run(question_request(kind, text, ("gradient",)))
        distributions(trace), grad_x_input(trace)
        if kind.attends and not kind.translates:
            rollout(trace)
        if not kind.translates:
            perplexity(runner.run(likelihood_request(text)))

    runners = [registry.load(model_id) for model_id in registry.model_ids()]
    rounds: list[list[float]] = []
    for _n in range(12):
        rounds.append([timed(partial(results, runner)) * 1e3 for runner in runners])
    shares = [statistics.median(times) for times in zip(*rounds[2:], strict=True)]
    figures = {
        f"{runner.card.model_id}: its share, T={n_tokens}, ms": share
        for runner, share in zip(runners, shares, strict=True)
    }
    return figures | {f"all models, T={n_tokens}, ms": statistics.median(map(sum, rounds[2:]))}


def decoding(short: int = 32, long: int = 256) -> dict[str, float]:
    """Milliseconds of a new token behind so many others, with what a model keeps of them.

    Budget: 256 tokens at most twice 32.
    """
    drawn = Settings("sample", 0.9, 40, 0.9)
    figures = {}
    for model_id in registry.model_ids():
        runner = registry.load(model_id)
        if not isinstance(runner, LocalWriter):
            continue
        prefixes = []
        for n_tokens in (short, long):
            two = runner.card.traits.translates
            text = "我" if two else text_of(runner, n_tokens - 1)
            target = text_of(runner, n_tokens - 2) if two else ""
            prefix = runner.begin(text, target)
            tokens = [*runner.encode_text("the")] * (n_tokens - 1 - prefix.n_read)
            prefixes.append(prefix.read(*tokens) if tokens else prefix)

        def step(prefix: Prefix, token: int = runner.encode_text("the")[0]) -> None:
            new = prefix.read(token)
            log_softmax(new.logits)
            filtered(new.logits, drawn)

        fast, slow = alternate(partial(step, prefixes[0]), partial(step, prefixes[1]))
        figures[f"{model_id}: a new token at T={short}, ms"] = fast * 1e3
        figures[f"{model_id}: a new token at T={long} / T={short}"] = slow / fast
    return figures
