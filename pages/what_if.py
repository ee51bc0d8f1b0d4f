"""What if: change something about the pass and see what it was good for.

A student hides the word that the guess rests on and sees the guess fall. A lecturer switches heads
off, drops the positions or lifts the mask, and asks the audience first what will happen.
"""

from viz_core import ui
from viz_core.ui import _

ui.speak()
ui.title(
    _("What if it could not see that?"),
    _("The same model and the same text, with something taken away: before, after, difference."),
)
text = ui.text_input(ui.TOM_ASKED, ui.examples())
seen = ui.look_inside(text, ui.theme(), asks=True)
now = ui.changes_view(seen)
ui.show_effect(now)
ui.show_changed_attention(now)
ui.show_moved(now)
ui.copy_link("what_if", ui.WHAT_IF_KEYS)
