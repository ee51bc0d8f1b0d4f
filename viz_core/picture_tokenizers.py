"""Tokenizers of models that see: a picture becomes sixteen tokens, words become theirs.

The ids of words are those of a small vocabulary; a patch is the id behind them that its own number
says, so it needs no place in the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from tokenizers import Tokenizer, models, pre_tokenizers

from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.pictures import glyph, patch_numbers, patches, read_picture
from viz_core.tokenizers import CLS, END, PAD, Encoded, SubwordTokenizer

MARKS_OF_A_SENTENCE = ".,?"


class PictureTokenizer(SubwordTokenizer):
    """Cuts a picture into patches; the words that a model can call it are its vocabulary."""

    special: tuple[str, ...] = (CLS,)
    language = "en"

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """A tokenizer that knows these words, and the special tokens before them."""
        vocabulary = {word: n for n, word in enumerate([*cls.special, *words])}
        tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=cls.special[0]))
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        return cls(tokenizer)

    def string(self, i: int) -> str:
        if i >= self.vocab_size:
            return glyph(i - self.vocab_size)
        return super().string(i)

    def patch_ids(self, picture: str) -> list[int]:
        """The tokens of a picture.

        Raises:
            InputError: it is none.
        """
        cut = patch_numbers(patches(read_picture(picture)))
        return [self.vocab_size + number for number in cut.tolist()]

    def for_encoder(self, text: str) -> Encoded:
        """[CLS], which asks what it is, then the picture."""
        return self._encoded([self.special_id(CLS), *self.patch_ids(text)])

    def _spelled(self, name: str) -> str:
        return name


class TalkTokenizer(PictureTokenizer):
    """Reads a picture, and words behind it."""

    special = (PAD, END)

    def for_decoder(self, text: str) -> Encoded:
        """[EOT], the picture, then the words behind it."""
        picture, _space, words = text.partition(" ")
        return self._encoded(
            [self.special_id(END), *self.patch_ids(picture), *self.encode(words.strip())]
        )

    def encode(self, text: str) -> list[int]:
        """The ids of some words.

        Raises:
            InputError: one is not in the vocabulary.
        """
        words = re.findall(r"\w+|[^\w\s]", text.lower())
        known = self.library.get_vocab()
        for word in words:
            if word not in known or word in self.special:
                said = [self.string(n).strip() for n in range(len(self.special), self.vocab_size)]
                raise InputError(
                    _("This model does not know the word “{word}”. It knows: {known}.").format(
                        word=word[:40], known=", ".join(said)
                    )
                )
        return [known[word] for word in words]

    def decode(self, ids: Sequence[int]) -> str:
        words = [self.string(i) for i in ids if i not in self.special_ids]
        return "".join(words).removeprefix(" ")

    def strings(self, ids: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.string(i) for i in ids)

    def _spelled(self, name: str) -> str:
        return name if name in MARKS_OF_A_SENTENCE else f" {name}"
