"""What stands in the table of models before anything of a model is read: one of our own.

That of other people is `viz_core.hub.entry.FolderEntry`, which answers the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from viz_core.checkpoints import TOKENIZER, WEIGHTS, read_checkpoint
from viz_core.kinds import Kind, kind_of
from viz_core.loading import build, read_sizes
from viz_core.models.architectures import ARCHITECTURES
from viz_core.runners.base import Card, Runner


@dataclass(frozen=True)
class Entry:
    """A registered model before anything of it is read.

    Attributes:
        architecture: a name of `viz_core.models.architectures.ARCHITECTURES`.
        lesson: the one page that the model was made for; the others don't offer it.
        size_of: the model that this one is another size of, or another seed: trained on the same
            batches, and shown beside it on the Scale page.
    """

    architecture: str
    title: str
    source: str
    lesson: str = ""
    size_of: str = ""

    @property
    def kind(self) -> str:
        """A name of `viz_core.kinds.KINDS`."""
        return ARCHITECTURES[self.architecture].kind

    @property
    def traits(self) -> Kind:
        """What models of this kind have in common."""
        return kind_of(self.kind)

    @property
    def model(self) -> str:
        """`module.Class` in `viz_core.models`."""
        return ARCHITECTURES[self.architecture].model

    @property
    def own(self) -> bool:
        """Whether it was trained here."""
        return True

    @property
    def waits(self) -> bool:
        """Whether it is loaded only when somebody asks for it."""
        return bool(self.lesson)

    @property
    def family(self) -> str:
        """What its architecture is called."""
        return self.architecture

    @property
    def precision(self) -> str:
        """How its weights are kept."""
        return "F32"

    def n_bytes(self, card: Card) -> int:
        """What it takes in memory."""
        return 4 * card.n_params

    def card(self, model_id: str) -> Card:
        """The card of a checkpoint whose sizes fit its weights.

        Raises:
            CheckpointError: it can't be used.
        """
        of, checkpoint = ARCHITECTURES[self.architecture], read_checkpoint(model_id)
        sizes, n_params = read_sizes(checkpoint, of)
        return Card(
            model_id,
            self.kind,
            self.title,
            self.source,
            n_params=n_params,
            n_layer=sizes.n_layer,
            n_head=checkpoint.config.get("n_head", 0),
            n_ctx=sizes.n_ctx,
            vocab_size=sizes.vocab_size,
            metrics=checkpoint.metrics,
            design=of.design,
        )

    def build(self, card: Card, trained: bool) -> Runner:
        """What runs it.

        Raises:
            CheckpointError: it can't be used.
        """
        checkpoint = read_checkpoint(card.model_id)
        return build(card, checkpoint, ARCHITECTURES[self.architecture], trained)

    def check_files(self, model_id: str) -> None:
        """See that its files are those that were written, byte by byte.

        Raises:
            CheckpointError: they are not.
        """
        checkpoint = read_checkpoint(model_id)
        for name in (WEIGHTS, TOKENIZER):
            checkpoint.sealed(name)

    def tokenizer_bytes(self, model_id: str) -> bytes | None:
        """What it cuts texts by."""
        return read_checkpoint(model_id).tokenizer.read_bytes()
