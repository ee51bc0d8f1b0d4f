"""Checkpoints that a test may damage: the app of this process reads these instead of its own."""

import hashlib
import json
import os
import shutil

from safetensors.torch import load_file, save_file

from viz_core import checkpoints, registry
from viz_core.shelf import Shelf


def use_copies(folder, monkeypatch):
    """All checkpoints as links in a folder of the test's; nothing was read of them yet."""
    for path in checkpoints.FOLDER.iterdir():
        os.symlink(path, folder / path.name)
    monkeypatch.setattr(checkpoints, "FOLDER", folder)
    forget(monkeypatch)
    return folder


def forget(monkeypatch):
    """Let nothing be known of any model: nothing was read, found wrong or loaded yet."""
    for store in ("_cards", "_faults", "_tokenizers"):
        monkeypatch.setattr(registry, store, {})
    monkeypatch.setattr(registry, "_shelf", Shelf())


def to_damage(folder, model_id):
    """One of them as a copy, which may be changed."""
    own = folder / model_id
    whole = own.resolve()
    own.unlink()
    shutil.copytree(whole, own)
    return own


def reseal(folder, **sizes):
    """Write what the files are now, and other sizes, as if they had been made so."""
    config = json.loads((folder / "config.json").read_text())
    config.pop("sha256", None)
    checkpoints.write_config(folder, config | sizes)


def change_weights(folder, change):
    """Save the weights as a function changes them, sealed."""
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors")
    reseal(folder)


def flip(path, at=-100):
    """Flip a bit of one byte of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
