"""What a model of transformers learned, under our names and in our shapes.

Weights are (out, in), one map each for queries, keys and values, whatever theirs are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import Tensor, nn
from transformers.pytorch_utils import Conv1D

from viz_core.hub.family import Config, Family
from viz_core.hub.points import AFTER, find


def learned(model: nn.Module, family: Family, config: Config, n_head: int) -> dict[str, Tensor]:
    """Every parameter once, by our name: views of theirs wherever their shape allows.

    What is tied to the embedding, and what was computed and not learned, is not among them.

    Args:
        model: theirs, with its head.
        config: what its config.json says.
        n_head: of each attention.

    Raises:
        ValueError: a parameter is none of the family's.
    """
    found: dict[str, Tensor] = {}
    taken: set[int] = set()
    for name, module in modules(model, family):
        for part, tensor in module.named_parameters(recurse=False):
            if id(tensor) in taken:
                continue
            taken.add(id(tensor))
            if name.rpartition(".")[2] not in family.fixed:
                found |= dict(_ours(name, part, module, tensor, family, config, n_head))
    for name, path in family.tensors.items():
        found[name] = getattr(model, path).reshape(-1)
    left = [name for name, tensor in model.named_parameters() if id(tensor) not in taken]
    if left:
        raise ValueError(f"{family.name} has no name for {', '.join(left)}")
    return found


def modules(model: nn.Module, family: Family) -> Iterator[tuple[str, nn.Module]]:
    """Every module of a family's tables that a model has, by the name that its parameters get."""
    base: Any = getattr(model, "base_model", model)
    alone = len(family.stacks) == 1
    for n, stack in enumerate(family.stacks):
        body = base.get_submodule(stack.body)
        for name, path in stack.around.items():
            ours = name if alone or (n == 0 and name != "norm") else f"{stack.name}.{name}"
            if (module := find(body, path)) is not None:
                yield ours, module
        for layer, block in enumerate(body.get_submodule(stack.blocks)):
            prefix = f"blocks.{layer}" if alone else f"{stack.name}.{layer}"
            for name, path in stack.inside.items():
                if name not in AFTER and (module := find(block, path)) is not None:
                    yield f"{prefix}.{name}", module
    for name, path in family.head.items():
        if (module := find(model, path)) is not None:
            yield name, module


def _ours(
    name: str,
    part: str,
    module: nn.Module,
    tensor: Tensor,
    family: Family,
    config: Config,
    n_head: int,
) -> Iterator[tuple[str, Tensor]]:
    """One parameter of theirs as ours: itself, or the parts of which it is made.

    Args:
        name: ours of the module.
        part: `weight` or `bias`.
    """
    if part == "weight" and isinstance(module, Conv1D):
        tensor = tensor.T  # theirs are (in, out)
    if name.endswith("W_qkv"):
        yield from (
            (f"{name.removesuffix('qkv')}{letter}.{part}", x)
            for letter, x in zip("qkv", _cut(tensor, family.fused, n_head), strict=True)
        )
    elif name.rpartition(".")[2] == "positions":
        yield f"{name}.{part}", tensor[family.first_place(config) :]
    elif name == "head" and part == "bias" and family.traits.fills:
        yield "masked_head.bias", tensor
    else:
        yield f"{name}.{part}", tensor


def _cut(x: Tensor, fused: str, n_head: int) -> tuple[Tensor, ...]:
    """The maps to queries, keys and values of one that makes all three, (3 * d, ...)."""
    if fused == "parts":
        return x.chunk(3)
    if fused == "heads":
        each = x.reshape(n_head, 3, -1, *x.shape[1:])  # (head, 3, d_head, ...)
        return tuple(each[:, n].flatten(0, 1) for n in range(3))
    raise ValueError(f"fused={fused!r} is not one of parts, heads")
