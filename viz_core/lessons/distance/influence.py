"""What the Distance page is made of: how far back a model can still feel, and still know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from viz_core import registry
from viz_core.analysis.influence import by_distance, influence
from viz_core.figures import Course, distance_lines, recall_chart
from viz_core.figures.theme import Theme, visible
from viz_core.i18n import _
from viz_core.kinds import Kind
from viz_core.lessons.distance import link
from viz_core.links import MEASURE
from viz_core.recall.measure import COMMAND, DISTANCES, N_FACTS, N_PROMPTS, Cell, recall_cell
from viz_core.ui.cache import card
from viz_core.ui.inputs import choose
from viz_core.ui.readings import readings_of
from viz_core.ui.show import Details, picture, show_details

LIVE_PROMPTS = 20  # of each cell, when a visitor measures


def show_influence(text: str, theme: Theme) -> None:
    """Each word's share of the influence against its distance, all models on one chart."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        measure = choose(
            MEASURE,
            _("Measure"),
            _("gradient: gradient × input. occlusion: the word replaced by the mean of all words."),
        )
        scale = choose(link.SCALE, _("Scale"))
    readings = readings_of(text, (measure,), can=reads_one_text)
    if not readings:
        return
    found = []
    for one in readings:
        values = influence(one.trace, measure)
        distances, sizes = by_distance(values, one.guess.place)
        typed = one.typed[: len(sizes)]
        if not typed.any():
            continue  # nothing stands before the place
        words = one.tokens.strings
        found.append(
            (
                Course(one.model, one.kind, sizes[typed]),
                distances[typed],
                [word for word, keep in zip(words, typed, strict=False) if keep],
            )
        )
    st.subheader(_("The further back, the weaker?"), anchor=False)
    halves = [
        _("{model}: half of what is drawn comes from the last {n} tokens").format(
            model=one.name, n=half_within(one.values, distances)
        )
        for one, distances, _words in found
        if one.values.sum() > 0
    ]
    summary = _("{looks}.").format(looks=_("; ").join(halves))
    picture(
        distance_lines,
        "distance",
        _(
            "One point a word, as far left as it is far back; its height is its share of all "
            "influence on the model's likeliest word. A line that stays high far to the left "
            "belongs to a model that looks straight back."
        ),
        summary,
        Details(
            formula=r"\frac{|s_j|}{\sum_k |s_k|} \text{ against } t - j",
            source="Shrikumar et al. 2017, section 3; Zeiler and Fergus 2014, section 4.2",
            code=("viz_core/analysis/influence.py", "by_distance"),
            table=lambda: pd.DataFrame(
                [
                    {
                        _("Model"): one.name,
                        _("Word"): visible(word),
                        _("Distance"): int(distance),
                        _("Share"): share,
                    }
                    for one, distances, words in found
                    for word, distance, share in zip(words, distances, one.values, strict=True)
                ]
            ),
            saves=True,
        ),
        courses=found,
        theme=theme,
        log=scale == "log",
        note=f"{measure} · {text}",
    )


def reads_one_text(kind: Kind) -> bool:
    """Whether a model of a kind can be asked what it still knows of its text."""
    return not kind.translates


def half_within(values: np.ndarray, distances: np.ndarray) -> int:
    """The distance within which half of the shown influence lies."""
    order = np.argsort(distances)
    passed = np.cumsum(values[order])
    return int(distances[order][np.searchsorted(passed, passed[-1] / 2)])


def show_recall(theme: Theme) -> None:
    """Recall against distance and number of facts: from the cards, or measured now."""
    st.subheader(_("Who still knows that Tom is a cat?"), anchor=False)
    source = choose(
        link.FIGURES,
        _("Figures"),
        _(
            "cards: measured when the models were made, {n} prompts a point. now: measured on "
            "this server, {live} prompts a point."
        ).format(n=N_PROMPTS, live=LIVE_PROMPTS),
    )
    if source == "now":
        rows = measured_now()
        note = _("measured now, {n} prompts a point").format(n=LIVE_PROMPTS)
    else:
        rows = from_cards()
        note = _("from the cards, measured {dates}").format(dates=", ".join(card_dates()))
    summary = recall_summary(rows)
    picture(
        recall_chart,
        "recall-chart",
        _(
            "Height: how often the food is the likeliest of all words, with its 95 % interval. "
            "Dashed: chance, with one fact among all foods, with more among the foods of the "
            "story's animals. Click a name to single it out."
        ),
        summary,
        rows=rows,
        theme=theme,
        note=note,
    )
    if source == "cards":
        st.caption(
            _("From the models' cards, measured {dates} by {command}").format(
                dates=", ".join(card_dates()), command=f"`{COMMAND.format(model_id='MODEL')}`"
            )
        )
    show_details(
        Details(
            formula=r"\text{“Tom is a cat. } \dots \text{ Tom's favorite food is”} "
            r"\to \text{fish?}",
            source=_(
                "Pairs of name and animal, and sentences between, that no model was trained on. "
                "Interval: Wilson 1927"
            ),
            code=("viz_core/recall/measure.py", "recall_cell"),
            table=lambda: pd.DataFrame(rows),
            name="recall-chart",
        )
    )


def from_cards() -> list[dict[str, Any]]:
    """The recall figures that stand on the models' cards."""
    return [
        {"model": model, "kind": card(model).kind, **cell}
        for model in registry.model_ids(reads_one_text)
        for cell in card(model).metrics["recall"]
    ]


def card_dates() -> list[str]:
    """The days on which the cards were written, each once."""
    return sorted({card(model).metrics["measured"] for model in registry.model_ids(reads_one_text)})


def measured_now() -> list[dict[str, Any]]:
    """The same figures, measured here; every cell once a process, however many ask."""
    places = [
        (model, n_facts, n_between)
        for model in registry.model_ids(reads_one_text)
        for n_facts in N_FACTS
        for n_between in DISTANCES
    ]
    bar = st.progress(0.0, _("Measuring"))
    rows = []
    for done, (model, n_facts, n_between) in enumerate(places, 1):
        cell = _cell(model, n_facts, n_between, LIVE_PROMPTS)
        rows.append({"model": model, "kind": card(model).kind, **asdict(cell)})
        bar.progress(done / len(places), _("Measuring {model}").format(model=model))
    bar.empty()
    return rows


@st.cache_resource(max_entries=512, show_spinner=False)
def _cell(model: str, n_facts: int, n_between: int, n_prompts: int) -> Cell:
    """One measurement, shared by all who ask."""
    return recall_cell(registry.load(model), n_facts, n_between, n_prompts)


def recall_summary(rows: list[Mapping[str, Any]] | list[dict[str, Any]]) -> str:
    """The chart in words: one fact near and far."""
    near, far = DISTANCES[0], DISTANCES[-1]
    found = {(row["model"], row["n_facts"], row["n_between"]): row["accuracy"] for row in rows}
    says = [
        _("{model}: one fact {near}, {n} sentences later {far}, three facts {three}").format(
            model=model,
            near=f"{found[model, 1, near]:.0%}",
            n=far,
            far=f"{found[model, 1, far]:.0%}",
            three=f"{found[model, 3, near]:.0%}",
        )
        for model in dict.fromkeys(row["model"] for row in rows)
    ]
    return _("{looks}.").format(looks=_("; ").join(says))
