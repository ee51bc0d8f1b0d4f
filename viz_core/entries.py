"""The table of our own models: what each is, before anything of it is read.

Those of other people are `viz_core.hub.entry.FolderEntry`, which answers the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from viz_core.checkpoints import (
    CONFIG,
    MADE,
    TOKENIZER,
    WEIGHTS,
    Checkpoint,
    UnusableError,
    read_checkpoint,
    read_object,
)
from viz_core.design import Design
from viz_core.i18n import N_
from viz_core.kinds import Kind, kind_of
from viz_core.loading import build, read_sizes
from viz_core.models.architectures import ARCHITECTURES, Architecture
from viz_core.models.config import BareConfig, Sizes
from viz_core.runners.base import Card, Runner

if TYPE_CHECKING:
    from viz_core.tokenizers import SubwordTokenizer

TRAIN = "train"  # the one page that offers a model that lacks parts
SOURCE = N_("trained on the Train page")
LONGEST_TITLE = 80


@dataclass(frozen=True)
class Entry:
    """A registered model before anything of it is read.

    Attributes:
        architecture: a name of `viz_core.models.architectures.ARCHITECTURES`.
        lesson: the one page that the model was made for; the others don't offer it.
        size_of: the model that this one is another size of, or another seed: trained on the same
            batches, and shown beside it on the Scale page.
        language: that it reads, a code such as `en`.
        tokenizer: `module.Class` in `viz_core`, where it is not that of the architecture.
        home: its folder, where it was not trained with this project's recipes.
    """

    architecture: str
    title: str
    source: str
    lesson: str = ""
    size_of: str = ""
    language: str = "en"
    tokenizer: str = ""
    home: Path | None = None

    @property
    def built_of(self) -> Architecture:
        """What builds and runs it."""
        row = ARCHITECTURES[self.architecture]
        return replace(row, tokenizer=self.tokenizer or row.tokenizer)

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
        """Whether it was trained with this project's recipes."""
        return self.home is None

    @property
    def waits(self) -> bool:
        """Whether it is loaded only when somebody asks for it."""
        return bool(self.lesson) or not self.own

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of all that it reads."""
        return (self.language,)

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
        of, checkpoint = self.built_of, self.checkpoint(model_id)
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
            language=self.language,
            design=_design(of, sizes),
        )

    def build(self, card: Card, trained: bool) -> Runner:
        """What runs it.

        Raises:
            CheckpointError: it can't be used.
        """
        checkpoint = self.checkpoint(card.model_id)
        return build(card, checkpoint, self.built_of, trained)

    def check_files(self, model_id: str) -> None:
        """See that its files are those that were written, byte by byte.

        Raises:
            CheckpointError: they are not.
        """
        checkpoint = self.checkpoint(model_id)
        for name in (WEIGHTS, TOKENIZER):
            checkpoint.sealed(name)

    def tokenizer_key(self, model_id: str) -> str:
        """What models that cut texts alike have in common: the class, and the file's digest."""
        return f"{self.built_of.tokenizer} {self.checkpoint(model_id).seals[TOKENIZER]}"

    def open_tokenizer(self, model_id: str) -> SubwordTokenizer:
        """What it cuts texts with.

        Raises:
            CheckpointError: it is not the one that was written.
        """
        checkpoint = self.checkpoint(model_id)
        checkpoint.sealed(TOKENIZER)
        found: SubwordTokenizer = self.built_of.tokenizer_class.load(checkpoint.tokenizer)
        return found

    def checkpoint(self, model_id: str) -> Checkpoint:
        """The readable part of its files.

        Raises:
            CheckpointError: they can't be used.
        """
        return read_checkpoint(model_id, folder=self.home)


def _design(of: Architecture, sizes: Sizes) -> Design | None:
    """How a model of these sizes computes, where that is not as others of its kind do."""
    if not (isinstance(sizes, BareConfig) and sizes.left_out):
        return of.design
    usual = of.design or kind_of(of.kind).design
    assert usual is not None
    return replace(usual, without=tuple(sizes.without.split()))


def is_brought(path: Path) -> bool:
    """Whether a folder is of a model that was trained on the Train page and taken home."""
    try:
        return MADE in read_object(path.name, path / CONFIG)
    except UnusableError:
        return False


def brought(path: Path, model_id: str) -> Entry:
    """The model of a folder that was taken home from the Train page.

    Its config.json says under `made` which of our architectures and tokenizers it is of, its
    language, and its title. Names that are not ours are refused; nothing else is looked up by them.

    Raises:
        UnusableError: it can't be used.
    """
    made = read_checkpoint(model_id, folder=path).made
    known = {
        "architecture": tuple(ARCHITECTURES),
        "tokenizer": ("tokenizers.StoryTokenizer", "chinese_tokenizer.ChineseTokenizer"),
        "language": ("en", "zh"),
    }
    for key, names in known.items():
        if made.get(key) not in names:
            raise UnusableError(
                model_id,
                N_("config.json says {name} {value}; it takes one of: {all}"),
                name=key,
                value=repr(made.get(key))[:60],
                all=", ".join(names),
            )
    architecture, tokenizer, language = (str(made[key]) for key in known)
    title = str(made.get("title", model_id))[:LONGEST_TITLE]
    entry = Entry(
        architecture, title, SOURCE, language=language, tokenizer=tokenizer, home=path.absolute()
    )
    lacks = bool(read_checkpoint(model_id, folder=path).config.get("without"))
    return replace(entry, lesson=TRAIN) if lacks else entry


def _chinese(architecture: str, title: str, source: str) -> Entry:
    """A story model that was raised on Chinese."""
    tokenizer = "chinese_tokenizer.ChineseTokenizer"
    return Entry(architecture, title, source, language="zh", tokenizer=tokenizer)


def _size(title: str) -> Entry:
    """Another size of the decoder of the stories."""
    return Entry("decoder", title, "Radford et al. 2019", "scale", "decoder-stories")


MODELS: dict[str, Entry] = {
    "rnn-stories": Entry("rnn", N_("RNN (Elman)"), "Elman 1990"),
    "lstm-stories": Entry("lstm", N_("LSTM"), "Hochreiter and Schmidhuber 1997"),
    "gru-stories": Entry("gru", N_("GRU"), "Cho et al. 2014"),
    "decoder-stories": Entry("decoder", N_("Decoder (GPT-2 style)"), "Radford et al. 2019"),
    "decoder-small": _size(N_("Decoder, a fifth of the size")),
    "decoder-small-2": _size(N_("Decoder, a fifth of the size, other first weights")),
    "decoder-large": _size(N_("Decoder, four times the size")),
    "llama-stories": Entry("llama", N_("Decoder (Llama style)"), "Touvron et al. 2023"),
    "encoder-stories": Entry("encoder", N_("Encoder (BERT style)"), "Devlin et al. 2019"),
    "transformer-zh-en": Entry(
        "encoder-decoder",
        N_("Transformer (encoder-decoder)"),
        "Vaswani et al. 2017",
        language="zh",
    ),
    "positions-none": Entry(
        "decoder", N_("Decoder without positions"), "Haviv et al. 2022", "positions"
    ),
    "positions-learned": Entry(
        "decoder", N_("Decoder, learned positions"), "Radford et al. 2018", "positions"
    ),
    "positions-sinusoidal": Entry(
        "decoder", N_("Decoder, sinusoids"), "Vaswani et al. 2017", "positions"
    ),
    "positions-rotary": Entry(
        "decoder", N_("Decoder, rotary positions"), "Su et al. 2021", "positions"
    ),
    "positions-alibi": Entry("decoder", N_("Decoder, ALiBi"), "Press et al. 2022", "positions"),
}
# Models that have a recipe and no checkpoint yet: no page offers them. Shipping one moves its entry
# into `MODELS`, beside those of its kind.
PLANNED: dict[str, Entry] = {
    "rnn-zh": _chinese("rnn", N_("RNN (Elman)"), "Elman 1990"),
    "lstm-zh": _chinese("lstm", N_("LSTM"), "Hochreiter and Schmidhuber 1997"),
    "decoder-zh": _chinese("decoder", N_("Decoder (GPT-2 style)"), "Radford et al. 2019"),
    "encoder-zh": _chinese("encoder", N_("Encoder (BERT style)"), "Devlin et al. 2019"),
}
