"""Recall stories in English, of Tom who is a cat and of what he likes best."""

from pathlib import Path

from viz_core.recall.english import facts
from viz_core.recall.english.names import NAMES, UNSEEN_NAMES, invented_name
from viz_core.recall.world import World

ENGLISH = World(
    language="en",
    foods={
        "cat": "fish",
        "dog": "bones",
        "rabbit": "carrots",
        "monkey": "bananas",
        "mouse": "cheese",
        "horse": "hay",
        "bird": "seeds",
        "bear": "honey",
        "panda": "bamboo",
        "cow": "grass",
        "frog": "flies",
        "squirrel": "nuts",
    },
    told=(
        "{name} is a {animal}.",
        "{name} was a {animal}.",
        "{name} is a little {animal}.",
        "{name} is a big {animal}.",
    ),
    told_shares=(6, 1, 1, 1),
    asked=("{name}'s favorite food is", "{name} eats", "{name} likes to eat"),
    asked_shares=(4, 1, 1),
    terse_told=("{name}", " is", " a", " {animal}"),
    terse_asked=("{name}", "'s", " favorite", " food", " is", " {food}"),
    small=frozenset((" is", " a", "'s", " favorite")),
    joiner=" ",
    stop=".",
    names=NAMES,
    unseen_names=UNSEEN_NAMES,
    invent=invented_name,
    unseen_sentences_at=Path(__file__).parent / "unseen_sentences.txt",
    prompt_chars=800,  # at most some 250 tokens: more would not fit into n_ctx
    facts=facts.FACTS,
)
