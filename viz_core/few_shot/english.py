"""Tasks in English."""

from viz_core.few_shot.stories import eats, knows
from viz_core.few_shot.task import Row, Task, pairs
from viz_core.i18n import N_
from viz_core.recall.english import ENGLISH

_OPPOSITES = pairs(
    "big small, happy sad, up down, day night, good bad, fast slow, old new, open closed,"
    "hot cold, wet dry, hard soft, light dark, full empty, high low, long short, clean dirty,"
    "rich poor, strong weak, thick thin, near far, early late, left right, black white, first last,"
    "inside outside, love hate, loud quiet, true false"
)
_CAPITALS = pairs(
    "France Paris, Italy Rome, Spain Madrid, Japan Tokyo, Russia Moscow, England London,"
    "Greece Athens, Cuba Havana, Germany Berlin, China Beijing, Egypt Cairo, Portugal Lisbon,"
    "Austria Vienna, Poland Warsaw, Sweden Stockholm, Norway Oslo, Finland Helsinki,"
    "Ireland Dublin, Peru Lima, Kenya Nairobi, Turkey Ankara, Hungary Budapest, Thailand Bangkok,"
    "Canada Ottawa, Chile Santiago, Belgium Brussels, Denmark Copenhagen, Iran Tehran"
)
_FRENCH = pairs(
    "cat chat, house maison, water eau, red rouge, friend ami, two deux, day jour, book livre,"
    "dog chien, bread pain, white blanc, black noir, green vert, hand main, tree arbre, sun soleil,"
    "moon lune, night nuit, king roi, queen reine, sea mer, fish poisson, milk lait,"
    "cheese fromage, door porte, school école, one un, three trois"
)
_GOOD, _BAD = "good", "bad"
_FEELINGS = tuple(
    Row((text,), _GOOD if n % 2 == 0 else _BAD)
    for n, text in enumerate(
        (
            "We laughed and played all day.",
            "The soup was cold and I felt sick.",
            "Everybody loved the new song.",
            "My bike broke and I cried.",
            "She got a lovely present.",
            "The dog bit him and he was hurt.",
            "They won the game and cheered.",
            "The house burned down.",
            "The cake was sweet and fresh.",
            "He lost his favorite toy.",
            "Grandma told us a funny story.",
            "The storm took our roof away.",
            "I found a new friend.",
            "Nobody came to her party.",
            "The sun was warm and the sea was calm.",
            "The baby was ill and cried all night.",
            "Dad gave me a big hug.",
            "The boys were mean to the little cat.",
            "We danced and sang together.",
            "The milk was sour and smelled.",
            "She smiled and said thank you.",
            "He fell and broke his arm.",
            "The flowers were pretty and bright.",
            "The train was late and we missed the show.",
            "The children shared their sweets.",
            "A thief took all her money.",
            "The puppy was healthy again.",
            "It rained and our tent was full of water.",
        )
    )
)
TASKS = (
    knows(ENGLISH, N_("who eats what")),
    eats(ENGLISH, N_("the food of an animal")),
    Task(
        "opposites",
        "en",
        N_("opposites"),
        "The opposite of {0} is",
        "The opposite of {0} is {answer}.",
        _OPPOSITES,
    ),
    Task(
        "capitals",
        "en",
        N_("capitals"),
        "The capital of {0} is",
        "The capital of {0} is {answer}.",
        _CAPITALS,
    ),
    Task(
        "translation",
        "en",
        N_("English to French"),
        "The French word for {0} is",
        "The French word for {0} is {answer}.",
        _FRENCH,
    ),
    Task(
        "feelings",
        "en",
        N_("good or bad"),
        "{0} This is",
        "{0} This is {answer}.",
        _FEELINGS,
    ),
)
