"""A notebook that makes a view through the Python API."""

from __future__ import annotations

import json
from typing import Any

from viz_core import registry
from viz_core.views import MODELS_KEYS, View

INSTALL = "This notebook needs `attention-atlas` in its environment."


def notebook(view: View) -> str:
    """A notebook of this view: its trace where it names a model and a text, and its pictures."""
    text = next(iter(view.values.get("text", ())), "")
    named = [one for key in MODELS_KEYS for one in view.values.get(key, ())]
    models = [one for one in named if one in registry.MODELS]
    cells = [
        _cell("markdown", f"# Attention Atlas: {view.page.replace('_', ' ')}\n\n{INSTALL}"),
        _cell(
            "code",
            "from viz_core import show\n"
            "from viz_core.views import view_at\n\n"
            f"view = view_at({view.address()!r}, {view.language!r})\n"
            "show(view)",
        ),
    ]
    if models and text:
        cells += [
            _cell("markdown", "The numbers behind it, and every head of every layer:"),
            _cell(
                "code",
                "from viz_core import Request, load, show\n\n"
                f"trace = load({models[0]!r}).run(Request({text!r}))\n"
                "show(trace)",
            ),
        ]
    whole: dict[str, Any] = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _cell(kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": f"cell-{abs(hash((kind, source))) % 10**8}",
        "metadata": {},
        "source": source.splitlines(keepends=True),
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
