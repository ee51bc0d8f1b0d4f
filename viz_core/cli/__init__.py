"""`attention-atlas`: the library from the command line, a module a command.

Its JSON is a public contract. Bad input ends with status 2 and one line on standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import typer

from viz_core.cli import check, evaluate, export, generate, models, run, trace
from viz_core.cli.offering import offers
from viz_core.cli.output import note, speak_any_encoding
from viz_core.errors import InputError, VizError

app = typer.Typer(
    help="Small language models on a typed text, and everything they thought.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
COMMANDS: tuple[Callable[..., None], ...] = (
    offers(models.models),
    offers(trace.trace),
    offers(generate.generate),
    offers(export.export),
    offers(check.check),
    run.train,
    run.serve,
    run.bench,
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(evaluate.app, name="evaluate")

# The error of a wrong call; typer names its child only
UsageError: Any = typer.BadParameter.__base__
# Calls of which the help is shown as it is laid out
BARE: tuple[list[str], ...] = ([], ["evaluate"])
INTERRUPTED = 130  # the status of whoever was stopped by Ctrl-C


def main() -> None:
    """Entry point: turns what a person did wrong into one line and status 2."""
    speak_any_encoding()
    try:
        status = app(standalone_mode=False)
    except (InputError, UsageError) as error:
        message = error.format_message() if isinstance(error, UsageError) else str(error)
        if sys.argv[1:] in BARE:
            typer.echo(message, err=True)
        else:
            note(" ".join(message.split()))
        sys.exit(2)
    except VizError as error:
        note(str(error))
        sys.exit(1)
    except typer.Abort:
        status = INTERRUPTED
    if status == INTERRUPTED:
        note("stopped.")
    sys.exit(status if isinstance(status, int) else 0)
