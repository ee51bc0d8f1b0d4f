"""What the card says of the model's translations."""

from __future__ import annotations

import streamlit as st

from viz_core.i18n import _
from viz_core.lessons.translate.view import TranslationView
from viz_core.ui.cache import card
from viz_core.ui.errors import escape_markdown
from viz_core.ui.usable import tell_unmeasured


def show(view: TranslationView) -> None:
    """Its measured quality; and a word to whoever typed no Chinese. Nothing of other people's."""
    if not view.own:
        return
    metrics = card(view.model).metrics
    if measured := metrics.get("translation"):
        st.caption(
            _(
                "From the model's card, measured {date} on {n} pairs that it never saw: BLEU "
                "{bleu} (lower-cased), chrF {chrf}, by beam search of width 5. It knows short "
                "everyday sentences; names, numbers and rare words go wrong."
            ).format(
                date=metrics["measured"],
                n=f"{measured['n']:,}",
                bleu=f"{measured['bleu_lowercase']:.1f}",
                chrf=f"{measured['chrf']:.1f}",
            )
        )
    else:
        tell_unmeasured([view.model])
    if not any("\u4e00" <= char <= "\u9fff" for char in view.text):
        st.info(
            escape_markdown(
                _("This model translates Chinese. English it only hands on, as well as it can.")
            )
        )
