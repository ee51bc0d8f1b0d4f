"""How good the models that see are, on digits that no training run has seen."""

from __future__ import annotations

from collections import Counter
from typing import Any

from viz_core.generate import greedy
from viz_core.pictures import Digits, write_picture
from viz_core.recall.measure import wilson
from viz_core.runners.base import Request
from viz_core.runners.pictures import PictureRunner, SeeingRunner
from viz_core.training.digits import DigitCorpus, sorts_of

SORTS = ("what it is", "is it even", "is it odd", "what comes next", "is it more than another")
NEIGHBOURS = 5


def naming(runner: PictureRunner, unseen: Digits) -> dict[str, Any]:
    """How often the likeliest name is right."""
    right = [
        runner.run(Request(write_picture(picture), want=("logits",))).top[0].token == str(name)
        for picture, name in zip(unseen.pictures, unseen.names, strict=True)
    ]
    return share(sum(right), len(right))


def answers(runner: SeeingRunner, unseen: Digits) -> dict[str, dict[str, Any]]:
    """How often a whole answer is right, word for word, by the sort of question."""
    right: Counter[str] = Counter()
    for n, (picture, name) in enumerate(zip(unseen.pictures, unseen.names, strict=True)):
        for sort, talks in zip(SORTS, sorts_of(int(name)), strict=True):
            talk = talks[n % len(talks)]
            asked = f"{write_picture(picture)} {talk.question}".strip()
            said = runner.decode(greedy(runner, runner.begin(asked)))
            right[sort] += said.split() == runner.decode(runner.encode_text(talk.answer)).split()
    return {sort: share(right[sort], len(unseen)) for sort in SORTS}


def neighbours(corpus: DigitCorpus) -> dict[str, Any]:
    """What the nearest digits of the same training data say, as a baseline."""
    from sklearn.neighbors import KNeighborsClassifier

    flat = {part: getattr(corpus, part).pictures.reshape(-1, 64) for part in ("train", "test")}
    model = KNeighborsClassifier(NEIGHBOURS).fit(flat["train"], corpus.train.names)
    found = model.predict(flat["test"]) == corpus.test.names
    return share(int(found.sum()), len(found))


def share(n_right: int, n: int) -> dict[str, Any]:
    """A share with its 95 % confidence interval."""
    low, high = wilson(n_right, n)
    return {"accuracy": round(n_right / n, 4), "low": low, "high": high, "n": n}


def pictures(runner: PictureRunner | SeeingRunner, corpus: DigitCorpus) -> dict[str, Any]:
    """All that is measured of a model that sees."""
    metrics: dict[str, Any] = {
        "test_split": f"{len(corpus.test)} digits of scikit-learn",
        "neighbours": neighbours(corpus),
    }
    if isinstance(runner, PictureRunner):
        return metrics | {"naming": naming(runner, corpus.test)}
    found = answers(runner, corpus.test)
    return metrics | {"naming": found[SORTS[0]], "answers": found}
