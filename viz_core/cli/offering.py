"""Options of every command that takes a model: folders and names of other people's models."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from viz_core import registry
from viz_core.cli.output import note
from viz_core.hub.entry import FOLDERS
from viz_core.hub.extra import needs_transformers
from viz_core.shelf import MEMORY, limit

Folders = Annotated[
    list[Path] | None,
    typer.Option(
        "--model-dir",
        help="Folder of a model, or of folders with one each (config.json, *.safetensors, "
        "tokenizer); repeatable.",
    ),
]
Names = Annotated[
    list[str] | None,
    typer.Option("--hub", help="Model of the Hugging Face hub, such as org/name; repeatable."),
]
Gigabytes = Annotated[
    float | None,
    typer.Option("--memory", help="Gigabytes that loaded models may take together."),
]
OPTIONS: dict[str, Any] = {"model_dir": Folders, "hub": Names, "memory": Gigabytes}


def offers(command: Callable[..., None]) -> Callable[..., None]:
    """A command with the options above; what they say is offered before it begins."""

    @wraps(command)
    def offered(*args: Any, **given: Any) -> None:
        own = {name: given.pop(name) for name in OPTIONS}
        offer(own["model_dir"] or (), own["hub"] or (), own["memory"])
        command(*args, **given)

    hints = get_type_hints(command, include_extras=True)
    own = [p.replace(annotation=hints[p.name]) for p in signature(command).parameters.values()]
    more = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=of)
        for name, of in OPTIONS.items()
    ]
    offered.__signature__ = Signature([*own, *more])  # type: ignore[attr-defined]
    offered.__annotations__ = {p.name: p.annotation for p in (*own, *more)}
    return offered


def offer(
    folders: list[Path] | tuple[()], names: list[str] | tuple[()], memory: float | None
) -> dict[str, Path]:
    """Offer what was given; a model that can't be used is told, the others are there.

    Returns:
        the folders of all that was given, by the name that each shall have, which may be empty.

    Raises:
        InputError: there is no such folder or name, or the memory is none.
    """
    if memory is not None:
        os.environ[MEMORY] = str(memory)
        limit()
    found: dict[str, Path] = {}
    if folders or names:
        needs_transformers()
    for name in names:
        from viz_core.hub.fetch import fetched

        found[name.rpartition("/")[2]] = fetched(name)
    given = [("", path) for path in folders] + list(found.items())
    for name, path in given:
        for error in registry.offer(path, name).values():
            note(str(error))
    return {name or str(path): path for name, path in given}


def hand_on(given: dict[str, Path]) -> None:
    """Let the app's own process, which reads its environment, offer the same."""
    said = [os.environ[FOLDERS]] if FOLDERS in os.environ else []
    for name, path in given.items():
        whole = str(path.resolve())
        said.append(whole if name == str(path) else f"{name}={whole}")
    if said:
        os.environ[FOLDERS] = os.pathsep.join(said)
