"""Hook points on a model of transformers: placed once, when it is loaded, by its family's table.

What passes between two modules is seen where a module takes it or gives it, by forward hooks that
stay where they are for good. They hold nothing: a `HookPoint` writes to the tape of the current
context, and without one hands on what it is given.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from viz_core.hooks import HookPoint
from viz_core.hub.attention import PLACE, AttentionPoints
from viz_core.hub.family import Family, Stack

AFTER = {"self_attn": "resid_mid", "cross_attn": "resid_cross"}  # the stream behind a part


def place(model: nn.Module, family: Family, pre_norm: bool, parallel: bool) -> list[HookPoint]:
    """Put the hook points of a family on one of its models.

    Args:
        model: theirs, with its head.
        pre_norm, parallel: of its design.

    Returns:
        all of them, in the order in which they are passed.
    """
    base: Any = getattr(model, "base_model", model)
    placed: list[HookPoint] = []
    streams = ("text",) if len(family.stacks) == 1 else ("source", "target")
    for n, stack in enumerate(family.stacks):
        placer = _Placer(stack, base.get_submodule(stack.body), streams[: n + 1], pre_norm)
        placer.entrance(family)
        blocks: Any = placer.body.get_submodule(stack.blocks)
        for layer, block in enumerate(blocks):
            placer.block(f"{stack.name}.{layer}", block, parallel)
        placer.end(len(family.stacks) == 1)
        placed += placer.placed
    return placed


class _Placer:
    """Puts the hook points of one stack in their places.

    Args:
        streams: of the stack's own tokens the last, before it those that it looks across at.
    """

    def __init__(
        self, stack: Stack, body: nn.Module, streams: tuple[str, ...], pre_norm: bool
    ) -> None:
        self.stack, self.body, self.streams, self.pre_norm = stack, body, streams, pre_norm
        self.stream = streams[-1]
        self.own = "" if len(streams) == 1 else f"{stack.name}."  # before names at the entrance
        self.placed: list[HookPoint] = []
        self.mask: HookPoint | None = None
        self.bias: HookPoint | None = None

    def entrance(self, family: Family) -> None:
        """What the first block reads, and what all blocks are told."""
        row = f"pos:{self.stream} d_model"
        if (module := find(self.body, self.stack.around.get("embed"))) is not None:
            self._behind(module, f"{self.own}embed", row)
        for name in ("positions", "segments"):
            if (module := find(self.body, self.stack.around.get(name))) is not None:
                self._behind(module, f"{self.own}{name}", row)
        if (module := find(self.body, self.stack.around.get("rotary"))) is not None:
            self._turning(module)
        square = f"query:{self.stream} key:{self.stream}"
        if find(self.body, self.stack.around.get("positions.bias")) is not None:
            self.bias = self._point(f"{self.own}positions.bias", f"head {square}")
        if family.traits.causal or self.own:
            self.mask = self._point(f"{self.stack.name}.mask", square)

    def block(self, name: str, block: nn.Module, parallel: bool) -> None:
        """One block: its parts in their order, and the stream before and behind each."""
        row = f"pos:{self.stream} d_model"
        parts = [part for part in AFTER if part in self.stack.inside]
        self._before(block, f"{name}.resid_pre", row)
        for n, part in enumerate(parts, 1):
            if self.pre_norm:
                self._behind(self._in(block, f"norm_{n}"), f"{name}.norm_{n}.out", row)
            self._attention(name, part, block)
            self._behind(self._in(block, f"{part}.W_o"), f"{name}.{part}.out", row)
            if not self.pre_norm:
                self._behind(self._in(block, f"norm_{n}"), f"{name}.{AFTER[part]}", row)
            elif not parallel:  # the next norm reads the sum; where both read one, there is none
                self._before(self._in(block, f"norm_{n + 1}"), f"{name}.{AFTER[part]}", row)
        last = f"norm_{len(parts) + 1}"
        if self.pre_norm:
            self._behind(self._in(block, last), f"{name}.{last}.out", row)
        narrow = self._in(block, "ffn.W_out")
        self._before(narrow, f"{name}.ffn.act", f"pos:{self.stream} d_ff")
        self._behind(narrow, f"{name}.ffn.out", row)
        self._behind(block, f"{name}.resid_post", row)

    def end(self, alone: bool) -> None:
        """The norm behind the last block, where there is one.

        Args:
            alone: the model has no other stack.
        """
        norm = find(self.body, self.stack.around.get("norm"))
        if norm is not None and self.pre_norm:
            name = "norm.out" if alone else f"{self.stack.name}.norm.out"
            self._behind(norm, name, f"pos:{self.stream} d_model")

    def _attention(self, block: str, part: str, module: nn.Module) -> None:
        """The hook points within the attention function."""
        across = part == "cross_attn"
        shared = (None, None) if across else (self.mask, self.bias)
        key = self.streams[0] if across else self.stream
        points = AttentionPoints(f"{block}.{part}", self.stream, key, *shared)
        self.placed += points.own
        setattr(self._in(module, part), PLACE, points)

    def _in(self, block: nn.Module, name: str) -> nn.Module:
        """A module of a block by our name."""
        module = find(block, self.stack.inside[name])
        if module is None:
            raise ValueError(f"{type(block).__name__} has no {self.stack.inside[name]}")
        return module

    def _point(self, name: str, axes: str) -> HookPoint:
        point = HookPoint(name, axes)
        self.placed.append(point)
        return point

    def _behind(self, module: nn.Module, name: str, axes: str) -> None:
        """A hook point on what a module gives."""
        point = self._point(name, axes)

        def hook(_module: nn.Module, _args: Any, given: Any) -> Any:
            if isinstance(given, tuple):
                return (point(given[0]), *given[1:])
            return point(given if given.dim() > 2 else given[None])  # rows alone: one for all texts

        module.register_forward_hook(hook)

    def _before(self, module: nn.Module, name: str, axes: str) -> None:
        """A hook point on what a module takes first."""
        point = self._point(name, axes)

        def hook(_module: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
            return (point(args[0]), *args[1:])

        module.register_forward_pre_hook(hook)

    def _turning(self, module: nn.Module) -> None:
        """A hook point on the angles by which q and k are turned; theirs gives their cos, sin."""
        point = self._point("positions.angles", f"pos:{self.stream} d_head")

        def hook(rotary: Any, args: Any, more: dict[str, Any], _given: Any) -> Any:
            where = more["position_ids"] if "position_ids" in more else args[1]
            half = where[..., None].float() * rotary.inv_freq  # (1, pos, d_head / 2)
            angles = point(torch.cat([half, half], -1))
            return angles.cos(), angles.sin()

        module.register_forward_hook(hook, with_kwargs=True)


def find(module: nn.Module, name: str | None) -> nn.Module | None:
    """A module within another by its name, or by the first of several names that it has."""
    for one in (name or "").split("|"):
        try:
            return module.get_submodule(one) if one else None
        except AttributeError:
            continue
    return None


def scaled(module: nn.Module, by: float) -> None:
    """Let a module give its result multiplied, before any hook point sees it."""

    def hook(_module: nn.Module, _args: Any, given: Tensor) -> Tensor:
        return given * by

    module.register_forward_hook(hook)
