"""Speed, measured as ratios within one run: machines differ, ratios much less."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from viz_core import registry
from viz_core.analysis.flow import flow
from viz_core.generate import Settings, filtered, log_softmax
from viz_core.lessons.home.payload import flow_payload
from viz_core.runners.base import Prefix, Request, Runner
from viz_core.runners.local import LocalRunner
from viz_core.runners.writers import LocalWriter
from viz_core.trace import Record, Tokens
from viz_core.ui.payload import head_grid_numbers, head_grid_payload

WORDS = "the cat saw a dog and the dog saw a cat in the park "  # one token each
LENGTHS = (16, 32, 64, 128, 256)


# part of a figure's name -> whether a value is within the budget
BUDGETS: dict[str, Callable[[float], bool]] = {
    "traced / plain": lambda ratio: ratio <= 1.3,
    "bytes beyond one a cell": lambda size: size <= 4096,
    "bertviz / ours: time": lambda ratio: ratio >= 20,
    "bertviz / ours: bytes": lambda ratio: ratio >= 25,
    "all models": lambda ms: ms <= 150,
    "a new token at T=256 / T=32": lambda ratio: ratio <= 2,
    "ours / transformers: tokens per second": lambda ratio: ratio >= 1,
    "flow payload at T=32: bytes": lambda size: size <= 60_000,
}


def measure() -> dict[str, Any]:
    """Every figure that the speed budget names, and how a trace grows with the text."""
    import torch

    torch.set_num_threads(1)  # as the server runs
    return (
        recording_cost()
        | growth()
        | every_model()
        | decoding()
        | greedy_against_transformers()
        | payload_against_bertviz()
        | flow_payloads()
    )


def over_budget(found: dict[str, Any]) -> list[str]:
    """The names of the figures that miss their budget."""
    return [
        name
        for name, value in found.items()
        for part, holds in BUDGETS.items()
        if part in name and not holds(value)
    ]


def recording_cost(n_tokens: int = 64) -> dict[str, float]:
    """A traced forward pass by a plain one, every record kept; budget 1.3."""
    import torch

    from viz_core.hooks import recording

    found = {}
    for model_id in registry.model_ids():
        runner = registry.load(model_id)
        if not isinstance(runner, LocalRunner):
            continue
        encoded = runner.read(request_of(runner, n_tokens))

        def plain(runner: LocalRunner = runner, encoded: Any = encoded) -> None:
            with torch.inference_mode():
                runner.logits(encoded)

        def traced(runner: LocalRunner = runner, encoded: Any = encoded) -> None:
            from viz_core.runners.local import records_of

            with torch.inference_mode(), recording() as tape:
                runner.logits(encoded)
            records_of(tape)

        slow, fast = alternate(traced, plain)
        found[f"{model_id}: traced / plain forward, T={n_tokens}"] = slow / fast
        found[f"{model_id}: plain forward, T={n_tokens}, ms"] = fast * 1e3
    return found


def growth() -> dict[str, float]:
    """Milliseconds of a whole trace by the number of tokens."""
    found = {}
    for model_id in registry.model_ids():
        runner = registry.load(model_id)
        if isinstance(runner, LocalRunner):
            for n_tokens in LENGTHS:
                run = partial(runner.run, request_of(runner, n_tokens))
                seconds = min(timed(run) for _ in range(7))
                found[f"{model_id}: trace, T={n_tokens}, ms"] = seconds * 1e3
    return found


def every_model(n_tokens: int = 32) -> dict[str, float]:
    """Milliseconds from a typed text to the results of every model on the Compare page.

    Budget: 150 ms for all. A result is the trace, gradient x input of the guess, the guesses, the
    model's own view and the perplexity.
    """
    from viz_core.analysis.influence import grad_x_input, perplexity, rollout
    from viz_core.analysis.probabilities import distributions
    from viz_core.ui.readings import asked, foreseen

    def results(runner: Runner) -> None:
        kind = runner.card.traits
        trace = runner.run(asked(kind, text, ("gradient",)))
        distributions(trace), grad_x_input(trace)
        if kind.attends and not kind.translates:
            rollout(trace)
        if not kind.translates:
            perplexity(runner.run(foreseen(text)))

    runners = [registry.load(model_id) for model_id in registry.model_ids()]
    text = " ".join((WORDS * n_tokens).split()[: n_tokens - 4])  # [CLS] [MASK] . [SEP] besides
    rounds: list[list[float]] = []
    for _n in range(12):
        rounds.append([timed(partial(results, runner)) * 1e3 for runner in runners])
    shares = [statistics.median(times) for times in zip(*rounds[2:], strict=True)]
    found = {
        f"{runner.card.model_id}: its share, T={n_tokens}, ms": share
        for runner, share in zip(runners, shares, strict=True)
    }
    return found | {f"all models, T={n_tokens}, ms": statistics.median(map(sum, rounds[2:]))}


def decoding(short: int = 32, long: int = 256) -> dict[str, float]:
    """Milliseconds of a new token behind so many others, with what a model keeps of them.

    Budget: 256 tokens at most twice 32.
    """
    drawn = Settings("sample", 0.9, 40, 0.9)
    found = {}
    for model_id in registry.model_ids():
        runner = registry.load(model_id)
        if not isinstance(runner, LocalWriter):
            continue
        prefixes = []
        for n_tokens in (short, long):
            two = runner.card.traits.translates
            text = "我" if two else text_of(runner, n_tokens - 1)
            target = text_of(runner, n_tokens - 2) if two else ""
            prefix = runner.begin(text, target)
            tokens = [*runner.encode_text("the")] * (n_tokens - 1 - prefix.n_read)
            prefixes.append(prefix.read(*tokens) if tokens else prefix)

        def step(prefix: Prefix, token: int = runner.encode_text("the")[0]) -> None:
            new = prefix.read(token)
            log_softmax(new.logits)
            filtered(new.logits, drawn)

        fast, slow = alternate(partial(step, prefixes[0]), partial(step, prefixes[1]))
        found[f"{model_id}: a new token at T={short}, ms"] = fast * 1e3
        found[f"{model_id}: a new token at T={long} / T={short}"] = slow / fast
    return found


def greedy_against_transformers(n_tokens: int = 64) -> dict[str, Any]:
    """Greedy tokens per second beside transformers' `generate`: same weights, same tokens.

    Budget: at least as many.
    """
    import torch

    try:
        from transformers import GPT2LMHeadModel
    except ImportError:
        return {"transformers": "not installed: make bench installs it"}
    runner = registry.load("decoder-stories")
    assert isinstance(runner, LocalWriter)
    theirs = as_gpt2(runner, GPT2LMHeadModel)
    ids = runner.read(Request("Once upon a time, there was a little")).ids
    prompt = torch.tensor([ids])
    written: dict[str, list[int]] = {}

    def ours() -> None:
        prefix = runner.begin("Once upon a time, there was a little")
        tokens = []
        for _n in range(n_tokens):
            tokens.append(int(prefix.logits.argmax()))
            prefix = prefix.read(tokens[-1])
        written["ours"] = tokens

    def generate() -> None:
        with torch.inference_mode():
            out = theirs.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                max_new_tokens=n_tokens,
                do_sample=False,
                use_cache=True,
                eos_token_id=None,
                pad_token_id=0,
            )
        written["theirs"] = out[0, len(ids) :].tolist()

    slow, fast = alternate(generate, ours, rounds=8)
    if written["ours"] != written["theirs"]:
        raise AssertionError("the two wrote different texts, so their times can't be compared")
    return {
        "greedy tokens per second": n_tokens / fast,
        "ours / transformers: tokens per second": slow / fast,
    }


def as_gpt2(runner: LocalRunner, model: Any) -> Any:
    """A transformers GPT-2 with the weights of our decoder."""
    import torch
    from transformers import GPT2Config

    sizes, weights = runner.model.config.to_dict(), runner.model.state_dict()
    built = model(
        GPT2Config(
            n_layer=sizes["n_layer"],
            n_head=sizes["n_head"],
            n_embd=sizes["d_model"],
            n_inner=sizes["d_ff"],
            n_positions=sizes["n_ctx"] + 1,
            vocab_size=sizes["vocab_size"],
            bos_token_id=None,
            eos_token_id=None,
        )
    ).eval()
    body = built.transformer
    body.wte.weight.data.copy_(weights["embed.weight"])
    body.wpe.weight.data[:-1].copy_(weights["positions.weight"])
    for layer, block in enumerate(body.h):
        name = f"blocks.{layer}"
        for suffix in ("weight", "bias"):
            qkv = torch.cat([weights[f"{name}.self_attn.W_{part}.{suffix}"] for part in "qkv"])
            getattr(block.attn.c_attn, suffix).data.copy_(qkv.T if qkv.dim() == 2 else qkv)
            for ours, their in (
                ("norm_1", block.ln_1),
                ("norm_2", block.ln_2),
                ("self_attn.W_o", block.attn.c_proj),
                ("ffn.W_in", block.mlp.c_fc),
                ("ffn.W_out", block.mlp.c_proj),
            ):
                tensor = weights[f"{name}.{ours}.{suffix}"]
                getattr(their, suffix).data.copy_(tensor.T if tensor.dim() == 2 else tensor)
    for suffix in ("weight", "bias"):
        getattr(body.ln_f, suffix).data.copy_(weights[f"norm.{suffix}"])
    return built


def payload_against_bertviz(
    n_tokens: int = 64, n_layer: int = 12, n_head: int = 12
) -> dict[str, Any]:
    """The all-heads payload beside bertviz's model view of the same weights.

    Budget: at most T x T x heads + 4,096 bytes, 1/20 of bertviz's time, 1/25 of its bytes.
    """
    shape = (n_head, n_tokens, n_tokens)
    rng = np.random.default_rng(0)
    weights = [
        rng.dirichlet(np.ones(n_tokens), shape[:2]).astype(np.float32) for _ in range(n_layer)
    ]
    records = [
        Record(f"encoder.{n}.self_attn.weights", w, ("head", "query", "key"), {})
        for n, w in enumerate(weights)
    ]
    words = (WORDS * n_tokens).split()[:n_tokens]
    tokens = Tokens(tuple(words), tuple(range(n_tokens)), (False,) * n_tokens)
    labels = {"amounts": ["#000000"] * 8, "label": "", "name": "", "measures": [""] * 5}

    def make() -> bytes:
        return head_grid_payload(records, head_grid_numbers(records, tokens), (0, 0), labels)

    ours, size = min(timed(make) for _ in range(5)), len(make())
    cells = n_tokens * n_tokens * n_layer * n_head
    found: dict[str, Any] = {
        f"all heads, 144 x T={n_tokens}: bytes beyond one a cell": size - cells,
        f"all heads, 144 x T={n_tokens}: ms": ours * 1e3,
    }
    try:
        import torch
        from bertviz import model_view
    except ImportError:
        return found | {"bertviz": "not installed: make bench installs it"}
    attention = [torch.from_numpy(w.copy())[None] for w in weights]
    html: list[Any] = []
    theirs = min(
        timed(lambda: html.append(model_view(attention, words, html_action="return")))
        for _ in range(2)
    )
    their_size = len(html[-1].data.encode())
    return found | {
        "bertviz model view: ms": theirs * 1e3,
        "bertviz / ours: time": theirs / ours,
        "bertviz / ours: bytes": their_size / size,
    }


def flow_payloads(n_tokens: int = 32) -> dict[str, float]:
    """Bytes of the flow's numbers and words by length, and milliseconds to make them.

    Budget: 60,000 bytes at 32 tokens. The sentences of the page are not counted; they take some
    6,000 bytes whatever the text is.
    """
    found = {}
    for model_id in registry.model_ids():
        runner = registry.load(model_id)
        if not isinstance(runner, LocalRunner):
            continue
        for n in (n_tokens, 2 * n_tokens, 4 * n_tokens):
            request = replace(request_of(runner, n), everywhere=True)
            trace = runner.run(request)
            place = () if runner.card.traits.recurrent else (runner.card.n_layer - 1, 0)
            make = partial(
                lambda trace, place: flow_payload(flow(trace, *place), 0, {}), trace, place
            )
            found[f"{model_id}: flow payload at T={n}: bytes"] = float(len(make()))
            seconds = min(timed(make) for _ in range(5))
            found[f"{model_id}: flow payload at T={n}: ms"] = seconds * 1e3
    return found


def request_of(runner: LocalRunner, n_tokens: int) -> Request:
    """A request of exactly so many tokens; of a model with two texts, in each of them."""
    two = runner.card.traits.translates
    return Request(text_of(runner, n_tokens), text_of(runner, n_tokens) if two else None)


def text_of(runner: LocalRunner, n_tokens: int) -> str:
    """A text that the runner reads as exactly so many tokens, special ones counted."""
    form = len(runner.encode("cat").ids) - 1
    return " ".join((WORDS * n_tokens).split()[: n_tokens - form])


def timed(call: Callable[[], Any]) -> float:
    """Seconds of one call."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def alternate(
    one: Callable[[], Any], other: Callable[[], Any], rounds: int = 60
) -> tuple[float, float]:
    """Median seconds of two calls taken turn by turn, so that noise falls on both."""
    for _ in range(5):
        one(), other()
    pairs = [(timed(one), timed(other)) for _ in range(rounds)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)
