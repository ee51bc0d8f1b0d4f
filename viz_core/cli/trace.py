"""`attention-atlas trace`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from viz_core import files, registry
from viz_core.cli.output import AsJson, Model, note, note_white_space, print_json
from viz_core.generate.limits import cut_translation
from viz_core.runners.base import Request

if TYPE_CHECKING:
    from viz_core.trace import Trace


def trace(
    model: Model,
    text: Annotated[str, typer.Option(help="The text to read.")],
    target: Annotated[str | None, typer.Option(help="Second text, of models with two.")] = None,
    want: Annotated[list[str] | None, typer.Option(help="Record name pattern; repeatable.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the records to this .npz file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a model once and show what the pass left behind."""
    from viz_core.trace import to_bytes

    request = Request(text, target, tuple(want or ["*"]))
    found = registry.load(model).run(request)
    note_white_space(text)
    n_cut = cut_translation(request, found)
    if n_cut:
        note(f"the translation is cut after {n_cut} tokens: the model did not end it by then.")
    if out is not None:
        files.write_whole(out, to_bytes(found))
    if as_json:
        _print_as_json(found, cut=bool(n_cut))
    else:
        _print_as_text(found)


def _print_as_json(found: Trace, cut: bool) -> None:
    print_json(
        {
            "model_id": found.model_id,
            "kind": found.kind,
            "tokens": {name: list(t.strings) for name, t in found.tokens.items()},
            "cut": cut,
            "records": {
                record.name: {
                    "axes": list(record.axes),
                    "shape": list(record.values.shape),
                    "streams": dict(record.streams),
                }
                for record in found
            },
            "top": [asdict(guess) for guess in found.top],
        }
    )


def _print_as_text(found: Trace) -> None:
    for stream, tokens in found.tokens.items():
        typer.echo(f"{stream}: {' | '.join(tokens.strings)}")
    for record in found:
        typer.echo(f"{record.name:32} {' x '.join(map(str, record.values.shape)):20} {record.axes}")
    for guess in found.top:
        typer.echo(f"place {guess.pos}: {guess.token!r} {guess.prob:.4f}")
