"""How often each model still knows a fact, against distance and number of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.figures import recall_chart
from viz_core.figures.numbers import percent
from viz_core.figures.theme import Theme
from viz_core.i18n import _
from viz_core.languages import language_of, readers
from viz_core.lessons.distance import link
from viz_core.recall.measure import COMMAND, DISTANCES, N_FACTS, N_PROMPTS, Cell, recall_cell
from viz_core.ui.cache import card
from viz_core.ui.inputs import choose, controls
from viz_core.ui.show import Details, picture, show_details
from viz_core.ui.usable import offered, tell_unmeasured

LIVE_PROMPTS = 20  # of each cell, when a visitor measures


def show(text: str, theme: Theme) -> None:
    """Recall of our models that read a text, from the cards or measured now.

    Those of other people were not raised on the names and foods that it asks for.
    """
    models = offered(readers(language_of(text), link.reads_one_text, own=True))
    st.subheader(_("Who still knows that Tom is a cat?"), anchor=False)
    with controls("recall"):
        source = choose(
            link.FIGURES,
            _("Figures"),
            _(
                "cards: measured when the models were made, {n} prompts a point. now: measured on "
                "this server, {live} prompts a point."
            ).format(n=N_PROMPTS, live=LIVE_PROMPTS),
        )
    if source == "now":
        rows = _measured_now(models)
        note = _("measured now, {n} prompts a point").format(n=LIVE_PROMPTS)
    else:
        rows = _from_cards(models)
        note = _("from the cards, measured {dates}").format(dates=_card_dates(models))
        tell_unmeasured([model for model in models if not _recall_of(model)])
    picture(
        recall_chart,
        "recall-chart",
        _(
            "Height: how often the food is the likeliest of all words, with its 95 % interval. "
            "Dashed: chance, with one fact among all foods, with more among the foods of the "
            "story's animals. Click a name to single it out."
        ),
        _summary(rows),
        rows=rows,
        theme=theme,
        note=note,
    )
    if source == "cards":
        st.caption(
            _("From the models' cards, measured {dates} by {command}").format(
                dates=_card_dates(models), command=f"`{COMMAND.format(model_id='MODEL')}`"
            )
        )
    show_details(_details(rows), "recall-chart")


def _from_cards(models: Sequence[str]) -> list[dict[str, Any]]:
    """The recall figures that stand on the models' cards."""
    return [
        {"model": model, "kind": card(model).kind, **cell}
        for model in models
        for cell in _recall_of(model)
    ]


def _recall_of(model: str) -> Sequence[Mapping[str, Any]]:
    """The cells on a model's card; none if not all are there."""
    cells = card(model).metrics.get("recall", [])
    there = {(cell["n_facts"], cell["n_between"]) for cell in cells}
    whole = {(n_facts, n_between) for n_facts in N_FACTS for n_between in DISTANCES} <= there
    return cells if whole else ()


def _card_dates(models: Sequence[str]) -> str:
    """The days on which the cards were written, each once."""
    measured = {card(model).metrics["measured"] for model in models if _recall_of(model)}
    return ", ".join(sorted(measured))


def _measured_now(models: Sequence[str]) -> list[dict[str, Any]]:
    """The same figures, measured here; every cell once a process, however many ask."""
    cells = [
        (model, n_facts, n_between)
        for model in models
        for n_facts in N_FACTS
        for n_between in DISTANCES
    ]
    bar = st.progress(0.0, _("Measuring"))
    rows = []
    for done, (model, n_facts, n_between) in enumerate(cells, 1):
        cell = _cell(model, n_facts, n_between, LIVE_PROMPTS)
        rows.append({"model": model, "kind": card(model).kind, **asdict(cell)})
        bar.progress(done / len(cells), _("Measuring {model}").format(model=model))
    bar.empty()
    return rows


@st.cache_resource(max_entries=512, show_spinner=False)
def _cell(model: str, n_facts: int, n_between: int, n_prompts: int) -> Cell:
    """One measurement, shared by all who ask."""
    return recall_cell(registry.load(model), n_facts, n_between, n_prompts)


def _summary(rows: Sequence[Mapping[str, Any]]) -> str:
    """The chart in words: one fact near and far."""
    near, far = DISTANCES[0], DISTANCES[-1]
    shares = {(row["model"], row["n_facts"], row["n_between"]): row["accuracy"] for row in rows}
    sentences = [
        _("{model}: one fact {near}, {n} sentences later {far}, three facts {three}").format(
            model=model,
            near=percent(shares[model, 1, near]),
            n=far,
            far=percent(shares[model, 1, far]),
            three=percent(shares[model, 3, near]),
        )
        for model in dict.fromkeys(row["model"] for row in rows)
    ]
    return _("{looks}.").format(looks=_("; ").join(sentences))


def _details(rows: Sequence[Mapping[str, Any]]) -> Details:
    return Details(
        formula=r"\text{“Tom is a cat. } \dots \text{ Tom's favorite food is”} "
        r"\to \text{fish?}",
        source=_(
            "Pairs of name and animal, and sentences between, that no model was trained on. "
            "Interval: Wilson 1927"
        ),
        code=("viz_core/recall/measure.py", "recall_cell"),
        table=lambda: pd.DataFrame(rows),
    )
