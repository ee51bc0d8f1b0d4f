"""The arithmetic of each stage with its real numbers, in TeX."""

from __future__ import annotations

import numpy as np

from viz_core.analysis.stage import Stage

N_TERMS = 4  # so many terms of a sum are written out, the others are dots


def arithmetic(stage: Stage, general: str) -> str:
    """A stage's arithmetic with its real numbers, in TeX.

    Args:
        general: what to say of a stage whose numbers are too many to write out.
    """
    if stage.name not in _WRITERS:
        return general
    return _WRITERS[stage.name](stage)


def _number(x: float, digits: int = 3) -> str:
    if not np.isfinite(x):
        return r"-\infty"
    return f"{x:.{digits}f}"


def _signed(x: float) -> str:
    return f"({_number(x)})" if x < 0 else _number(x)


def _sum(stage: Stage) -> str:
    """The first dimensions of a sum of vectors, written one under the other."""
    *parts, total = stage.strips
    rows = []
    for d in range(N_TERMS):
        terms = " + ".join(_signed(float(part.values[d])) for part in parts)
        rows.append(rf"d={d}:&\quad {terms} {_arrow(stage)} {_number(float(total.values[d]))}")
    return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned} \quad\dots"


def _arrow(stage: Stage) -> str:
    """A sum is what comes out, but for BERT's embedding, behind which a norm stands."""
    parts = np.sum([strip.values for strip in stage.strips[:-1]], axis=0)
    same = np.allclose(parts, stage.strips[-1].values, atol=1e-4)
    return "=" if same else r"\;\xrightarrow{\mathrm{norm}}\;"


def _norm(stage: Stage) -> str:
    x, out = (strip.values for strip in stage.strips)
    if "rms" in stage.numbers:
        rms = stage.numbers["rms"]
        return (
            rf"\mathrm{{RMS}} = {_number(rms)} \qquad \gamma_0\,\frac{{{_number(float(x[0]))}}}"
            rf"{{{_number(rms)}}} = {_number(float(out[0]))} \quad\dots"
        )
    mean, variance = stage.numbers["mean"], stage.numbers["variance"]
    return (
        rf"\mu = {_number(mean)} \quad \sigma^2 = {_number(variance)} \qquad "
        rf"\gamma_0\,\frac{{{_number(float(x[0]))} - {_signed(mean)}}}"
        rf"{{\sqrt{{{_number(variance)}}}}}"
        rf" + \beta_0 = {_number(float(out[0]))} \quad\dots"
    )


def _product(stage: Stage) -> str:
    q, k = stage.strip("q_i"), stage.strip("k_j")
    terms = " + ".join(
        rf"{_signed(float(q[d]))} \cdot {_signed(float(k[d]))}" for d in range(N_TERMS)
    )
    return rf"q_i \cdot k_j = {terms} + \dots = \mathbf{{{_number(stage.numbers['dot'], 4)}}}"


def _scale(stage: Stage) -> str:
    n = stage.numbers
    bias = f" + {_signed(n['bias'])}" if n["bias"] else ""
    result, dot = n["scaled"] + n["bias"], _number(n["dot"], 4)
    scaled = rf"\frac{{{dot}}}{{\sqrt{{{int(n['d_head'])}}}}}" if n["scale"] != 1 else dot
    return rf"s_{{ij}} = {scaled}{bias} = \mathbf{{{_number(result, 4)}}}"


def _softmax(stage: Stage) -> str:
    n = stage.numbers
    return (
        rf"w_{{ij}} = \frac{{e^{{{_number(n['score'])} - {_signed(n['largest'])}}}}}"
        rf"{{{_number(n['total'], 4)}}} = \mathbf{{{_number(n['weight'], 4)}}}"
        if np.isfinite(n["score"])
        else rf"w_{{ij}} = \frac{{e^{{-\infty}}}}{{{_number(n['total'], 4)}}} = \mathbf{{0}}"
    )


def _values(stage: Stage) -> str:
    weight, v, z = stage.numbers["weight"], stage.strip("v_j"), stage.strip("z_i")
    return (
        rf"w_{{ij}}\,v_{{j,0}} = {_number(weight)} \cdot {_signed(float(v[0]))} = "
        rf"{_number(weight * float(v[0]))} \qquad \sum_j w_{{ij}}\,v_{{j,0}} = "
        rf"\mathbf{{{_number(float(z[0]), 4)}}}"
    )


def _lengths(stage: Stage) -> str:
    n = stage.numbers
    return _sum(stage) + (
        rf" \qquad \lVert x \rVert: {_number(n['before'], 2)}"
        rf" \to {_number(n['after'], 2)}"
    )


_WRITERS = {
    "embed": _sum,
    "norm": _norm,
    "norm2": _norm,
    "dot": _product,
    "scale": _scale,
    "softmax": _softmax,
    "mix": _values,
    "add": _lengths,
    "add2": _lengths,
}
