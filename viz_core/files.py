"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from viz_core.errors import InputError
from viz_core.i18n import _


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file by new content: whoever reads it finds the old one or the new one, whole.

    The content is written beside the file, is on the disk, and only then takes its name, so that
    neither a full disk nor a killed process leaves half a file. A device is written straight.

    Raises:
        InputError: it can't be written; what stood there before stands there still.
    """
    target = path.resolve()  # a link stays a link
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    if target.exists() and not target.is_file():
        beside = target
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            if beside != target:
                os.fsync(file.fileno())
        if beside != target:
            if target.exists():
                shutil.copymode(target, beside)
            beside.replace(target)
    except OSError as error:
        if beside != target:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        raise InputError(
            _("Can't write {path}: {reason}. Make room there, or give another path.").format(
                path=path, reason=error.strerror or error
            )
        ) from error


def make_folder(path: Path) -> None:
    """Make a folder and those above it, where they are not there yet.

    Raises:
        InputError: it can't be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            _("Can't write {path}: {reason}. Make room there, or give another path.").format(
                path=path, reason=error.strerror or error
            )
        ) from error
