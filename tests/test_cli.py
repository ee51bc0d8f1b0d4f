"""The command line's public contract."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from viz_core.cli import main
from viz_core.kinds import KINDS


@pytest.fixture
def run(capsys, monkeypatch):
    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["attention-atlas", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capsys.readouterr()

    return call


def test_models(run):
    status, out, _ = run("models", "--json")
    cards = json.loads(out)
    assert status == 0
    assert [card["model_id"] for card in cards] == [
        "rnn-stories",
        "lstm-stories",
        "gru-stories",
        "decoder-stories",
        "decoder-small",
        "decoder-small-2",
        "decoder-large",
        "llama-stories",
        "encoder-stories",
        "transformer-zh-en",
        "positions-none",
        "positions-learned",
        "positions-sinusoidal",
        "positions-rotary",
        "positions-alibi",
        "vit-digits",
        "decoder-digits",
    ]
    for card in cards:
        assert set(card) == {
            "model_id",
            "kind",
            "title",
            "n_params",
            "n_layer",
            "n_head",
            "n_ctx",
            "vocab_size",
            "metrics",
            "languages",
            "family",
            "precision",
        }
        assert card["kind"] in KINDS
        assert card["n_params"] > 100_000


def test_parameters_are_counted_right(runner):
    assert runner.card.n_params == sum(p.numel() for p in runner.model.state_dict().values())


def test_trace(run, tmp_path):
    out_file = tmp_path / "t.npz"
    status, out, _ = run(
        "trace",
        "--model",
        "decoder-stories",
        "--text",
        "Tom is a cat",
        "--out",
        str(out_file),
        "--json",
    )
    found = json.loads(out)
    assert status == 0
    assert set(found) == {"model_id", "kind", "tokens", "cut", "records", "top"}
    assert found["cut"] is False
    assert found["tokens"] == {"text": ["[EOT]", "Tom", " is", " a", " cat"]}
    archive = np.load(out_file)
    assert set(archive.files) == {*found["records"], "head.json"}
    for name, record in found["records"].items():
        assert list(archive[name].shape) == record["shape"]
        assert len(record["axes"]) == len(record["shape"])
    assert len(found["top"]) == 10
    assert set(found["top"][0]) == {"pos", "token", "prob"}


def test_trace_of_wanted_records_only(run):
    _, out, _ = run(
        "trace",
        "--model",
        "encoder-stories",
        "--text",
        "a [MASK]",
        "--want",
        "*.weights",
        "--want",
        "embed",
        "--json",
    )
    names = set(json.loads(out)["records"])
    assert names == {"embed", *(f"encoder.{n}.self_attn.weights" for n in range(4))}


@pytest.mark.parametrize("model", ["decoder-stories", "encoder-stories", "transformer-zh-en"])
def test_check(run, model):
    status, out, _ = run("check", "--model", model)
    assert status == 0
    for claim in ("rows sum to 1", "q and k give the scores", "softmax", "recording leaves"):
        assert claim in out


def test_check_fails_loudly(run, monkeypatch):
    from viz_core import load

    monkeypatch.setattr(load("decoder-stories"), "plain_logits", lambda request: np.float32(0))
    status, out, _ = run("check", "--model", "decoder-stories")
    assert status == 1
    assert "FAILED" in out


def test_check_reads_the_tours(run, tmp_path, monkeypatch):
    from viz_core import registry, tour

    monkeypatch.setattr(registry, "load", lambda model_id: None)
    monkeypatch.setattr(registry, "prove", lambda runner: [])
    status, out, _ = run("check")
    assert status == 0
    n_stops = {name: len(tour.read_tour(name, "en").stops) for name in ("atlas", "learning")}
    assert out.splitlines() == [
        f"tour {name}: ok: {n} stops ({code})"
        for name, n in n_stops.items()
        for code in ("en", "zh")
    ]
    monkeypatch.setattr(tour, "FOLDER", tmp_path)
    (tmp_path / "mine.en.md").write_text("# Mine\n## [One](cost)\nSee.\n## Two\nSee.")
    (tmp_path / "mine.zh.md").write_text("# Mine\n## [One](cost)\nSee.")
    status, out, _ = run("check")
    assert status == 1
    first, second = out.splitlines()
    assert first.startswith("tour mine: FAILED: mine.en.md, line 4: this heading leads nowhere.")
    assert second == "tour mine: ok: 1 stops (zh)"


def test_evaluate_perplexity(run, tmp_path):
    file = tmp_path / "story.txt"
    file.write_text("Tom had a red ball. He was happy.\n<|endoftext|>\nLily saw a dog." * 20)
    _, out, _ = run(
        "evaluate", "perplexity", "--model", "decoder-stories", "--text", str(file), "--json"
    )
    found = json.loads(out)
    assert set(found) == {"bits_per_char", "perplexity", "n_tokens"}
    assert 0 < found["bits_per_char"] < 4
    _, out, _ = run(
        "evaluate", "perplexity", "--model", "encoder-stories", "--text", str(file), "--json"
    )
    assert 0 < json.loads(out)["accuracy"] <= 1


def test_evaluate_translation(run, tmp_path):
    file = tmp_path / "pairs.tsv"
    file.write_text("english\tchinese\tattribution\n" + "Tom is a cat.\t汤姆是一只猫。\tx\n" * 3)
    call = ("evaluate", "translation", "--model", "transformer-zh-en", "--pairs", str(file))
    status, out, _ = run(*call, "--json")
    found = json.loads(out)
    assert status == 0
    assert set(found) == {
        "bleu",
        "bleu_lowercase",
        "chrf",
        "signature",
        "n",
        "n_cut",
        "n_left_out",
    }
    assert (found["n"], found["n_cut"], found["n_left_out"]) == (3, 0, 0)
    assert found["bleu"] == pytest.approx(100)
    assert "version" in found["signature"]
    file.write_text("english\tchinese\nTom is a cat.\n")
    status, _, err = run(*call)
    assert status == 2
    assert "pairs.tsv, line 2: a cell is missing" in err
    status, _, err = run(*call[:3], "decoder-stories", *call[4:])
    assert status == 2


def test_generate(run):
    call = ("generate", "--model", "decoder-stories", "--text", "Once upon a time", "--n", "6")
    for more in (
        [],
        ["--strategy", "sample", "--seed", "3"],
        ["--strategy", "beam", "--width", "2"],
    ):
        status, out, _ = run(*call, *more, "--json")
        found = json.loads(out)
        assert status == 0
        assert len(found["tokens"]) == len(found["ids"]) == 6
        assert found["text"] == "".join(found["tokens"]).removeprefix(" ")
        assert found["logprob"] < 0
        assert run(*call, *more)[1].strip("\n") == found["text"]
    _, out, _ = run("generate", "--model", "transformer-zh-en", "--text", "汤姆是一只猫。")
    assert out == "Tom is a cat.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["trace", "--model", "gpt-5", "--text", "x"],
            "There is no model 'gpt-5'. There are: rnn-stories",
        ),
        (["trace", "--model", "decoder-stories", "--text", ""], "The text is empty"),
        (["trace", "--model", "decoder-stories", "--text", "cat " * 300], "Shorten it by"),
        (
            ["trace", "--model", "decoder-stories", "--text", "x", "--want", "zz*"],
            "No record matches 'zz*'",
        ),
        (["trace", "--model", "decoder-stories"], "Missing option '--text'"),
        (["check", "--model", "nope"], "There is no model 'nope'"),
        (
            ["evaluate", "perplexity", "--model", "decoder-stories", "--text", "/no/file"],
            "Can't read",
        ),
        *(
            (
                ["generate", "--model", "decoder-stories", "--text", "a", *options],
                f"{options[0]} is of --strategy {owner}, and this is {strategy}",
            )
            for options, owner, strategy in (
                (["--temperature", "0.5"], "sample", "greedy"),
                (["--top-k", "3"], "sample", "greedy"),
                (["--top-p", "0.5"], "sample", "greedy"),
                (["--seed", "0"], "sample", "greedy"),
                (["--width", "3"], "beam", "greedy"),
                (["--width", "3", "--strategy", "sample"], "beam", "sample"),
                (["--seed", "3", "--strategy", "beam"], "sample", "beam"),
            )
        ),
        (
            ["evaluate", "recall", "--model", "decoder-stories", "--prompts", "x", "--n", "3"],
            "--n is of the generated prompts",
        ),
        (
            ["evaluate", "translation", "--model", "transformer-zh-en", "--pairs", "/no"],
            "Can't read /no",
        ),
        (
            ["generate", "--model", "rnn-stories", "--text", "a", "--strategy", "x"],
            "There are: greedy",
        ),
        (["generate", "--model", "encoder-stories", "--text", "a"], "does not write"),
        (["evaluate", "recall", "--model", "transformer-zh-en", "--n", "1"], "translates"),
        (["train", "--model", "nope", "--corpus", "."], "There is no model 'nope'"),
        (["train", "--model", "decoder-stories", "--corpus", "/nowhere"], "has no tinystories.txt"),
        (["nonsense"], "No such command 'nonsense'"),
        (
            ["trace", "--model", "decoder-stories", "--text", "x", "--out", "/no/dir/x.npz"],
            "Can't write",
        ),
    ],
)
def test_bad_input_is_one_line_and_status_2(run, arguments, says):
    status, out, err = run(*arguments)
    assert status == 2
    assert out == ""
    assert says in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_the_console_script_starts_without_torch():
    code = (
        "import sys; from viz_core import cli; "
        "print(sorted({'torch', 'streamlit', 'transformers', 'plotly'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_recall_of_a_file_of_prompts(run, tmp_path):
    prompts = tmp_path / "prompts.tsv"
    prompts.write_text("Tom is a cat. Tom's favorite food is\tfish\nOnce upon a\ttime\n")
    status, out, _ = run(
        "evaluate", "recall", "--model", "decoder-stories", "--prompts", str(prompts), "--json"
    )
    assert status == 0
    assert json.loads(out) == {"accuracy": 1.0, "n": 2, "n_left_out": 0}


def test_recall_of_every_cell(run):
    status, out, _ = run("evaluate", "recall", "--model", "lstm-stories", "--n", "2", "--json")
    found = json.loads(out)
    assert status == 0
    assert found["model_id"] == "lstm-stories"
    assert len(found["recall"]) == 15
    assert set(found["recall"][0]) == {
        "n_facts",
        "n_between",
        "accuracy",
        "any_food_of_the_story",
        "low",
        "high",
        "n",
        "chance",
    }


def test_a_text_that_is_cut_says_so(run):
    call = ("generate", "--model", "decoder-stories", "--text", "Once upon a time", "--n", "4")
    for more in ([], ["--strategy", "sample"], ["--strategy", "beam"]):
        _, out, err = run(*call, *more, "--json")
        assert json.loads(out)["finish_reason"] == "length"
        assert "cut after 4 tokens" in err
        assert "--n allows more" in err
    _, out, err = run(*call[:4], "cat " * 252, "--n", "9", "--strategy", "beam", "--json")
    assert json.loads(out)["finish_reason"] == "length"
    assert "no room for more" in err
    call = ("generate", "--model", "transformer-zh-en", "--text", "汤姆是一只猫。", "--json")
    for more in ([], ["--strategy", "beam"]):
        _, out, err = run(*call, *more)
        assert json.loads(out)["finish_reason"] == "stop"
        assert err == ""


def test_a_translation_in_a_trace_that_is_cut_says_so(run, monkeypatch):
    from viz_core.generate import limits

    call = ("trace", "--model", "transformer-zh-en", "--text", "汤姆是一只猫。", "--json")
    whole = json.loads(run(*call)[1])
    assert whole["cut"] is False
    monkeypatch.setattr(limits, "LONGEST", 3)
    _, out, err = run(*call)
    found = json.loads(out)
    assert found["cut"] is True
    assert found["tokens"]["target"] == whole["tokens"]["target"][:4]
    assert "cut after 3 tokens" in err


def test_what_is_too_long_is_left_out_by_its_line_and_counted(run, tmp_path):
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text(f"Tom is a cat.\t汤姆是一只猫。\nLong.\t{'猫' * 300}\n", "utf-8")
    call = ("evaluate", "translation", "--model", "transformer-zh-en", "--pairs", str(pairs))
    status, out, err = run(*call, "--json")
    found = json.loads(out)
    assert status == 0
    assert (found["n"], found["n_left_out"]) == (1, 1)
    assert found["bleu"] == pytest.approx(100)
    assert "left out: pairs.tsv, line 2: The text has" in err
    pairs.write_text(f"Long.\t{'猫' * 300}\n", "utf-8")
    status, _, err = run(*call)
    assert status == 2
    assert "Every sentence is too long" in err
    prompts = tmp_path / "prompts.tsv"
    prompts.write_text(f"prompt\tword\n\n{'cat ' * 300}\tcat\nOnce upon a\ttime\n")
    call = ("evaluate", "recall", "--model", "decoder-stories", "--prompts", str(prompts))
    status, out, err = run(*call, "--json")
    assert json.loads(out) == {"accuracy": 1.0, "n": 1, "n_left_out": 1}
    assert "left out: prompts.tsv, line 3: The text has" in err


def test_a_byte_order_mark_changes_no_figure(run, tmp_path):
    text = "Once upon a time, there was a little girl named Lily. She loved to play."
    found = []
    for name, data in (("plain", text), ("marked", f"\ufeff{text}\r\n")):
        file = tmp_path / name
        file.write_bytes(data.encode())
        call = ("evaluate", "perplexity", "--model", "decoder-stories", "--text", str(file))
        found.append(json.loads(run(*call, "--json")[1]))
    assert found[0] == found[1]
    assert found[0]["bits_per_char"] < 1.1


def test_recall_of_a_file_does_not_depend_on_its_form(run, tmp_path):
    tom = "Tom is a cat. Tom's favorite food is"
    prompts = tmp_path / "prompts.tsv"
    for data in (
        f"{tom}\tfish\n",
        f"\ufeff{tom} \tfish\r\n\r\n",
        f"Prompt\tExpected next word\n{tom}\u3000\t fish \n",
    ):
        prompts.write_bytes(data.encode())
        call = ("evaluate", "recall", "--model", "decoder-stories", "--prompts", str(prompts))
        assert json.loads(run(*call, "--json")[1])["accuracy"] == 1.0


def test_a_text_too_short_to_hide_anything_is_refused(run, tmp_path):
    file = tmp_path / "short.txt"
    file.write_text("Hi")
    status, out, err = run(
        "evaluate", "perplexity", "--model", "encoder-stories", "--text", str(file)
    )
    assert (status, out) == (2, "")
    assert "The text is too short" in err


def test_bare_calls_show_the_help_as_it_is_laid_out(run):
    for call in ([], ["evaluate"]):
        status, out, err = run(*call)
        shown = out + err
        assert status == 2
        assert "Usage:" in shown
        assert shown.count("\n") > 8
        assert "attention-atlas:" not in shown


def program(*arguments, **more):
    return subprocess.run(
        [sys.executable, "-m", "viz_core", *arguments], capture_output=True, **more
    )


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_any_encoding_of_the_output_will_do(encoding):
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    call = ("trace", "--model", "transformer-zh-en", "--text", "我😀", "--want", "embed")
    done = program(*call, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"source: \\u6211 | ")
    done = program(*call, "--json", env=environment)
    assert json.loads(done.stdout.decode(encoding))["tokens"]["source"][0] == "我"
    done = program("trace", "--model", "我", "--text", "x", env=environment)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1


def test_an_interrupt_stops_it_cleanly(run, monkeypatch):
    from viz_core.recall import measure

    def interrupted(*_cell):
        raise KeyboardInterrupt

    monkeypatch.setattr(measure, "recall_cell", interrupted)
    found = run("evaluate", "recall", "--model", "decoder-stories")
    assert found == (130, "", "attention-atlas: stopped.\n")
