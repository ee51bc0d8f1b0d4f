"""What the link of the Anatomy page carries."""

from viz_core.links import Link, model

MODEL = model(first="decoder-stories")
LINK = Link("anatomy", MODEL)
