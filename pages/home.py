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
ui.open_lesson("pages/compare.py", _("Ask every architecture the same question"), text)
ui.open_lesson("pages/memory.py", _("Watch an RNN and an LSTM remember"), text)
ui.open_lesson("pages/attention.py", _("See where each word looks"), text)
ui.open_lesson("pages/next_word.py", _("Let a story go on, word by word"), text)
ui.open_lesson("pages/translate.py", _("Watch a translation being written"), ui.EATING)
ui.open_lesson("pages/distance.py", _("See how far back each model can look"), text)
ui.open_lesson("pages/cost.py", _("See what a longer text costs"), text)
ui.model_table()
