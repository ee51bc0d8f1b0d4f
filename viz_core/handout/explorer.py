"""Every head of every layer of a trace, to be walked through in a browser without the app."""

from __future__ import annotations

import base64
import html
import json
import zlib
from dataclasses import asdict
from typing import Any

from viz_core.analysis.attention import crosses, is_causal, stacks
from viz_core.errors import InputError
from viz_core.figures.theme import FONT, THEMES, visible
from viz_core.figures.tokens import byte_groups
from viz_core.i18n import _
from viz_core.trace import Trace
from viz_core.ui.components import measure_names
from viz_core.ui.payload import head_grid_numbers, said

VIEWS = ("head_grid", "token_strip")  # the kit's, which it is made of


def explorer(trace: Trace, layer: int = 0, head: int = 0, word: int | None = None) -> str:
    """The element that the browser fills: tokens, and one byte a weight, deflated.

    Weights are off by at most 1/510 there, which the element says.

    Args:
        layer, head, word: what is opened at first; the last word where none is given.

    Raises:
        InputError: the trace has no attention weights.
    """
    if not trace.attentions:
        raise InputError(_("This trace has no attention weights: ask for “*.weights”."))
    told, numbers = [], b""
    for name, records in stacks(trace).items():
        queries, keys = (trace.tokens[records[0].streams[axis]] for axis in ("query", "key"))
        part = head_grid_numbers(records, keys)
        told.append(
            {
                "name": name,
                "size": len(part),
                "n_layer": len(records),
                "n_head": len(records[0].values),
                "keys": [visible(token) for token in keys.strings],
                "queries": [visible(token) for token in queries.strings],
                "crosses": crosses(records[0]),
                "causal": is_causal(records[0].name),
                "groups": byte_groups(keys.strings),
            }
        )
        numbers += part
    first = next(iter(stacks(trace).values()))[0]
    last = first.values.shape[first.axes.index("query")] - 1 if word is None else word
    data: dict[str, Any] = {
        "model": trace.model_id,
        "stacks": told,
        "at": [layer, head, last],
        "words": _words(),
        "themes": {name: {**asdict(theme), "font": FONT} for name, theme in THEMES.items()},
    }
    packed = base64.b64encode(zlib.compress(numbers, 9)).decode()
    text = html.escape(json.dumps(said(data), ensure_ascii=False), quote=True)
    return f'<div class="explorer" data-told="{text}" data-numbers="{packed}"></div>'


def _words() -> dict[str, Any]:
    return {
        "name": _("layer {layer}, head {head}"),
        "measures": measure_names(),
        "grid": _("All heads: choose one with the arrow keys, open it with Enter."),
        "strip": _("The sentence: move along the words with the left and right arrow keys."),
        "map": _("The map of one head: arrow keys move from cell to cell."),
        "looks": _("“{query}” looks at “{key}” with {share}"),
        "cell": _("{row} looks at {column}, {value}"),
        "summary": _("{query} looks most at {key}, {share}"),
        "table": _("Show the numbers as a table"),
        "stack": _("Attention of"),
        "query": _("query: looks ↓"),
        "key": _("key: looked at →"),
        "exact": _("Weights are kept to 1/255 here; the app has them exactly."),
    }
