"""What the link of the A line page carries."""

from collections.abc import Sequence
from dataclasses import dataclass

from viz_core.errors import InputError
from viz_core.foundations.points import LARGEST, read_points
from viz_core.links import Link, Number, State, Text

MOST_STEPS = 2_000


@dataclass(frozen=True)
class Points(Text):
    """Points of a plane, as `foundations.points` writes them."""

    def fault(self, values: Sequence[str], state: State) -> str:
        try:
            read_points(values[0])
        except InputError as error:
            return f"{self.key}: {error}"
        return super().fault(values, state)


POINTS = Points("points", "0.5,1.4 1,2.9 1.5,2.4 2,4.1 2.5,3.9 3,5.6 3.5,5.2 4,6.9")
POINT = Number("point")
A, B = (Number(key, "0", least=-LARGEST, most=LARGEST) for key in ("a", "b"))
RATE = Number("rate", "0.03", least=0, most=10)
MOMENTUM = Number("momentum", "0", least=0, most=0.99)
STEP = Number("step", "20", most=MOST_STEPS)  # the way down is seen at first sight
LINK = Link("line", POINTS, POINT, A, B, RATE, MOMENTUM, STEP)
