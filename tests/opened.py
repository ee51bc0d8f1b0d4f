"""Pages as AppTest opens them, and the numbers of their charts."""

import base64
import json
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[1]


def open_page(page, **links):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    for key, value in links.items():
        app.query_params[key] = value
    return app.switch_page(page).run()


def chart(app, index=0):
    return json.loads(app.get("plotly_chart")[index].proto.spec)


def numbers(values):
    """Plotly's typed arrays, back to numpy."""
    if not isinstance(values, dict):
        return np.array(values)
    flat = np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    shape = [int(n) for n in str(values.get("shape", flat.size)).split(",")]
    return flat.reshape(shape)


def said(app):
    """Everything that stands on a page as plain text."""
    return " ".join(element.proto.body for element in app.get("html"))


def unfold(app, name):
    """Open the fold with what stands behind a picture."""
    app.session_state[f"details_{name}"] = True
    return app.run()


def long_link(app):
    """The long address that "Share" of a page gives; nothing else on the page may be open."""
    app.session_state["share_open"] = True
    app.run()
    return next(c.value for c in app.code if "&v=" in c.value and " · " not in c.value)
