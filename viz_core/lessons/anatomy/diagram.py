"""The Anatomy page: what a model is made of, counted, beside models of published size."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.anatomy import (
    BERT,
    GPT_2,
    bert_counts,
    cache_bytes,
    columns,
    counts,
    flops_per_token,
    gpt_2_counts,
)
from viz_core.figures import block_diagram, line_chart, part_bars
from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.kinds import KINDS
from viz_core.lessons.anatomy import link
from viz_core.ui.cache import card
from viz_core.ui.inputs import model_select
from viz_core.ui.show import Details, picture

LENGTHS = (1, 32, 64, 128, 256, 512, 1024)


def show_diagram(theme: Theme) -> str:
    """The chosen model's block diagram; gives the model."""
    model = model_select(link.MODEL)
    known = card(model)
    shapes = _shapes(model)
    parts = counts(shapes)
    total = sum(parts.values())
    names = part_names()
    summary = _("{model} has {n} parameters: {parts}.").format(
        model=model,
        n=f"{total:,}",
        parts=_("; ").join(f"{names[part]} {n:,}" for part, n in parts.items()),
    )
    picture(
        block_diagram,
        "anatomy",
        _(
            "From the words upwards. The number in a box is what it learned; the dotted frame "
            "stands for all blocks; a line past a box is the residual connection."
        ),
        summary,
        Details(
            formula=r"N = \sum_{\mathrm{part}} \prod \mathrm{shape}",
            source=known.source,
            code=("viz_core/analysis/anatomy.py", "counts"),
            table=lambda: pd.DataFrame(
                [
                    {_("Parameter"): name, _("Shape"): " × ".join(map(str, shape))}
                    for name, shape in shapes.items()
                ]
            ),
        ),
        columns=columns(known.traits, shapes, known.n_layer),
        names=box_names(),
        theme=theme,
        note=f"{model} · {known.source}",
    )
    return model


def show_published(model: str, theme: Theme) -> None:
    """The same parts in models of published size."""
    st.subheader(_("The same parts, a hundred times larger"), anchor=False)
    rows = [(model, counts(_shapes(model)))]
    rows += [
        (one.name, gpt_2_counts(one.n_layer, one.d_model, one.n_ctx, one.vocab_size))
        for one in GPT_2
    ]
    rows += [
        (one.name, bert_counts(one.n_layer, one.d_model, one.n_ctx, one.vocab_size)) for one in BERT
    ]
    published = {one.name: one for one in (*GPT_2, *BERT)}
    equal = all(
        sum(parts.values()) == published[name].n_params for name, parts in rows if name in published
    )
    summary = (
        _("Our formula gives exactly the published number of parameters of all {n} models.").format(
            n=len(published)
        )
        if equal
        else _("Our formula does NOT give the published numbers.")
    )
    picture(
        part_bars,
        "anatomy-published",
        _("One bar a model, one colour a part, its share of the whole; the total at the right."),
        summary,
        Details(
            formula=r"N_{\mathrm{GPT\text{-}2}} = V d + T d + L\,(12 d^2 + 13 d) + 2 d",
            source="Radford et al. 2019; Devlin et al. 2019; counts of the released weights. The "
            "GPT-2 paper names 117 M and 345 M; the released weights have 124 M and 355 M",
            code=("viz_core/analysis/anatomy.py", "gpt_2_counts"),
            table=lambda: pd.DataFrame(
                [
                    {
                        _("Model"): name,
                        _("Said to have"): published[name].said if name in published else "–",
                        _("Parameters"): sum(parts.values()),
                        **{part_names()[part]: n for part, n in parts.items()},
                    }
                    for name, parts in rows
                ]
            ),
        ),
        rows=rows,
        names=part_names(),
        theme=theme,
    )


def show_token_cost(model: str, theme: Theme) -> None:
    """What one more token costs behind so many others."""
    known, shapes = card(model), _shapes(model)
    if not (known.traits.attends and known.traits.continues):
        return
    st.subheader(_("What one more token costs"), anchor=False)
    d_model = shapes["embed.weight"][1]
    matrices = (
        sum(
            n
            for part, n in counts(shapes).items()
            if part in ("attention", "cross-attention", "feed-forward")
        )
        + shapes["embed.weight"][0] * d_model
    )
    d_kv = next(shape[0] for name, shape in shapes.items() if name.endswith("self_attn.W_k.weight"))
    lines = [
        (
            _("million operations"),
            [flops_per_token(matrices, known.n_layer, d_model, n) / 1e6 for n in LENGTHS],
        ),
        (
            _("kB of keys and values"),
            [cache_bytes(known.n_layer, d_kv, n) / 1e3 for n in LENGTHS],
        ),
    ]
    keys = ("flops", "memory")
    for column, key, (name, values) in zip(st.columns(2), keys, lines, strict=True):
        with column:
            picture(
                line_chart,
                f"anatomy-cost-{key}",
                _("Computed from the sizes; the Cost page measures."),
                f"{name}: {values[0]:,.1f} … {values[-1]:,.1f}",
                aloud=False,
                lines=[(model, values)],
                x=list(LENGTHS),
                theme=theme,
                x_name=_("tokens that are read"),
                y_name=name,
                note=model,
            )


def _shapes(model: str) -> dict[str, tuple[int, ...]]:
    return {name: value.shape for name, value in registry.load(model).parameters.items()}


def part_names() -> dict[str, str]:
    """What the parts of a model are called."""
    return {
        "embedding": _("embedding"),
        "positions": _("positions"),
        "attention": _("attention"),
        "cross-attention": _("cross-attention"),
        "feed-forward": _("feed-forward"),
        "norms": _("norms"),
        "output head": _("output head"),
        "recurrent layers": _("recurrent layers"),
    }


def box_names() -> dict[str, str]:
    """What the boxes of the block diagram are called."""
    return part_names() | {
        "norm": _("norm"),
        "heads": _("output head"),
        "scores": _("scores (the embedding again)"),
        "the same embedding": _("the same embedding"),
        "sinusoids": _("sinusoids"),
        **{
            f"{name} layer": _("{kind} layer").format(kind=_(kind.title))
            for name, kind in KINDS.items()
            if kind.recurrent
        },
        **{name: _(kind.title) for name, kind in KINDS.items()},
    }
