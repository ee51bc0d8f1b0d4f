"""From a checkpoint's files to what runs the model; whatever is wrong with them is one error."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from math import prod
from typing import TYPE_CHECKING

from viz_core.checkpoints import TOKENIZER, WEIGHTS, Checkpoint, UnusableError, weight_shapes
from viz_core.errors import VizError
from viz_core.i18n import N_
from viz_core.models.architectures import Architecture
from viz_core.models.config import Sizes
from viz_core.runners.base import Card, Runner

if TYPE_CHECKING:
    from torch import Tensor, nn

UNTRAINED_SEED = 0  # of the weights of an untrained model
LONGEST = 65_536  # tokens of the longest text that a model may say it reads

FREE_MEMORY = N_("Free some memory, and start again.")


def read_sizes(checkpoint: Checkpoint, of: Architecture) -> tuple[Sizes, int]:
    """The sizes of a checkpoint's model, and how many parameters its weights hold.

    Nothing is built: sizes that the weights can't have are refused before they take memory.

    Raises:
        UnusableError: config.json has other keys or values than the architecture takes, or they
            don't fit the weights.
    """
    try:
        sizes = of.config.from_dict(checkpoint.config)
    except (TypeError, ValueError) as error:
        raise UnusableError(
            checkpoint.model_id, N_("config.json: {said}"), said=str(error)
        ) from error
    shapes = weight_shapes(checkpoint)
    widest = max((n for shape in shapes.values() for n in shape), default=0)
    for name, value in checkpoint.config.items():
        most = {"n_layer": len(shapes), "n_ctx": LONGEST}.get(name, widest)
        if isinstance(value, int) and value > most:
            raise UnusableError(
                checkpoint.model_id,
                N_("config.json says {name} {value}, but with its weights it is at most {most}"),
                name=name,
                value=value,
                most=most,
            )
    return sizes, sum(map(prod, shapes.values()))


@contextmanager
def told_in_one_sentence(
    refused: type[UnusableError], name: str, n_params: int
) -> Generator[None, None, None]:
    """Whatever goes wrong while a model is built becomes one error that says what.

    Args:
        refused: the class of that error.
        name: what people know the model by.

    Raises:
        UnusableError: as asked, unless the project's own error says it already.
    """
    try:
        yield
    except VizError:
        raise
    except Exception as error:  # each library has errors of its own for a damaged file
        said = next(iter(str(error).splitlines()), "") or type(error).__name__
        if isinstance(error, MemoryError) or "allocate memory" in said:
            raise refused(
                name,
                N_("memory is too short for its {n} million parameters"),
                FREE_MEMORY,
                n=f"{n_params / 1e6:.1f}",
            ) from error
        raise refused(name, N_("it can't be built: {said}"), said=said) from error


def build(card: Card, checkpoint: Checkpoint, of: Architecture, trained: bool) -> Runner:
    """The runner of a model, with the checkpoint's weights or those that training begins with.

    Raises:
        UnusableError: the files are damaged or another model's, or memory is short.
    """
    with told_in_one_sentence(UnusableError, card.model_id, card.n_params):
        return _build(card, checkpoint, of, trained)


def _build(card: Card, checkpoint: Checkpoint, of: Architecture, trained: bool) -> Runner:
    import torch
    from safetensors.torch import load

    sizes, _n_params = read_sizes(checkpoint, of)
    checkpoint.sealed(TOKENIZER)
    tokenizer = of.tokenizer_class.load(checkpoint.tokenizer)
    if tokenizer.vocab_size != sizes.vocab_size or not tokenizer.is_whole:
        raise UnusableError(
            card.model_id,
            N_("{file} is another model's: it has {found} tokens, config.json says {due}"),
            file=TOKENIZER,
            found=tokenizer.vocab_size,
            due=sizes.vocab_size,
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(UNTRAINED_SEED)
        model = of.build(sizes)
    if trained:
        _fill(card.model_id, model, load(checkpoint.sealed(WEIGHTS)))
    runner: Runner = of.runner_class(card, model, tokenizer)
    return runner


def _fill(model_id: str, model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Put weights into a model.

    Raises:
        UnusableError: one is missing, too many, of another shape, or no number.
    """
    due = model.state_dict()
    for name in sorted({*due, *weights}):
        shapes = [_shape(of.get(name)) for of in (weights, due)]
        if shapes[0] != shapes[1]:
            raise UnusableError(
                model_id,
                N_("{tensor} in {file} is {found}; config.json asks for {due}"),
                tensor=name,
                file=WEIGHTS,
                found=shapes[0],
                due=shapes[1],
            )
        if not weights[name].isfinite().all():
            raise UnusableError(
                model_id,
                N_("{tensor} in {file} has values that are no numbers (NaN or infinite)"),
                tensor=name,
                file=WEIGHTS,
            )
    model.load_state_dict(dict(weights))


def _shape(tensor: Tensor | None) -> str:
    """A tensor's shape in words."""
    return "–" if tensor is None else " × ".join(map(str, tensor.shape)) or "1"
