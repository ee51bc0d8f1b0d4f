"""How often the presets of the Train page make their point, seed by seed: `python docs/seeds.py`.

Each run is that of the page, in this process on one thread. Seconds are of the processor.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import torch

from viz_core.lessons.train.presets import PRESETS
from viz_core.workshop.setup import Job, Setup
from viz_core.workshop.told import Point
from viz_core.workshop.trainer import Trainer

RISEN, DIVED = 0.4, 1.0  # least score and largest loss of a run in which an induction head formed
APART = 0.5  # nats by which the runs with and without residual connections differ at least


def trained(setup: Setup) -> tuple[list[Point], float]:
    """What is told of a run, and the processor's seconds that it took."""
    told: list[Point] = []
    began = time.process_time()
    Trainer(Job(setup)).train(lambda one: told.append(one.point), lambda: False)
    return told, time.process_time() - began


def copying(seed: int) -> tuple[bool, str]:
    """Whether the score rises and the loss dives."""
    points, seconds = trained(replace(PRESETS["copying"].setup, seed=seed))
    first, last = points[0], points[-1]
    assert first.match
    assert last.match
    half = next((p.step for p in points if p.match and p.match.score > RISEN), None)
    made = last.match.score >= RISEN and last.unseen <= DIVED
    return made, (
        f"score {first.match.score:.2f} -> {last.match.score:.2f}, above {RISEN} at step {half}, "
        f"loss {first.unseen:.2f} -> {last.unseen:.2f}, right {last.right:.2f}, {seconds:.0f} s"
    )


def residual(seed: int) -> tuple[bool, str]:
    """Whether the run with residual connections learns, and the one without does not."""
    preset = PRESETS["residual"]
    runs = [trained(setup) for setup in preset.setups(replace(preset.setup, seed=seed))]
    with_, without = (points[-1] for points, _seconds in runs)
    return without.unseen - with_.unseen >= APART, (
        f"loss with {with_.unseen:.2f}, without {without.unseen:.2f}; first layer's gradient "
        f"{with_.norms[0]:.1e} and {without.norms[0]:.1e}; {sum(s for _p, s in runs):.0f} s"
    )


def fact(seed: int) -> tuple[bool, str]:
    """Whether the decoder keeps the fact better than the RNN."""
    preset = PRESETS["fact"]
    runs = {setup.kind: trained(setup) for setup in preset.setups(replace(preset.setup, seed=seed))}
    right = {kind: points[-1].right for kind, (points, _seconds) in runs.items()}
    seconds = sum(seconds for _points, seconds in runs.values())
    return right["decoder"] > right["rnn"] + 0.3, f"right {right}, {seconds:.0f} s"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("preset", choices=("copying", "residual", "fact"))
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--seeds", type=int, default=10)
    given = asked.parse_args()
    torch.set_num_threads(1)
    measure = {"copying": copying, "residual": residual, "fact": fact}[given.preset]
    made = 0
    for seed in range(given.first, given.first + given.seeds):
        found, said = measure(seed)
        made += found
        print(f"seed {seed}: {'yes' if found else 'no '} {said}", flush=True)
    print(f"{given.preset}: {made} of {given.seeds}")


if __name__ == "__main__":
    main()
