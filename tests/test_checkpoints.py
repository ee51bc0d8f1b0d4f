"""One damaged checkpoint: it says what is wrong with it, and nothing else is lost."""

import json
import pickle
import shutil
import subprocess
import sys

import pytest
import torch
from checkpoint_copies import change_weights, digest, flip, reseal, to_damage, use_copies

from viz_core import checkpoints, registry
from viz_core.errors import CheckpointError, VizError
from viz_core.i18n import speaking
from viz_core.metrics import fault_of

DECODER, WEIGHTS, TOKENIZER = "decoder-stories", "model.safetensors", "tokenizer.json"


@pytest.fixture
def copies(tmp_path, monkeypatch):
    return use_copies(tmp_path, monkeypatch)


@pytest.fixture
def damaged(copies):
    """A copy of a checkpoint to damage, in place of the shipped one."""
    return to_damage(copies, DECODER)


def set_sizes(**sizes):
    return lambda folder: reseal(folder, **sizes)


def put(name, data):
    return lambda folder: (folder / name).write_bytes(data)


def use_file_of(other, name):
    def exchange(folder):
        shutil.copy(checkpoints.CHECKPOINTS / other / name, folder / name)
        reseal(folder)

    return exchange


def spoil(name, make):
    def change(weights):
        weights[name] = make(weights[name])

    return lambda folder: change_weights(folder, change)


DAMAGE = {
    "no weights": (lambda f: (f / WEIGHTS).unlink(), "its folder has no model.safetensors"),
    "no config": (lambda f: (f / "config.json").unlink(), "its folder has no config.json"),
    "no tokenizer": (lambda f: (f / TOKENIZER).unlink(), "its folder has no tokenizer.json"),
    "no folder": (shutil.rmtree, "has no model.safetensors, config.json, tokenizer.json"),
    "garbage weights": (put(WEIGHTS, b"garbage"), "model.safetensors can't be read"),
    "a pickle": (put(WEIGHTS, pickle.dumps({"embed.weight": 1})), "can't be read"),
    "cut weights": (
        lambda f: (f / WEIGHTS).write_bytes((f / WEIGHTS).read_bytes()[:-1000]),
        "model.safetensors can't be read",
    ),
    "garbage config": (put("config.json", b"garbage"), "config.json can't be read"),
    "a list as config": (put("config.json", b"[]"), "config.json holds a list; it takes a JSON"),
    "deep config": (put("config.json", b"[" * 100_000), "config.json can't be read"),
    "config of no text": (put("config.json", b"\xff\xfe"), "config.json can't be read"),
    "unsealed": (put("config.json", b"{}"), "does not say the SHA-256"),
    "edited sizes": (
        lambda f: (f / "config.json").write_text(
            (f / "config.json").read_text().replace('"n_head": 4', '"n_head": 2')
        ),
        "are not those that it was written with",
    ),
    "a text as size": (set_sizes(n_layer="4"), "n_layer='4' must be of type int"),
    "no layers": (set_sizes(n_layer=0), "n_layer=0 must be at least 1"),
    "too many layers": (set_sizes(n_layer=10**9), "says n_layer 1000000000"),
    "too wide": (set_sizes(d_ff=10**12), "says d_ff 1000000000000"),
    "unknown size": (set_sizes(n_nose=1), "DecoderConfig has"),
    "flipped weights": (lambda f: flip(f / WEIGHTS), "the SHA-256 of model.safetensors begins"),
    "flipped tokenizer": (lambda f: flip(f / TOKENIZER), "the SHA-256 of tokenizer.json begins"),
    "other shapes": (set_sizes(d_ff=500), r"is 576; config.json asks for 500"),
    "NaN": (spoil("embed.weight", lambda w: w * float("nan")), "embed.weight in .* no numbers"),
    "infinite": (spoil("embed.weight", lambda w: w / 0), "embed.weight in .* no numbers"),
    "whole numbers": (spoil("embed.weight", lambda w: w.to(torch.int8)), "is I8; weights are F32"),
    "one too many": (
        lambda f: change_weights(f, lambda w: w.update(nose=torch.zeros(2, 3))),
        r"nose in model.safetensors is 2 × 3; config.json asks for –",
    ),
    "another's tokenizer": (use_file_of("transformer-zh-en", TOKENIZER), "is another model's"),
    "another's weights": (use_file_of("llama-stories", WEIGHTS), "config.json asks for"),
    "no tokenizer's JSON": (
        lambda f: (put(TOKENIZER, b"{}")(f), reseal(f)),
        "it can't be built: ",
    ),
    "garbage metrics": (put("metrics.json", b"\x00"), "metrics.json can't be read"),
    "metrics of another form": (
        put("metrics.json", b'{"measured": "today", "recall": [{"n": 1}]}'),
        r"metrics.json has no number at recall.0.n_facts",
    ),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_checkpoint_says_what_is_wrong_and_stands_alone(copies, damaged, how):
    damage, says = DAMAGE[how]
    damage(damaged)
    with pytest.raises(CheckpointError, match=says) as error:
        registry.load(DECODER)
    assert str(error.value).startswith(f"Checkpoint {DECODER} can't be used: ")
    assert str(error.value).endswith("Restore its folder, or train it again.")
    assert str(copies) not in str(error.value)
    others = tuple(i for i in registry.registered() if i != DECODER)
    assert registry.model_ids() == others
    with pytest.raises(CheckpointError, match=says):  # from then on its card says it, too
        registry.card(DECODER)
    assert registry.card("llama-stories").n_params > 1_000_000


def test_a_fault_speaks_the_language_of_whoever_reads_it(damaged):
    (damaged / WEIGHTS).unlink()
    fault = registry.fault(DECODER)
    with speaking("zh"):
        assert str(fault).startswith("检查点 decoder-stories 无法使用")
    assert "its folder has no" in str(fault)


def test_a_fault_of_the_header_is_known_before_anything_is_loaded(damaged):
    (damaged / WEIGHTS).write_bytes(b"garbage")
    assert DECODER not in registry.model_ids()
    assert isinstance(registry.fault(DECODER), VizError)


def test_without_metrics_a_model_works(damaged):
    (damaged / "metrics.json").unlink()
    assert registry.load(DECODER).card.metrics == {}


def test_figures_that_are_none_are_found():
    assert fault_of({}) == ""
    assert fault_of({"perplexity": {}}) == "measured"
    told = {"measured": "2026-11-22"}
    assert fault_of(told | {"perplexity": []}) == "perplexity.bits_per_char"
    nan = {"bits_per_char": float("nan"), "perplexity": 1}
    assert fault_of(told | {"perplexity": nan}) == "perplexity.bits_per_char"
    assert fault_of(told | {"recall": {}}) == "recall"


@pytest.mark.parametrize("model_id", registry.MODELS)
def test_the_shipped_checkpoints_are_sealed(model_id):
    folder = checkpoints.CHECKPOINTS / model_id
    seals = json.loads((folder / "config.json").read_text())["sha256"]
    assert seals[WEIGHTS] == digest(folder / WEIGHTS)
    assert seals[TOKENIZER] == digest(folder / TOKENIZER)
    registry.check_files(model_id)


SHORT_OF_MEMORY = """
import resource
import torch, safetensors.torch
from viz_core import registry
from viz_core.errors import CheckpointError
import viz_core.runners.causal
registry.card("decoder-stories")
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 2_000_000, used + 2_000_000))
try:
    registry.load("decoder-stories")
except CheckpointError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs its limits")
def test_too_little_memory_is_called_that():
    done = subprocess.run(
        [sys.executable, "-c", SHORT_OF_MEMORY], capture_output=True, text=True, check=False
    )
    assert done.stdout == (
        "Checkpoint decoder-stories can't be used: memory is too short for its 1.3 million "
        "parameters. Free some memory, and start again.\n"
    ), done.stderr
