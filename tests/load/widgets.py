"""Widgets as a browser knows them: what stands in them, what a click makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates

Value = str | float | bool | tuple[str, ...] | tuple[float, ...] | None


@dataclass(frozen=True)
class Widget:
    """One widget of a page.

    Attributes:
        id: as the server names it.
        field: of `WidgetState` that carries its value.
        value: None where nothing is chosen.
        default: what it has in a fresh page; the address does not say it.
        parameter: its name in the address, if it stands there.
        options: of a choice; empty for all other widgets.
        least, most, step: of a number.
        fragment: part of the page that a click runs again; empty for the whole page.
    """

    id: str
    field: str
    value: Value
    default: Value
    parameter: str = ""
    options: tuple[str, ...] = ()
    least: float = 0
    most: float = float("inf")
    step: float = 1
    fragment: str = ""

    @property
    def key(self) -> str:
        """The key that the page gave it."""
        return self.id.split("-", 2)[-1]

    @property
    def next_value(self) -> Value:
        """What a click makes of it: the next option, the next number, the first behind the last.

        Raises:
            ValueError: a widget that a click does not change.
        """
        if self.field == "bool_value":
            return not self.value
        if self.field == "double_value" and isinstance(self.value, float):
            following = self.value + self.step
            return following if following <= self.most else self.least
        if self.field == "string_array_value" and isinstance(self.value, tuple):
            return (self._behind(str(self.value[0])) if self.value else self.options[0],)
        if self.field == "string_value" and self.options:
            return self._behind(str(self.value))
        raise ValueError(f"{self.key}: a click does not change a {self.field} of {self.value!r}")

    def _behind(self, option: str) -> str:
        return self.options[(self.options.index(option) + 1) % len(self.options)]

    def state(self) -> WidgetState:
        """Its value as it travels to the server."""
        state = WidgetState(id=self.id)
        if isinstance(self.value, tuple):
            getattr(state, self.field).data.extend(self.value)
        else:
            setattr(state, self.field, self.value)
        return state


def widget_of(element: Element) -> Widget | None:
    """The widget that an element is; None where it keeps no value, such as a button."""
    match element.WhichOneof("type"):
        case "text_input":
            return _text(element)
        case "number_input" | "slider":
            return _number(element)
        case "button_group" | "multiselect" | "selectbox":
            return _choice(element)
        case "checkbox":
            box = element.checkbox
            value = box.value if box.set_value else box.default
            return Widget(box.id, "bool_value", value, box.default, box.query_param_key)
        case _:
            return None


def was_set(element: Element) -> bool:
    """The page itself put the value there, whatever stood there before."""
    return bool(getattr(element, element.WhichOneof("type") or "").set_value)


def _text(element: Element) -> Widget:
    box = element.text_input
    value = box.value if box.set_value else box.default
    return Widget(box.id, "string_value", value, box.default, box.query_param_key)


def _number(element: Element) -> Widget:
    if element.WhichOneof("type") == "slider":
        bar = element.slider
        values = tuple(bar.value if bar.set_value else bar.default)
        default = tuple(bar.default)
        return Widget(bar.id, "double_array_value", values, default, bar.query_param_key)
    box = element.number_input
    return Widget(
        box.id,
        "double_value",
        box.value if box.set_value else box.default,
        box.default,
        box.query_param_key,
        least=box.min if box.has_min else 0,
        most=box.max if box.has_max else float("inf"),
        step=box.step,
    )


def _choice(element: Element) -> Widget:
    kind = element.WhichOneof("type")
    if kind == "selectbox":
        box = element.selectbox
        options = tuple(box.options)
        chosen = options[box.default] if box.HasField("default") else None
        value = (box.raw_value or None) if box.set_value else chosen
        return Widget(box.id, "string_value", value, chosen, box.query_param_key, options)
    group = element.button_group if kind == "button_group" else element.multiselect
    options = tuple(o if isinstance(o, str) else o.content for o in group.options)
    default = tuple(options[index] for index in group.default)
    values = tuple(group.raw_values) if group.set_value else default
    return Widget(group.id, "string_array_value", values, default, group.query_param_key, options)


def states(widgets: Iterable[Widget]) -> WidgetStates:
    """What a browser sends with a click: all widgets of the page that have a value."""
    return WidgetStates(widgets=[w.state() for w in widgets if w.value is not None])


def query(widgets: Iterable[Widget]) -> str:
    """The address's values: those that differ from a fresh page's."""
    values = {w.parameter: w.value for w in widgets if w.parameter and w.value != w.default}
    return urlencode(
        {key: str(v).lower() if isinstance(v, bool) else v for key, v in values.items()},
        doseq=True,
    )
