import json
import shutil

import pytest

from viz_core import checkpoints, registry
from viz_core.errors import CheckpointError


@pytest.fixture
def damaged(tmp_path, monkeypatch):
    """A copy of a checkpoint to damage, in place of the shipped one."""
    shutil.copytree(checkpoints.FOLDER / "decoder-stories", tmp_path / "decoder-stories")
    whole = checkpoints.read_checkpoint
    monkeypatch.setattr(registry, "read_checkpoint", lambda model_id: whole(model_id, tmp_path))
    monkeypatch.setattr(registry, "_runners", {})
    return tmp_path / "decoder-stories"


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
@pytest.mark.parametrize("how", ["missing", "garbage"])
def test_a_damaged_checkpoint_says_so(damaged, name, how):
    if how == "missing":
        (damaged / name).unlink()
    else:
        (damaged / name).write_bytes(b"garbage")
    with pytest.raises(CheckpointError, match="Checkpoint decoder-stories"):
        registry.load("decoder-stories")


def test_sizes_that_do_not_fit_the_weights_are_refused(damaged):
    config = json.loads((damaged / "config.json").read_text())
    (damaged / "config.json").write_text(json.dumps(config | {"d_ff": 500}))
    with pytest.raises(CheckpointError, match="can't be read"):
        registry.load("decoder-stories")


def test_a_pickle_is_never_loaded(damaged):
    import pickle

    (damaged / "model.safetensors").write_bytes(pickle.dumps({"embed.weight": 1}))
    with pytest.raises(CheckpointError):
        registry.load("decoder-stories")
