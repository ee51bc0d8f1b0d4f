"""Residual stream: what each layer adds, and what it would already say.

A student watches the answer form from layer to layer. A lecturer shows that a Transformer is a sum:
embedding, attentions and feed-forward networks add up to the very vector that chooses the word.
"""

from viz_core import ui
from viz_core.ui import _

ui.speak()
ui.title(
    _("What does each layer add?"),
    _("Every part reads one vector a word and adds to it: nothing is overwritten."),
)
text = ui.text_input(ui.TOM_ASKED, ui.examples())
seen = ui.look_inside(text, ui.theme(), asks=True)
flow = ui.stream_view(seen)
ui.show_stream(flow)
ui.copy_link("residual_stream", ui.STREAM_KEYS)
