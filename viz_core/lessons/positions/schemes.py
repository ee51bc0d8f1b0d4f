"""The ways to tell a place: what each is called, its formula, and the code that computes it."""

from __future__ import annotations

from viz_core.i18n import _

FORMULAS = {
    "learned": r"x_t = E_{w_t} + P_t \qquad P \text{ learned}",
    "sinusoidal": r"P_{t,2i} = \sin\frac{t}{10000^{2i/d}} \qquad "
    r"P_{t,2i+1} = \cos\frac{t}{10000^{2i/d}}",
    "rotary": r"q_t \to R_t\,q_t,\; k_s \to R_s\,k_s \qquad "
    r"(R_t q)\cdot(R_s k) = q \cdot R_{s-t}\,k \qquad \theta_i = 10000^{-2i/d}",
    "alibi": r"s_{ts} = \frac{q_t \cdot k_s}{\sqrt{d_{\mathrm{head}}}} - m_h\,(t - s) \qquad "
    r"m_h = 2^{-8h/H}",
}
CLASSES = {
    "learned": "Learned.add",
    "sinusoidal": "Sinusoidal.add",
    "rotary": "Rotary.angles",
    "alibi": "Alibi.bias",
}


def title(scheme: str) -> str:
    """A scheme in one line."""
    return {
        "learned": _("Learned: each place has a vector of its own"),
        "sinusoidal": _("Sinusoids: each place is a chord of waves"),
        "rotary": _("Rotary: questions and answers turn with their place"),
        "alibi": _("ALiBi: far words are heard more quietly"),
    }[scheme]


def short_name(scheme: str) -> str:
    """What its numbers are."""
    return {
        "learned": _("added"),
        "sinusoidal": _("added"),
        "rotary": _("cos of the angle"),
        "alibi": _("added to scores"),
    }[scheme]


def how_to_read(scheme: str) -> str:
    """The line under the map of its numbers."""
    if scheme == "alibi":
        return _("One column a distance, one row a head: purple takes away from the score.")
    if scheme == "rotary":
        return _("One column a place, one row a pair of dimensions, fast ones on top.")
    return _("One column a place, one row a dimension of what is added to the word's vector.")
