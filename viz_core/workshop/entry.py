"""A run as a model in the table of models, at one of its steps."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from viz_core.checkpoints import UnusableError
from viz_core.design import Design
from viz_core.entries import SOURCE, TRAIN
from viz_core.i18n import N_
from viz_core.kinds import Kind, kind_of
from viz_core.models.architectures import ARCHITECTURES, Architecture
from viz_core.runners.base import Card, Runner
from viz_core.workshop.hall import HALL
from viz_core.workshop.run import Run
from viz_core.workshop.setup import N_CTX

if TYPE_CHECKING:
    from torch import Tensor

    from viz_core.tokenizers import SubwordTokenizer

_ID = re.compile(r"([\w-]+)-(\d+)")


def model_id(run: Run, step: int) -> str:
    """The id of a run's model at a step of which there are weights."""
    return f"{run.id}-{step}"


def find(model: str) -> RunEntry | None:
    """The model of an id; None if there is no such run, or nothing of that step is kept."""
    parts = _ID.fullmatch(model)
    run = HALL.get(parts[1]) if parts else None
    if parts is None or run is None or int(parts[2]) not in run.snapshots or not run.about:
        return None
    return RunEntry(run, int(parts[2]))


@dataclass(frozen=True, eq=False)
class RunEntry:
    """One step of a run, as the table has it."""

    run: Run
    step: int
    size_of: str = ""
    waits: bool = True
    own: bool = False  # it is the visitor's

    @property
    def lesson(self) -> str:
        """Without its parts its arithmetic is not that of its kind: other pages don't offer it."""
        return TRAIN if self.run.setup.without else ""

    @property
    def built_of(self) -> Architecture:
        """What builds and runs it."""
        row = ARCHITECTURES[self.run.setup.architecture]
        return replace(row, tokenizer=str(self.run.about["reads_with"]))

    @property
    def kind(self) -> str:
        """A name of `viz_core.kinds.KINDS`."""
        return self.built_of.kind

    @property
    def traits(self) -> Kind:
        """What models of this kind have in common."""
        return kind_of(self.kind)

    @property
    def title(self) -> str:
        """For people: the run's name and the step."""
        return f"{self.run.name}, {self.step}"

    @property
    def source(self) -> str:
        """Where it is from."""
        return SOURCE

    @property
    def family(self) -> str:
        """What its architecture is called."""
        return self.run.setup.architecture

    @property
    def precision(self) -> str:
        """How its weights are kept."""
        return "F32" if self.step == self.run.state_step else "F16"

    @property
    def language(self) -> str:
        """The code of the language that it reads."""
        return str(self.run.about["language"])

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of all that it reads."""
        return (self.language,)

    @cached_property
    def design(self) -> Design | None:
        """How it computes."""
        usual = self.built_of.design or self.traits.design
        return replace(usual, without=self.run.setup.without) if usual else None

    def n_bytes(self, card: Card) -> int:
        """What it takes in memory."""
        return 4 * card.n_params

    def card(self, model_id: str) -> Card:
        """What can be said of it without loading it."""
        setup, about = self.run.setup, self.run.about
        return Card(
            model_id,
            self.kind,
            self.title,
            self.source,
            n_params=int(about["n_params"]),
            n_layer=setup.n_layer,
            n_head=setup.n_head if setup.attends else 0,
            n_ctx=N_CTX,
            vocab_size=int(about["sizes"]["vocab_size"]),
            language=self.language,
            design=self.design,
        )

    def build(self, card: Card, trained: bool) -> Runner:
        """What runs it, as it is at its step or as it was before the first one.

        Raises:
            UnusableError: the run was removed meanwhile.
        """
        run = HALL.get(self.run.id)
        if run is None or self.step not in run.snapshots:
            raise UnusableError(
                card.model_id, N_("its run was removed"), N_("Train it again, or take another one.")
            )
        of, about = self.built_of, run.about
        model = of.build(of.config.from_dict(dict(about["sizes"])))
        model.load_state_dict(weights_of(run, self.step if trained else min(run.steps)))
        runner: Runner = of.runner_class(card, model, self.open_tokenizer(card.model_id))
        return runner

    def check_files(self, model_id: str) -> None:
        """It has no files."""

    def tokenizer_key(self, model_id: str) -> str:
        """What the steps of a run have in common."""
        return f"{self.run.id}-"

    def open_tokenizer(self, model_id: str) -> SubwordTokenizer:
        """What it cuts texts with."""
        from tokenizers import Tokenizer

        text = str(self.run.about["tokenizer"])
        found: SubwordTokenizer = self.built_of.tokenizer_class(Tokenizer.from_str(text))
        return found


def weights_of(run: Run, step: int) -> dict[str, Tensor]:
    """A run's weights at a kept step: whole where the run would go on, else in half precision."""
    from safetensors.torch import load

    if step != run.state_step:
        return {name: tensor.float() for name, tensor in load(run.snapshots[step]).items()}
    tensors = load(run.state).items()
    return {k.removeprefix("model."): v for k, v in tensors if k.startswith("model.")}
