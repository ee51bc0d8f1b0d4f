"""The table of our own models: what each is, before anything of it is read.

Those of other people are `viz_core.hub.entry.FolderEntry`, which answers the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from viz_core.checkpoints import TOKENIZER, WEIGHTS, read_checkpoint
from viz_core.i18n import N_
from viz_core.kinds import Kind, kind_of
from viz_core.loading import build, read_sizes
from viz_core.models.architectures import ARCHITECTURES, Architecture
from viz_core.runners.base import Card, Runner

if TYPE_CHECKING:
    from viz_core.tokenizers import SubwordTokenizer


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
    """

    architecture: str
    title: str
    source: str
    lesson: str = ""
    size_of: str = ""
    language: str = "en"
    tokenizer: str = ""

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
        """Whether it was trained here."""
        return True

    @property
    def waits(self) -> bool:
        """Whether it is loaded only when somebody asks for it."""
        return bool(self.lesson)

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
        of, checkpoint = self.built_of, read_checkpoint(model_id)
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
            design=of.design,
        )

    def build(self, card: Card, trained: bool) -> Runner:
        """What runs it.

        Raises:
            CheckpointError: it can't be used.
        """
        checkpoint = read_checkpoint(card.model_id)
        return build(card, checkpoint, self.built_of, trained)

    def check_files(self, model_id: str) -> None:
        """See that its files are those that were written, byte by byte.

        Raises:
            CheckpointError: they are not.
        """
        checkpoint = read_checkpoint(model_id)
        for name in (WEIGHTS, TOKENIZER):
            checkpoint.sealed(name)

    def tokenizer_key(self, model_id: str) -> str:
        """What models that cut texts alike have in common: the class, and the file's digest."""
        return f"{self.built_of.tokenizer} {read_checkpoint(model_id).seals[TOKENIZER]}"

    def open_tokenizer(self, model_id: str) -> SubwordTokenizer:
        """What it cuts texts with.

        Raises:
            CheckpointError: it is not the one that was written.
        """
        checkpoint = read_checkpoint(model_id)
        checkpoint.sealed(TOKENIZER)
        found: SubwordTokenizer = self.built_of.tokenizer_class.load(checkpoint.tokenizer)
        return found


def _chinese(architecture: str, title: str, source: str) -> Entry:
    """A story model that was raised on Chinese."""
    tokenizer = "chinese_tokenizer.ChineseTokenizer"
    return Entry(architecture, title, source, language="zh", tokenizer=tokenizer)


MODELS: dict[str, Entry] = {
    "rnn-stories": Entry("rnn", N_("RNN (Elman)"), "Elman 1990"),
    "lstm-stories": Entry("lstm", N_("LSTM"), "Hochreiter and Schmidhuber 1997"),
    "gru-stories": Entry("gru", N_("GRU"), "Cho et al. 2014"),
    "decoder-stories": Entry("decoder", N_("Decoder (GPT-2 style)"), "Radford et al. 2019"),
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
