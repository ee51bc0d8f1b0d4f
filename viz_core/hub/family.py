"""What is to be known of a family of models: its names for what we call ours, and what it computes.

A family is a table of names. From it come the hook points, the parameters under our names and the
sizes; nothing else in the project asks which family a model is of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from viz_core.design import Design
from viz_core.kinds import Kind, kind_of

Config = Mapping[str, Any]  # what a config.json holds

# their names for what `viz_core.analysis.block.ACTIVATIONS` computes
ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_new": "gelu_tanh",
    "gelu_fast": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "relu": "relu",
    "silu": "silu",
    "swish": "silu",
}


@dataclass(frozen=True)
class Sizes:
    """What can be said of a model's sizes by its config.json alone.

    Attributes:
        n_layer, n_head: of every stack.
        n_ctx: most tokens that it can read; 0 where it has no limit of its own.
    """

    n_layer: int
    n_head: int
    n_ctx: int
    vocab_size: int
    d_model: int


def usual_sizes(config: Config) -> Sizes:
    """By the names that most families use in a config.json."""
    return Sizes(
        config["num_hidden_layers"],
        config["num_attention_heads"],
        config["max_position_embeddings"],
        config["vocab_size"],
        config["hidden_size"],
    )


@dataclass(frozen=True)
class Stack:
    """One stack of blocks: where its modules are.

    A name `a|b` is the one of both that a model has; one that it has not is left out of its table.

    Attributes:
        name: `encoder` or `decoder`, as in the names of our records.
        body: the module that holds it, in the family's base model; empty for that itself.
        blocks: the list of its blocks, in the body.
        around: our name -> theirs, of modules at its entrance and end, in the body: `embed`,
            `positions` (added to embeddings), `segments`, `rotary` (turns q and k), `norm`.
        inside: our name -> theirs, of the modules of a block: `norm_1`, `self_attn` (what calls
            the attention function), `self_attn.W_q` and so on, or `self_attn.W_qkv` where one map
            makes all three, `ffn.W_in`, `ffn.W_gate`, `ffn.W_out`.
    """

    name: str
    body: str
    blocks: str
    around: Mapping[str, str]
    inside: Mapping[str, str]


@dataclass(frozen=True)
class Family:
    """One row of the table of families.

    Attributes:
        name: for people.
        source: the paper.
        kind: of a model with its head, a name of `viz_core.kinds.KINDS`.
        models: what stands in the name of a tensor of the file -> the class of transformers that
            has such, with its head; the first that fits, an empty text fits always.
        bare: the class of the blocks alone, for files without any of those; empty if such are
            none, with what it is made with.
        stacks: in the order in which they read.
        design: how such a model computes, from what a config.json says.
        sizes: from the same.
        head: our name -> theirs, of the modules between the last block and the vocabulary, in the
            whole model: `head`, `masked_head.dense` and so on.
        score: last states to logits; by default what transformers calls the output embedding.
        tensors: our name -> theirs, of parameters that no module of a table has.
        fused: how `W_qkv` is cut: `parts` (all queries, all keys, all values) or `heads` (those of
            each head together).
        first_place: the row of the learned positions that belongs to place 0.
        fixed: of `around`, what is computed and was not learned.
        scaled: what embeddings are multiplied with behind their module, if the code does so.
        fault: what of a config.json can't be computed here, in a few words; empty if nothing.
        ignored: parts of names of tensors that files have and models don't learn.
        tied: ends of names of tensors that are the embedding once more, unless a config.json says
            that they are not.
    """

    name: str
    source: str
    kind: str
    models: Mapping[str, str]
    stacks: tuple[Stack, ...]
    design: Callable[[Config], Design]
    sizes: Callable[[Config], Sizes] = usual_sizes
    head: Mapping[str, str] = field(default_factory=dict)
    score: Callable[[Any, Any], Any] = lambda model, x: model.get_output_embeddings()(x)
    bare: str = ""
    bare_options: Mapping[str, Any] = field(default_factory=dict)
    tensors: Mapping[str, str] = field(default_factory=dict)
    fused: str = ""
    first_place: Callable[[Config], int] = lambda config: 0
    fixed: tuple[str, ...] = ()
    scaled: Callable[[Config], float] = lambda config: 1.0
    fault: Callable[[Config], str] = lambda config: ""
    ignored: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()

    @property
    def traits(self) -> Kind:
        """What models of this kind have in common."""
        return kind_of(self.kind)


def activation(config: Config, key: str, usual: str) -> str:
    """Our name of an activation function.

    Raises:
        ValueError: it is none of ours.
    """
    name = str(config.get(key, usual))
    if name not in ACTIVATIONS:
        raise ValueError(f"{key} {name!r}; there are {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]
