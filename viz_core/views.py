"""A view of the app as a value: its page, every value of its link written out, its language.

It is what a short link names, what a room shows to those who follow, and what is taken away as one
file. Its JSON is kept for good: see `migrated`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from viz_core import registry
from viz_core.checkpoints import read_checkpoint
from viz_core.errors import InputError, VizError
from viz_core.i18n import LANGUAGES, _
from viz_core.links import link_of
from viz_core.places import PAGES
from viz_core.tour import HOME

VERSION = 1  # of the JSON below
LANGUAGE, FORMAT = "lang", "v"
MODELS_KEYS = ("model", "models", "minus")
LARGEST = 20_000  # bytes of a view's JSON; a text of 256 tokens has some 1,000
N_DIGITS = 12  # hexadecimal digits of a checkpoint's SHA-256 that a view remembers
# Crockford's base 32: no letter that is read as a digit, none that makes a word
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

Json = dict[str, Any]
Values = Mapping[str, tuple[str, ...]]
Step = Callable[[Json], Json]
# version -> what makes the next one of it; a step is never changed once it has been released
STEPS: Mapping[int, Step] = {}


@dataclass(frozen=True)
class View:
    """What one sees on a page.

    Attributes:
        page: name of the page's file, without its ending.
        values: of the page's link, every one that the view has, as an address says them.
        language: a key of `LANGUAGES`.
        weights: model id -> the beginning of the hash of its weights; see `weights_of`.
    """

    page: str
    values: Values
    language: str
    weights: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def json(self) -> str:
        """The view written in the one way in which it can be."""
        whole = {
            FORMAT: VERSION,
            "page": self.page,
            LANGUAGE: self.language,
            "values": {key: list(values) for key, values in self.values.items()},
            "weights": dict(self.weights),
        }
        return json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def key(self) -> str:
        """The SHA-256 of the view in `ALPHABET`; the same for equal views."""
        number = int.from_bytes(hashlib.sha256(self.json.encode()).digest(), "big")
        return "".join(ALPHABET[number >> 5 * n & 31] for n in range(51))

    def query(self, **more: str) -> str:
        """What stands behind the question mark of the view's address."""
        said = {LANGUAGE: self.language, **self.values, FORMAT: str(VERSION), **more}
        return urlencode(said, doseq=True)

    def address(self, **more: str) -> str:
        """The view's address in the app, from the host on."""
        return f"/{'' if self.page == HOME else self.page}?{self.query(**more)}"

    def changed(self) -> list[str]:
        """The models whose weights are others today, or that are gone."""
        now = weights_of(self.page, self.values)
        return [model for model, was in self.weights.items() if now.get(model) != was]


def read_view(text: str, steps: Mapping[int, Step] | None = None) -> View:
    """The view that some JSON tells, of whatever version.

    Raises:
        InputError: it is no view.
    """
    try:
        whole = migrated(json.loads(text), STEPS if steps is None else steps)
        values = {str(key): tuple(map(str, held)) for key, held in whole["values"].items()}
        weights = {str(model): str(seal) for model, seal in whole["weights"].items()}
        view = View(str(whole["page"]), values, str(whole[LANGUAGE]), weights)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(_("This is not a view. Take “Share” on the page that you mean.")) from (
            error
        )
    _check(view)
    return view


def migrated(whole: Json, steps: Mapping[int, Step]) -> Json:
    """A view's JSON as the present version writes it: each step leads on to the next version.

    Raises:
        ValueError: it is of a version that this app doesn't know.
    """
    version = int(whole[FORMAT])
    while version in steps:
        version, whole = version + 1, steps[version](whole)
    if version != max([VERSION, *(known + 1 for known in steps)]):
        raise ValueError(f"version {version}")
    return whole


def view_at(address: str, language: str) -> View:
    """The view that an address of the app leads to.

    Args:
        language: of the view, unless the address says one.

    Raises:
        InputError: it leads to no page.
    """
    parts = urlsplit(address.strip())
    said = parse_qs(parts.query, keep_blank_values=True)
    page = parts.path.strip("./").rpartition("/")[2] or HOME
    asked = said.get(LANGUAGE, [""])[0]
    link = link_of(page) if page in pages() else None
    held = {key: tuple(said[key]) for key in link.keys if key in said} if link else {}
    view = View(
        page,
        held,
        asked if asked in LANGUAGES else language,
        weights_of(page, held) if link else {},
    )
    _check(view)
    return view


def pages() -> tuple[str, ...]:
    """The pages that there are."""
    return tuple(sorted(path.stem for path in PAGES.glob("*.py")))


def weights_of(page: str, values: Values) -> dict[str, str]:
    """Of the models that a view names, the beginning of the hash of their weights.

    Where it names none, of all that every page offers: it may show any of them.
    """
    named = [name for key in MODELS_KEYS for name in values.get(key, ()) if name in registry.MODELS]
    found = {}
    for model in named or registry.model_ids():
        try:
            seals = read_checkpoint(model).seals
        except VizError:
            continue
        whole = hashlib.sha256("".join(seals[name] for name in sorted(seals)).encode())
        found[model] = whole.hexdigest()[:N_DIGITS]
    return found


def _check(view: View) -> None:
    if view.page not in pages():
        raise InputError(
            _("There is no page “{page}”. Choose one of: {pages}.").format(
                page=view.page[:40], pages=", ".join(pages())
            )
        )
    if view.language not in LANGUAGES:
        raise InputError(_("A view speaks one of: {known}.").format(known=", ".join(LANGUAGES)))
    if len(view.json.encode()) > LARGEST:
        raise InputError(
            _("This view is too long to be kept: {n} bytes of {most}. Shorten its text.").format(
                n=len(view.json.encode()), most=LARGEST
            )
        )
