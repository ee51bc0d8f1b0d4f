"""Text <-> token ids <-> the token strings that a figure shows.

One byte-level BPE serves all story models, one over characters the translation model. A space is
put before the text, so that a word has the same token at the start and in the middle; decoding
takes exactly that space away again, so every Unicode text comes back as it was. Text is text: what
looks like a special token is spelled out, except where a model's input form asks for it ([MASK]
and [SEP] of the encoder).

Source: Sennrich et al. 2016 (BPE); Radford et al. 2019 (over bytes).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from viz_core.files import write_whole

PAD, CLS, SEP, MASK, END = "[PAD]", "[CLS]", "[SEP]", "[MASK]", "[EOT]"
BOS, EOS = "[BOS]", "[EOS]"
SPECIAL = (PAD, CLS, SEP, MASK, END)


@dataclass(frozen=True)
class Encoded:
    """A text as a model reads it: ids, the strings they stand for, and the segment of each."""

    ids: tuple[int, ...]
    strings: tuple[str, ...]
    special: tuple[bool, ...]
    segments: tuple[int, ...]


@dataclass(frozen=True)
class EncodedPair(Encoded):
    """A source as a model reads it, and the target beside it."""

    target: Encoded


class SubwordTokenizer:
    """What the tokenizers have in common: a BPE, special tokens before all others.

    Args:
        tokenizer: a trained tokenizer of the `tokenizers` library.
    """

    special: tuple[str, ...]  # the special tokens, their ids their places
    language: str  # that it was made for, a code
    kept: tuple[str, ...] = ()  # those of them that are typed, not put there by an input form

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.encode_special_tokens = True  # typed text can't smuggle in a special token
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, path: Path) -> Self:
        return cls(Tokenizer.from_file(str(path)))

    def save(self, path: Path) -> None:
        write_whole(path, self._tokenizer.to_str(pretty=True).encode())

    @property
    def library(self) -> Tokenizer:
        """What the `tokenizers` library has of it, such as how it cuts a text into words."""
        return self._tokenizer

    @cached_property
    def model(self) -> dict[str, Any]:
        """What its file says of its algorithm: which it is, its pieces, its rules."""
        found: dict[str, Any] = json.loads(self._tokenizer.to_str())["model"]
        return found

    @property
    def vocab_size(self) -> int:
        return int(self._tokenizer.get_vocab_size())

    @property
    def is_whole(self) -> bool:
        """Whether the special tokens stand where this class has them, and all others can be named.

        A tokenizer of another class reads texts too, but as other tokens.
        """
        places = [self._tokenizer.token_to_id(token) for token in self.special]
        try:
            return places == [*range(len(self.special))] and len(self._vocabulary) > 0
        except KeyError:  # a token's name is not spelled in this class's alphabet
            return False

    @property
    def special_ids(self) -> frozenset[int]:
        """The ids of all special tokens."""
        return frozenset(range(len(self.special)))

    def special_id(self, token: str) -> int:
        """The id of one of the special tokens."""
        if token not in self.special:
            raise ValueError(f"{token} is not a special token; there are {self.special}")
        return self.special.index(token)

    def spaced(self, text: str) -> str:
        """The text as it is cut: with a space before it, so that its first word is like others."""
        return f" {text}" if text else ""

    def encode(self, text: str) -> list[int]:
        """The ids of a text, no special token among them; an empty text has none."""
        return self._encode_raw(self.spaced(text))

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """`encode` for many texts at once."""
        batch = self._tokenizer.encode_batch([self.spaced(text) for text in texts], False)
        return [encoding.ids for encoding in batch]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids from `encode`; special tokens are left out."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True)).removeprefix(" ")

    def string(self, i: int) -> str:
        """What one id stands for: text with its leading space, or `<E6>` for a lone byte."""
        return self._vocabulary[i]

    def strings(self, ids: Sequence[int]) -> tuple[str, ...]:
        """What each id of a text stands for, as `string`.

        The space that `encode` put before the text belongs to the first token and is not shown.
        """
        strings = [self.string(i) for i in ids]
        first = next((n for n, i in enumerate(ids) if i not in self.special_ids), None)
        if first is not None and len(strings[first]) > 1:
            strings[first] = strings[first].removeprefix(" ")
        return tuple(strings)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Each id's string as a word in small letters, to see which are alike."""
        return tuple(string.strip().lower() for string in self._vocabulary)

    @cached_property
    def _vocabulary(self) -> tuple[str, ...]:
        """Each id's string, byte pieces in hex."""
        names = (self._tokenizer.id_to_token(i) or "" for i in range(self.vocab_size))
        return tuple(
            name if i < len(self.special) else self._spelled(name) for i, name in enumerate(names)
        )

    def _spelled(self, name: str) -> str:
        """What stands for a token of this name in a figure."""
        raise NotImplementedError

    def _encode_raw(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _encoded(self, ids: Sequence[int], segments: Sequence[int] | None = None) -> Encoded:
        form = {self.special_id(token) for token in self.special if token not in self.kept}
        special = tuple(i in form for i in ids)
        return Encoded(tuple(ids), self.strings(ids), special, tuple(segments or [0] * len(ids)))


class StoryTokenizer(SubwordTokenizer):
    """The byte-level BPE of the story models."""

    special = SPECIAL
    language = "en"
    kept = (MASK,)  # [MASK] was typed, the others the form put there

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

    def for_decoder(self, text: str) -> Encoded:
        """[EOT] (end of text), then the text: where one story ended, the next begins."""
        ids = [self.special_id(END), *self.encode(text)]
        return self._encoded(ids)

    def document(self, text: str) -> list[int]:
        """A whole document, behind a token that is given and foretells its first one."""
        return [self.special_id(END), *self.encode(text)]

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

    def _encode_masked(self, text: str) -> list[int]:
        ids: list[int] = []
        for piece in re.split(r"(\s?\[MASK\])", self.spaced(text)):
            masked = piece.strip() == MASK
            ids += [self.special_id(MASK)] if masked else self._encode_raw(piece)
        return ids

    def _spelled(self, name: str) -> str:
        raw = bytes(BYTE_OF[char] for char in name)
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return "".join(f"<{byte:02X}>" for byte in raw)


class TranslationTokenizer(SubwordTokenizer):
    """The BPE over characters that the translation model's two languages share.

    Chinese is written without spaces, so its pieces begin anywhere and it gets no leading space.
    A character that the model never learned is spelled in the bytes of UTF-8.
    """

    special = (PAD, BOS, EOS)
    language = "zh"

    @classmethod
    def train(
        cls, texts: Sequence[str], vocab_size: int, min_count: int = 2
    ) -> TranslationTokenizer:
        """Learn the merges from texts that are already cut where no piece may reach across.

        Args:
            min_count: a character that occurs less often is left to its bytes.
        """
        counts = Counter(char for text in texts for char in text)
        alphabet = {char for char, n in counts.items() if n >= min_count}
        alphabet |= {chr(code) for code in range(0x20, 0x7F)}
        trainer = trainers.BpeTrainer(
            vocab_size=vocab_size,
            special_tokens=[*cls.special, *BYTE_PIECES],
            limit_alphabet=len(alphabet),
            initial_alphabet=sorted(alphabet),
            show_progress=False,
        )
        tokenizer = Tokenizer(models.BPE(byte_fallback=True))
        tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_WORDS), "isolated")
        tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
        tokenizer.train_from_iterator(texts, trainer)
        file = json.loads(tokenizer.to_str())  # the bytes are pieces like others, not special
        file["added_tokens"] = [t for t in file["added_tokens"] if t["content"] in cls.special]
        return cls(Tokenizer.from_str(json.dumps(file)))

    def spaced(self, text: str) -> str:
        return text if not text or HAN.match(text) else f" {text}"

    def for_source(self, text: str) -> Encoded:
        """The text, then [EOS]."""
        return self._encoded([*self.encode(text), self.special_id(EOS)])

    def for_target(self, text: str) -> Encoded:
        """[BOS], then the text: what the decoder has read when it says what comes next."""
        return self._encoded([self.special_id(BOS), *self.encode(text)])

    def continued(self, encoded: Encoded, ids: Sequence[int]) -> Encoded:
        """A text with tokens put behind it; those that end it are left out."""
        return self._encoded([*encoded.ids, *(i for i in ids if i >= len(self.special))])

    def characters(self, ids: Iterable[int]) -> list[int]:
        """The same text in the smallest pieces there are."""
        cut: list[int] = []
        for i in ids:
            string = self.string(i)
            whole = len(string) == 1 or self._spells_byte(i)
            cut += [i] if whole else [n for char in string for n in self._encode_raw(char)]
        return cut

    def _spells_byte(self, i: int) -> bool:
        return len(self.special) <= i < len(self.special) + len(BYTE_PIECES)

    def _spelled(self, name: str) -> str:
        return f"<{name[3:5]}>" if name in BYTE_PIECES else name


def _byte_alphabet() -> dict[int, str]:
    """Byte -> the character by which the BPE's files name it (GPT-2's table)."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in plain]
    named = {byte: chr(byte) for byte in plain}
    return named | {byte: chr(256 + n) for n, byte in enumerate(rest)}


BYTE_OF = {char: byte for byte, char in _byte_alphabet().items()}
BYTE_PIECES = tuple(f"<0x{byte:02X}>" for byte in range(256))
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]")  # and its marks
_WORDS = r"\p{Han}+|'(?:[sdmt]|ll|ve|re)| ?[^\s\p{Han}\p{N}\p{P}\p{S}]+| ?\p{N}| ?[\p{P}\p{S}]|\s"
