"""Tokenizers of other people's models: byte-level BPE, WordPiece, Unigram, BPE over characters.

They cut texts exactly as transformers does, but for two things: what a person types is text, so
no special token can be typed, except [MASK] where the model has one; and nothing is cut off.
Tokens are shown as our own are: with their leading space, a lone byte as `<E6>`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tokenizers import Tokenizer

from viz_core.tokenizers import BYTE_OF, END, EOS, HAN, MASK, SEP, Encoded, SubwordTokenizer

NEVER = -1  # the id of an end that a model without one can't write
FOREIGN = "\ue000"  # before the name of a token that texts of another language have
META = "\u2581"  # stands for a space in the names of Unigram and Metaspace tokens
_BYTE_PIECE = re.compile(r"<0x([0-9A-F]{2})>")


@dataclass(frozen=True)
class Form:
    """What a model's input form puts around a text.

    Attributes:
        before, behind: ids around a text; of a pair, around both.
        between: ids between two texts; None where the form takes one.
        start: ids before a second text that the model writes.
    """

    before: tuple[int, ...]
    behind: tuple[int, ...]
    between: tuple[int, ...] | None = None
    start: tuple[int, ...] = ()


class HubTokenizer(SubwordTokenizer):
    """A tokenizer that came with a model.

    Args:
        tokenizer: of the `tokenizers` library.
        special: role (`viz_core.tokenizers.SPECIAL` and so on) -> id.
        n_rows: how many tokens the model's embedding has, which may be more than are named.
        start: ids before a second text that the model writes.
        target: the tokenizer of that second text, where it is another one.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        special: Mapping[str, int],
        n_rows: int,
        start: Sequence[int] = (),
        target: Tokenizer | None = None,
    ) -> None:
        self.roles, self.n_rows = dict(special), n_rows
        whole = json.loads(tokenizer.to_str())
        self._spell = _speller(whole)
        self._wordpiece = whole["model"].get("type") == "WordPiece"
        self._spaces = _adds_no_space(whole)
        self._all_special = frozenset(
            token["id"] for token in whole["added_tokens"] if token["special"]
        ) | frozenset(special.values())
        super().__init__(_typed(whole, special.get(MASK)))
        self._target = self._tokenizer if target is None else _typed(json.loads(target.to_str()))
        self.form = _form(self._tokenizer, tuple(start))

    @property
    def vocab_size(self) -> int:
        return self.n_rows

    @property
    def n_named(self) -> int:
        """One more than the largest id that has a name."""
        return 1 + max(self._tokenizer.get_vocab(with_added_tokens=True).values(), default=-1)

    @property
    def special_ids(self) -> frozenset[int]:
        return self._all_special

    def special_id(self, token: str) -> int:
        if token in (END, EOS):
            return self.roles.get(token, NEVER)
        if token not in self.roles:
            raise ValueError(f"this tokenizer has no {token}; it has {', '.join(self.roles)}")
        return self.roles[token]

    def spaced(self, text: str) -> str:
        return f" {text}" if text and self._spaces else text

    def encode(self, text: str) -> list[int]:
        return list(self._target.encode(self.spaced(text), add_special_tokens=False).ids)

    def decode(self, ids: Sequence[int]) -> str:
        text = str(self._target.decode(list(ids), skip_special_tokens=True))
        return text.replace(FOREIGN, "").removeprefix(" ")

    def strings(self, ids: Sequence[int]) -> tuple[str, ...]:
        strings = [self.string(i) for i in ids]
        first = next((n for n, i in enumerate(ids) if i not in self._all_special), None)
        if first is not None and len(strings[first]) > 1:
            strings[first] = strings[first].removeprefix(" ")
        return tuple(strings)

    def for_decoder(self, text: str) -> Encoded:
        """The text as the model's authors have it read: most put nothing around it."""
        return self._around([text])

    def document(self, text: str) -> list[int]:
        """A whole document; where the form puts nothing before it, the end of another stands there.

        Source: Radford et al. 2019 part documents so.
        """
        ids = [*self.form.before, *self._cut(text, self._tokenizer)[0]]
        opened = bool(self.form.before) or END not in self.roles
        return ids if opened else [self.special_id(END), *ids]

    def for_encoder(self, text: str) -> Encoded:
        """One text or, parted by the text's own first [SEP], two; [MASK] may stand anywhere."""
        first, sep, second = text.partition(SEP)
        if self.form.between is None or not first.strip() or not second.strip():
            return self._around([text])
        return self._around([first.rstrip() if sep else first, second.lstrip()])

    def for_source(self, text: str) -> Encoded:
        """The text that is read, in its form."""
        return self._around([text])

    def for_target(self, text: str) -> Encoded:
        """What the decoder has read when it says what comes next."""
        ids, strings = self._cut(text, self._target) if text else ([], [])
        start = self.form.start
        return self._encoded_as([*start, *ids], [*map(self.string, start), *strings], len(start))

    def continued(self, encoded: Encoded, ids: Sequence[int]) -> Encoded:
        """A text with tokens put behind it; those that end it are left out."""
        more = [i for i in ids if i not in self._all_special]
        whole = [*encoded.ids, *more]
        return self._encoded_as(whole, self.strings(whole), sum(encoded.special))

    @cached_property
    def _vocabulary(self) -> tuple[str, ...]:
        return tuple(self._named(i) for i in range(self.n_rows))

    def _named(self, i: int) -> str:
        name = self._tokenizer.id_to_token(i)
        if name is None:
            return f"<{i}>"  # a row of the embedding that no token has
        if i == self.roles.get(MASK):
            return MASK
        return name if i in self._all_special else self._spell(name.removeprefix(FOREIGN))

    def _cut(self, text: str, tokenizer: Tokenizer) -> tuple[list[int], list[str]]:
        """Ids and strings of a text, no special token among them."""
        coded = tokenizer.encode(text.replace(MASK, self._mask), add_special_tokens=False)
        if not self._wordpiece:
            return list(coded.ids), list(self.strings(coded.ids))
        # a WordPiece doesn't say whether a space was before it, its place in the text does
        read = text.replace(MASK, self._mask)
        strings = []
        for i, (start, _end) in zip(coded.ids, coded.offsets, strict=True):
            spaced = start > 0 and read[start - 1].isspace() and i not in self._all_special
            strings.append(f"{' ' if spaced else ''}{self.string(i).strip()}")
        return list(coded.ids), strings

    @property
    def _mask(self) -> str:
        """What the tokenizer takes for the mask."""
        i = self.roles.get(MASK)
        return MASK if i is None else str(self._tokenizer.id_to_token(i))

    def _around(self, texts: Sequence[str]) -> Encoded:
        """One or two texts in the model's input form."""
        parts = [self._cut(text, self._tokenizer) for text in texts]
        ids, special = list(self.form.before), [True] * len(self.form.before)
        segments: list[int] = []
        strings = [self.string(i) for i in ids]
        for n, (cut, shown) in enumerate(parts):
            ends = self.form.behind if n == len(parts) - 1 else self.form.between or ()
            ids += [*cut, *ends]
            strings += [*shown, *map(self.string, ends)]
            special += [False] * len(cut) + [True] * len(ends)
            segments += [n] * (len(ids) - len(segments))
        return Encoded(tuple(ids), tuple(strings), tuple(special), tuple(segments))

    def _encoded_as(self, ids: Sequence[int], strings: Sequence[str], n_special: int) -> Encoded:
        """A text with so many tokens of its form before it."""
        special = [True] * n_special + [False] * (len(ids) - n_special)
        return Encoded(tuple(ids), tuple(strings), tuple(special), (0,) * len(ids))


def _typed(whole: dict[str, Any], mask: int | None = None) -> Tokenizer:
    """A tokenizer for what people type: whole texts, no special token but the mask."""
    for token in whole["added_tokens"]:
        if token["id"] == mask:
            token["special"] = False  # so that it is found in a text
    tokenizer = Tokenizer.from_str(json.dumps(whole))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def _form(tokenizer: Tokenizer, start: tuple[int, ...]) -> Form:
    """What a tokenizer's own template puts around one text, and between two."""
    bare = tokenizer.encode("a", add_special_tokens=False).ids
    one = tokenizer.encode("a").ids
    before, behind = _around(one, bare)
    two = tokenizer.encode("a", "a").ids
    if two[: len(before)] != one[: len(before)] or len(two) < len(one) + len(bare):
        return Form(before, behind, None, start)
    rest = two[len(before) + len(bare) :]  # what stands behind the first text
    between = rest[: len(rest) - len(bare) - len(behind)]
    return Form(before, behind, tuple(between) or None, start)


def _around(ids: Sequence[int], bare: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What stands before and behind some ids within others."""
    n = len(bare)
    at = next((i for i in range(len(ids)) if list(ids[i : i + n]) == list(bare)), 0)
    return tuple(ids[:at]), tuple(ids[at + n :])


def _speller(whole: Mapping[str, Any]) -> Callable[[str], str]:
    """What stands for a token of a name in a figure, by the kind of tokenizer."""
    if whole["model"].get("type") == "WordPiece":
        prefix = whole["model"].get("continuing_subword_prefix", "##")
        return lambda name: _of_word_piece(name, prefix)
    if any('"type": "ByteLevel"' in json.dumps(whole.get(part)) for part in _PARTS):
        return _of_bytes
    return _of_characters


_PARTS = ("pre_tokenizer", "decoder")


def _of_word_piece(name: str, prefix: str) -> str:
    """A word's beginning with a space before it, its other pieces, marks and Chinese without."""
    if name.startswith(prefix):
        return name.removeprefix(prefix)
    return f" {name}" if name[:1].isalnum() and not HAN.match(name) else name


def _of_bytes(name: str) -> str:
    """A token of a byte-level BPE; a name with other letters was added as it stands."""
    try:
        raw = bytes(BYTE_OF[char] for char in name)
    except KeyError:
        return name
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return "".join(f"<{byte:02X}>" for byte in raw)


def _of_characters(name: str) -> str:
    """A token of a Unigram, or of a BPE over characters."""
    if piece := _BYTE_PIECE.fullmatch(name):
        return f"<{piece[1]}>"
    return name.replace(META, " ")


def _adds_no_space(whole: Mapping[str, Any]) -> bool:
    """Whether a word within a text begins with a space that its tokenizer does not add itself."""
    steps = json.dumps(whole.get("pre_tokenizer"))
    return '"type": "ByteLevel"' in steps and '"add_prefix_space": true' not in steps
