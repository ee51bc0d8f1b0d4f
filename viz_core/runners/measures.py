"""What is measured of our own models besides what a pass records: gradients, tokens taken away or
replaced.

Each function computes one name of `base.MEASURES`; `measured` makes records of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from viz_core.errors import InputError
from viz_core.hooks import recording
from viz_core.i18n import _
from viz_core.runners.base import MEASURES, N_ALTERNATIVES, Alternatives, Request
from viz_core.tokenizers import Encoded
from viz_core.trace import Record

if TYPE_CHECKING:
    from viz_core.runners.local import LocalRunner

N_AT_ONCE = 2048  # tokens of one batch of varied texts
N_TRIED = (
    8192  # tokens of all texts in which one word is replaced: the longer, the fewer words are tried
)


def measured(
    runner: LocalRunner, request: Request, encoded: Encoded, logits: Tensor
) -> dict[str, Record]:
    """The records of the measures that were asked for.

    Raises:
        InputError: a measure speaks of the model's guess, and it guesses nothing in this text.
    """
    records: dict[str, Record] = {}
    for measure in request.measures:
        if measure == "attention_gradient":
            row, token = likeliest_guess(runner, encoded, logits)
            records |= attention_gradients(runner, encoded, row, token)
        elif measure == "jacobian":
            records |= jacobians(runner, encoded)
        elif measure == "counterfactual":
            row, token = likeliest_guess(runner, encoded, logits)
            tried = request.alternatives or runner.could_stand(encoded)
            records |= counterfactual(runner, encoded, logits[row], row, token, tried)
        else:
            records[MEASURES[measure]] = _record(runner, measure, encoded, logits)
    return records


def _record(runner: LocalRunner, measure: str, encoded: Encoded, logits: Tensor) -> Record:
    """The one record of a measure, with its axes and the tokens that they count."""
    name, typed, predicted = MEASURES[measure], runner.stream, runner.predicted_stream
    if measure == "likelihood":
        values = likelihood(runner, encoded)
        return Record(name, values.numpy(), ("pos",), {"pos": predicted})
    if measure == "dependence":
        values = dependence(runner, encoded)
        return Record(name, values.numpy(), ("query", "key"), {"query": predicted, "key": typed})
    row, token = likeliest_guess(runner, encoded, logits)
    if measure == "gradient":
        values = gradient(runner, encoded, row, token)
        return Record(name, values.numpy(), runner.model.hook_embed.axes, {"pos": typed})
    if measure == "occlusion":
        values = occlusion(runner, encoded, row, token)
    else:
        raise ValueError(f"no measure {measure!r}; there are: {', '.join(MEASURES)}")
    return Record(name, values.numpy(), ("pos",), {"pos": typed})


def likeliest_guess(runner: LocalRunner, encoded: Encoded, logits: Tensor) -> tuple[int, int]:
    """Row of the logits and id of the guess that the measures speak of.

    Raises:
        InputError: the model guesses nothing in this text.
    """
    guesses = runner.guess_rows(encoded)
    if not guesses:
        raise InputError(_("Nothing is guessed in this text. Put [MASK] in it."))
    row = guesses[0][0]
    return row, int(logits[row].argmax())


def gradient(runner: LocalRunner, encoded: Encoded, row: int, token: int) -> Tensor:
    """d log p(token) / d embedding of each token, (pos, d_model)."""
    ids = torch.tensor([encoded.ids])
    return _gradients(runner, ids, encoded, [row], [token])[0][0]


def attention_gradients(
    runner: LocalRunner, encoded: Encoded, row: int, token: int
) -> dict[str, Record]:
    """d log p(token) / d each attention weight, a record an attention; there may be none."""
    weights: dict[str, Tensor] = {}

    def keep(name: str, x: Tensor) -> Tensor:
        weights[name] = x if x.requires_grad else x.requires_grad_()
        return weights[name]

    points = {name: p for name, p in runner.points.items() if name.endswith(".weights")}
    if not points:
        return {}
    ids = torch.tensor([encoded.ids])
    with torch.enable_grad(), recording((), {name: partial(keep, name) for name in points}):
        state = runner.hidden(ids, encoded)[0, row]
        wanted = runner.model.score(state).log_softmax(-1)[token]
        gradients = torch.autograd.grad(wanted, [weights[name] for name in points])
    return {
        f"{name}.grad": Record(f"{name}.grad", x[0].numpy(), point.axes, point.streams)
        for (name, point), x in zip(points.items(), gradients, strict=True)
    }


def jacobians(runner: LocalRunner, encoded: Encoded) -> dict[str, Record]:
    """How the end of a residual stream hangs on what each layer of it reads, on the whole.

    Entry (i, j) is the derivative of number i of the stream's end, at all words together, by
    number j of what the layer reads at a word: the mean over the words. A row a pass, so that
    the cost is that of d_model texts.

    Returns:
        a record a layer of the last stack, (d_end, d_model); none for a recurrent model.

    Source: the Jacobian lens (Anthropic 2026), here of the one text that is read.
    """
    if not runner.card.traits.attends:
        return {}
    stack = runner.card.traits.stacks[-1]
    names = [name for name in runner.points if re.fullmatch(rf"{stack}\.\d+\.resid_pre", name)]
    end = f"{stack}.{len(names) - 1}.resid_post"
    kept: dict[str, Tensor] = {}

    def keep(name: str, x: Tensor) -> Tensor:
        kept[name] = x if x.requires_grad else x.requires_grad_()
        return kept[name]

    edits = {name: partial(keep, name) for name in (*names, end)}
    rows: dict[str, list[Tensor]] = {name: [] for name in names}
    for part in batches(runner.mean_embedding.numel(), runner.longest(encoded)):
        ids = torch.tensor(encoded.ids).expand(len(part), -1)  # (d_end, pos)
        with torch.enable_grad(), recording((), edits):
            runner.hidden(ids, encoded)
            wanted = kept[end].sum(1)[torch.arange(len(part)), part].sum()
            for name, grad in zip(
                names, torch.autograd.grad(wanted, [kept[name] for name in names]), strict=True
            ):
                rows[name].append(grad.mean(1))  # (d_end, d_model)
    return {
        f"{name}.jacobian": Record(
            f"{name}.jacobian", torch.cat(rows[name]).numpy(), ("d_end", "d_model"), {}
        )
        for name in names
    }


def occlusion(runner: LocalRunner, encoded: Encoded, row: int, token: int) -> Tensor:
    """The fall of p(token) with each token's embedding replaced by the mean one, (pos,)."""
    whole, without = (
        runner.model.score(states).double().softmax(-1)[..., token]
        for states in _without_each(runner, encoded, row)
    )
    return (whole - without).float()


@torch.inference_mode()
def counterfactual(
    runner: LocalRunner,
    encoded: Encoded,
    logits: Tensor,
    row: int,
    token: int,
    alternatives: Sequence[Alternatives],
) -> dict[str, Record]:
    """The fall of p(token) with each token of a text replaced by what could stand there.

    Each place is changed alone: of a word that stands twice, the other one stays. In a long text
    only the likeliest alternatives are tried, so that all passes together read at most `N_TRIED`
    tokens, but always one.

    Args:
        logits: of the text as it is at the row, (vocab,).
        alternatives: of each typed token, in their order.

    Returns:
        `counterfactual.drop`, `.weight` and `.token`, (pos, alternative): the fall, how likely the
        alternative is there, its id; nan, 0 and -1 where none is tried.
    """
    shape = (len(encoded.ids), N_ALTERNATIVES)
    drops, weights = torch.full(shape, torch.nan), torch.zeros(shape)
    ids = torch.full(shape, -1, dtype=torch.int32)
    most = max(1, min(N_ALTERNATIVES, N_TRIED // runner.longest(encoded) ** 2))
    places = _places(runner, encoded, alternatives)
    whole = logits.double().softmax(-1)[token]
    at_once = max(1, min(math.isqrt(len(places)), N_AT_ONCE // (N_ALTERNATIVES * shape[0])))
    for begin in range(0, len(places), at_once):
        part = [
            (pos, n, i)
            for pos, one in places[begin : begin + at_once]
            for n, i in enumerate(one.ids[:most])
        ]
        at, nth, new = (torch.tensor(column) for column in zip(*part, strict=True))
        variants = torch.tensor(encoded.ids).repeat(len(part), 1)  # (variant, pos)
        variants[torch.arange(len(part)), at] = new
        states = runner.states_at(variants, encoded, row, int(at[0]))
        without = runner.model.score(states).double().softmax(-1)[:, token]
        drops[at, nth] = (whole - without).float()
        ids[at, nth] = new.int()
    for pos, one in places:
        tried = torch.tensor(one.weights[:most])
        weights[pos, : len(tried)] = tried / tried.sum()
    found = {"drop": drops, "weight": weights, "token": ids}
    return {
        f"counterfactual.{name}": Record(
            f"counterfactual.{name}", x.numpy(), ("pos", "alternative"), {"pos": runner.stream}
        )
        for name, x in found.items()
    }


def _places(
    runner: LocalRunner, encoded: Encoded, alternatives: Sequence[Alternatives]
) -> list[tuple[int, Alternatives]]:
    """Where each of the alternatives belongs: its token's place among those that were typed."""
    typed = runner.typed_places(encoded)
    mine, theirs = [encoded.ids[n] for n in typed], [one.token for one in alternatives]
    same = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    return [
        (typed[block.a + n], alternatives[block.b + n])
        for block in same
        for n in range(block.size)
        if alternatives[block.b + n].ids
    ]


@torch.inference_mode()
def likelihood(runner: LocalRunner, encoded: Encoded) -> Tensor:
    """log p of each token given what the kind may see; nan if it predicts none, (pos,)."""
    ids, rows, places = runner.masked_variants(encoded)
    wanted = runner.predicted_ids(encoded)
    out = torch.full((len(wanted),), torch.nan)
    for part in batches(len(rows), ids.shape[1]):
        batch = ids[part] if len(ids) > 1 else ids
        states = runner.hidden(batch, encoded)  # (variant or 1, pos, d_model)
        variant = (
            torch.arange(len(part)) if len(ids) > 1 else torch.zeros(len(part), dtype=torch.long)
        )
        logs = runner.model.score(states[variant, [rows[n] for n in part]]).log_softmax(-1)
        for n, line in zip(part.tolist(), logs, strict=True):
            out[places[n]] = line[wanted[places[n]]]
    return out


def dependence(runner: LocalRunner, encoded: Encoded) -> Tensor:
    """Gradient x input of the likeliest token at each place on each token, (query, key).

    Row t of a causal model is about what it says after token t, row t of an encoder about
    what it says at a token t that it doesn't see.
    """
    ids, rows = runner.prediction_variants(encoded)
    out = torch.zeros(len(runner.predicted_ids(encoded)), len(encoded.ids))
    for part in batches(len(rows), runner.longest(encoded)):
        at = [rows[n] for n in part]
        with torch.inference_mode():
            states = runner.hidden(ids[part], encoded)[torch.arange(len(part)), at]
            best = runner.model.score(states).argmax(-1).tolist()
        grad, x = _gradients(runner, ids[part], encoded, at, best)
        out[at] = (grad * x).sum(-1)
    return out


def batches(n: int, n_tokens: int) -> tuple[Tensor, ...]:
    """The numbers 0 to n in parts that together read at most `N_AT_ONCE` tokens each."""
    return torch.split(torch.arange(n), max(1, N_AT_ONCE // n_tokens))


def _gradients(
    runner: LocalRunner, ids: Tensor, encoded: Encoded, rows: Sequence[int], tokens: Sequence[int]
) -> tuple[Tensor, Tensor]:
    """Gradients of log p(token) at one row of each variant, and the embeddings themselves.

    Returns:
        two of (batch, pos, d_model).
    """
    leaves: list[Tensor] = []

    def leaf(x: Tensor) -> Tensor:
        leaves.append(x.detach().requires_grad_())
        return leaves[0]

    with torch.enable_grad(), recording((), {"embed": leaf}):
        states = runner.hidden(ids, encoded)[torch.arange(len(ids)), list(rows)]
        logs = runner.model.score(states).log_softmax(-1)  # (batch, vocab)
        wanted = logs[torch.arange(len(ids)), list(tokens)].sum()
        (grad,) = torch.autograd.grad(wanted, leaves[0])
    return grad, leaves[0].detach()


@torch.inference_mode()
def _without_each(runner: LocalRunner, encoded: Encoded, row: int) -> tuple[Tensor, Tensor]:
    """The state at a row, and with each token's embedding replaced by the mean one.

    Returns:
        (d_model,) and (pos, d_model).
    """
    n = len(encoded.ids)
    mean = runner.mean_embedding
    ids = torch.tensor(encoded.ids).expand(n, n)  # (variant, pos)
    states = []
    for part in batches(n, runner.longest(encoded)):

        def replace(x: Tensor, part: Tensor = part) -> Tensor:
            x = x.clone()
            x[torch.arange(len(part)), part] = mean
            return x

        with recording((), {"embed": replace}):
            states.append(runner.hidden(ids[part], encoded)[:, row])  # (variant, d_model)
    return runner.hidden(ids[:1], encoded)[0, row], torch.cat(states)
