"""What happens at each stage in general, in TeX, and where it is from."""

from __future__ import annotations

from viz_core.analysis.block import Block, Parameters, stack_norm, uses_rms_norm
from viz_core.i18n import _
from viz_core.trace import Trace
from viz_core.ui.cache import card
from viz_core.ui.tex import scores_tex

_LAYER_NORM = r"\mathrm{norm}(x) = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta"
_RMS_NORM = r"\mathrm{norm}(x) = \gamma \frac{x}{\sqrt{\mathrm{mean}(x^2) + \epsilon}}"
_FUNCTIONS = {"gelu": "GELU", "gelu_tanh": "GELU", "relu": "ReLU", "silu": "SiLU"}
_SOURCE = "Vaswani et al. 2017, sections 3.1-3.3"
SYMBOLS = {
    "x": "<i>x<sub>i</sub></i>",
    "E": "<i>E</i>",
    "P": "<i>P</i>",
    "S": "<i>S</i>",
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
    "h": "<i>h</i>",
    "f(x)": "<i>f</i>(<i>x</i>)",
    "x + f(x)": "<i>x</i> + <i>f</i>(<i>x</i>)",
}


def named(symbol: str) -> str:
    """A symbol as a picture writes it, and in brackets what it is of, where that is no index."""
    meanings = {"E": _("word"), "P": _("place"), "S": _("sentence"), "h": _("neurons")}
    written, meaning = SYMBOLS.get(symbol, symbol), meanings.get(symbol)
    return f"{written} ({meaning})" if meaning else written


def formula(stage: str, trace: Trace, parameters: Parameters, attention: str) -> str:
    """What happens at a stage, as this architecture does it, in TeX.

    Args:
        attention: first part of the attention's records.
    """
    block = Block(trace, parameters, attention)
    norm = _RMS_NORM if uses_rms_norm(parameters) else _LAYER_NORM
    both = r" + o_i" if block.parallel else ""  # what the attention brings, in the same sum
    formulas = {
        "embed": _embedding(trace, block),
        "norm": norm,
        "qk": rf"q_i = {_made('q', 'i', block)} \qquad k_j = {_made('k', 'j', block)}",
        "dot": r"q_i \cdot k_j = \sum_d q_{i,d}\,k_{j,d}",
        "scale": "s_{ij} = " + scores_tex(trace, attention, r"q_i \cdot", "k_j", "b_{ij}"),
        "mask": r"s_{ij} = -\infty \text{ where } j \text{ may not be seen}",
        "softmax": r"w_{ij} = \frac{e^{s_{ij}}}{\sum_{j'} e^{s_{ij'}}}",
        "mix": r"z_i = \sum_j w_{ij}\,v_j",
        "out": r"o_i = W_o\,[z_i^{(0)} \dots z_i^{(h)}]" + _bias(block, f"{block.part}.W_o", "o"),
        "add": r"x_i \leftarrow x_i + o_i",
        "norm2": norm,
        "ffn": rf"\mathrm{{FFN}}(a) = {_ffn(block)}",
        "add2": rf"x_i \leftarrow x_i{both} + \mathrm{{FFN}}(a_i)",
    }
    return formulas[stage]


def _embedding(trace: Trace, block: Block) -> str:
    """What a block's stack begins with."""
    before = "" if block.stack == trace.traits.stacks[0] else f"{block.stack}."
    added = (("P_i", "positions"), ("S_i", "segments"))
    told = [symbol for symbol, name in added if f"{before}{name}" in trace.records]
    total = " + ".join([r"E_{w_i}", *told])
    normed = not block.pre_norm and stack_norm(block.parameters, block.stack) is not None
    return rf"x_i = \mathrm{{norm}}({total})" if normed else f"x_i = {total}"


def _made(letter: str, place: str, block: Block) -> str:
    """How q or k is made of what is read, turned and brought to one scale where that is done."""
    name = f"{block.part}.W_{letter}"
    made = rf"W_{letter}\,a_{place}" + _bias(block, name, letter)
    if block.parameter(f"{block.part}.norm_{letter}.weight") is not None:
        made = rf"\mathrm{{norm}}({made})"
    if "positions.angles" not in block.trace.records:
        return made
    return rf"R_{place}\,({made})" if "+" in made else rf"R_{place}\,{made}"


def _ffn(block: Block) -> str:
    """The feed-forward network, with a gate where it has one."""
    bent = rf"\mathrm{{{_FUNCTIONS[block.design.activation]}}}"
    inner = r"W_{\mathrm{in}}\,a" + _bias(block, "ffn.W_in", r"\mathrm{in}")
    if block.parameter("ffn.W_gate.weight") is not None:
        inner = rf"{bent}(W_{{\mathrm{{gate}}}}\,a) \odot {inner}"
    else:
        inner = rf"{bent}({inner})"
    gated = r"\odot" in inner
    whole = rf"\left({inner}\right)" if gated else rf"\,{inner}"
    return r"W_{\mathrm{out}}" + whole + _bias(block, "ffn.W_out", r"\mathrm{out}")


def _bias(block: Block, name: str, index: str) -> str:
    """What a linear map adds, where it adds something."""
    return "" if block.parameter(f"{name}.bias") is None else f" + b_{{{index}}}"


def source(model: str) -> str:
    """The papers from which a model's arithmetic is."""
    return f"{_SOURCE}; {card(model).source}"
