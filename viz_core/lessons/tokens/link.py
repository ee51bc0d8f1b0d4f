"""What the link of the Words become numbers page carries."""

from viz_core import registry
from viz_core.links import Choice, Link, Number, Text, suggested

LONGEST = 240  # characters that are drawn


MODEL = Choice("model", "decoder-stories", lambda _state: registry.readers_of_text())
STEP = suggested(Number("step"))  # all rules of the text
TEXT = Text("text", "Tom and Nguyen eat noodles. 我正在吃饭 😀")
LINK = Link("tokens", TEXT, MODEL, STEP)
