"""Models of the hub's form as large as people use: 12 x 12 and 30 x 9 heads, random weights.

They are made here, in a folder that is gone afterwards: speed does not depend on what is known.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from viz_core.bench.timing import WORDS, alternate, request_of
from viz_core.runners.base import Request
from viz_core.runners.local import LocalRunner

END = "<|endoftext|>"
N_TOKENS = 64
ROUNDS = 16


@dataclass(frozen=True)
class Shape:
    """How a model is made.

    Attributes:
        model, config: classes of transformers.
        sizes: keys of the config.
    """

    model: str
    config: str
    sizes: dict[str, Any]


def gpt2(n_layer: int = 12, n_head: int = 12, d_head: int = 64) -> Shape:
    """A GPT-2, by default of 12 x 12 heads and 768 numbers a token (Radford et al. 2019)."""
    sizes = {"n_layer": n_layer, "n_head": n_head, "n_embd": n_head * d_head, "n_positions": 512}
    return Shape("GPT2LMHeadModel", "GPT2Config", sizes)


def llama(n_layer: int = 30, n_head: int = 9, d_head: int = 64) -> Shape:
    """A Llama, by default as wide and deep as SmolLM2-135M: 30 x 9 heads on 3 keys."""
    width = n_head * d_head
    sizes = {
        "num_hidden_layers": n_layer,
        "num_attention_heads": n_head,
        "num_key_value_heads": n_head // 3,
        "hidden_size": width,
        "intermediate_size": width * 8 // 3,
        "max_position_embeddings": 512,
        "tie_word_embeddings": True,
    }
    return Shape("LlamaForCausalLM", "LlamaConfig", sizes)


SHAPES: dict[str, Callable[[], Shape]] = {"12 x 12 heads": gpt2, "30 x 9 heads": llama}


def make(shape: Shape, folder: Path) -> Path:
    """Save a random model of a shape as the hub has them, and give its folder.

    Each of `WORDS` is one token of its tokenizer.
    """
    import transformers

    tokenizer = _tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"eos_token": END}))
    end = tokenizer.token_to_id(END)
    known = {"vocab_size": tokenizer.get_vocab_size(), "bos_token_id": end, "eos_token_id": end}
    torch.manual_seed(0)
    config = getattr(transformers, shape.config)(**known, **shape.sizes)
    getattr(transformers, shape.model)(config).save_pretrained(folder)
    return folder


def trace_against_transformers(n_tokens: int = N_TOKENS, rounds: int = ROUNDS) -> dict[str, Any]:
    """A whole trace by the same model's eager forward with attentions in transformers.

    Budget: 1.3. Both give the weights of all heads; the trace has every other record besides, and
    the likeliest tokens. Beside it: a trace of the weights alone, and of one layer's.
    """
    try:
        import transformers
    except ImportError:
        return {"transformers": "not installed: make bench installs it"}
    figures: dict[str, Any] = {}
    for name, shape in SHAPES.items():
        with TemporaryDirectory() as scratch:
            folder = make(shape(), Path(scratch))
            theirs = getattr(transformers, shape().model).from_pretrained(
                folder, attn_implementation="eager"
            )
            figures |= _figures(name, runner_of(folder), theirs.eval(), n_tokens, rounds)
    return figures


def runner_of(folder: Path) -> LocalRunner:
    """What runs the model of a folder."""
    from viz_core.hub import load_folder

    runner = load_folder(folder)
    assert isinstance(runner, LocalRunner)
    return runner


def _figures(
    name: str, runner: LocalRunner, theirs: Any, n_tokens: int, rounds: int
) -> dict[str, float]:
    """Times and ratios of one model."""
    request = request_of(runner, n_tokens)
    ids = torch.tensor([runner.read(request).ids])
    kept: dict[str, Any] = {}

    def eager() -> None:
        with torch.inference_mode():
            kept["theirs"] = theirs(ids, output_attentions=True, use_cache=False)

    def traced(*want: str) -> None:
        kept["ours"] = runner.run(Request(request.text, want=want))

    figures = {}
    wants = {
        "trace": ("*",),
        "trace of the weights": ("*.weights",),
        "trace of one layer": ("*.0.self_attn.*",),
    }
    for what, want in wants.items():
        ours, other = alternate(partial(traced, *want), eager, rounds)
        ratio = f"{name}, T={n_tokens}: {what} / eager forward of transformers with attentions"
        figures[ratio] = ours / other
        figures[f"{name}, T={n_tokens}: {what}, ms"] = ours * 1e3
        figures[f"{name}, T={n_tokens}: {what}, bytes"] = float(n_bytes(kept["ours"]))
        if what == "trace":
            _check(kept["ours"], kept["theirs"])
    return figures


def n_bytes(trace: Any) -> int:
    """Of all records of a trace."""
    return sum(record.values.nbytes for record in trace.records.values())


def _check(trace: Any, theirs: Any) -> None:
    """See that both computed the same.

    Raises:
        AssertionError: they did not, so that their times can't be compared.
    """
    for record, weights in zip(trace.attentions, theirs.attentions, strict=True):
        if abs(record.values - weights[0].numpy()).max() > 1e-4:
            raise AssertionError(f"{record.name} differs: their times can't be compared")


def _tokenizer() -> Tokenizer:
    """A byte-level BPE with a token for each of `WORDS`."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=512,
        special_tokens=[END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([f" {WORDS}", WORDS] * 4, trainer)
    return tokenizer
