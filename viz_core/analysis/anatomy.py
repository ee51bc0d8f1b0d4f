"""What a model is made of: parameters by part, and what a token costs, counted and by formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from viz_core.design import Design
from viz_core.kinds import Kind

# The first name that a parameter's name contains decides its part.
PARTS = {
    "embedding": ("embed.",),
    "positions": ("positions.", "segments."),
    "output head": ("masked_head.", "next_sentence_head.", "head."),
    "cross-attention": (".cross_attn.",),
    "attention": (".self_attn.",),
    "feed-forward": (".ffn.",),
    "norms": ("norm",),
    "recurrent layers": ("layers.",),
}


def part_of(name: str) -> str:
    """The part of a model that a parameter belongs to, a key of `PARTS`.

    Raises:
        ValueError: of none.
    """
    for part, marks in PARTS.items():
        if any(mark in name for mark in marks):
            return part
    raise ValueError(f"parameter {name} belongs to none of {list(PARTS)}")


def counts(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """How many numbers each part learned; together exactly all there are.

    Args:
        shapes: of every parameter, by name.
    """
    n_params = dict.fromkeys(PARTS, 0)
    for name, shape in shapes.items():
        n_params[part_of(name)] += prod(shape)
    return {part: n for part, n in n_params.items() if n}


def inner(parts: Mapping[str, int]) -> int:
    """Parameters besides those of embeddings and positions.

    Args:
        parts: parameters by part.

    Source: Kaplan et al. 2020, section 1.3.
    """
    return sum(n for part, n in parts.items() if part not in ("embedding", "positions"))


MULTIPLIED = ("attention", "cross-attention", "feed-forward")  # parts made of matrices


def n_matrix(shapes: Mapping[str, tuple[int, ...]]) -> int:
    """Parameters of all matrices that a token is multiplied with, the tied scores among them."""
    vocab_size, d_model = shapes["embed.weight"]
    parts = counts(shapes)
    return sum(parts.get(part, 0) for part in MULTIPLIED) + vocab_size * d_model


def flops_per_token(n_matrix: int, n_layer: int, d_model: int, n_tokens: int) -> float:
    """Multiplications and additions for a token behind n_tokens - 1 others.

    Every number of a matrix is multiplied and added once; scores and mixing each do so with every
    token that is seen, the new one among them.

    Args:
        n_matrix: parameters of all matrices that a token is multiplied with.

    Source: after Kaplan et al. 2020, Scaling Laws, table 1, which counts the scores alone.
    """
    return 2.0 * n_matrix + 4.0 * n_layer * n_tokens * d_model


def cache_bytes(n_layer: int, d_kv: int, n_tokens: int, n_bytes: int = 4) -> int:
    """Keys and values kept for n_tokens tokens, in bytes.

    Args:
        d_kv: width of all keys of a layer together.
    """
    return 2 * n_layer * d_kv * n_tokens * n_bytes


@dataclass(frozen=True)
class Box:
    """One part of the block diagram.

    Attributes:
        name: what it is, a key that the page puts into words.
        part: the part that its parameters belong to, a key of `PARTS`; empty if it learned nothing.
        n_params: what it learned.
        adds: what it gives is added to the stream that goes past it.
        past: boxes below it that the stream goes past, too: its norm, where that stands before.
    """

    name: str
    part: str
    n_params: int
    adds: bool = False
    past: int = 0


@dataclass(frozen=True)
class Column:
    """One stack of a model, from the words upwards.

    Attributes:
        name: of the stack, or of the kind of a recurrent network.
        entrance, block, end: boxes below the blocks, of one block, and above them.
        n_block: so many blocks, each of the same boxes.
    """

    name: str
    entrance: tuple[Box, ...]
    block: tuple[Box, ...]
    n_block: int
    end: tuple[Box, ...]


def columns(
    kind: Kind, design: Design | None, shapes: Mapping[str, tuple[int, ...]], n_layer: int
) -> tuple[Column, ...]:
    """The block diagram of a model, from the names of what it learned.

    Every parameter is in exactly one box, but for those of what two stacks share, which stand in
    the first.

    Args:
        design: how it computes; None of a recurrent network.
    """
    sizes = {name: prod(shape) for name, shape in shapes.items()}

    def total(*marks: str) -> int:
        return sum(n for name, n in sizes.items() if name.startswith(marks))

    if design is None:
        layer = Box(f"{kind.name} layer", "recurrent layers", total("layers.0."))
        entrance, end = (Box("embedding", "embedding", total("embed.")),), (Box("scores", "", 0),)
        return (Column(kind.name, entrance, (layer,), n_layer, end),)
    return tuple(_column(kind, design, stack, n_layer, total) for stack in kind.stacks)


def _column(
    kind: Kind, design: Design, stack: str, n_layer: int, total: Callable[..., int]
) -> Column:
    """One stack of a Transformer."""
    first, last = stack == kind.stacks[0], stack == kind.stacks[-1]
    own = "" if first else f"{stack}."  # before the names of what stands at its entrance
    embedding = total(f"{own}embed.")
    same = Box("the same embedding", "", 0)
    below = [Box("embedding", "embedding", embedding) if embedding else same]
    if n := total(f"{own}positions.", f"{own}segments."):
        below.append(Box("positions", "positions", n, adds=not total(f"{own}positions.bias.")))
    elif kind.translates:
        below.append(Box("sinusoids", "", 0, adds=True))
    norm = Box("norm", "norms", total(f"{stack}.norm.") or total("norm."))
    below += [norm] if norm.n_params and not design.pre_norm else []
    above = [norm] if design.pre_norm else []
    if last:
        head = Box("heads", "output head", total("masked_head.", "next_sentence_head.", "head."))
        above += [head] if head.n_params else []
        above.append(Box("scores", "", 0))
    parts = ["self_attn", "ffn"] if first else ["self_attn", "cross_attn", "ffn"]
    prefix = f"{stack}.0" if kind.translates else "blocks.0"
    block = _block(design.pre_norm, prefix, parts, total)
    return Column(stack, tuple(below), block, n_layer, tuple(above))


PART_NAMES = {"self_attn": "attention", "cross_attn": "cross-attention", "ffn": "feed-forward"}


def _block(
    before: bool, prefix: str, parts: Sequence[str], total: Callable[..., int]
) -> tuple[Box, ...]:
    """The boxes of one block, each part with its norm before it or behind."""
    boxes: list[Box] = []
    for n, part in enumerate(parts, 1):
        norm = Box("norm", "norms", total(f"{prefix}.norm_{n}."))
        name = PART_NAMES[part]
        box = Box(name, name, total(f"{prefix}.{part}."), adds=True, past=int(before))
        boxes += [norm, box] if before else [box, norm]
    return tuple(boxes)
