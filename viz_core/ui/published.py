"""Published models as tables and details tell them: one row a size, one formula for all."""

from __future__ import annotations

from viz_core.analysis.family import Published, Size
from viz_core.figures.numbers import in_short
from viz_core.i18n import _

FORMULA = (
    r"N = V d + P + \mathrm{head} + \sum_{\mathrm{stacks}} L "
    r"\left[ a \left( 2 d\, d_a + 2 d\, d_k \right) "
    r"+ m\, d\, d_f + \mathrm{biases} + \mathrm{norms} \right]"
)


def letters(papers: str) -> str:
    """What the letters of `FORMULA` stand for, and where the sizes are from.

    Args:
        papers: the sources.
    """
    return _(
        "a: attentions of a block; d_a, d_k: width of all queries, of all keys; m: matrices of the "
        "feed-forward network, each d × d_f; P: what was learned of places. Sizes: {papers}"
    ).format(papers=papers)


def published_row(model: Published, size: Size) -> dict[str, str | int]:
    """A size as a row: what is stated, what is counted, and where it is from."""
    return {
        _("Model"): size.name,
        _("Year"): model.year,
        _("Parameters"): f"{size.counted:,}" if size.counted else "–",
        _("Said to have"): in_short(size.stated) if size.stated else _("not published"),
        _("Off by"): f"{size.off:+.1%}" if size.counted and size.stated else "–",
        _("Source"): model.source,
        _("Remark"): _(model.note) if model.note else "",
    }
