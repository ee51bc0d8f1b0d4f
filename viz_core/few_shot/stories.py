"""The two tasks of the world of recall stories: what an animal eats, and who is what."""

from __future__ import annotations

from viz_core.few_shot.task import N_EXAMPLES, N_QUERIES, Row, Task
from viz_core.recall.stories import is_held_out
from viz_core.recall.world import World


def knows(world: World, title: str) -> Task:
    """Facts in the examples, and a question that only one of them answers.

    "Tom is a cat. Lily is a dog. Tom's favorite food is" ends in fish for a model that finds Tom.
    """
    animals = world.animals
    order = [animals[n % len(animals)] for n in range(N_EXAMPLES + N_QUERIES)]
    told = _filled(world, world.told[0])
    return Task(
        _code("facts", world),
        world.language,
        title,
        _filled(world, world.asked[0]),
        told,
        _rows(world, order),
        recalls=True,
        joiner=world.joiner,
    )


def eats(world: World, title: str) -> Task:
    """Whole stories as examples, and one that lacks its end: its animal stands in none of them."""
    animals = world.animals
    shown, asked = animals[:N_EXAMPLES], animals[N_EXAMPLES:]
    order = [*shown, *(asked[n % len(asked)] for n in range(N_QUERIES))]
    question = world.joiner.join((_filled(world, world.told[0]), _filled(world, world.asked[0])))
    return Task(
        _code("food", world),
        world.language,
        title,
        question,
        f"{question}{world.joiner}{{answer}}{world.stop}",
        _rows(world, order),
        joiner=world.joiner,
    )


def _code(name: str, world: World) -> str:
    """The name of a task in links; that of English has no language behind it."""
    return name if world.language == "en" else f"{name}-{world.language}"


def _filled(world: World, form: str) -> str:
    """A form of the world with places as tasks have them."""
    return form.format(name="{0}", measure="{2}", animal="{1}", food="{answer}")


def _rows(world: World, animals: list[str]) -> tuple[Row, ...]:
    """A name, its animal and its food: rows that stand together have different names.

    Pairs of name and animal are such as stand in no generated training story, where there is one.

    Where a language counts animals with a word, that is given, too.
    """
    rows: list[Row] = []
    for at, animal in enumerate(animals):
        behind = rows[: max(0, at + N_EXAMPLES - len(animals))]  # rows go round
        near = {row.given[0] for row in (*rows[1 - N_EXAMPLES :], *behind)}
        name = _name(world, animal, near, [row.given[0] for row in rows])
        measure = (world.measures[animal],) if world.measures else ()
        rows.append(Row((name, animal, *measure), world.foods[animal]))
    return tuple(rows)


def _name(world: World, animal: str, near: set[str], used: list[str]) -> str:
    """A name that is not near, whose pair with the animal is held out, used least so far."""

    def unfit(name: str) -> tuple[bool, bool, int]:
        return name in near, not is_held_out(name, animal), used.count(name)

    return min(world.names, key=unfit)
