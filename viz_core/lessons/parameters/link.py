"""What the link of the More parameters page carries."""

from viz_core.foundations.fitting import MOST_PIZZAS, SIZES
from viz_core.i18n import N_
from viz_core.links import Choice, Link, Number, choice

DEPENDS = choice("depends", {"two": N_("two ingredients"), "ten": N_("ten ingredients")})
PIZZAS = Number("pizzas", "20", least=3, most=MOST_PIZZAS)
NOISE = Number("noise", "1", least=0, most=3)
SEED = Number("seed", "2", most=9_999)
PARAMETERS = Choice("parameters", "15", tuple(map(str, SIZES)))
LINK = Link("parameters", DEPENDS, PIZZAS, NOISE, SEED, PARAMETERS)
