"""`attention-atlas generate`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from viz_core import registry
from viz_core.cli.output import AsJson, Model, note, note_white_space, print_json, progress
from viz_core.errors import InputError

if TYPE_CHECKING:
    from viz_core.runners.base import Writer

# the options of one strategy alone, and what they are where they are not given
OWN: dict[str, dict[str, Any]] = {
    "greedy": {},
    "sample": {"temperature": 1.0, "top_k": 0, "top_p": 1.0, "seed": 0},
    "beam": {"width": 5},
}


def generate(
    model: Model,
    text: Annotated[str, typer.Option(help="The text to go on with, or to translate.")],
    strategy: Annotated[str, typer.Option(help="greedy, sample or beam.")] = "greedy",
    temperature: Annotated[float | None, typer.Option(help="Of sample; 1 by default.")] = None,
    top_k: Annotated[int | None, typer.Option(help="Of sample; 0, the default, for all.")] = None,
    top_p: Annotated[float | None, typer.Option(help="Of sample; 1 by default.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of sample; 0 by default.")] = None,
    width: Annotated[int | None, typer.Option(help="Of beam; 5 by default.")] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="Most tokens that are written.")] = 40,
    as_json: AsJson = False,
) -> None:
    """Let a model go on with a text, or translate it."""
    given = {"temperature": temperature, "top_k": top_k, "top_p": top_p, "seed": seed}
    own = _own_options(strategy, {**given, "width": width})
    writer = registry.writer(model)
    with progress(n, "token") as bar:
        tokens, logprob = _written(writer, text, strategy, own, n, bar.update)
    ended = tokens[-1] == writer.end
    said = writer.decode([token for token in tokens if token != writer.end])
    if as_json:
        print_json(
            {
                "text": said,
                "tokens": [writer.string(token) for token in tokens],
                "ids": tokens,
                "logprob": logprob,
                "finish_reason": "stop" if ended else "length",
            }
        )
    else:
        typer.echo(said)
    note_white_space(text)
    if not ended:
        room = writer.card.n_ctx - len(writer.prompt(text)) - len(tokens)
        more = "--n allows more." if room > 0 else "the model has no room for more."
        note(f"cut after {len(tokens)} tokens, before the model ended its text; {more}")


def _own_options(strategy: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a strategy, defaults filled in.

    Raises:
        InputError: there is no such strategy, or an option of another one is given.
    """
    if strategy not in OWN:
        raise InputError(f"There is no strategy {strategy!r}. There are: {', '.join(OWN)}.")
    for other, options in OWN.items():
        for name in options:
            if other != strategy and given[name] is not None:
                option = f"--{name.replace('_', '-')}"
                raise InputError(
                    f"{option} is of --strategy {other}, and this is {strategy}. "
                    f"Leave {option} out, or add --strategy {other}."
                )
    return {
        name: default if given[name] is None else given[name]
        for name, default in OWN[strategy].items()
    }


def _written(
    writer: Writer,
    text: str,
    strategy: str,
    own: Mapping[str, Any],
    n: int,
    each: Callable[[], object],
) -> tuple[list[int], float]:
    """What a strategy writes: the tokens, and the logarithm of the probability of all of them."""
    from viz_core.generate import Settings, Writing, beam_search

    if strategy == "beam":
        beam = beam_search(writer, writer.begin(text), own["width"], longest=n, each=each)
        best = beam.finished[0]
        return beam.tokens(best), beam.nodes[best].logprob
    writing = Writing(writer, text, Settings(strategy, **own), longest=n)
    steps = writing.steps(n, each)
    return [step.token for step in steps], steps[-1].logprob
