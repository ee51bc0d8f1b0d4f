"""Where the project's files lie: in a checkout, and in an installed package.

An installed package has what lies beside `viz_core` in a checkout (app.py, pages, checkpoints and
Streamlit's settings) in a folder of its own beside `viz_core`; pyproject.toml puts it there.
"""

from __future__ import annotations

from pathlib import Path

from viz_core.errors import InputError
from viz_core.i18n import _

CODE = Path(__file__).resolve().parents[1]  # holds `viz_core`
SHIPPED = CODE / "attention_atlas"
INSTALLED = (SHIPPED / "app.py").is_file()
ROOT = SHIPPED if INSTALLED else CODE  # holds app.py and what it needs
PAGES = ROOT / "pages"
CHECKPOINTS = ROOT / "checkpoints"


def checkout() -> Path:
    """The project's root, for whoever writes into it.

    Raises:
        InputError: this is an installed package.
    """
    if INSTALLED:
        raise InputError(
            _(
                "This writes into the project's folder, but {folder} holds an installed package. "
                "Run it in a checkout, after `make run`."
            ).format(folder=CODE)
        )
    return ROOT
