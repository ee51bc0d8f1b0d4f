"""Parameters by part: counted of our models, by formula of published ones."""

from math import prod

import pytest
import torch
from transformers import BertConfig, BertModel, GPT2Config, GPT2LMHeadModel

from viz_core import load
from viz_core.analysis.anatomy import (
    BERT,
    GPT_2,
    bert_counts,
    cache_bytes,
    counts,
    flops_per_token,
    gpt_2_counts,
    part_of,
)
from viz_core.registry import MODELS, card


@pytest.mark.parametrize("model", MODELS)
def test_the_parts_of_every_model_add_up(model):
    shapes = {name: value.shape for name, value in load(model).parameters.items()}
    parts = counts(shapes)
    assert sum(parts.values()) == sum(map(prod, shapes.values())) == card(model).n_params


@pytest.mark.parametrize("published", GPT_2, ids=lambda published: published.name)
def test_gpt_2_has_the_published_counts(published):
    parts = gpt_2_counts(
        published.n_layer, published.d_model, published.n_ctx, published.vocab_size
    )
    assert sum(parts.values()) == published.n_params
    config = GPT2Config(
        n_layer=published.n_layer, n_embd=published.d_model, n_head=published.d_model // 64
    )
    with torch.device("meta"):
        theirs = GPT2LMHeadModel(config)
    assert sum(p.numel() for p in theirs.parameters()) == published.n_params


@pytest.mark.parametrize("published", BERT, ids=lambda published: published.name)
def test_bert_has_the_published_counts(published):
    parts = bert_counts(published.n_layer, published.d_model, published.n_ctx, published.vocab_size)
    assert sum(parts.values()) == published.n_params
    config = BertConfig(
        num_hidden_layers=published.n_layer,
        hidden_size=published.d_model,
        intermediate_size=4 * published.d_model,
        num_attention_heads=published.d_model // 64,
    )
    with torch.device("meta"):
        theirs = BertModel(config)
    assert sum(p.numel() for p in theirs.parameters()) == published.n_params


def test_our_decoder_follows_the_formula_of_gpt_2():
    shapes = {name: value.shape for name, value in load("decoder-stories").parameters.items()}
    assert counts(shapes) == gpt_2_counts(4, 144, 256, 2048)


def test_an_unknown_parameter_is_refused():
    with pytest.raises(ValueError, match="belongs to none"):
        part_of("mystery.weight")


def test_cost_by_hand():
    assert flops_per_token(100, 2, 8, 10) == 2 * 100 + 4 * 2 * 10 * 8
    assert cache_bytes(2, 8, 10) == 2 * 2 * 8 * 10 * 4
