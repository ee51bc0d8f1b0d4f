"""Folders of models, offered: in Python, on the command line, by the environment, within memory."""

import json
import os
import shutil
import sys
from pathlib import Path

import hub_models
import numpy as np
import pytest
from checkpoint_copies import forget

import viz_core
from viz_core import registry
from viz_core.cli import main
from viz_core.errors import InputError, VizError
from viz_core.hub import entry, fetch
from viz_core.hub.folder import FolderError
from viz_core.runners.base import Request
from viz_core.shelf import MEMORY, TOKEN_BYTES, TOKENIZER, Shelf, check_fits, limit

ALL = ("gpt2", "bert", "t5", "bert-bare")


@pytest.fixture
def table(monkeypatch):
    """A table of models of the test's own."""
    monkeypatch.setattr(registry, "MODELS", dict(registry.MODELS))
    monkeypatch.setattr(registry, "_refused", {})
    forget(monkeypatch)
    return registry.MODELS


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder of tiny models, a broken one among them, and of what is none."""
    root = tmp_path_factory.mktemp("models")
    for name in ALL:
        (root / name).symlink_to(hub_models.folder(name))
    (root / "broken").mkdir()
    (root / "broken" / "config.json").write_text('{"model_type": "mamba"}')
    (root / "notes").mkdir()
    (root / "notes.txt").write_text("no model")
    return root


@pytest.fixture
def run(capsys, monkeypatch, table):
    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["attention-atlas", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capsys.readouterr()

    return call


def test_a_folder_is_loaded_by_its_path():
    runner = viz_core.load(hub_models.folder("gpt2"))
    trace = runner.run(Request("Tom is a cat"))
    assert trace.tokens["text"].strings == ("Tom", " is", " a", " cat")
    assert viz_core.load(str(hub_models.folder("gpt2"))).card == runner.card
    with pytest.raises(InputError, match=r"There is no model 'no/such/folder'"):
        viz_core.load("no/such/folder")
    with pytest.raises(FolderError, match="has no config"):
        viz_core.load(Path(__file__).parent)


def test_all_of_a_folder_stand_in_the_table(table, models):
    refused = registry.offer(models)
    assert set(refused) == {"broken"}
    assert set(ALL) <= set(table)
    assert "gpt2" in registry.model_ids(lambda kind: kind.continues)
    assert "bert-bare" in registry.model_ids(lambda kind: kind.attends)
    assert "bert-bare" not in registry.model_ids(lambda kind: kind.speaks)
    assert "t5" in registry.model_ids(lambda kind: kind.translates)
    assert registry.card("gpt2").title == "gpt2 (GPT-2)"
    assert registry.load("gpt2") is registry.load("gpt2")
    with pytest.raises(FolderError, match="mamba"):
        registry.load("broken")
    assert registry.proposer("gpt2") is None
    assert registry.proposer("bert") == "bert"
    registry.offer(models / "gpt2")  # once more, the same


def test_a_link_names_models_of_the_table_and_no_folder(table, models):
    """What a visitor can write into an address is an id: a path is none, even one that is there."""
    registry.offer(models)
    for asked in (str(models / "gpt2"), "../gpt2", "openai/gpt2", "gpt2/", "file:///gpt2"):
        with pytest.raises(InputError, match="There is no model"):
            registry.load(asked)


def test_two_models_of_one_name_are_refused(table, models, tmp_path):
    registry.offer(models / "gpt2")
    other = shutil.copytree(hub_models.folder("bert"), tmp_path / "gpt2")
    with pytest.raises(InputError, match="There is a model gpt2 already"):
        registry.offer(other)
    registry.offer(other, "my bert!")
    assert registry.card("my-bert").kind == "encoder"
    twin = shutil.copytree(hub_models.folder("bert"), tmp_path / "decoder-stories")
    with pytest.raises(InputError, match="There is a model decoder-stories already"):
        registry.offer(twin)


def test_the_environment_says_what_is_offered(monkeypatch, table, models):
    said = [f"my-gpt={models / 'gpt2'}", str(models / "bert"), str(models / "nowhere"), ""]
    monkeypatch.setenv(entry.FOLDERS, os.pathsep.join(said))
    registry._offer_environment()
    assert {"my-gpt", "bert"} <= set(table)
    assert "There is no folder" in str(registry.refused()["nowhere"])


def test_models_are_listed_with_what_is_wrong(run, models):
    status, out, err = run("models", "--model-dir", models, "--json")
    rows = {row["model_id"]: row for row in json.loads(out)}
    assert status == 2
    assert "decoder-stories" in rows
    found = {key: rows["t5"][key] for key in ("kind", "family", "precision", "n_layer", "n_head")}
    assert found == {
        "kind": "encoder-decoder",
        "family": "T5",
        "precision": "F32",
        "n_layer": 2,
        "n_head": 4,
    }
    assert rows["broken"]["unusable"] in err


def test_a_list_is_read_by_people(run, models):
    status, out, _ = run("models", "--model-dir", models / "gpt2")
    assert status == 0
    assert "gpt2                 decoder          GPT-2             2 x 4" in out


def test_the_commands_take_them_by_id(run, models, tmp_path):
    given = ("--model-dir", models / "gpt2", "--model", "gpt2")
    status, out, err = run("check", *given)
    assert (status, err) == (0, "")
    assert "gpt2: ok: q and k give the weights" in out
    status, out, _ = run("trace", *given, "--text", "Tom is a cat", "--json")
    assert json.loads(out)["tokens"]["text"] == ["Tom", " is", " a", " cat"]
    status, out, _ = run("generate", *given, "--text", "Tom is", "--n", "3", "--json")
    assert len(json.loads(out)["ids"]) == 3
    text = tmp_path / "text.txt"
    text.write_text("Tom is a cat. Tom's favorite food is fish.")
    status, out, _ = run("evaluate", "perplexity", *given, "--text", text, "--json")
    assert status == 0
    assert json.loads(out)["n_tokens"] == 12


def test_bits_per_character_are_those_of_a_pass(run, models, tmp_path):
    """A text read in the model's own form; behind [EOT] where that puts nothing before it."""
    text = tmp_path / "text.txt"
    text.write_text("Tom is a cat.")
    runner = hub_models.runner("gpt2")
    given = ("--model-dir", models / "gpt2", "--model", "gpt2", "--text", text, "--json")
    found = json.loads(run("evaluate", "perplexity", *given)[1])
    ids = [runner.tokenizer.special_id("[EOT]"), *runner.read(Request("Tom is a cat.")).ids]
    import torch

    with torch.inference_mode():
        logs = runner.model(torch.tensor([ids]))[0].double().log_softmax(-1)
    nats = -sum(float(logs[n, i]) for n, i in enumerate(ids[1:]))
    assert found["bits_per_char"] == pytest.approx(nats / np.log(2) / 13, rel=1e-5)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("models", "--model-dir", "nowhere"), "There is no folder nowhere"),
        (("models", "--model-dir", Path(__file__).parent), "holds no model"),
        (("models", "--memory", "0"), "ATLAS_MEMORY is '0.0'; it takes gigabytes"),
        (("models", "--hub", "gpt2"), "'gpt2' is no name of the hub"),
        (("models", "--hub", "../../etc"), "is no name of the hub"),
    ],
)
def test_what_is_given_wrongly_is_one_sentence_and_status_2(run, monkeypatch, arguments, says):
    monkeypatch.setenv(MEMORY, "8")
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_a_broken_folder_leaves_the_others_alone(run, models):
    status, out, err = run(
        *("trace", "--model-dir", models, "--model", "gpt2", "--text", "Tom", "--json")
    )
    assert status == 0
    assert json.loads(out)["model_id"] == "gpt2"
    assert "Model broken can't be used" in err
    status, _out, err = run("trace", "--model-dir", models, "--model", "broken", "--text", "Tom")
    assert status == 2
    assert "mamba" in err


def test_without_a_network_the_hub_says_so(run, monkeypatch):
    def no_network(*_args, **_more):
        raise OSError("Temporary failure in name resolution")

    monkeypatch.setattr(fetch, "snapshot_download", no_network)
    status, _out, err = run("models", "--hub", "org/model")
    assert status == 2
    assert "The hub can't be reached, and org/model was not fetched before" in err


def test_a_model_of_the_hub_has_the_name_it_has_there(run, monkeypatch, models):
    asked = []

    def cached(name, allow_patterns):
        asked.append((name, allow_patterns))
        return str(models / "gpt2")

    monkeypatch.setattr(fetch, "snapshot_download", cached)
    status, out, _ = run("models", "--hub", "org/Tiny-1.5", "--json")
    assert status == 0
    assert json.loads(out)[-1]["model_id"] == "Tiny-1.5"
    assert asked[0][0] == "org/Tiny-1.5"
    assert not any(name.endswith((".bin", ".py", "*")) for name in asked[0][1])


def test_without_the_extra_it_is_named(run, monkeypatch, models):
    monkeypatch.setattr("viz_core.hub.extra.find_spec", lambda _name: None)
    status, _out, err = run("models", "--model-dir", models)
    assert status == 2
    assert "pip install 'attention-atlas[hub]'" in err


class TestMemory:
    def test_a_model_that_does_not_fit_is_refused_before_it_is_read(
        self, monkeypatch, table, models
    ):
        monkeypatch.setenv(MEMORY, "0.00001")
        registry.offer(models / "gpt2")
        monkeypatch.setattr("viz_core.hub.load.load_file", lambda _path: pytest.fail("was read"))
        with pytest.raises(InputError, match=r"gpt2 takes 0.00 GB, and loaded models may take"):
            registry.load("gpt2")
        assert "gpt2" not in registry.model_ids()
        monkeypatch.setenv(MEMORY, "4")
        with pytest.raises(InputError, match=r"big takes 6.20 GB, and loaded models may take 4.00"):
            check_fits("big", 6_200_000_000)

    def test_the_least_used_leaves_and_never_one_in_use(self, monkeypatch, table, models):
        registry.offer(models)
        sizes = {name: registry.MODELS[name].n_bytes(registry.card(name)) for name in ALL}
        monkeypatch.setenv(MEMORY, str((sizes["gpt2"] + sizes["bert"] + sizes["t5"] - 1) / 1e9))
        registry.load("gpt2")
        registry.load("bert")
        registry.load("gpt2")  # now bert is the one that was not used for longest
        registry.load("t5")
        held = set(registry._shelf._held)
        assert held == {("gpt2", True), ("t5", True)}
        in_use = registry.load("gpt2")
        registry.load("t5")
        registry.load("bert")  # gpt2 was not used for longest, but somebody has it
        assert registry.load("gpt2") is in_use
        assert ("t5", True) not in registry._shelf._held
        others = [registry.load(name) for name in ("bert", "gpt2")]
        with pytest.raises(InputError, match="Try again when others are done"):
            registry.load("t5")
        del others, in_use
        assert registry.load("t5")  # and nothing is held against it

    def test_tokenizers_are_held_as_models_are(self, monkeypatch, table, models):
        """No model is loaded for its tokenizer, and what does not fit is left out, not held."""
        registry.offer(models / "t5")
        registry.offer(models / "bert")
        monkeypatch.setattr("viz_core.hub.load.load_file", lambda _path: pytest.fail("was read"))
        monkeypatch.setattr(registry, "_shelf", Shelf())
        ours = [model for model in registry.readers_of_text() if model not in ("t5", "bert")]
        there = registry.tokenizers()
        assert {*ours, "t5", "bert"} <= set(there)
        held = registry._shelf._held
        assert all(name.endswith(TOKENIZER) for name, _trained in held)
        assert len(held) == len(set(map(id, there.values())))
        of_t5 = TOKEN_BYTES * registry.card("t5").vocab_size
        assert of_t5 in [n_bytes for _loaded, n_bytes in held.values()]
        used = registry._shelf._used()
        del there
        monkeypatch.setattr(registry, "_shelf", Shelf())
        fits = "viz_core.registry.check_fits"
        monkeypatch.setattr(fits, lambda *_what: None)  # whether a model does is another question
        monkeypatch.setenv(MEMORY, str((used - of_t5 - 1) / 1e9))
        few = registry.tokenizers()
        assert 0 < len(few) < len(ours) + 2
        assert registry._shelf._used() <= limit()
        assert all(registry.fault(model) is None for model in registry.MODELS)

    def test_a_limit_is_of_the_machine_where_none_is_said(self, monkeypatch):
        monkeypatch.delenv(MEMORY, raising=False)
        assert 1e8 < limit() < 1e15
        for said in ("", "much", "-1", "nan", "inf"):
            monkeypatch.setenv(MEMORY, said)
            with pytest.raises(VizError, match="it takes gigabytes, such as 4"):
                limit()
