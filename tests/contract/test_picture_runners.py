"""What models that see owe, as those that read: their traces, their proofs, their errors."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from viz_core import Request, load
from viz_core.errors import InputError
from viz_core.generate import Writing
from viz_core.hooks import recording
from viz_core.kinds import KINDS
from viz_core.pictures import digits, write_picture
from viz_core.registry import card, model_ids, prove, readers_of_text
from viz_core.runners.base import MEASURES, Writer
from viz_core.trace import AXES, from_bytes, to_bytes

NAMER, TALKER = "vit-digits", "decoder-digits"
PICTURES = [write_picture(picture) for picture in digits("test").pictures[:12]]


@pytest.fixture(params=[NAMER, TALKER])
def runner(request):
    return load(request.param)


def asked(runner, picture=PICTURES[0]):
    return f"{picture} is it even ?" if isinstance(runner, Writer) else picture


def test_they_are_of_one_page():
    assert model_ids(lesson="pictures") == (NAMER, TALKER)
    assert not {NAMER, TALKER} & {*model_ids(), *readers_of_text()}


def test_records_line_up_with_their_patches(runner):
    trace = runner.run(Request(asked(runner)))
    assert trace.kind in KINDS
    assert set(trace.records) == set(runner.record_names)
    tokens = trace.tokens["text"]
    assert all(string in "░▘▝▀▖▌▞▛▗▚▐▜▄▙▟█" for string in tokens.strings[1:17])
    for record in trace:
        assert set(record.axes) <= AXES
        for axis, stream in record.streams.items():
            assert record.values.shape[record.axes.index(axis)] == len(trace.tokens[stream])
    for record in trace.attentions:
        np.testing.assert_allclose(record.values.sum(-1), 1, atol=1e-5)
    stack = trace.traits.stacks[0]
    names = [f"{stack}.0.{part}" for part in ("self_attn.weights", "norm_1.out", "ffn.act")]
    assert {"embed", "positions", "logits", *names} <= set(trace.records)


def test_it_proves_itself(runner):
    assert all(proof.holds for proof in prove(runner))


def test_bytes_round_trip(runner):
    trace = runner.run(Request(asked(runner)))
    assert from_bytes(to_bytes(trace)) == trace


def test_threads_do_not_hear_each_other(runner):
    texts = [asked(runner, picture) for picture in PICTURES]
    alone = [runner.run(Request(text)) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: runner.run(Request(text)), texts))
    for one, other in zip(alone, together, strict=True):
        assert one.tokens == other.tokens
        np.testing.assert_allclose(other["logits"].values, one["logits"].values, atol=1e-5)


def test_probabilities_are_over_all_that_it_can_say(runner):
    trace = runner.run(Request(asked(runner)))
    row = trace["logits"].values[trace.traits.guess_row(trace.top[0].pos)].astype(np.float64)
    probs = np.exp(row - row.max()) / np.exp(row - row.max()).sum()
    assert len(probs) == runner.card.vocab_size
    np.testing.assert_allclose([g.prob for g in trace.top], np.sort(probs)[::-1][:10], atol=1e-6)


def test_measures_are_records_of_their_own(runner):
    trace = runner.run(Request(asked(runner), want=("embed",), measures=tuple(MEASURES)))
    n = len(trace.tokens["text"])
    assert trace["occlusion.drop"].values.shape == (n,)
    assert trace["embed.grad"].values.shape == trace["embed"].values.shape
    assert trace["dependence.grad_x_input"].values.shape == (n, n)
    likely = trace["token.logprob"].values
    assert np.isnan(likely[:17]).all()  # no patch is foreseen
    assert np.isfinite(likely[17:]).all()


def test_occlusion_is_a_pass_with_one_patch_blank():
    """Blank paper in a patch's place is what a picture without that patch is."""
    runner = load(NAMER)
    trace = runner.run(Request(PICTURES[0], want=("logits",), measures=("occlusion",)))
    numbers = digits("test").pictures[0].copy()
    numbers[2:4, 4:6] = 0  # patch 7 of 1 to 16
    token = trace["logits"].values[0].argmax()
    probs = torch.from_numpy(runner.plain_logits(Request(write_picture(numbers)))[0]).softmax(-1)
    drop = trace.top[0].prob - probs[token].item()
    assert trace["occlusion.drop"].values[7] == pytest.approx(drop, abs=1e-5)
    tried = runner.run(Request(PICTURES[0], want=("logits",), measures=("counterfactual",)))
    assert tried["counterfactual.drop"].values[7, 0] == pytest.approx(drop, abs=1e-5)


def test_a_tape_of_one_pass_is_not_the_models(runner):
    with recording(("*.weights",)) as tape:
        runner.plain_logits(Request(asked(runner)))
    assert len(tape.records) == runner.card.n_layer


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0" * 64, "The grid is empty"),
        ("Tom is a cat.", "This is no picture"),
        ("h" * 64, "This is no picture"),
        (PICTURES[0] * 2, "A picture is 64 characters"),
        ("", "empty"),
        ("<b>x</b>", "This is no picture"),
    ],
)
def test_bad_pictures_say_what_to_do(runner, text, says):
    with pytest.raises(InputError, match=says):
        runner.run(Request(text))


def test_bad_questions_say_what_it_knows():
    talker = load(TALKER)
    with pytest.raises(InputError, match=r"does not know the word “elephant”.*nine.*yes"):
        talker.run(Request(f"{PICTURES[0]} is it an elephant"))
    with pytest.raises(InputError, match="at most 32"):
        talker.run(Request(f"{PICTURES[0]} {'is ' * 40}"))
    with pytest.raises(InputError, match=r"the word “\["):
        talker.run(Request(f"{PICTURES[0]} [PAD]"))


def test_they_are_as_good_as_their_cards_say():
    """On the unseen digits: every third of them, to be quick."""
    unseen, namer, talker = digits("test"), load(NAMER), load(TALKER)
    some = range(0, len(unseen), 3)
    pictures = [write_picture(unseen.pictures[n]) for n in some]
    found = [namer.run(Request(p, want=("logits",))).top[0].token for p in pictures]
    right = np.mean([one == str(unseen.names[n]) for one, n in zip(found, some, strict=True)])
    assert card(NAMER).metrics["naming"]["accuracy"] >= 0.95
    assert right == pytest.approx(card(NAMER).metrics["naming"]["accuracy"], abs=0.04)
    said = [talker.decode([s.token for s in Writing(talker, p).steps(8)]) for p in pictures[:40]]
    names = "zero one two three four five six seven eight nine".split()
    articles = ["an" if name == "eight" else "a" for name in names]
    digits_of = [unseen.names[n] for n in some]
    wanted = [f"this is {articles[digit]} {names[digit]}." for digit in digits_of]
    right = np.mean([one == due for one, due in zip(said, wanted, strict=False)])
    assert card(TALKER).metrics["naming"]["accuracy"] >= 0.9
    assert card(TALKER).metrics["answers"]["is it even"]["accuracy"] >= 0.9
    assert right == pytest.approx(card(TALKER).metrics["naming"]["accuracy"], abs=0.1)
