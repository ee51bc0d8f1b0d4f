"""What the link of the Cost page carries."""

from viz_core.i18n import N_
from viz_core.links import Link, choice

WHAT = choice("what", {"time": N_("time"), "memory": N_("memory"), "steps": N_("steps")})
LINK = Link("cost", WHAT)
