"""The words and formulas of the walk through a block, with the real numbers put in."""

from __future__ import annotations

import numpy as np

from viz_core.analysis.block import Parameters, uses_rms_norm
from viz_core.analysis.walk import Stop
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.trace import Trace

N_TERMS = 4  # so many terms of a sum are written out, the others are dots
FORMULAS = {
    "norm": r"\mathrm{norm}(x) = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta",
    "qk": r"q_i = W_q\,a_i + b_q \qquad k_j = W_k\,a_j + b_k",
    "dot": r"q_i \cdot k_j = \sum_d q_{i,d}\,k_{j,d}",
    "scale": r"s_{ij} = \frac{q_i \cdot k_j}{\sqrt{d_{\mathrm{head}}}}",
    "mask": r"s_{ij} = -\infty \text{ where } j \text{ may not be seen}",
    "softmax": r"w_{ij} = \frac{e^{s_{ij}}}{\sum_{j'} e^{s_{ij'}}}",
    "mix": r"z_i = \sum_j w_{ij}\,v_j",
    "out": r"o_i = W_o\,[z_i^{(0)} \dots z_i^{(h)}] + b_o",
    "add": r"x_i \leftarrow x_i + o_i",
    "norm2": r"\mathrm{norm}(x) = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta",
    "ffn": r"\mathrm{FFN}(a) = W_{\mathrm{out}}\,f(W_{\mathrm{in}}\,a + b_{\mathrm{in}})"
    r" + b_{\mathrm{out}}",
    "add2": r"x_i \leftarrow x_i + \mathrm{FFN}(a_i)",
}
_RMS = r"\mathrm{norm}(x) = \gamma \frac{x}{\sqrt{\mathrm{mean}(x^2) + \epsilon}}"
LLAMA_FORMULAS = {
    "norm": _RMS,
    "norm2": _RMS,
    "qk": r"q_i = R_i\,W_q\,a_i \qquad k_j = R_j\,W_k\,a_j",
    "out": r"o_i = W_o\,[z_i^{(0)} \dots z_i^{(h)}]",
    "ffn": r"\mathrm{FFN}(a) = W_{\mathrm{out}}\,"
    r"\left(\mathrm{SiLU}(W_{\mathrm{gate}}\,a) \odot W_{\mathrm{in}}\,a\right)",
}
SOURCE = "Vaswani et al. 2017, sections 3.1-3.3"
LLAMA_SOURCE = "Touvron et al. 2023, section 2.2; Su et al. 2021; Shazeer 2020; Ainslie et al. 2023"
SYMBOLS = {
    "x": "<i>x<sub>i</sub></i>",
    "E": "<i>E</i> (word)",
    "P": "<i>P</i> (place)",
    "S": "<i>S</i> (sentence)",
    "a": "<i>a<sub>i</sub></i>",
    "a_i": "<i>a<sub>i</sub></i>",
    "a_j": "<i>a<sub>j</sub></i>",
    "q_i": "<i>q<sub>i</sub></i>",
    "k_j": "<i>k<sub>j</sub></i>",
    "v_j": "<i>v<sub>j</sub></i>",
    "q_i k_j": "<i>q<sub>i</sub></i> × <i>k<sub>j</sub></i>",
    "s_i": "<i>s<sub>i</sub></i>",
    "e": "<i>e<sup>s − max</sup></i>",
    "w_i": "<i>w<sub>i</sub></i>",
    "w_ij v_j": "<i>w<sub>ij</sub> v<sub>j</sub></i>",
    "z_i": "<i>z<sub>i</sub></i>",
    "W_o z_i": "<i>W<sub>o</sub> z<sub>i</sub></i>",
    "o_i": "<i>o<sub>i</sub></i>",
    "h": "<i>h</i> (neurons)",
    "f(x)": "<i>f</i>(<i>x</i>)",
    "x + f(x)": "<i>x</i> + <i>f</i>(<i>x</i>)",
}


def stop_title(stop: str) -> str:
    """What happens at a stop, in a sentence."""
    titles = {
        "embed": _("The word becomes a vector"),
        "norm": _("The vector is brought to one scale"),
        "qk": _("A question and an answer are made"),
        "dot": _("Question times answer, dimension by dimension"),
        "scale": _("Divided by the root of the head's width"),
        "mask": _("What may not be seen is taken out"),
        "softmax": _("Scores become shares of one whole"),
        "mix": _("What the words have to say is mixed by these shares"),
        "out": _("All heads are put together"),
        "add": _("Added to what was there: the residual connection"),
        "norm2": _("Once more to one scale"),
        "ffn": _("Each word alone: the feed-forward network"),
        "add2": _("Added again: the block is done"),
    }
    return titles[stop]


def stop_sentence(stop: str, kind: Kind) -> str:
    """How to read the picture of a stop."""
    post = kind.norm == "behind"
    sentences = {
        "embed": _("One strip a vector, one cell a dimension: brown above 0, purple below."),
        "norm": _("Above the vector before, below it after.")
        if not post
        else _("In this architecture the norm stands behind the sum; above before, below after."),
        "qk": _(
            "Blue: what the word that looks asks. Vermilion: what the word looked at answers. Both "
            "are made from the vectors above them by maps that this head learned."
        ),
        "dot": _(
            "Where both vectors have the same sign the product is brown and raises the score; "
            "where the signs differ it is purple and lowers it."
        ),
        "scale": _("One cell a word: its score. The framed one is that of the chosen pair."),
        "mask": _("One cell a word; an empty one is masked: no weight can come from it."),
        "softmax": _(
            "The scores, their exponents (the largest is 1), and the weights: they sum to 1."
        ),
        "mix": _(
            "Green: what the word looked at offers, the same times its weight, and the sum over "
            "all words."
        ),
        "out": _(
            "What this head mixed, what becomes of it, and the sum with what all other heads bring."
        ),
        "add": _("The stream before, what the attention adds, and their sum."),
        "norm2": _("Above the vector before, below it after."),
        "ffn": _("What is read, the neurons, and what they write back together."),
        "add2": _("The stream before, what the feed-forward network adds, and their sum."),
    }
    return sentences[stop]


def formula(stop: str, trace: Trace, parameters: Parameters) -> str:
    """What happens at a stop, as this architecture does it, in TeX."""
    if stop == "embed":
        told = [
            s for s, name in (("P_i", "positions"), ("S_i", "segments")) if name in trace.records
        ]
        total = " + ".join([r"E_{w_i}", *told])
        return (
            rf"x_i = \mathrm{{norm}}({total})" if "segments" in trace.records else f"x_i = {total}"
        )
    formulas = FORMULAS | (LLAMA_FORMULAS if uses_rms_norm(parameters) else {})
    return formulas[stop]


def arithmetic(stop: Stop, general: str) -> str:
    """A stop's arithmetic with its real numbers, in TeX.

    Args:
        general: what to say of a stop whose numbers are too many to write out.
    """
    if stop.name not in _WRITERS:
        return general
    return _WRITERS[stop.name](stop)


def _number(x: float, digits: int = 3) -> str:
    if not np.isfinite(x):
        return r"-\infty"
    return f"{x:.{digits}f}"


def _signed(x: float) -> str:
    return f"({_number(x)})" if x < 0 else _number(x)


def _strip(stop: Stop, name: str) -> np.ndarray:
    return next(strip.values for strip in stop.strips if strip.name == name)


def _sum(stop: Stop) -> str:
    """The first dimensions of a sum of vectors, written one under the other."""
    *parts, total = stop.strips
    rows = []
    for d in range(N_TERMS):
        terms = " + ".join(_signed(float(part.values[d])) for part in parts)
        rows.append(rf"d={d}:&\quad {terms} {_arrow(stop)} {_number(float(total.values[d]))}")
    return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned} \quad\dots"


def _arrow(stop: Stop) -> str:
    """A sum is what comes out, but for BERT's embedding, behind which a norm stands."""
    parts = np.sum([strip.values for strip in stop.strips[:-1]], axis=0)
    same = np.allclose(parts, stop.strips[-1].values, atol=1e-4)
    return "=" if same else r"\;\xrightarrow{\mathrm{norm}}\;"


def _norm(stop: Stop) -> str:
    x, out = (strip.values for strip in stop.strips)
    if "rms" in stop.numbers:
        rms = stop.numbers["rms"]
        return (
            rf"\mathrm{{RMS}} = {_number(rms)} \qquad \gamma_0\,\frac{{{_number(float(x[0]))}}}"
            rf"{{{_number(rms)}}} = {_number(float(out[0]))} \quad\dots"
        )
    mean, variance = stop.numbers["mean"], stop.numbers["variance"]
    return (
        rf"\mu = {_number(mean)} \quad \sigma^2 = {_number(variance)} \qquad "
        rf"\gamma_0\,\frac{{{_number(float(x[0]))} - {_signed(mean)}}}"
        rf"{{\sqrt{{{_number(variance)}}}}}"
        rf" + \beta_0 = {_number(float(out[0]))} \quad\dots"
    )


def _product(stop: Stop) -> str:
    q, k = _strip(stop, "q_i"), _strip(stop, "k_j")
    terms = " + ".join(
        rf"{_signed(float(q[d]))} \cdot {_signed(float(k[d]))}" for d in range(N_TERMS)
    )
    return rf"q_i \cdot k_j = {terms} + \dots = \mathbf{{{_number(stop.numbers['dot'], 4)}}}"


def _scale(stop: Stop) -> str:
    n = stop.numbers
    bias = f" + {_signed(n['bias'])}" if n["bias"] else ""
    result = n["scaled"] + n["bias"]
    return (
        rf"s_{{ij}} = \frac{{{_number(n['dot'], 4)}}}{{\sqrt{{{int(n['d_head'])}}}}}{bias}"
        rf" = \mathbf{{{_number(result, 4)}}}"
    )


def _softmax(stop: Stop) -> str:
    n = stop.numbers
    return (
        rf"w_{{ij}} = \frac{{e^{{{_number(n['score'])} - {_signed(n['largest'])}}}}}"
        rf"{{{_number(n['total'], 4)}}} = \mathbf{{{_number(n['weight'], 4)}}}"
        if np.isfinite(n["score"])
        else rf"w_{{ij}} = \frac{{e^{{-\infty}}}}{{{_number(n['total'], 4)}}} = \mathbf{{0}}"
    )


def _values(stop: Stop) -> str:
    weight, v, z = stop.numbers["weight"], _strip(stop, "v_j"), _strip(stop, "z_i")
    return (
        rf"w_{{ij}}\,v_{{j,0}} = {_number(weight)} \cdot {_signed(float(v[0]))} = "
        rf"{_number(weight * float(v[0]))} \qquad \sum_j w_{{ij}}\,v_{{j,0}} = "
        rf"\mathbf{{{_number(float(z[0]), 4)}}}"
    )


def _lengths(stop: Stop) -> str:
    n = stop.numbers
    return _sum(stop) + (
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
