"""What happens at each stage in general, in TeX, and where it is from."""

from __future__ import annotations

from viz_core.analysis.block import Parameters, uses_rms_norm
from viz_core.i18n import _
from viz_core.trace import Trace
from viz_core.ui.cache import card

_FORMULAS = {
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
_LLAMA_FORMULAS = {
    "norm": _RMS,
    "norm2": _RMS,
    "qk": r"q_i = R_i\,W_q\,a_i \qquad k_j = R_j\,W_k\,a_j",
    "out": r"o_i = W_o\,[z_i^{(0)} \dots z_i^{(h)}]",
    "ffn": r"\mathrm{FFN}(a) = W_{\mathrm{out}}\,"
    r"\left(\mathrm{SiLU}(W_{\mathrm{gate}}\,a) \odot W_{\mathrm{in}}\,a\right)",
}
_SOURCE = "Vaswani et al. 2017, sections 3.1-3.3"
_LLAMA_SOURCE = (
    "Touvron et al. 2023, section 2.2; Su et al. 2021; Shazeer 2020; Ainslie et al. 2023"
)
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


def formula(stage: str, trace: Trace, parameters: Parameters) -> str:
    """What happens at a stage, as this architecture does it, in TeX."""
    if stage == "embed":
        added = (("P_i", "positions"), ("S_i", "segments"))
        told = [symbol for symbol, name in added if name in trace.records]
        total = " + ".join([r"E_{w_i}", *told])
        return (
            rf"x_i = \mathrm{{norm}}({total})" if "segments" in trace.records else f"x_i = {total}"
        )
    formulas = _FORMULAS | (_LLAMA_FORMULAS if uses_rms_norm(parameters) else {})
    return formulas[stage]


def source(model: str, parameters: Parameters) -> str:
    """The papers from which a model's arithmetic is."""
    return _LLAMA_SOURCE if uses_rms_norm(parameters) else f"{_SOURCE}; {card(model).source}"
