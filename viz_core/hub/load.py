"""From a model's folder to what runs it; whatever is wrong with it is one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import transformers
from safetensors.torch import load_file
from torch import Tensor
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from viz_core.hub.attention import IMPLEMENTATION, register
from viz_core.hub.folder import Folder, FolderError, unreadable
from viz_core.hub.open_tokenizer import open_tokenizer
from viz_core.hub.runners import MODELS, RUNNERS
from viz_core.i18n import N_
from viz_core.loading import UNTRAINED_SEED, told_in_one_sentence
from viz_core.runners.base import Card, Runner

ROPE_KEYS = {"rope_scaling", "rope_theta"}  # how older files say what newer ones call parameters


def build(card: Card, folder: Folder, trained: bool = True) -> Runner:
    """The runner of a folder's model, with its weights or those that training begins with.

    Raises:
        FolderError: the files are damaged or don't fit each other, or memory is short.
    """
    quiet: Any = transformers.logging
    quiet.set_verbosity_error()
    quiet.disable_progress_bar()
    register()
    with told_in_one_sentence(FolderError, folder.name, card.n_params):
        theirs = _loaded(folder) if trained else _untrained(folder)
        tokenizer = open_tokenizer(folder)
        model = MODELS[folder.kind](theirs, folder.family, folder.config, folder.design)
        model.learned()  # has a name for all that it learned
        _check_norms(folder, theirs)
        runner: Runner = RUNNERS[folder.kind](card, model, tokenizer)
        return runner


def _loaded(folder: Folder) -> Any:
    """A model of theirs with the weights of a folder, in float32.

    Raises:
        FolderError: a tensor is missing, of another shape, or no number.
    """
    kept: dict[str, Tensor] = {}
    for path in folder.files:
        try:
            kept |= load_file(path)
        except Exception as error:
            raise unreadable(folder.name, path.name, error) from error
    for name, tensor in kept.items():
        if tensor.is_floating_point() and not tensor.isfinite().all():
            raise FolderError(
                folder.name,
                N_("{tensor} has values that are no numbers (NaN or infinite)"),
                N_("Fetch it again, or give another folder."),
                tensor=name,
            )
    model, told = _class(folder).from_pretrained(
        None,
        config=_config(folder),
        state_dict=kept,
        dtype=torch.float32,
        attn_implementation=IMPLEMENTATION,
        **_options(folder),
        ignore_mismatched_sizes=True,  # they are told in our words below
        output_loading_info=True,
    )
    for name, found, due in told["mismatched_keys"]:
        raise FolderError(
            folder.name,
            N_("{tensor} is {found}; its config.json asks for {due}"),
            N_("Take config.json and weights of one model."),
            tensor=name,
            found=" × ".join(map(str, found)),
            due=" × ".join(map(str, due)),
        )
    if missing := sorted(told["missing_keys"]):
        raise FolderError(
            folder.name,
            N_("its weights lack {n} tensors that its config.json asks for, such as {tensor}"),
            N_("Take config.json and weights of one model."),
            n=len(missing),
            tensor=missing[0],
        )
    return model


def _untrained(folder: Folder) -> Any:
    """A model of theirs as training begins with it."""
    config = _config(folder)
    config._attn_implementation = IMPLEMENTATION
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(UNTRAINED_SEED)
        return _class(folder)(config, **_options(folder))


def _options(folder: Folder) -> Mapping[str, Any]:
    """What the class is made with besides its config."""
    return folder.family.bare_options if folder.head == folder.family.bare else {}


def _class(folder: Folder) -> Any:
    """The class of transformers that the folder's weights are of."""
    return getattr(transformers, folder.head)


def _config(folder: Folder) -> Any:
    """Their config of a folder: of what its config.json says no more than the family knows."""
    of = CONFIG_MAPPING[folder.config["model_type"]]
    known = {*of().to_dict(), *of.attribute_map, *ROPE_KEYS}
    told = {k: v for k, v in folder.config.items() if k in known and not k.startswith("_")}
    for key in ("dtype", "torch_dtype", "architectures", "transformers_version"):
        told.pop(key, None)  # what is computed with is decided here
    try:
        return of(**told)
    except Exception as error:  # a validation error of its own
        said = " ".join(str(error).split())
        raise FolderError(folder.name, N_("its config.json: {said}"), said=said) from error


def _check_norms(folder: Folder, theirs: Any) -> None:
    """See that every norm adds to its variance what the design says; the rest proves itself.

    Raises:
        FolderError: one adds something else.
    """
    for name, module in theirs.named_modules():
        found = getattr(module, "eps", getattr(module, "variance_epsilon", None))
        if isinstance(found, float) and found != folder.design.norm_eps:
            raise FolderError(
                folder.name,
                N_("{module} adds {found} to its variance, and {due} is computed with here"),
                module=name,
                found=found,
                due=folder.design.norm_eps,
            )
