"""Models that can't be used: what is said of them, and where there would be none to offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from viz_core import registry
from viz_core.i18n import _
from viz_core.ui.errors import escape_markdown

MODEL_KEYS = ("model", "models", "minus", "asked")  # of all links


def offered(model_ids: Sequence[str]) -> Sequence[str]:
    """The models of a view; where there is none, the reasons, and the page's end."""
    if not model_ids:
        tell_faults(registry.MODELS)
        st.stop()
    return model_ids


def tell_asked() -> None:
    """What is wrong with a model that the link asks for, while the page shows another."""
    tell_faults([name for key in MODEL_KEYS for name in st.query_params.get_all(key)])


def tell_faults(names: Iterable[str]) -> None:
    """One sentence for each registered model of these that can't be used."""
    for name in dict.fromkeys(names):
        if name in registry.MODELS and (fault := registry.fault(name)):
            st.warning(escape_markdown(str(fault)), icon=":material/block:")


def tell_unmeasured(model_ids: Sequence[str]) -> None:
    """That there are no figures of some models, where the others' are shown."""
    if model_ids:
        st.info(
            escape_markdown(
                _("No figures stand on the card of {models}: it was not measured yet.").format(
                    models=_(", ").join(model_ids)
                )
            )
        )
