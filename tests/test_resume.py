"""A training run that is stopped, damaged or given other things goes on, or says why not."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from test_pairs import PAIRS
from test_training import MIX, SENTENCES, SIZES, folder  # noqa: F401 - the corpora are a fixture

from viz_core import checkpoints, registry
from viz_core.cli import main
from viz_core.errors import CheckpointError, InputError
from viz_core.losses import read_losses
from viz_core.models.config import DecoderConfig, EncoderDecoderConfig
from viz_core.models.decoder import Decoder
from viz_core.models.encoder_decoder import EncoderDecoder
from viz_core.shelf import Shelf
from viz_core.tokenizers import TranslationTokenizer
from viz_core.training import corpora, recipes, run
from viz_core.training.loop import Plan, train
from viz_core.training.objectives.causal import CausalObjective
from viz_core.training.objectives.translation import PairMixture, TranslationObjective
from viz_core.training.pairs import PairCorpus
from viz_core.training.state import StateFile

ROOT = Path(__file__).parents[1]
PLAN = Plan(n_steps=9, learning_rate=1e-2, n_warmup=2, save_every=4)


@pytest.fixture(scope="module")
def pairs():
    """What a translation model is trained with: a model with dropout, anew each time."""
    texts = [text for pair in PAIRS for text in (pair.source, " " + pair.target)]
    tokenizer = TranslationTokenizer.train(texts * 3, 400)
    corpus = PairCorpus(tuple(PAIRS[10:]), tuple(PAIRS[:5]), tuple(PAIRS[5:10]))
    sizes = EncoderDecoderConfig(1, 64, tokenizer.vocab_size, 2, 16, 32, dropout=0.3)

    def build():
        torch.manual_seed(0)
        mix = PairMixture(batch_tokens=200)
        return EncoderDecoder(sizes), TranslationObjective(corpus, tokenizer, mix, 0)

    return build


class Interrupts:
    """An objective in whose step a signal comes."""

    def __init__(self, objective, at, number):
        self._objective, self._at, self._number = objective, at, number

    def parts(self, model, step, n_steps):
        if step == self._at:
            os.kill(os.getpid(), self._number)
        return self._objective.parts(model, step, n_steps)

    def valid_loss(self, model):
        return self._objective.valid_loss(model)


def test_a_run_in_parts_is_the_unbroken_one_bit_for_bit_with_dropout(pairs, tmp_path):
    whole, objective = pairs()
    unbroken = train(whole, objective, PLAN, StateFile(tmp_path / "whole"))
    for stop_at in (3, 4, 6, None):
        model, objective = pairs()
        parted = train(model, objective, PLAN, StateFile(tmp_path), resume=True, stop_at=stop_at)
        assert parted.step == (stop_at or 9)
    for one, other in zip(whole.parameters(), model.parameters(), strict=True):
        assert torch.equal(one, other)
    assert [line.step for line in parted.lines] == [4, 8, 9]
    assert [replace(line, seconds=0) for line in parted.lines] == [
        replace(line, seconds=0) for line in unbroken.lines
    ]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_what_ends_a_run_in_its_first_steps_loses_nothing(pairs, tmp_path, name):
    number = getattr(signal, name)
    handler = signal.getsignal(number)
    model, objective = pairs()
    state = StateFile(tmp_path)
    stopped = train(model, Interrupts(objective, 1, number), PLAN, state)
    assert (stopped.step, stopped.stopped_by) == (2, number)
    assert signal.getsignal(number) is handler
    resumed, objective = pairs()
    train(resumed, objective, PLAN, state, resume=True)
    whole, objective = pairs()
    train(whole, objective, PLAN, StateFile(tmp_path / "whole"))
    for one, other in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"\x80\x04garbage",
        lambda data: data.replace(b'"step', b'"stop'),
        lambda data: data.replace(b'"random"', b'"rondom"'),
        lambda data: data.replace(b"model.", b"modul."),
    ],
)
def test_a_damaged_state_is_told(pairs, tmp_path, damage):
    state = StateFile(tmp_path)
    train(*pairs(), PLAN, state, stop_at=2)
    state.path.write_bytes(damage(state.path.read_bytes()))
    with pytest.raises(InputError, match=r"can't be read: .*Train again without --resume"):
        train(*pairs(), PLAN, state, resume=True)


def test_other_corpora_and_fewer_steps_are_refused(pairs, tmp_path):
    train(*pairs(), PLAN, StateFile(tmp_path, "these"), stop_at=5)
    with pytest.raises(InputError, match="was trained on other corpora"):
        train(*pairs(), PLAN, StateFile(tmp_path, "those"), resume=True)
    with pytest.raises(InputError, match=r"is at step 5 already\. Give more --steps"):
        train(*pairs(), PLAN, StateFile(tmp_path, "these"), resume=True, stop_at=3)


def test_a_full_disk_is_told_and_the_last_state_stays(pairs, tmp_path, monkeypatch):
    state = StateFile(tmp_path)
    train(*pairs(), PLAN, state, stop_at=2)
    before = state.path.read_bytes()

    def fail(_number):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(InputError, match="No space left on device"):
        train(*pairs(), PLAN, state, resume=True, stop_at=4)
    assert [path.name for path in tmp_path.iterdir()] == [state.path.name]
    assert state.path.read_bytes() == before


@pytest.fixture
def small(folder, tmp_path, monkeypatch):  # noqa: F811
    """A recipe of a few steps, and folders for what it writes."""
    corpus = corpora.read_corpus(folder)
    tokenizer = recipes.RECIPES["decoder-stories"].tokenize(corpus)
    sizes = DecoderConfig(**SIZES | {"vocab_size": tokenizer.vocab_size})
    recipe = recipes.Recipe(sizes, Decoder, CausalObjective, MIX, PLAN)
    monkeypatch.setitem(recipes.RECIPES, "decoder-stories", recipe)
    monkeypatch.setattr(run, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(checkpoints, "FOLDER", tmp_path / "checkpoints")
    for store in ("_cards", "_faults"):
        monkeypatch.setattr(registry, store, {})
    monkeypatch.setattr(registry, "_shelf", Shelf())
    return folder


def command(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["attention-atlas", "train", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    return ended.value.code, out, err.splitlines()[-1] if err else ""


def test_the_command_says_where_it_stopped(small, monkeypatch, capsys):
    call = ("--model", "decoder-stories", "--corpus", str(small))
    assert command(monkeypatch, capsys, *call, "--steps", "3")[:2] == (
        0,
        "Stopped at step 3 of 9; go on with --resume.\n",
    )
    status, _, err = command(monkeypatch, capsys, *call, "--steps", "2", "--resume")
    assert status == 2
    assert "is at step 3 already" in err
    status, _, err = command(monkeypatch, capsys, *call, "--threads", "100000")
    assert status == 2
    assert "100000 threads are too many" in err


def test_another_corpus_on_the_way_is_noticed(small, tmp_path, monkeypatch, capsys):
    other = tmp_path / "other"
    other.mkdir()
    for name in corpora.FILES:
        (other / name).write_bytes((small / name).read_bytes())
    with (other / corpora.FILES[1]).open("a") as file:
        file.write(f"\n{SENTENCES[0]}")
    call = ("--model", "decoder-stories", "--corpus")
    command(monkeypatch, capsys, *call, str(small), "--steps", "3")
    status, _, err = command(monkeypatch, capsys, *call, str(other), "--resume")
    assert status == 2
    assert "was trained on other corpora" in err


def test_what_training_writes_is_a_sealed_checkpoint(small, monkeypatch):
    made = checkpoints.FOLDER / "decoder-stories"
    made.mkdir(parents=True)
    (made / "metrics.json").write_text("{}")  # of the weights before
    monkeypatch.setattr(run, "write_metrics", lambda *_: {})
    run.train_checkpoint("decoder-stories", small, False, None, 1)
    assert not (made / "metrics.json").exists()
    registry.check_files("decoder-stories")
    assert registry.load("decoder-stories").card.n_layer == 1
    (made / "loss.csv").write_text("step,tokens\n")
    with pytest.raises(CheckpointError, match=r"loss\.csv can't be read"):
        read_losses(made / "loss.csv")


@pytest.mark.parametrize("name", corpora.FILES)
@pytest.mark.parametrize("content", [b"", b" \n \n", b"\xff\xfe\x00H"])
def test_an_empty_corpus_and_one_that_is_no_text_are_told(folder, tmp_path, name, content):  # noqa: F811
    for other in corpora.FILES:
        (tmp_path / other).write_bytes((folder / other).read_bytes())
    (tmp_path / name).write_bytes(content)
    says = rf"{name} (holds too little|can't be read|has no rows)|{name}, line 1: this is UTF-16"
    with pytest.raises(InputError, match=says):
        corpora.read_corpus(tmp_path)


def test_too_small_a_corpus_is_told(small, monkeypatch, capsys):
    recipe = recipes.RECIPES["decoder-stories"]
    larger = replace(recipe, config=replace(recipe.config, vocab_size=2048))
    monkeypatch.setitem(recipes.RECIPES, "decoder-stories", larger)
    call = ("--model", "decoder-stories", "--corpus", str(small))
    status, _, err = command(monkeypatch, capsys, *call)
    assert status == 2
    assert "kinds of tokens; this model takes 2048" in err


def test_ctrl_c_in_a_run_of_the_command_keeps_its_steps(small, tmp_path):
    """As a terminal does it: the process is interrupted while it trains."""
    code = (
        "import sys; from viz_core.training import corpora, recipes, run\n"
        "from pathlib import Path\n"
        "from test_resume import *\n"
        f"corpus = corpora.read_corpus(Path({str(small)!r}))\n"
        "of = recipes.RECIPES['decoder-stories']\n"
        "n = of.tokenize(corpus).vocab_size\n"
        "sizes = DecoderConfig(**SIZES | {'vocab_size': n})\n"
        "plan = Plan(n_steps=100_000, learning_rate=1e-2)\n"
        "of = recipes.Recipe(sizes, Decoder, CausalObjective, MIX, plan)\n"
        "recipes.RECIPES['decoder-stories'] = of\n"
        f"run.RUNS = Path({str(tmp_path)!r})\n"
        f"sys.argv = ['x', 'train', '--model', 'decoder-stories', '--corpus', {str(small)!r}]\n"
        "main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
    )
    said = ""
    while "loss=" not in said:  # it is at a step
        char = process.stderr.read(1)
        assert char, said
        said += char
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGINT, err
    assert out.startswith("Stopped at step ")
    assert (tmp_path / "decoder-stories" / "state.safetensors").is_file()
