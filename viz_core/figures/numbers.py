"""Probabilities, shares and sizes as people say them, in every picture, sentence and table.

`percent` and `exactly` of `viz_core/ui/frontend/shared.js` write the same in the browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, floor, isnan, log10

from viz_core.i18n import _

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
RAREST = 1e-9  # what is less likely is only said to be so


def percent(share: float, *, short: bool = False) -> str:
    """A share from 0 to 1 in words: `26 %`, `4 %`, `0.3 %`, `99.8 %`, `1 in 2,000`.

    Nothing but 0 is written as 0, nothing but 1 as 100 %.

    Args:
        short: where there is no room, what is below one in a thousand is `< 0.1 %`.
    """
    if isnan(share):
        return "–"
    if share <= 0:
        return "0 %"
    if share >= 1:
        return "100 %"
    if share > 0.999:
        return "> 99.9 %"
    if share >= 0.001:
        digits = 0 if 0.01 <= share <= 0.99 else 1
        return f"{100 * share:.{digits}f}".removesuffix(".0") + " %"
    if short:
        return "< 0.1 %"
    if share < RAREST:
        return _("less than 1 in {n}").format(n=f"{1 / RAREST:,.0f}")
    return _("1 in {n}").format(n=f"{float(f'{1 / share:.1e}'):,.0f}")


def percent_of_log(logprob: float) -> str:
    """The probability of a whole text from its natural logarithm, however small it is."""
    return percent(exp(max(logprob, -700)))  # further down a float is 0, and a text never is


def exactly(share: float) -> str:
    """The same, and behind it the number to four digits where they say more: for the pointer."""
    return f"{percent(share)} ({share:.4f})" if 0.001 <= share <= 0.9999 else percent(share)


def plain(value: float, *, sign: bool = False) -> str:
    """A number of any size to four figures, in a sentence: `1.505`, `−4.502 × 10⁵`.

    Args:
        sign: the number follows others, which its sign parts from it: `+ 1.505`, `− 2`.
    """
    digits, _e, power = f"{abs(value):.4g}".partition("e")
    size = f"{digits} × 10{str(int(power)).translate(_RAISED)}" if power else digits
    minus = value < 0 and float(digits) > 0
    if sign:
        return f"{'−' if minus else '+'} {size}"
    return f"−{size}" if minus else size


def tex(value: float, *, sign: bool = False) -> str:
    """A number of any size to four figures, in TeX.

    Args:
        sign: write the sign of a positive one, too.
    """
    digits, _e, power = f"{value:{'+' if sign else ''}.4g}".partition("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}" if power else digits


def in_short(n: float) -> str:
    """A number of parameters or tokens to three figures: `1.33 M`, `117 M`, `175 B`."""
    if n >= 999.5e6:
        return f"{float(f'{n:.3g}') / 1e9:,g} B"
    return f"{float(f'{n:.3g}') / 1e6:g} M"


def log_ticks(low: float, high: float, steps: Sequence[float]) -> list[float]:
    """Ticks of a logarithmic axis from low to high (both above 0): steps of each power of ten."""
    powers = range(floor(log10(low)), floor(log10(high)) + 1)
    every = [step * 10.0**power for power in powers for step in steps]
    return [tick for tick in every if low <= tick <= high]
