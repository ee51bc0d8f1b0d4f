"""Attention Atlas: small language models on a typed text, and everything they thought.

from viz_core import load, Request
trace = load("decoder-stories").run(Request(text="Tom is a cat"))
trace["decoder.0.self_attn.weights"].values
"""

from viz_core.notebooks import show
from viz_core.registry import card, load, model_ids
from viz_core.runners.base import Request
from viz_core.trace import Record, Tokens, Trace

__all__ = ["Record", "Request", "Tokens", "Trace", "card", "load", "model_ids", "show"]
__version__ = "0.5.0"
