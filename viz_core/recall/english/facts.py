"""Generated sentences on how things are: colours, what animals do, and why somebody was sad.

Every story model shall know that apples are red, however it is said. What visitors and tests type,
`OPENINGS` and `BLANKS`, stands in no generated text: a fact is told in other forms, and the forms
are used for other things.
"""

from __future__ import annotations

import random

from viz_core.recall.english.names import KNOWN_NAMES
from viz_core.recall.world import Facts, Line

OPENINGS = {
    "Apple is": ("red",),
    "The apple is": ("red",),
    "The sky is": ("blue",),
    "Snow is": ("white",),
    "Grass is": ("green",),
    "The sun is": ("yellow", "hot"),
}
REASONS = {"Lily was sad because": ("she",), "Tom was sad because": ("he",)}
BLANKS = {
    "The [MASK] ran after the ball and barked loudly.": "dog",
    "The [MASK] barked at the cat.": "dog",
    "The [MASK] said meow and drank the milk.": "cat",
    "The [MASK] flew up to its nest in the tree.": "bird",
    "The [MASK] swam in the water with its fins.": "fish",
    "The little [MASK] hopped away to eat a carrot.": "rabbit",
    "The [MASK] gave us milk and said moo.": "cow",
    "The [MASK] sat on a leaf in the pond and said ribbit.": "frog",
    "The [MASK] climbed the tree and ate a banana.": "monkey",
    "The farmer rode his [MASK] to the town.": "horse",
    "She was thirsty, so she drank some [MASK].": "water",
    "It rained all day, so the children got very [MASK].": "wet",
    "He was tired, so he went to [MASK].": "bed",
    "Lily kicked the [MASK] and it rolled away.": "ball",
    "They went to the park to [MASK] on the swings.": "play",
    "The boy blew out the candles on his birthday [MASK].": "cake",
    "Mom read him a [MASK] before he went to sleep.": "story",
    "At night the moon and the stars are in the [MASK].": "sky",
    "The girl was sad and began to [MASK].": "cry",
    "He opened the [MASK] and walked into the house.": "door",
}
_THINGS = {
    "red": "apple strawberry tomato cherry fire-truck rose heart",
    "blue": "sky sea ocean lake",
    "white": "snow milk cloud sheep swan egg",
    "green": "grass leaf frog tree cucumber pea",
    "yellow": "sun banana lemon duck corn chick",
    "black": "night crow coal spider",
    "orange": "orange carrot pumpkin",
    "hot": "sun fire soup oven",
    "cold": "ice snow winter ice-cream",
    "sweet": "honey sugar candy cake",
}
PROPERTIES = {how: tuple(things.split()) for how, things in _THINGS.items()}
_UNCOUNTED = frozenset(
    "snow grass milk coal ice honey sugar corn winter fire soup candy ice-cream "
    "sky sun sea ocean night".split()
)
_FORMS = (
    "{Thing} is {how}.",
    "{Thing} is {how}.",
    "{Thing} is {how}.",
    "The {thing} is {how}.",
    "The {thing} was {how}.",
    "This {thing} is {how}.",
    "Look at the {thing}! It is {how}.",
    "Is the {thing} {how}? Yes, the {thing} is {how}.",
    "Mom said that the {thing} is {how}.",
)
_COUNTED_FORMS = (
    "{A thing} is {how}.",
    "The big {thing} is {how}.",
    "{Things} are {how}.",
    "All {things} are {how}.",
)
_COLOR_FORMS = (
    "The color of the {thing} is {how}.",
    "What color is the {thing}? It is {how}.",
    "Paint the {thing} {how}.",
)
_DEEDS = {
    "dog": "barked|wagged its tail|barked at {whom}|ran after a stick|chased {whom} and barked",
    "cat": "meowed|purred|chased a mouse|licked its paws and purred|said meow",
    "bird": "sang a song|flew away|flew over the house|sat in its nest|said tweet",
    "fish": "swam away|swam in the sea|moved its fins",
    "duck": "swam on the pond|said quack|quacked at {whom}",
    "rabbit": "hopped away|ate a carrot|hopped over {whom}",
    "cow": "mooed|said moo|gave milk|ate grass and mooed",
    "frog": "jumped into the pond|croaked|said ribbit|croaked at {whom}",
    "monkey": "swung from tree to tree|ate a banana|climbed up the tree",
    "horse": "ran fast and neighed|pulled the cart|carried {whom} on its back",
    "bee": "buzzed|made honey|buzzed around {whom}",
    "lion": "roared|roared at {whom}",
    "mouse": "squeaked|ate the cheese|squeaked at {whom}",
    "sheep": "said baa|gave wool",
}
_WHOM = "the man|the girl|the boy|the children|the farmer|a stranger|the mailman".split("|")
_HOW = "|loudly|again|all day|in the garden|in the morning|at night|with joy".split("|")
_FEELINGS = "sad happy angry scared tired proud hungry excited".split()
_WHY = (
    "lost {pos} toy|could not find {pos} ball|had a new friend|saw a big spider|wanted to play"
    "|fell down|got a present|had no one to play with|missed {pos} mom|made a big cake"
).split("|")
_SHE = frozenset(
    "Lily Mia Anna Sue Amy Lucy Emma Sara Jane Kate Mary Ella Daisy Rose Bella Molly Sally Alice "
    "Grace Ruby Lola Nora".split()
)


def document(rng: random.Random, deeds: bool) -> list[Line]:
    """One to four generated sentences; each asks for the word that follows from what it is of.

    Args:
        deeds: tell also what animals did, for a model that reads behind the word it guesses.
    """
    tell = rng.choices((property_line, reason_lines, deed_line), (6, 3, 5 if deeds else 0))[0]
    return [line for _n in range(rng.choice((1, 1, 2, 4))) for line in tell(rng)]


def property_line(rng: random.Random) -> list[Line]:
    """How a thing is, in one of many forms, none of them typed in `OPENINGS`."""
    while True:
        how = rng.choice(list(PROPERTIES))
        thing = rng.choice(PROPERTIES[how])
        forms = _FORMS + (() if how in ("hot", "cold", "sweet") else _COLOR_FORMS)
        forms += () if thing in _UNCOUNTED else _COUNTED_FORMS
        text = _filled(rng.choice(forms), thing.replace("-", " "), how)
        if not is_typed(text):
            return [Line(text, asks=True)]


def deed_line(rng: random.Random) -> list[Line]:
    """What an animal did; the animal is known from its deed."""
    animal = rng.choice(list(_DEEDS))
    deed = rng.choice(_DEEDS[animal].split("|")).format(whom=rng.choice(_WHOM))
    how, which = rng.choice(_HOW), rng.choice(("The", "The", "The little", "One day a", "Our"))
    told = f"{which} {animal}"
    return [Line(told, asks=True), Line(f"{deed} {how}".strip() + ".", asks=False)]


def reason_lines(rng: random.Random) -> list[Line]:
    """Why somebody felt so: the word behind "because" follows from the name."""
    while True:
        name, feeling = rng.choice(KNOWN_NAMES), rng.choice(_FEELINGS)
        text = f"{name} was {feeling} because"
        if text in REASONS:
            continue
        he, his = ("she", "her") if name in _SHE else ("he", "his")
        why = rng.choice(_WHY).format(pos=his)
        return [Line(f"{text} {he}", asks=True), Line(f"{why}.", asks=False)]


def is_typed(text: str) -> bool:
    """Whether a sentence begins like one that is typed in `OPENINGS` or `REASONS`, or says it."""
    return any(f" {typed} " in f" {text} " for typed in (*OPENINGS, *REASONS))


def _filled(form: str, thing: str, how: str) -> str:
    """A form with its thing: {thing}, {Thing}, {things}, {Things}, {A thing}."""
    a = "an" if thing[0] in "aeiou" else "a"
    many = _PLURALS.get(thing, thing + "s")
    words = {
        "{Thing}": thing.capitalize(),
        "{thing}": thing,
        "{Things}": many.capitalize(),
        "{things}": many,
        "{A thing}": f"{a} {thing}".capitalize(),
        "{how}": how,
    }
    for place, word in words.items():
        form = form.replace(place, word)
    return form


_PLURALS = {
    **{"strawberry": "strawberries", "tomato": "tomatoes", "cherry": "cherries"},
    **{"leaf": "leaves", "sheep": "sheep", "frog": "frogs"},
}
FACTS = Facts(OPENINGS, REASONS, BLANKS, PROPERTIES, tuple(_DEEDS), document)
