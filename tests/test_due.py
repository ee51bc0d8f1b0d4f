"""The food that a typed story asks for."""

import pytest

from viz_core.recall.due import due
from viz_core.recall.worlds import WORLDS


@pytest.mark.parametrize(
    ("language", "text", "food"),
    [
        ("en", "Tom is a cat. Tom's favorite food is", "fish"),
        ("en", "Tom is a cat. Max is a dog. It rained. Tom's favorite food is", "fish"),
        ("en", "Tom is a dog. Tom is a cat. Tom eats", "fish"),
        ("en", "Tom is a cat. Max's favorite food is", None),
        ("en", "Tomtom is a cat. Tom's favorite food is", None),
        ("en", "Tom is a cat.", None),
        ("en", "", None),
    ],
)
def test_the_food_of_a_story(language, text, food):
    assert due(WORLDS[language], text) == food


@pytest.mark.parametrize("language", WORLDS)
def test_every_form_of_a_story_is_understood(language):
    world = WORLDS[language]
    pair = (world.known_names[0], world.animals[0])
    for told in world.told:
        for asked in world.asked:
            text = world.joiner.join((world.fill(told, pair), world.fill(asked, pair)))
            assert due(world, text) == world.foods[pair[1]], text
