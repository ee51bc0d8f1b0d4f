"""Parameters by part: counted of our models, by formula of published ones."""

from math import prod

import pytest
import torch
from transformers import (
    BartConfig,
    BartModel,
    BertConfig,
    BertModel,
    DistilBertConfig,
    DistilBertModel,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    OpenAIGPTConfig,
    OpenAIGPTLMHeadModel,
    T5Config,
    T5ForConditionalGeneration,
)
from transformers.initialization import no_init_weights

from viz_core import load
from viz_core.analysis.anatomy import cache_bytes, counts, flops_per_token, part_of
from viz_core.analysis.family import FAMILY, sizes
from viz_core.analysis.published import Shape, part_counts
from viz_core.kinds import KINDS
from viz_core.registry import MODELS, card


@pytest.mark.parametrize("model", MODELS)
def test_the_parts_of_every_model_add_up(model):
    shapes = {name: value.shape for name, value in load(model).parameters.items()}
    parts = counts(shapes)
    assert sum(parts.values()) == sum(map(prod, shapes.values())) == card(model).n_params


def of_transformers(shape):
    """The same model as transformers builds it, without memory for a single number."""
    d, d_ff = shape.d_model, shape.d_ff or 4 * shape.d_model
    stack = {"vocab_size": shape.vocab_size}
    if shape.form in ("GPT", "GPT-2"):  # heads change no count, and GPT-3's do not fit its width
        config, model = {
            "GPT": (OpenAIGPTConfig, OpenAIGPTLMHeadModel),
            "GPT-2": (GPT2Config, GPT2LMHeadModel),
        }[shape.form]
        sizes = {"n_layer": shape.n_layer, "n_embd": d, "n_head": 1, "n_positions": shape.n_ctx}
        return model(config(**stack, **sizes))
    if shape.form == "DistilBERT":
        sizes = {"n_layers": shape.n_layer, "dim": d, "hidden_dim": d_ff, "n_heads": shape.n_head}
        return DistilBertModel(DistilBertConfig(**stack, **sizes))
    if shape.form == "BART":
        stacks = {
            f"{side}_{name}": value
            for side in ("encoder", "decoder")
            for name, value in {
                "layers": shape.n_layer,
                "ffn_dim": d_ff,
                "attention_heads": shape.n_head,
            }.items()
        }
        return BartModel(BartConfig(**stack, **stacks, d_model=d))
    if shape.form == "T5":
        sizes = {"num_layers": shape.n_layer, "d_model": d, "d_ff": d_ff, "num_heads": shape.n_head}
        d_kv = shape.d_attn // shape.n_head
        return T5ForConditionalGeneration(T5Config(**stack, **sizes, d_kv=d_kv))
    sizes = {
        "num_hidden_layers": shape.n_layer,
        "hidden_size": d,
        "intermediate_size": d_ff,
        "num_attention_heads": shape.n_head,
    }
    if shape.form == "BERT":
        return BertModel(BertConfig(**stack, **sizes))
    shared = shape.d_kv * shape.n_head // d
    return LlamaForCausalLM(LlamaConfig(**stack, **sizes, num_key_value_heads=shared))


@pytest.mark.parametrize("size", sizes(), ids=lambda size: size.name)
def test_the_formula_counts_what_transformers_builds(size):
    with torch.device("meta"), no_init_weights():  # drawing numbers that nobody reads takes long
        theirs = of_transformers(size.shape)
        theirs.tie_weights()
    assert size.counted == sum(p.numel() for p in theirs.parameters())
    assert sum(part_counts(size.shape).values()) == size.counted


def test_counts_are_near_what_the_papers_state():
    off = {size.name for size in sizes() if abs(size.off) > 0.02}
    assert off == {"GPT-2", "GPT-2 medium", "T5 large", "T5 11B", "Llama 2 7B"}  # see their notes
    assert max(abs(size.off) for size in sizes()) < 0.065


def test_the_tree_has_one_root_and_every_parent_came_before():
    names = [model.name for model in FAMILY]
    assert [model.name for model in FAMILY if not model.parent] == ["Transformer"]
    for at, model in enumerate(FAMILY):
        assert model.parent in ["", *names[:at]]
        assert model.kind in KINDS
        assert model.year >= FAMILY[max(0, at - 1)].year
        assert model.source
    unknown = [size for model in FAMILY for size in model.sizes if size.n_params is None]
    assert [size.name for size in unknown] == ["GPT-4"]


def test_our_models_follow_the_formula_of_their_papers():
    own = {
        "decoder-stories": Shape("GPT-2", 4, 144, 4, 2048, 256),
        "llama-stories": Shape("Llama", 4, 144, 4, 2048, 256, 448, 144, 72),
    }
    for model, shape in own.items():
        shapes = {name: value.shape for name, value in load(model).parameters.items()}
        found = part_counts(shape)
        if model == "llama-stories":  # it reads and writes with one embedding
            assert found.pop("output head") == found["embedding"]
        assert counts(shapes) == found


def test_an_unknown_form_is_refused():
    with pytest.raises(ValueError, match="is not one of GPT"):
        part_counts(Shape("ELMo", 2, 8, 2, 10, 10))


def test_an_unknown_parameter_is_refused():
    with pytest.raises(ValueError, match="belongs to none"):
        part_of("mystery.weight")


def test_cost_by_hand():
    assert flops_per_token(100, 2, 8, 10) == 2 * 100 + 4 * 2 * 10 * 8
    assert cache_bytes(2, 8, 10) == 2 * 2 * 8 * 10 * 4
