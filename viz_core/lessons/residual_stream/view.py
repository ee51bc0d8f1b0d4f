"""What is looked at on the Layers page: the residual stream of one stack."""

from __future__ import annotations

from dataclasses import dataclass

from viz_core.analysis.residual import ResidualStream, residual_stream
from viz_core.i18n import _
from viz_core.lessons.residual_stream import link
from viz_core.ui.cache import cached
from viz_core.ui.inputs import choose
from viz_core.ui.inside import Inside


@dataclass(frozen=True)
class StreamView:
    """The residual stream of one stack of a model."""

    inside: Inside
    stack: str
    residual: ResidualStream

    @property
    def words(self) -> tuple[str, ...]:
        """The tokens along the stream."""
        return self.inside.tokens(self.stack).strings

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        return f"{self.inside.note} · {self.stack}"

    @property
    def levels(self) -> list[str]:
        """The levels' names, for people."""
        n_layer = len(self.residual.levels) - 1
        return [_("input"), *(_("after layer {n}").format(n=n) for n in range(n_layer))]

    @property
    def parts(self) -> list[str]:
        """The parts' names, for people."""
        return [part_name(part) for part in self.residual.parts]


def part_name(part: str) -> str:
    """What a part of the stream, such as `0.ffn`, is called."""
    plain = {
        "embed": _("embedding"),
        "positions": _("position"),
        "segments": _("sentence"),
        "norm": _("biases of norms"),
    }
    of_a_layer = {
        "self_attn": _("{n} · attention"),
        "cross_attn": _("{n} · cross-attention"),
        "ffn": _("{n} · feed-forward"),
    }
    if part in plain:
        return plain[part]
    layer, _dot, rest = part.partition(".")
    return of_a_layer[rest].format(n=layer)


def stream_view(inside: Inside) -> StreamView:
    """Let the visitor choose a stack, if there are two, and take its stream apart."""
    stack = inside.stacks[0]
    if len(inside.stacks) > 1:
        with inside.row:
            stack = choose(link.STACK, _("Stack"), options=inside.stacks)
    residual = cached(
        residual_stream, trace=inside.trace, parameters=inside.parameters, stack=stack
    )
    return StreamView(inside, stack, residual)
