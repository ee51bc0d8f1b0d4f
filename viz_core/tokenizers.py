"""Text <-> token ids <-> the token strings that a figure shows.

One byte-level BPE serves all story models. A space is put before the text, so that a word has the
same token at the start and in the middle; decoding takes exactly that space away again, so every
Unicode text comes back as it was. Text is text: what looks like a special token is spelled out,
except where a model's input form asks for it ([MASK] and [SEP] of the encoder).

Source: Sennrich et al. 2016 (BPE); Radford et al. 2019 (over bytes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

PAD, CLS, SEP, MASK, END = "[PAD]", "[CLS]", "[SEP]", "[MASK]", "[EOT]"
SPECIAL = (PAD, CLS, SEP, MASK, END)


@dataclass(frozen=True)
class Encoded:
    """A text as a model reads it: ids, the strings they stand for, and the segment of each."""

    ids: tuple[int, ...]
    strings: tuple[str, ...]
    special: tuple[bool, ...]
    segments: tuple[int, ...]


class StoryTokenizer:
    """The byte-level BPE of the story models.

    Args:
        tokenizer: a trained tokenizer of the `tokenizers` library.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.encode_special_tokens = True  # typed text can't smuggle in a special token
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, path: Path) -> StoryTokenizer:
        return cls(Tokenizer.from_file(str(path)))

    @classmethod
    def train(cls, texts: Iterable[str], vocab_size: int) -> StoryTokenizer:
        """Learn the merges from texts; each text gets the leading space that `encode` gives it."""
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=vocab_size,
            special_tokens=list(SPECIAL),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        tokenizer.train_from_iterator((" " + text for text in texts), trainer)
        return cls(tokenizer)

    def save(self, path: Path) -> None:
        self._tokenizer.save(str(path))

    @property
    def vocab_size(self) -> int:
        return int(self._tokenizer.get_vocab_size())

    def special_id(self, token: str) -> int:
        """The id of one of `SPECIAL`."""
        found = self._tokenizer.token_to_id(token)
        if found is None:
            raise ValueError(f"{token} is not a token; special ones are {SPECIAL}")
        return int(found)

    def encode(self, text: str) -> list[int]:
        """The ids of a text, no special token among them; an empty text has none."""
        return self._encode_raw(" " + text) if text else []

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """`encode` for many texts at once."""
        batch = self._tokenizer.encode_batch([" " + text for text in texts], False)
        return [encoding.ids if text else [] for text, encoding in zip(texts, batch, strict=True)]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids from `encode`; special tokens are left out."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))[1:]

    def for_decoder(self, text: str) -> Encoded:
        """[EOT] (end of text), then the text: where one story ended, the next begins."""
        ids = [self.special_id(END), *self.encode(text)]
        return self._encoded(ids, [0] * len(ids))

    def for_encoder(self, text: str) -> Encoded:
        """[CLS] first [SEP], or [CLS] first [SEP] second [SEP]; [MASK] may stand anywhere.

        The text's own first [SEP] parts the two sentences; a second one, or one that leaves a side
        empty, is text like any other.
        """
        first, sep, second = text.partition(SEP)
        if not first.strip() or not second.strip():
            first, sep, second = text, "", ""
        ids = [self.special_id(CLS), *self._encode_masked(first.rstrip() if sep else first)]
        ids.append(self.special_id(SEP))
        segments = [0] * len(ids)
        if sep:
            ids += [*self._encode_masked(second.lstrip()), self.special_id(SEP)]
            segments += [1] * (len(ids) - len(segments))
        return self._encoded(ids, segments)

    def string(self, i: int) -> str:
        """What one id stands for: text with its leading space, or `<E6>` for a lone byte."""
        return self._vocabulary[i]

    def strings(self, ids: Sequence[int]) -> tuple[str, ...]:
        """What each id of a text stands for, as `string`.

        The space that `encode` put before the text belongs to the first token and is not shown.
        """
        strings = [self.string(i) for i in ids]
        first = next((n for n, i in enumerate(ids) if i >= len(SPECIAL)), None)
        if first is not None and len(strings[first]) > 1:
            strings[first] = strings[first].removeprefix(" ")
        return tuple(strings)

    @cached_property
    def _vocabulary(self) -> tuple[str, ...]:
        """Each id's string, byte pieces in hex."""
        byte_of = {char: byte for byte, char in _byte_alphabet().items()}
        strings = []
        for i in range(self.vocab_size):
            token = self._tokenizer.id_to_token(i) or ""
            if i < len(SPECIAL):
                strings.append(token)
                continue
            raw = bytes(byte_of[char] for char in token)
            try:
                strings.append(raw.decode())
            except UnicodeDecodeError:
                strings.append("".join(f"<{byte:02X}>" for byte in raw))
        return tuple(strings)

    def _encode_raw(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _encode_masked(self, text: str) -> list[int]:
        ids: list[int] = []
        for piece in re.split(r"(\s?\[MASK\])", " " + text if text else ""):
            masked = piece.strip() == MASK
            ids += [self.special_id(MASK)] if masked else self._encode_raw(piece)
        return ids

    def _encoded(self, ids: Sequence[int], segments: Sequence[int]) -> Encoded:
        form = {self.special_id(token) for token in SPECIAL if token != MASK}
        special = tuple(i in form for i in ids)  # [MASK] was typed, the others the form put there
        return Encoded(tuple(ids), self.strings(ids), special, tuple(segments))


def _byte_alphabet() -> dict[int, str]:
    """Byte -> the character by which the BPE's files name it (GPT-2's table)."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in plain]
    named = {byte: chr(byte) for byte in plain}
    return named | {byte: chr(256 + n) for n, byte in enumerate(rest)}
