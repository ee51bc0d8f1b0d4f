"""What the link of the Cost page carries."""

from viz_core.links import Link, choice

WHAT = choice("what", "time", "memory", "steps")
LINK = Link("cost", WHAT)
