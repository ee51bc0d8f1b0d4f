"""Interventions put into effect on our own models: another input, and edits at hook points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from viz_core.errors import InputError
from viz_core.hooks import Edit, HookPoint
from viz_core.i18n import _
from viz_core.runners.checks import check_place
from viz_core.runners.interventions import (
    Hidden,
    Intervention,
    Masked,
    Reordered,
    Replaced,
    WithoutHead,
    WithoutPositions,
)
from viz_core.runners.question import MASK_WORD
from viz_core.tokenizers import Encoded, SubwordTokenizer


def changed(
    encoded: Encoded,
    interventions: Iterable[Intervention],
    tokenizer: SubwordTokenizer,
    takes_mask: bool,
) -> Encoded:
    """The input with its tokens replaced and reordered, in the order of the interventions.

    Args:
        takes_mask: whether [MASK] may stand in the model's input.

    Raises:
        InputError: a place is outside the text, a word is more than one token, or the order is
            none.
    """
    for one in interventions:
        ids = list(encoded.ids)
        if isinstance(one, Replaced):
            check_place(one.pos, len(encoded.ids))
            ids[one.pos] = _single(one.word, tokenizer, takes_mask)
        elif isinstance(one, Reordered):
            _check_order(one.order, encoded)
            ids = [ids[n] for n in one.order]
        else:
            continue
        encoded = replace(encoded, ids=tuple(ids), strings=tokenizer.strings(ids))
    return encoded


def edits(
    encoded: Encoded,
    interventions: Iterable[Intervention],
    points: Mapping[str, HookPoint],
    stream: str,
) -> dict[str, Edit]:
    """Record name -> what goes on in place of what passes there.

    Args:
        points: the model's hook points by name.
        stream: of the typed text.

    Raises:
        InputError: the model has no such head, no attention, or no place to look at is left.
    """
    found: dict[str, list[Edit]] = {}
    hidden = sorted({one.pos for one in interventions if isinstance(one, Hidden)})
    for one in interventions:
        if isinstance(one, WithoutHead):
            _add(found, [_head_point(one, points)], _without_head(one.head))
        elif isinstance(one, WithoutPositions):
            _add(found, _position_points(points), torch.zeros_like)
        elif isinstance(one, Masked):
            _mask(found, points, stream, one.causal)
    if hidden and not _scores(points):
        raise InputError(_("This model has no attention, so it has no mask either."))
    if hidden:
        for place in hidden:
            check_place(place, len(encoded.ids))
        if len(hidden) == len(encoded.ids):
            raise InputError(_("Every word is hidden. Leave at least one to look at."))
        for name in _scores(points):
            if points[name].streams["key"] == stream:
                itself = points[name].streams["query"] == stream
                _add(found, [name], _without_keys(hidden, itself))
    return {name: _after_another(steps) for name, steps in found.items()}


def _single(word: str, tokenizer: SubwordTokenizer, takes_mask: bool) -> int:
    if word.strip() == MASK_WORD and takes_mask:
        return tokenizer.special_id(MASK_WORD)
    ids = tokenizer.encode(word.strip())
    if len(ids) != 1:
        pieces = " + ".join(tokenizer.string(i) for i in ids) or _("nothing")
        raise InputError(
            _(
                "“{word}” is not one token for this model but {n}: {pieces}. Choose a shorter or "
                "more common word, so that the others keep their places."
            ).format(word=word, n=len(ids), pieces=pieces)
        )
    return ids[0]


def _check_order(order: Sequence[int], encoded: Encoded) -> None:
    n = len(encoded.ids)
    moved = [at for at, origin in enumerate(order) if origin != at]
    if sorted(order) != list(range(n)) or any(encoded.special[at] for at in moved):
        raise InputError(
            _("The order must name each of the {n} places once; special tokens stay.").format(n=n)
        )


def _head_point(one: WithoutHead, points: Mapping[str, HookPoint]) -> str:
    name = f"{one.attention}.mixed"
    if name not in points:
        known = [n.removesuffix(".mixed") for n in points if n.endswith(".mixed")]
        raise InputError(
            _("There is no attention {name}. There are: {known}.").format(
                name=one.attention, known=", ".join(known) or "-"
            )
        )
    return name


def _without_head(head: int) -> Edit:
    def edit(x: Tensor) -> Tensor:  # (batch, head, query, d_head)
        if not 0 <= head < x.shape[1]:
            raise InputError(
                _("There is no head {head}; there are heads 0 to {last}.").format(
                    head=head, last=x.shape[1] - 1
                )
            )
        kept = x.clone()
        kept[:, head] = 0
        return kept

    return edit


def _without_keys(hidden: Sequence[int], itself: bool) -> Edit:
    def edit(scores: Tensor) -> Tensor:  # (batch, head, query, key)
        out = scores.clone()
        out[..., hidden] = -torch.inf
        if itself:  # a word that nobody sees still sees itself
            for place in hidden:
                out[..., place, place] = scores[..., place, place]
        return out

    return edit


def _mask(
    found: dict[str, list[Edit]], points: Mapping[str, HookPoint], stream: str, causal: bool
) -> None:
    """Edits that make the self-attentions of the typed text see one side, or both."""

    def ahead(scores: Tensor) -> Tensor:  # (batch, head, query, key)
        ones = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device)
        return scores.masked_fill(ones.triu(1), -torch.inf)

    names = [n for n in _scores(points) if set(points[n].streams.values()) == {stream}]
    if not names:
        raise InputError(_("This model has no attention, so it has no mask either."))
    if causal:
        _add(found, names, ahead)
    else:
        masks = [
            n for n, p in points.items() if n.endswith(".mask") and stream in p.streams.values()
        ]
        _add(found, masks, torch.zeros_like)


def _position_points(points: Mapping[str, HookPoint]) -> list[str]:
    names = [name for name in points if "positions" in name.split(".")]
    if not names:
        raise InputError(_("This model is not told any positions, so none can be taken away."))
    return names


def _scores(points: Mapping[str, HookPoint]) -> list[str]:
    return [name for name in points if name.endswith(".scores")]


def _add(found: dict[str, list[Edit]], names: Iterable[str], edit: Edit) -> None:
    for name in names:
        found.setdefault(name, []).append(edit)


def _after_another(steps: Sequence[Edit]) -> Callable[[Tensor], Tensor]:
    def edit(x: Tensor) -> Tensor:
        for step in steps:
            x = step(x)
        return x

    return edit
