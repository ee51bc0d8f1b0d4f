"""Runs of the workshop: what they learn from, how they are trained, and the queue for workers."""

import io
import os
import random
import signal
import time
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import torch

import viz_core
from viz_core import guests, registry
from viz_core.errors import InputError
from viz_core.figures.training import RunCurve, run_curves
from viz_core.hooks import HookPoint, recording
from viz_core.models.bare import BareDecoder
from viz_core.models.config import BareConfig, DecoderConfig
from viz_core.models.decoder import Decoder
from viz_core.runners.base import Request
from viz_core.workshop import hall as hall_module
from viz_core.workshop.entry import model_id
from viz_core.workshop.folder import zipped
from viz_core.workshop.frames import Frame, read_frame, write_frame
from viz_core.workshop.hall import EXAMPLE, HALL, N_OWN, Hall
from viz_core.workshop.prefix import matching
from viz_core.workshop.setup import Job, Setup, check_text
from viz_core.workshop.sources import copying, pieces, reading, source_of
from viz_core.workshop.told import marks, points
from viz_core.workshop.trainer import Trainer

SMALL = Setup(n_layer=1, n_head=2, width=16, n_steps=6)
POEM = "The rose is red, the violet's blue, the honey's sweet, and so are you. " * 4


def told_by(trainer, stopped=lambda: False):
    told = []
    trainer.train(told.append, stopped)
    return told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"width": 63}, "Give a width that 4 divides, such as 64"),
        ({"width": 20, "positions": "rotary"}, "Give a width of 16, or other positions"),
        ({"width": 1000}, "width is 1000; it takes 8 to 192"),
        ({"rate": 0.0}, "above 0, up to 10"),
        ({"rate": float("nan")}, "above 0, up to 10"),
        ({"kind": "mamba"}, "it takes one of: decoder"),
        ({"n_steps": 10**6}, "it takes 1 to 4000"),
    ],
)
def test_what_cannot_be_trained_is_said_in_a_sentence(change, said):
    with pytest.raises(InputError, match=said):
        Setup(**change)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no text to learn from"),
        (" \n ", "no text to learn from"),
        ("rose", "has 1 words, too few"),
        ("a " * 5_000_000, "has 10,000,000 characters"),
        ("\x00\x01PNG\ufffd" * 50, "This is no text"),
        ("abc", "Give at least 20"),
    ],
)
def test_a_corpus_that_cannot_be_learned_from_is_said_in_a_sentence(text, said):
    with pytest.raises(InputError, match=said):
        check_text(text)


def test_letters_that_are_told_to_follow_do_follow():
    rng = random.Random(0)
    for _n in range(200):
        row, follows = pieces(rng, range(26), 30)
        seen = set()
        for before, (letter, asked) in zip(
            [None, *row], zip(row, follows, strict=True), strict=False
        ):
            if asked:  # it stood behind the same letter before
                assert (before, letter) in seen
            seen.add((before, letter))
    assert 0.2 < sum(follows) / len(follows) < 0.9


@pytest.mark.parametrize("corpus", ["stories", "copying", "recall", "chinese", "poem"])
def test_each_corpus_gives_rows_that_a_seed_decides(corpus):
    source = source_of(Setup(corpus=corpus))
    first, again = (source.draw(random.Random(3)) for _n in range(2))
    assert first == again
    assert any(first != source.draw(random.Random(n)) for n in range(4, 9))
    assert len(first.ids) == len(first.weights) > 3
    assert max(first.ids) < source.tokenizer.vocab_size
    assert source.unseen
    assert source.language == ("zh" if corpus == "chinese" else "en")


def test_the_end_of_a_text_is_unseen():
    words = " ".join(f"word{n}" for n in range(400))
    source = reading(words)
    rng = random.Random(0)
    trained = {tuple(source.draw(rng).ids[-8:]) for _n in range(300)}
    unseen = [row.ids[n : n + 8] for row in source.unseen for n in range(len(row.ids) - 8)]
    assert unseen
    assert not trained & {tuple(part) for part in unseen}


class Matching(torch.nn.Module):
    """Looks at what followed the same token before, and nowhere else if it can."""

    def __init__(self):
        super().__init__()
        self.hook = HookPoint("decoder.0.self_attn.weights", "head query:text key:text")

    def forward(self, ids):
        same = (ids[:, :, None] == ids[:, None]).tril(-1).float()
        follows = torch.zeros_like(same)
        follows[:, :, 1:] = same[:, :, :-1]
        uniform = torch.ones_like(same).tril()
        weights = torch.stack([uniform / uniform.sum(-1, keepdim=True), follows], 1)
        total = weights.sum(-1, keepdim=True)
        return self.hook(weights / total.clamp(min=1e-9))


def test_a_head_that_matches_prefixes_scores_one_and_is_named():
    found = matching(Matching(), copying())
    assert found.head == 1
    assert found.score == pytest.approx(1)


SIZES = {"n_layer": 2, "n_ctx": 12, "vocab_size": 30, "n_head": 2, "d_model": 8, "d_ff": 16}
IDS = torch.tensor([[3, 5, 7, 9]])


def bare(without):
    torch.manual_seed(0)
    return BareDecoder(BareConfig(**SIZES, without=without)).eval()


def test_a_decoder_that_lacks_nothing_is_the_decoder():
    torch.manual_seed(0)
    whole = Decoder(DecoderConfig(**SIZES)).eval()
    assert torch.equal(bare("")(IDS), whole(IDS))


def test_without_residual_connections_a_part_hands_on_what_it_made_and_no_more():
    with recording() as tape:
        bare("residual")(IDS)
    for part, level in (("self_attn.out", "resid_mid"), ("ffn.out", "resid_post")):
        made, handed = (tape.records[f"decoder.1.{name}"][1] for name in (part, level))
        assert torch.equal(made, handed)


def test_without_norms_parts_read_the_stream_itself():
    with recording() as tape:
        bare("norm")(IDS)
    level, read = (tape.records[f"decoder.0.{n}"][1] for n in ("resid_pre", "norm_1.out"))
    assert torch.equal(level, read)


def test_without_the_mask_the_first_word_sees_the_last():
    changed = torch.tensor([[3, 5, 7, 11]])
    assert not torch.allclose(bare("mask")(IDS)[0, 0], bare("mask")(changed)[0, 0])
    assert torch.equal(bare("")(IDS)[0, 0], bare("")(changed)[0, 0])


@pytest.mark.parametrize("kind", ["decoder", "llama", "encoder", "rnn", "lstm", "gru"])
def test_a_run_in_two_parts_gives_the_numbers_of_an_unbroken_one(kind):
    setup = replace(SMALL, kind=kind, corpus="recall")
    whole = told_by(Trainer(Job(setup)))
    asked = iter([False, False, False, True])
    first = told_by(Trainer(Job(setup)), lambda: next(asked))
    assert first[-1].point.step == 3
    second = told_by(Trainer(Job(setup, state=first[-1].state)))
    assert second[-1].point.unseen == whole[-1].point.unseen
    assert second[-1].weights == whole[-1].weights
    assert len(whole[-1].point.norms) == setup.n_layer


def test_training_makes_the_loss_fall():
    told = told_by(Trainer(Job(replace(SMALL, n_steps=30, rate=0.01, corpus="poem"))))
    assert told[-1].point.loss < told[0].point.unseen - 2
    assert told[0].point.loss is None


def test_a_loss_that_is_no_number_ends_the_run_with_a_sentence():
    setup = replace(SMALL, rate=10.0, norm=False, n_layer=4, n_steps=60)
    with pytest.raises(InputError, match="the loss is no number any more"):
        told_by(Trainer(Job(setup)))


def test_a_model_that_is_too_large_is_refused_with_its_number():
    with pytest.raises(InputError, match=r"would have [\d,]+ parameters; here it takes at most"):
        Trainer(Job(Setup(n_layer=12, width=192)))


def test_snapshots_are_few_and_points_are_many():
    for n_steps in (1, 2, 50, 4000):
        assert max(marks(n_steps)) == max(points(n_steps)) == n_steps
        assert len(marks(n_steps)) <= 16
        assert len(points(n_steps)) <= 150


def test_a_message_that_breaks_off_is_none():
    pipe = io.BytesIO()
    write_frame(pipe, Frame({"is": "told"}, (b"weights", b"")))
    data = pipe.getvalue()
    assert read_frame(io.BytesIO(data)) == Frame({"is": "told"}, (b"weights", b""))
    for n in range(len(data)):
        assert read_frame(io.BytesIO(data[:n])) is None
    with pytest.raises(ValueError, match="it may have"):
        read_frame(io.BytesIO((1 << 40).to_bytes(8, "little") + data))


class Told:
    """A worker that does nothing until the test says so."""

    def __init__(self, job, language, ears):
        self.job, self.ears, self.killed = job, ears, False

    def stop(self):
        self.ears.over("stopped")

    def kill(self):
        self.killed = True


@pytest.fixture
def a_hall(monkeypatch):
    monkeypatch.setattr(hall_module, "Helper", Told)
    return Hall()


def started(hall, *owners):
    return [hall.start(owner, f"{owner} {n}", SMALL) for n, owner in enumerate(owners)]


def finish(hall, run_id, how="done", why=""):
    hall._works[run_id].helper.ears.over(how, why)


def test_visitors_take_turns(a_hall):
    ids = started(a_hall, "ann", "ann", "ann", "ann", "bob", "eve")
    assert [a_hall.get(i).status for i in ids[:2]] == ["working", "working"]
    assert [a_hall.get(i).place for i in ids[2:]] == [3, 4, 1, 2]
    finish(a_hall, ids[0])
    assert a_hall.get(ids[4]).status == "working"
    finish(a_hall, ids[1])
    assert a_hall.get(ids[5]).status == "working"
    assert [a_hall.get(i).place for i in ids[2:4]] == [1, 2]


def test_a_pause_frees_the_worker_and_a_resumed_run_waits_again(a_hall):
    first, second, third = started(a_hall, "ann", "bob", "eve")
    ears = a_hall._works[first].helper.ears
    point = {
        "step": 3, "tokens": 9, "loss": 1.0, "unseen": 1.0, "right": 0.0, "norms": [1.0],
        "match": [0.5, 0, 1],
    }  # fmt: skip
    ears.told(dict(point), b"weights", b"state")
    ears.told({**point, "step": 5}, b"", b"")
    a_hall.pause(first)
    assert a_hall.get(first).status == "paused"
    assert a_hall.get(third).status == "working"
    a_hall.resume(first)
    assert a_hall.get(first).status == "waiting"
    assert [p.step for p in a_hall.get(first).points] == [3]  # it goes on from what was kept
    finish(a_hall, second)
    assert a_hall._works[first].helper.job.state == b"state"
    a_hall.remove(first)
    assert a_hall.get(first) is None


def test_a_worker_that_was_killed_is_told_and_its_run_can_go_on(a_hall):
    (run,) = started(a_hall, "ann")
    finish(a_hall, run, "broken", "-9")
    assert (a_hall.get(run).status, a_hall.get(run).why) == ("broken", "-9")
    a_hall.resume(run)
    assert a_hall.get(run).status == "working"


def test_a_visitor_has_so_many_runs_and_the_workshop_so_many_bytes(a_hall, monkeypatch):
    monkeypatch.setattr(hall_module, "MOST_BYTES", 100)
    ids = started(a_hall, *["ann"] * N_OWN)
    with pytest.raises(InputError, match="Remove one first"):
        a_hall.start("ann", "one more", SMALL)
    gone = []
    a_hall.forget = gone.append
    for run in ids[:2]:
        a_hall._works[run].snapshots[1] = b"x" * 70
    finish(a_hall, ids[0])
    a_hall.get(ids[1])
    finish(a_hall, ids[1])
    assert gone == [ids[0]]  # nobody looked at it for longest
    assert a_hall.get(ids[1]) is not None


def test_the_example_is_shared_and_made_anew_if_it_had_to_go(a_hall):
    first = a_hall.example(SMALL)
    assert a_hall.example(SMALL).id == first.id
    assert a_hall.owns(EXAMPLE, first.id)
    a_hall.remove(first.id)
    assert a_hall.example(SMALL).id != first.id


def until(run_id, status, seconds=120):
    last = time.monotonic() + seconds
    while HALL.get(run_id).status != status:
        assert time.monotonic() < last, HALL.get(run_id)
        time.sleep(0.05)
    return HALL.get(run_id)


@pytest.fixture
def the_hall():
    yield HALL
    HALL.close()


def test_a_killed_worker_goes_on_and_its_model_is_one_like_others(the_hall, tmp_path):
    run_id = the_hall.start("ann", "letters", replace(SMALL, n_steps=40))
    last = time.monotonic() + 120
    while the_hall.get(run_id).state_step < 2 and time.monotonic() < last:
        time.sleep(0.02)
    os.kill(the_hall._works[run_id].helper.pid, signal.SIGKILL)
    assert until(run_id, "broken").why == "-9"
    the_hall.resume(run_id)
    run = until(run_id, "done")
    assert [p.step for p in run.points] == sorted({p.step for p in run.points})
    whole = told_by(Trainer(Job(run.setup)))
    assert run.points[-1].unseen == whole[-1].point.unseen

    model = model_id(run, 40)
    assert model not in registry.model_ids()
    guests.hold((model,))
    assert model in registry.model_ids(lambda kind: kind.attends)
    request = Request("a b c a b")
    trace = registry.load(model).run(request)
    guests.hold(())

    with zipfile.ZipFile(io.BytesIO(zipped(run, 40))) as file:
        file.extractall(tmp_path)
    home = viz_core.load(tmp_path / model).run(request)
    np.testing.assert_array_equal(trace["logits"].values, home["logits"].values)
    assert registry.offer(tmp_path / model, "mine") == {}
    try:
        again = registry.load("mine").run(request)
        np.testing.assert_array_equal(trace["logits"].values, again["logits"].values)
    finally:
        del registry.MODELS["mine"]
        registry.forget("mine")

    the_hall.remove(run_id)
    assert registry.MODELS.get(model) is None
    assert not registry.is_loaded(model)


def test_a_folder_with_foreign_names_is_refused(tmp_path, the_hall):
    told = told_by(Trainer(Job(SMALL)))
    assert told[-1].weights
    folder = tmp_path / "strange"
    folder.mkdir()
    files = {"model.safetensors": told[-1].weights, "tokenizer.json": b"{}"}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    made = {"architecture": "os.system", "tokenizer": "os.path", "language": "en", "title": "x"}
    config = viz_core.registry.checkpoints.sealed_config({}, files, made)
    (folder / "config.json").write_text(config)
    with pytest.raises(viz_core.errors.VizError, match="takes one of"):
        viz_core.load(folder)


def test_a_curve_is_what_was_told():
    curves = [
        RunCurve("one", 0, [0, 5, 9], [5.0, 2.0, 1.0], [5, 9], [2.5, 1.5]),
        RunCurve("<b>two</b>", 1, [0, 5], [5.5, 0.0]),
    ]
    figure = run_curves(curves, y_name="loss", at=5, note="a note")
    one, beside, two = figure.data
    assert (list(one.x), list(one.y)) == ([0, 5, 9], [5.0, 2.0, 1.0])
    assert (list(beside.x), list(beside.y)) == ([5, 9], [2.5, 1.5])
    assert (list(two.y), two.name) == ([5.5, 0.0], "&lt;b&gt;two&lt;/b&gt;")
    assert figure.layout.showlegend
    assert figure.layout.shapes[0].x0 == 5
    logs = run_curves(curves, log=True).layout.yaxis.range
    assert logs[0] < 0 < logs[1]
    assert (
        run_curves([RunCurve("none", 0, [], [])], empty="Nothing yet.")
        .layout.annotations[0]
        .text.startswith("Nothing yet.")
    )
