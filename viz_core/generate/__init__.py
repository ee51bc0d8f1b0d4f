"""From probabilities to text: greedy, sampled and beam decoding, one step at a time.

Nothing here knows a model: a `Writer` reads a text, its `Prefix` says how likely every next token
is, and what is chosen is read on. So all architectures are decoded alike, in time that grows
linearly with the text, because a prefix costs what its new tokens cost.
"""

from viz_core.generate.beam import MAX_WIDTH, beam_search, length_penalty
from viz_core.generate.choice import (
    STRATEGIES,
    TEMPERATURES,
    Settings,
    draw,
    filtered,
    likeliest,
    log_softmax,
)
from viz_core.generate.limits import LONGEST
from viz_core.generate.writing import (
    N_CANDIDATES,
    Candidate,
    Step,
    Writing,
    branched,
    greedy,
)

__all__ = [
    "LONGEST",
    "MAX_WIDTH",
    "N_CANDIDATES",
    "STRATEGIES",
    "TEMPERATURES",
    "Candidate",
    "Settings",
    "Step",
    "Writing",
    "beam_search",
    "branched",
    "draw",
    "filtered",
    "greedy",
    "length_penalty",
    "likeliest",
    "log_softmax",
]
