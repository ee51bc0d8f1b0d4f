"""How far writing goes before it stops."""

LONGEST = 200  # tokens of one generation
MAX_SECONDS = 5.0  # at a stretch
