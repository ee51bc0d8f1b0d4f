"""A recurrent model's own view: the last layer's hidden state, as the Memory page draws it."""

from __future__ import annotations

import pandas as pd

from viz_core import registry
from viz_core.analysis.states import unit_order
from viz_core.entries import Entry
from viz_core.figures import StateMap, state_maps
from viz_core.figures.theme import numbered
from viz_core.i18n import _
from viz_core.ui.cache import cached, card
from viz_core.ui.readings import Comparison, Reading
from viz_core.ui.show import Details, picture


def show(reading: Reading, comparison: Comparison) -> None:
    """The hidden state of a model after every word."""
    model = card(reading.model)
    values = reading.trace[f"{reading.traits.stacks[0]}.{model.n_layer - 1}.h"].values
    picture(
        state_maps,
        "compare-map",
        _(
            "One row a unit, one column a word: the state of the last layer after it. The Memory "
            "page has every layer and gate."
        ),
        _("{name}: {n} units after each of {words} tokens.").format(
            name=reading.model, n=values.shape[1], words=len(values)
        ),
        Details(
            formula=r"h_t = f(x_t, h_{t-1})",
            source=model.source,
            code=_code(reading.model),
            table=lambda: pd.DataFrame(values, index=numbered(reading.tokens.strings)),
        ),
        aloud=False,
        maps=[StateMap(_("hidden state"), values, signed=True)],
        tokens=reading.tokens,
        order=cached(unit_order, values=values),
        theme=comparison.theme,
        note=f"{reading.model} · {comparison.note}",
    )


def _code(model: str) -> tuple[str, str]:
    """Where a recurrent model's layer is computed: in its file, beside the model's class."""
    entry = registry.MODELS[model]
    assert isinstance(entry, Entry)  # no recurrent one is of other people
    module, _dot, name = entry.model.rpartition(".")
    return f"viz_core/models/{module}.py", f"{name}Layer.forward"
