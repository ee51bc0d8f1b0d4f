"""Attention Atlas: small language models on a typed text, and everything they thought.

from viz_core import load, Request
trace = load("decoder-stories").run(Request(text="Tom is a cat"))
trace["decoder.0.self_attn.weights"].values

`load` takes the folder of a model of the Hugging Face hub, too.
"""

from __future__ import annotations

from pathlib import Path

from viz_core import registry
from viz_core.notebooks import show
from viz_core.registry import card, model_ids
from viz_core.runners.base import Request, Runner
from viz_core.trace import Record, Tokens, Trace

__all__ = ["Record", "Request", "Tokens", "Trace", "card", "load", "model_ids", "show"]
__version__ = "0.5.0"


def load(model: str | Path, trained: bool = True) -> Runner:
    """What runs a model, proved: one of the table by its id, or that of a folder.

    Args:
        model: an id of `model_ids()`, or a path to a folder with config.json, *.safetensors and a
            tokenizer.
        trained: with its weights, or with those that training begins with.

    Raises:
        InputError: there is no such model, or its folder can't be used.
        CheckpointError: its checkpoint can't be used.
        ProofError: what it records contradicts itself.
    """
    if isinstance(model, str) and (model in registry.MODELS or not Path(model).is_dir()):
        return registry.load(model, trained)
    from viz_core.hub import load_folder

    runner = load_folder(Path(model), trained=trained)
    registry.prove(runner)
    return runner
