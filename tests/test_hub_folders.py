"""Folders of models: what is refused and in which words, and what is never opened."""

import json
import pickle
import shutil

import hub_models
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from viz_core.errors import InputError
from viz_core.hub import card_of, load_folder, read_folder
from viz_core.hub.folder import FolderError
from viz_core.hub.languages import EVERYDAY, languages_in
from viz_core.runners.base import Request

WEIGHTS = "model.safetensors"


@pytest.fixture
def folder(tmp_path):
    """A copy of a tiny GPT-2's folder, to be damaged."""
    return shutil.copytree(hub_models.folder("gpt2"), tmp_path / "gpt2")


def say(folder, **values):
    """Change what a config.json says; None takes a key away."""
    config = json.loads((folder / "config.json").read_text())
    config = {k: v for k, v in {**config, **values}.items() if v is not None}
    (folder / "config.json").write_text(json.dumps(config))


def weigh(folder, change):
    """Change the weights."""
    weights = load_file(folder / WEIGHTS)
    change(weights)
    save_file(weights, folder / WEIGHTS)


def index(folder, **files):
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": files}))


def pickled(folder):
    (folder / WEIGHTS).unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps({}))


def truncated(folder):
    data = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(data[: len(data) // 2])


def two_files(folder):
    shutil.copy(folder / WEIGHTS, folder / "other.safetensors")


def renamed(folder):
    tokens = json.loads((folder / "tokenizer.json").read_text())
    vocab = tokens["model"]["vocab"]
    vocab |= {f"word{n}": len(vocab) + n for n in range(9)}
    (folder / "tokenizer.json").write_text(json.dumps(tokens))


def small(folder):
    shutil.copy(hub_models.folder("t5") / "tokenizer.json", folder / "tokenizer.json")
    say(folder, vocab_size=4000)


FAULTS = {
    "no config": (lambda f: (f / "config.json").unlink(), "has no config.json"),
    "no JSON": (lambda f: (f / "config.json").write_text("{"), "config.json can't be read"),
    "a list": (lambda f: (f / "config.json").write_text("[]"), "takes a JSON object"),
    "pickle only": (pickled, r"pytorch_model.bin, which can run code when opened; only \*.safe"),
    "no weights": (lambda f: (f / WEIGHTS).unlink(), r"has no \*.safetensors"),
    "remote code": (lambda f: say(f, auto_map={"AutoModel": "x.Y"}), "code of its own"),
    "quantised": (lambda f: say(f, quantization_config={"bits": 4}), "are quantised"),
    "unknown": (
        lambda f: say(f, model_type="mamba"),
        'model_type "mamba"; known are gpt2, gpt_neox',
    ),
    "no type": (lambda f: say(f, model_type=None), "model_type null"),
    "hostile type": (lambda f: say(f, model_type="__class__"), 'model_type "__class__"'),
    "no size": (lambda f: say(f, n_layer=None), "does not say n_layer"),
    "a size of text": (lambda f: say(f, n_layer="two"), 'says n_layer "two"'),
    "a negative size": (lambda f: say(f, n_head=-1), "says n_head -1"),
    "an activation": (lambda f: say(f, activation_function="quick"), "'quick'; there are gelu"),
    "by layer": (
        lambda f: say(f, scale_attn_by_inverse_layer_idx=True),
        "says scale_attn_by_inverse_layer_idx true, which is not computed here",
    ),
    "truncated": (truncated, "model.safetensors can't be read"),
    "two files": (two_files, "has 2 files of weights and no model.safetensors.index.json"),
    "a missing shard": (lambda f: index(f, x="model-2.safetensors"), "names model-2.safetensors"),
    "another folder": (lambda f: index(f, x="../a.safetensors"), "names no files of weights"),
    "a pickled shard": (lambda f: index(f, x="pytorch_model.bin"), "names no files of weights"),
    "integers": (
        lambda f: weigh(f, lambda w: w.update(a=torch.ones(2, dtype=torch.int8))),
        "a in model.safetensors is I8; weights are F32, F16, BF16, F64",
    ),
    "a missing tensor": (
        lambda f: weigh(f, lambda w: w.pop("transformer.h.1.ln_1.weight")),
        "lack 1 tensors .* such as transformer.h.1.ln_1.weight",
    ),
    "too many layers": (lambda f: say(f, n_layer=3), "lack 12 tensors"),
    "another shape": (
        lambda f: weigh(f, lambda w: w.update({"transformer.ln_f.bias": torch.ones(7)})),
        "transformer.ln_f.bias is 7; its config.json asks for 16",
    ),
    "NaN": (
        lambda f: weigh(f, lambda w: w["transformer.wpe.weight"].fill_(torch.nan)),
        "transformer.wpe.weight has values that are no numbers",
    ),
    "no tokenizer": (lambda f: (f / "tokenizer.json").unlink(), "has no tokenizer; .* vocab.txt"),
    "a torn tokenizer": (
        lambda f: (f / "tokenizer.json").write_text('{"model":'),
        "tokenizer.json can't be read",
    ),
    "too many tokens": (renamed, "its tokenizer has 318 tokens, its config.json says 309"),
    "too few tokens": (small, "asks for 4000 × 16|its tokenizer has"),
    "code of a tokenizer": (
        lambda f: (f / "tokenizer_config.json").write_text('{"auto_map": {"AutoTokenizer": []}}'),
        "tokenizer_config.json asks for code of its own",
    ),
}


@pytest.mark.parametrize(("damage", "says"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_with_a_folder_is_one_sentence(folder, damage, says):
    damage(folder)
    with pytest.raises(FolderError, match=says) as caught:
        load_folder(folder)
    said = str(caught.value)
    assert said.startswith("Model gpt2 can't be used: ")
    assert "\n" not in said
    assert str(folder.parent) not in said
    assert said.endswith(".")
    assert isinstance(caught.value, InputError)


def test_a_folder_that_is_none(tmp_path):
    with pytest.raises(FolderError, match="there is no folder"):
        read_folder(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("llama", {"rope_parameters": {"rope_type": "yarn", "factor": 2.0}}, "rope_type 'yarn'"),
        ("llama", {"rope_scaling": {"type": "dynamic", "factor": 2.0}}, "rope_type 'dynamic'"),
        ("bert", {"is_decoder": True}, "is_decoder true"),
        ("bart", {"decoder_layers": 1}, "encoder_layers 2 and decoder_layers 1"),
        ("t5", {"num_decoder_layers": 1}, "num_layers 2 and num_decoder_layers 1"),
        ("t5", {"decoder_start_token_id": None, "pad_token_id": None}, "decoder_start_token_id"),
    ],
)
def test_what_a_family_can_do_and_is_not_computed_here(tmp_path, name, values, says):
    folder = shutil.copytree(hub_models.folder(name), tmp_path / name)
    say(folder, **values)
    with pytest.raises(FolderError, match=says):
        load_folder(folder)


def test_nothing_but_safetensors_is_opened(folder, monkeypatch):
    """A pickle beside the weights that would run code, and a Python file: neither is touched."""

    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was opened",))

    for name in ("pytorch_model.bin", "training_args.bin", "model.pt"):
        (folder / name).write_bytes(pickle.dumps(Bomb()))
    (folder / "modeling_gpt2.py").write_text("raise SystemExit('code was run')")
    (folder / "adapter_config.json").write_text('{"base_model_name_or_path": "../elsewhere"}')
    monkeypatch.setattr(torch, "load", lambda *_args, **_more: pytest.fail("torch.load was called"))
    say(folder, _attn_implementation="sdpa", transformers_weights="pytorch_model.bin", dtype="int8")
    runner = load_folder(folder)
    expected = hub_models.runner("gpt2").plain_logits(Request("Tom is a cat"))
    np.testing.assert_array_equal(runner.plain_logits(Request("Tom is a cat")), expected)


def test_shards_are_one_model(folder):
    weights = load_file(folder / WEIGHTS)
    names = sorted(weights)
    halves = {"a.safetensors": names[::2], "b.safetensors": names[1::2]}
    for file, own in halves.items():
        save_file({name: weights[name] for name in own}, folder / file)
    (folder / WEIGHTS).unlink()
    index(folder, **{name: file for file, own in halves.items() for name in own})
    found = load_folder(folder).plain_logits(Request("Tom is a cat"))
    expected = hub_models.runner("gpt2").plain_logits(Request("Tom is a cat"))
    np.testing.assert_array_equal(found, expected)


def test_half_precision_is_read_and_computed_in_single(folder):
    weigh(folder, lambda w: w.update({name: x.bfloat16() for name, x in w.items()}))
    read = read_folder(folder)
    assert read.precision == "BF16"
    assert read.n_bytes == 4 * read.n_params  # nothing of it is tied twice
    trace = load_folder(folder).run(Request("Tom is a cat"))
    assert {record.values.dtype for record in trace} <= {np.dtype("float32"), np.dtype("bool")}


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("tokenizer.json", " ".join(EVERYDAY["en"]), ("en",)),
        ("vocab.txt", "\n".join(EVERYDAY["zh"]), ("zh",)),
        ("vocab.json", json.dumps([*EVERYDAY["zh"], *EVERYDAY["en"]]), ("en", "zh")),
        ("tokenizer.json", json.dumps(EVERYDAY["zh"][1:], ensure_ascii=False), ("zh",)),
        ("tokenizer.json", json.dumps(EVERYDAY["zh"][6:]), ("en",)),  # too few to read it
        ("spiece.model", "\x00\n\u2581house\x15", ("en",)),  # it has to be something
    ],
)
def test_a_tokenizer_reads_what_it_has_pieces_for(tmp_path, file, text, found):
    (tmp_path / file).write_text(text, "utf-8")
    assert languages_in(tmp_path) == found


def test_a_byte_level_tokenizer_spells_chinese_in_letters_of_bytes():
    folder = hub_models.folder("qwen3-zh")
    assert EVERYDAY["zh"][0] not in (folder / "tokenizer.json").read_text("utf-8")
    assert read_folder(folder).languages == ("en", "zh")
    assert read_folder(hub_models.folder("qwen3")).languages == ("en",)


def test_what_an_encoder_decoder_writes_is_not_what_it_reads(tmp_path):
    (tmp_path / "source.spm").write_text(" ".join(EVERYDAY["zh"]), "utf-8")
    (tmp_path / "target.spm").write_text(" ".join(EVERYDAY["en"]), "utf-8")
    (tmp_path / "vocab.json").write_text(json.dumps(EVERYDAY["en"]))
    assert languages_in(tmp_path) == ("zh",)


def test_a_card_is_read_without_loading():
    card = card_of(read_folder(hub_models.folder("qwen3")), "my-model")
    assert (card.model_id, card.kind, card.title) == ("my-model", "decoder", "qwen3")
    assert (card.n_layer, card.n_head, card.n_ctx, card.vocab_size) == (2, 4, 256, 309)
    assert card_of(read_folder(hub_models.folder("t5")), "t").n_ctx == 512  # it has no limit
    assert card_of(read_folder(hub_models.folder("roberta")), "r").n_ctx == 256
