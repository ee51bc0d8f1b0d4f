"""Models by their name on the Hugging Face hub, through its library's own cache."""

from __future__ import annotations

import re
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)

from viz_core.errors import InputError
from viz_core.i18n import _

NAME = re.compile(r"[\w.\-]+/[\w.\-]+")
FILES = (  # what is opened of a model, and no more is fetched
    "config.json",
    "*.safetensors",
    "model.safetensors.index.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "tokenizer.model",
    "spiece.model",
    "sentencepiece.bpe.model",
    "*.spm",
)


def fetched(name: str) -> Path:
    """The folder of a model of the hub: fetched, or as it was fetched before.

    Raises:
        InputError: there is no such model, or no network and it was not fetched before.
    """
    if not NAME.fullmatch(name):
        raise InputError(
            _("{name} is no name of the hub. Give one such as HuggingFaceTB/SmolLM2-135M.").format(
                name=repr(name)
            )
        )
    try:
        return Path(snapshot_download(name, allow_patterns=list(FILES)))
    except GatedRepoError as error:
        raise InputError(
            _(
                "{name} is given to those who agreed to its terms. Agree to them on its page, log "
                "in with `hf auth login`, and try again."
            ).format(name=name)
        ) from error
    except RepositoryNotFoundError as error:
        raise InputError(
            _("The hub has no public model {name}. Check its spelling.").format(name=name)
        ) from error
    except LocalEntryNotFoundError as error:
        raise _out_of_reach(name) from error
    except HfHubHTTPError as error:
        said = next(iter(str(error).splitlines()), "")
        raise InputError(
            _("The hub did not give {name}: {said}. Try again later.").format(name=name, said=said)
        ) from error
    except Exception as error:  # of whatever carries the connection
        raise _out_of_reach(name) from error


def _out_of_reach(name: str) -> InputError:
    """There is no network, and the model is not here."""
    return InputError(
        _(
            "The hub can't be reached, and {name} was not fetched before. Connect this machine, or "
            "fetch the model elsewhere and give its folder with --model-dir."
        ).format(name=name)
    )
