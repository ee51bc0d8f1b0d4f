"""What the command line prints: results on standard output, all else on standard error."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from tqdm import tqdm

Model = Annotated[str, typer.Option("--model", help="Model id; see `attention-atlas models`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def speak_any_encoding() -> None:
    """Let a character that the output's encoding lacks be escaped, not end the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def note(sentence: str) -> None:
    """Say something that is not the result."""
    typer.echo(f"attention-atlas: {sentence}", err=True)


def print_json(value: Any) -> None:
    """A result as JSON, escaped as JSON has it where the output's encoding needs that."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, allow_nan=False)
    typer.echo(text)


def report(figures: Mapping[str, Any], as_json: bool) -> None:
    """Named figures, as JSON or a line each."""
    if as_json:
        print_json(figures)
        return
    for name, value in figures.items():
        typer.echo(f"{name:40} {value:.4f}" if isinstance(value, float) else f"{name:40} {value}")


def note_white_space(text: str) -> None:
    """Say that white space at the ends of a text is not read, if there was some."""
    if text != text.strip():
        note("white space at the ends of the text is not read.")


def progress(total: int, unit: str) -> tqdm[Any]:
    """A bar on standard error, where somebody watches and the work takes its time."""
    return tqdm(total=total, unit=unit, disable=None, leave=False, delay=1)
