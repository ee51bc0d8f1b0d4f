"""What the link of the Anatomy page carries."""

from viz_core.links import Link, model

MODEL = model()
LINK = Link("anatomy", MODEL)
