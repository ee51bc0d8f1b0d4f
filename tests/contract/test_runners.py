"""What every runner owes, whatever model is behind it."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import hub_models
import numpy as np
import pytest
import torch

from viz_core import Request, load
from viz_core.errors import InputError
from viz_core.generate import greedy
from viz_core.hooks import recording
from viz_core.kinds import KINDS
from viz_core.registry import model_ids, prove
from viz_core.runners.base import MEASURES
from viz_core.trace import AXES, from_bytes, to_bytes

TOM = "Tom is a cat. Tom's favorite food is fish."
TEXTS = [TOM, "a", "我正在吃饭", "<b>x</b> $y$ {{", "\n\t \x00.", "Tom is a [MASK]."]
# one tiny model of the hub for each way of computing, reading or being asked
HUB = ("gpt2", "neox", "qwen3", "mistral", "bert", "bert-bare", "roberta", "flan", "bart", "marian")


@pytest.fixture(params=[*model_ids(), *HUB])
def runner(request):
    return hub_models.runner(request.param) if request.param in HUB else load(request.param)


@pytest.fixture(params=[*model_ids(lambda kind: kind.speaks), *(n for n in HUB if "bare" not in n)])
def speaker(request):
    return hub_models.runner(request.param) if request.param in HUB else load(request.param)


def ask(runner, text, **more):
    """A request; of a random translator, which never ends what it writes, with the second text."""
    if runner.card.model_id in HUB and runner.card.traits.translates:
        more.setdefault("target", "Tom has 12")
    return Request(text, **more)


@pytest.mark.parametrize("text", TEXTS)
def test_records_line_up_with_their_tokens(runner, text):
    trace = runner.run(ask(runner, text))
    assert trace.kind in KINDS
    assert set(trace.records) == set(runner.record_names)
    for record in trace:
        assert set(record.axes) <= AXES
        assert not record.values.flags.writeable
        for axis, stream in record.streams.items():
            assert record.values.shape[record.axes.index(axis)] == len(trace.tokens[stream])


@pytest.mark.parametrize("text", TEXTS)
def test_every_row_of_attention_is_a_distribution(runner, text):
    for record in runner.run(ask(runner, text)).attentions:
        assert record.axes == ("head", "query", "key")
        assert record.values.min() >= 0
        np.testing.assert_allclose(record.values.sum(-1), 1, atol=1e-5)


def test_least_set_of_records(runner):
    card = runner.card
    names = set(runner.run(ask(runner, TOM)).records)
    assert {"embed", *(["logits"] if card.traits.speaks else [])} <= names
    for layer in range(card.n_layer):
        if card.traits.recurrent:
            gated, cell = ["gates"] if card.traits.gates else [], ["c"] if card.traits.cell else []
            parts = ["from_input", "from_state", "h", *gated, *cell]
            assert {f"{card.kind}.{layer}.{part}" for part in parts} <= names
            continue
        for n, stack in enumerate(card.traits.stacks):
            entrance = [name for name in names if name.startswith(f"{stack}." if n else "")]
            assert any("positions" in name.split(".") for name in entrance)
            parts = ["self_attn", "cross_attn"] if n else ["self_attn"]
            tensors = ["q", "k", "v", "scores", "weights", "mixed", "out"]
            assert {f"{stack}.{layer}.{p}.{tensor}" for p in parts for tensor in tensors} <= names
            rest = ["resid_pre", "resid_post", "ffn.act", "ffn.out"]
            rest += ["resid_mid"] if not card.design.parallel else []
            rest += ["resid_cross"] if n else []
            rest += ["norm_1.out", "norm_2.out"] if card.design.pre_norm else []
            assert {f"{stack}.{layer}.{part}" for part in rest} <= names


def test_the_decoder_sees_nothing_to_the_right(decoder):
    for record in decoder.run(Request(TOM)).attentions:
        assert np.triu(record.values, 1).max() == 0


def test_the_encoder_sees_both_ways(encoder):
    assert max(np.triu(r.values, 1).max() for r in encoder.run(Request(TOM)).attentions) > 0.1


def test_a_later_word_changes_the_encoders_view_and_not_the_decoders(encoder, decoder):
    for runner, last, changes in ((encoder, "encoder.3", True), (decoder, "decoder.3", False)):
        seen = [
            runner.run(Request(f"Tom is a {animal}"))[f"{last}.resid_post"].values[1]
            for animal in ("cat", "dog")
        ]
        assert (np.abs(seen[0] - seen[1]).max() > 1e-3) == changes


def test_it_proves_itself(runner):
    assert all(proof.holds for proof in prove(runner))


def test_a_broken_trace_is_refused(runner, monkeypatch):
    from viz_core.errors import ProofError

    monkeypatch.setattr(runner, "plain_logits", lambda request: np.float32(0))
    with pytest.raises(ProofError, match="recording leaves the logits"):
        prove(runner)


def test_bytes_round_trip(runner):
    trace = runner.run(ask(runner, "Tom is a cat [MASK]"))
    again = from_bytes(to_bytes(trace))
    assert again.tokens == trace.tokens
    assert again.top == trace.top
    assert again.design == trace.design
    for record in trace:
        np.testing.assert_array_equal(again[record.name].values, record.values)
        assert again[record.name].axes == record.axes
        assert again[record.name].streams == record.streams


def test_threads_do_not_hear_each_other(runner):
    texts = [f"Tom has {n} cats and {n * n} dogs" for n in range(12)]
    texts = texts[:6] if runner.card.model_id in HUB else texts  # theirs are slow to call
    alone = [runner.run(ask(runner, text)) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: runner.run(ask(runner, text)), texts * 5))
    for one, other in zip(alone * 5, together, strict=True):
        assert one.tokens == other.tokens
        for record in one:
            np.testing.assert_allclose(other[record.name].values, record.values, atol=1e-5)


def test_only_what_is_wanted_is_recorded(runner):
    pattern = ".h" if runner.card.traits.recurrent else ".weights"
    trace = runner.run(ask(runner, TOM, want=(f"*{pattern}",)))
    n_stacks = 3 if runner.card.traits.translates else 1
    assert len(trace.records) == n_stacks * runner.card.n_layer
    assert all(name.endswith(pattern) for name in trace.records)


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (Request(""), "empty"),
        (Request(" \n "), "empty"),
        (Request("cat " * 600), "reads at most (256|512). Shorten it by "),
        (Request("x" * 30_000), "30000 characters; at most 20000"),
        (Request("a\ud800"), "Character 2"),
        (Request("Tom", want=("nonsense.*",)), "This model has: "),
        (Request("Tom", measures=("nonsense",)), "There are: counterfactual, gradient"),
        (Request("cat " * 120, measures=("occlusion",)), "at most (96|256)"),
    ],
)
def test_bad_input_says_what_to_do(runner, request_, says):
    if runner.card.language == "zh" and not runner.card.traits.translates:
        request_ = replace(request_, text=request_.text.replace("cat ", "猫"))  # one token, too
    if runner.card.traits.translates and request_.target is None:
        request_ = replace(request_, target="Tom")
    if "occlusion" in request_.measures and not runner.card.traits.speaks:
        says = "no occlusion of what it says"
    with pytest.raises(InputError, match=says):
        runner.run(request_)


def test_a_second_text_is_for_models_that_read_two(runner):
    if runner.card.traits.translates:
        found = runner.run(Request("Tom", target="Tom")).tokens["target"]
        assert found.special[0]
        assert "".join(found.strings[found.special.index(False) :]) == "Tom"
        for target, says in (("cat " * 600, "at most (256|512)"), ("\ud800", "half")):
            with pytest.raises(InputError, match=says):
                runner.run(Request("Tom", target=target))
        assert Request("Tom", target=" ") == Request("Tom", target="")
    else:
        with pytest.raises(InputError, match="Leave the target out"):
            runner.run(Request("Tom", target="Tom"))


def test_without_a_target_a_translator_reads_what_it_writes_itself():
    runner = load("transformer-zh-en")
    trace = runner.run(Request("汤姆是一只猫。"))
    written = greedy(runner, runner.begin("汤姆是一只猫。"))
    assert trace.tokens["target"].ids[1:] == tuple(written)
    assert not any(trace.tokens["target"].special[1:])
    again = runner.run(Request("汤姆是一只猫。", target=runner.decode(written)))
    assert again.tokens == trace.tokens
    assert trace.top[0].token == "[EOS]"
    nothing = runner.run(Request("汤姆是一只猫。", target=""))
    assert nothing.tokens["target"].strings == ("[BOS]",)
    assert nothing.top[0].pos == 1


def test_cross_attention_counts_two_streams():
    trace = load("transformer-zh-en").run(Request("我正在吃饭。", target="I am eating."))
    cross = trace["decoder.0.cross_attn.weights"]
    assert dict(cross.streams) == {"query": "target", "key": "source"}
    assert cross.values.shape[1:] == (len(trace.tokens["target"]), len(trace.tokens["source"]))
    assert trace.tokens["source"].strings[:3] == ("我", "正在", "吃饭")
    own = trace["decoder.0.self_attn.weights"].values
    assert np.triu(own, 1).max() == 0


def test_probabilities_are_over_the_whole_vocabulary(speaker):
    runner = speaker
    trace = runner.run(ask(runner, "Tom is a [MASK]"))
    place = trace.top[0].pos
    row = trace.traits.guess_row(place)
    logits = trace["logits"].values[row].astype(np.float64)
    probs = np.exp(logits - logits.max())
    probs /= probs.sum()
    assert len(probs) == runner.card.vocab_size
    np.testing.assert_allclose([g.prob for g in trace.top], np.sort(probs)[::-1][:10], atol=1e-6)


def test_an_encoder_guesses_once_for_each_mask(encoder):
    trace = encoder.run(Request("[MASK] is a [MASK]."))
    places = [n for n, s in enumerate(trace.tokens["text"].strings) if s == "[MASK]"]
    assert [g.pos for g in trace.top] == [place for place in places for _ in range(10)]
    assert encoder.run(Request("Tom is a cat")).top == ()


ASKED = "Tom is a cat. Tom's favorite food is [MASK]."
ASKED_IN_CHINESE = "汤姆是一只猫。汤姆最喜欢的食物是[MASK]。"


def test_measures_are_records_of_their_own(speaker):
    runner = speaker
    trace = runner.run(ask(runner, ASKED, want=("embed", "logits"), measures=tuple(MEASURES)))
    n = len(trace.tokens[runner.stream])
    n_said = len(trace.tokens[runner.predicted_stream])
    single = {name for name in MEASURES.values() if "*" not in name}
    single |= {f"counterfactual.{part}" for part in ("drop", "weight", "token")}
    weights = {name for name in runner.record_names if name.endswith(".weights")}
    stack = trace.traits.stacks[-1] if trace.traits.stacks else ""
    entrances = rf"{stack}\.\d+\.resid_pre"
    slopes = {f"{n}.jacobian" for n in runner.record_names if re.fullmatch(entrances, n)}
    slopes |= {f"{n}.grad" for n in weights}
    assert trace.records.keys() == {"embed", "logits"} | single | slopes
    assert trace["embed.grad"].values.shape == trace["embed"].values.shape
    assert trace["embed.grad"].axes == trace["embed"].axes
    assert trace["occlusion.drop"].values.shape == (n,)
    assert trace["token.logprob"].values.shape == (n_said,)
    assert trace["dependence.grad_x_input"].values.shape == (n_said, n)
    plain = runner.run(ask(runner, ASKED, want=("logits",)))
    np.testing.assert_array_equal(trace["logits"].values, plain["logits"].values)


def test_a_model_without_a_head_says_so():
    runner = hub_models.runner("bert-bare")
    assert runner.run(Request(ASKED)).top == ()
    slopes = runner.run(Request(ASKED, want=(), measures=("jacobian",)))
    assert set(slopes.records) == {f"encoder.{n}.resid_pre.jacobian" for n in range(2)}
    with pytest.raises(InputError, match="has no head that says words, so there is no gradient"):
        runner.run(Request(ASKED, measures=("gradient",)))


@pytest.mark.parametrize("model", ["decoder-stories", "llama-stories", "encoder-stories"])
def test_a_jacobian_is_how_the_end_moves_with_an_entrance(model):
    """Moving what layer 1 reads at one word moves the sum of the end as its derivative says."""
    runner = load(model)
    trace = runner.run(Request(ASKED, measures=("jacobian",)))
    stack = trace.traits.stacks[-1]
    name, end = f"{stack}.1.resid_pre", f"{stack}.3.resid_post"
    mean = trace[f"{name}.jacobian"].values
    assert trace[f"{name}.jacobian"].axes == ("d_end", "d_model")
    n = len(trace.tokens[runner.stream])
    encoded = runner.read(Request(ASKED))
    column, step = 7, 1e-2

    def ends(sign, word):
        def move(x):
            x = x.clone()
            x[0, word, column] += sign * step
            return x

        with torch.inference_mode(), recording((end,), {name: move}) as tape:
            runner.hidden(torch.tensor([encoded.ids]), encoded)
        return tape.records[end][1][0].sum(0).numpy()

    slopes = [(ends(1, word) - ends(-1, word)) / (2 * step) for word in range(n)]
    np.testing.assert_allclose(np.mean(slopes, 0), mean[:, column], atol=2e-2)


def test_the_gradient_is_the_slope_of_the_guess(speaker):
    """Moving one embedding a little along its gradient moves log p by the gradient's square."""
    runner = speaker
    text = ASKED_IN_CHINESE if runner.card.language == "zh" else ASKED
    asked = ask(runner, text, want=("embed", "logits"), measures=("gradient",))
    trace = runner.run(asked)
    row = trace.traits.guess_row(trace.top[0].pos)
    gradient = torch.from_numpy(trace["embed.grad"].values.copy())
    word = int(gradient.norm(dim=-1).argmax())
    encoded = runner.read(asked)
    step = 1e-2 * gradient[word] / gradient[word].norm()

    def log_p(sign):
        def move(x):
            x = x.clone()
            x[0, word] += sign * step
            return x

        with torch.inference_mode(), recording((), {"embed": move}):
            logits = runner.logits(encoded)[row].double()
        return logits.log_softmax(-1)[trace["logits"].values[row].argmax()].item()

    slope = (log_p(1) - log_p(-1)) / 2e-2
    assert slope == pytest.approx(gradient[word].norm().item(), rel=2e-2)


def test_occlusion_is_a_pass_with_one_embedding_replaced(speaker):
    runner = speaker
    asked = ask(runner, ASKED, want=("logits",), measures=("occlusion",))
    trace = runner.run(asked)
    row = trace.traits.guess_row(trace.top[0].pos)
    token = trace["logits"].values[row].argmax()
    mean, encoded = runner.mean_embedding, runner.read(asked)
    for word in (1, 4, 8):

        def replace(x, word=word):
            x = x.clone()
            x[0, word] = mean
            return x

        with torch.inference_mode(), recording((), {"embed": replace}):
            probs = runner.logits(encoded)[row].double().softmax(-1)
        drop = trace.top[0].prob - probs[token].item()
        assert trace["occlusion.drop"].values[word] == pytest.approx(drop, abs=1e-5)


def test_counterfactual_is_a_pass_with_one_word_replaced(speaker):
    """Against passes of their own over the text with another word in it."""
    runner = speaker
    asked = ask(runner, ASKED, want=("logits",), measures=("counterfactual",))
    trace = runner.run(asked)
    place = trace.top[0].pos
    row = trace.traits.guess_row(place)
    token = trace["logits"].values[row].argmax()
    drops, weights, ids = (
        trace[f"counterfactual.{part}"].values for part in ("drop", "weight", "token")
    )
    special = np.array(trace.tokens[runner.stream].special)
    assert np.isnan(drops[special]).all()
    assert (ids[special] == -1).all()
    np.testing.assert_allclose(weights[~np.isnan(drops).all(-1)].sum(-1), 1, rtol=1e-5)
    encoded = runner.read(asked)
    for word, nth in ((1, 0), (4, 3), (8, 7)):
        changed = list(encoded.ids)
        if ids[word, nth] < 0:  # few tokens of a small vocabulary are of the word's own script
            continue
        assert ids[word, nth] != changed[word]
        changed[word] = int(ids[word, nth])
        with torch.inference_mode():
            state = runner.hidden(torch.tensor([changed]), encoded)[0, row]
            probs = runner.model.score(state).double().softmax(-1)
        drop = trace.top[0].prob - probs[token].item()
        assert drops[word, nth] == pytest.approx(drop, abs=1e-5)


def test_likelihood_never_sees_what_it_foresees(speaker):
    runner = speaker
    asked = ask(runner, "Tom is a cat.", want=("logits",), measures=("likelihood",))
    trace = runner.run(asked)
    found = trace["token.logprob"].values
    said = trace.tokens[runner.predicted_stream]
    special = np.array(said.special)
    foreseen = ~special
    foreseen[0] = False  # nothing stands before it, whoever put it there
    assert np.isnan(found[0])
    assert (found[foreseen] < 0).all()
    ids = said.ids
    if trace.traits.fills:
        assert np.isnan(found[special]).all()
        masked = runner.run(Request("Tom is a [MASK].", want=("logits",)))
        row = masked["logits"].values[masked.top[0].pos]
        word = masked.top[0].pos
    else:
        word = 3
        row = trace["logits"].values[word - 1]
    expected = torch.from_numpy(row.copy()).log_softmax(-1)[ids[word]].item()
    assert found[word] == pytest.approx(expected, abs=1e-4)


def test_no_causal_guess_depends_on_what_is_still_to_come(speaker):
    if speaker.card.traits.translates:
        return
    trace = speaker.run(Request(ASKED, want=("embed",), measures=("dependence",)))
    found = trace["dependence.grad_x_input"].values
    ahead = np.abs(np.triu(found, 1)).max()
    assert ahead > 0 if trace.traits.fills else ahead == 0


@pytest.mark.parametrize("model", ["rnn-stories", "lstm-stories", "decoder-stories"])
def test_the_last_row_of_dependence_is_gradient_times_input(model):
    runner = load(model)
    trace = runner.run(Request(TOM, want=("embed",), measures=("dependence", "gradient")))
    last = (trace["embed"].values * trace["embed.grad"].values).sum(-1)
    np.testing.assert_allclose(trace["dependence.grad_x_input"].values[-1], last, atol=1e-4)


def test_it_can_guess_everywhere(speaker):
    trace = speaker.run(ask(speaker, TOM, want=("logits",), everywhere=True))
    places = list(dict.fromkeys(guess.pos for guess in trace.top))
    n = len(trace.tokens[speaker.predicted_stream])
    assert places == list(range(1, n - 1) if trace.traits.fills else range(1, n + 1))


def test_an_untrained_twin_differs_in_nothing_but_its_weights(runner):
    name = runner.card.model_id
    ours = name not in HUB
    twin = load(name, trained=False) if ours else hub_models.runner(name, trained=False)
    assert twin.record_names == runner.record_names
    target = "Tom" if runner.card.traits.translates else None
    one, other = runner.run(Request(TOM, target)), twin.run(Request(TOM, target))
    assert one.tokens == other.tokens
    said = "logits" if "logits" in one else "encoder.1.resid_post"
    assert np.abs(one[said].values - other[said].values).max() > 0.1
    assert (load(name) if ours else hub_models.runner(name)) is runner


def test_a_guess_is_needed_to_explain_one(encoder):
    with pytest.raises(InputError, match="Put \\[MASK\\] in it"):
        encoder.run(Request("Tom is a cat", measures=("gradient",)))
