"""Errors whose text a visitor will read: what we got, what is allowed, what to do."""

from __future__ import annotations


class VizError(Exception):
    """Base of every error that is shown to a person as it stands."""


class InputError(VizError):
    """Something typed, linked or uploaded can't be used as it is."""


class TooLongError(InputError):
    """A text is longer than is read: of many, this one can be left out."""


class CheckpointError(VizError):
    """A checkpoint folder is missing, incomplete or damaged."""


class ProofError(VizError):
    """A model's trace contradicts itself, so none of its numbers may be shown."""
