"""What is looked at on the More parameters page: pizzas, and the models fitted to their prices."""

from __future__ import annotations

from dataclasses import dataclass

from viz_core.figures.theme import Theme
from viz_core.foundations.fitting import Errors, Fit, Pizzas, draw, errors, fit, true_prices
from viz_core.i18n import _
from viz_core.lessons.parameters import link
from viz_core.ui.cache import cached
from viz_core.ui.inputs import choose, controls, number


@dataclass(frozen=True)
class FittingView:
    """Pizzas, and the model that is looked at among all of them.

    Attributes:
        depends: how many ingredients the price depends on, a name of `DEPENDS`.
        n: training pizzas.
        noise: in euros.
        n_parameters: of the model that is looked at.
    """

    depends: str
    n: int
    noise: float
    seed: int
    n_parameters: int
    theme: Theme

    @property
    def pizzas(self) -> tuple[Pizzas, Pizzas]:
        """Those to train with, and those that are unseen."""
        return cached(draw, depends=self.depends, n=self.n, noise=self.noise, seed=self.seed)

    @property
    def errors(self) -> Errors:
        """How far off every model is."""
        return cached(errors, depends=self.depends, n=self.n, noise=self.noise, seed=self.seed)

    @property
    def fit(self) -> Fit:
        """The model that is looked at, trained."""
        training, unseen = self.pizzas
        return cached(
            fit,
            training=training,
            unseen=unseen,
            n_parameters=self.n_parameters,
            seed=self.seed,
        )

    @property
    def note(self) -> str:
        """What stands on exported pictures."""
        return _("{n} pizzas · {depends} · noise {noise} € · seed {seed}").format(
            n=self.n,
            depends=link.DEPENDS.name(self.depends),
            noise=f"{self.noise:g}",
            seed=self.seed,
        )


def ingredients() -> list[str]:
    """What can be on a pizza, in the order in which models come to know it."""
    return [
        _("cheese"),
        _("ham"),
        _("mushrooms"),
        _("olives"),
        _("peppers"),
        _("onions"),
        _("tomatoes"),
        _("sweetcorn"),
        _("pineapple"),
        _("spinach"),
        _("garlic"),
        _("basil"),
        _("oregano"),
        _("chilli"),
    ]


def truth(view: FittingView) -> list[float]:
    """What a portion of each ingredient really costs, in euros."""
    found: list[float] = true_prices(view.depends).tolist()
    return found


def fitting_view(theme: Theme) -> FittingView:
    """Let the visitor choose how pizzas are drawn, and a model."""
    with controls("pizzas", _("Pizzas")):
        depends = choose(
            link.DEPENDS,
            _("The price depends on"),
            _("Every pizza has up to three portions of fourteen ingredients; so many cost money."),
        )
        n = int(number(link.PIZZAS, _("Training pizzas"), width=150))
        noise = number(
            link.NOISE,
            _("Noise (€)"),
            step=0.25,
            help_text=_("What a price has besides its ingredients: the standard deviation."),
        )
        seed = int(number(link.SEED, _("Seed"), help_text=_("Another number draws other pizzas.")))
    with controls("model", _("Parameters")):
        size = int(choose(link.PARAMETERS, _("Parameters: linear up to 15, then networks")))
    return FittingView(depends, n, noise, seed, size, theme)
