"""Home: what this is, and where to begin.

A newcomer types a sentence and lands on the first lesson with it.
"""

from viz_core import ui
from viz_core.ui import _

ui.speak()
ui.title(
    _("Type a sentence. Watch small language models think about it."),
    _("Every number on every page comes from a model that runs here and now on your text."),
)
text = ui.text_input(ui.TOM, ui.examples())
ui.open_lesson("pages/attention.py", _("See where each word looks"), text)
ui.model_table()
