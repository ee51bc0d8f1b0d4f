"""How a tokenizer makes tokens of a text: the smallest pieces, joined by one rule after another.

Byte-pair encoding begins with characters or bytes. Of the rules that some neighbours meet, the one
that was learned first is applied, wherever it is met; again and again until none is.

Source: Sennrich et al. 2016, algorithm 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from viz_core.tokenizers import SubwordTokenizer

Rules = Mapping[tuple[int, int], tuple[int, int]]  # two ids -> the rule's rank, and what they make
WORD = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")  # Chinese has no spaces: its characters


@dataclass(frozen=True)
class Piece:
    """A piece of a text: one of the smallest, or two joined.

    Attributes:
        id: its number in the vocabulary.
        string: what it stands for, as `SubwordTokenizer.string`.
        first, after: the smallest pieces that it holds, from and to before.
        word: the part of the text that no rule reaches beyond.
        step: at which it is made, from 1; 0 for the smallest.
        rule: rank of the rule that makes it, from 0; None for the smallest.
        parts: the two pieces that it is made of, by their place in `Merging.pieces`.
        within: the piece that it becomes part of; None for a token.
    """

    id: int
    string: str
    first: int
    after: int
    word: int
    step: int = 0
    rule: int | None = None
    parts: tuple[int, int] | None = None
    within: int | None = None


@dataclass(frozen=True)
class Merging:
    """All pieces that a text passes through, those before that later ones are made of.

    Attributes:
        words: the parts of the text that no rule reaches beyond.
        n_rules: that the tokenizer has.
    """

    pieces: tuple[Piece, ...]
    words: tuple[str, ...]
    n_rules: int

    @property
    def n_smallest(self) -> int:
        """How many pieces the text begins with."""
        return sum(piece.parts is None for piece in self.pieces)

    @property
    def n_steps(self) -> int:
        """How many rules are applied."""
        return max((piece.step for piece in self.pieces), default=0)

    def at(self, step: int) -> list[Piece]:
        """The pieces after some steps, in the order of the text."""
        ended = [
            self.n_steps + 1 if p.within is None else self.pieces[p.within].step
            for p in self.pieces
        ]
        there = [p for p, end in zip(self.pieces, ended, strict=True) if p.step <= step < end]
        return sorted(there, key=lambda piece: piece.first)

    def made(self, step: int) -> list[Piece]:
        """The pieces that a step makes, in the order of the text."""
        return sorted((p for p in self.pieces if p.step == step > 0), key=lambda piece: piece.first)


def algorithm(tokenizer: SubwordTokenizer) -> str:
    """What the tokenizer is: BPE, Unigram, WordPiece, WordLevel."""
    return str(tokenizer.model["type"])


def ids_of(tokenizer: SubwordTokenizer, text: str) -> list[int]:
    """The ids of a text that is read."""
    return list(tokenizer.library.encode(tokenizer.spaced(text), add_special_tokens=False).ids)


def merging(tokenizer: SubwordTokenizer, text: str) -> Merging | None:
    """The way of a text from its smallest pieces to its tokens.

    Returns:
        None for a tokenizer that does not join pieces by rules, or not by these alone: what comes
        out has to be what it makes of the text itself.
    """
    model = tokenizer.model
    if model["type"] != "BPE" or model["ignore_merges"] or model["dropout"]:
        return None
    if model["continuing_subword_prefix"] or model["end_of_word_suffix"]:
        return None
    vocabulary: dict[str, int] = model["vocab"]
    rules = {
        (vocabulary[left], vocabulary[right]): (rank, vocabulary[left + right])
        for rank, (left, right) in enumerate(model["merges"])
    }
    words = _words(tokenizer, tokenizer.spaced(text))
    fallback = model["byte_fallback"]
    smallest = [_smallest(word, vocabulary, byte_fallback=fallback) for _text, word in words]
    pieces = tuple(_joined(smallest, rules, tokenizer))
    found = Merging(pieces, tuple(text for text, _word in words), len(rules))
    same = [piece.id for piece in found.at(found.n_steps)] == ids_of(tokenizer, text)
    return found if same else None


def log_likelihoods(tokenizer: SubwordTokenizer, ids: Sequence[int]) -> list[float] | None:
    """How likely each piece is by itself, as a natural logarithm, for a tokenizer that cuts by it.

    What was added to it later, such as a mask, is always cut out, as if its probability were 1.

    Source: Kudo 2018: of all ways to cut a text it takes that of the highest product.

    Returns:
        None for a tokenizer that does not know.
    """
    model = tokenizer.model
    if model["type"] != "Unigram":
        return None
    pieces = model["vocab"]
    return [float(pieces[i][1]) if i < len(pieces) else 0.0 for i in ids]


def tokens_by_word(tokenizer: SubwordTokenizer, text: str) -> tuple[list[str], list[int]]:
    """The words of a text, and how many tokens begin in each.

    A Chinese character counts as a word. Spaces belong to the word behind them, or to the last.
    """
    spaced = tokenizer.spaced(text)
    spans = [found.span() for found in WORD.finditer(spaced)]
    counts = [0] * len(spans)
    for start, _end in tokenizer.library.encode(spaced, add_special_tokens=False).offsets:
        at = next((n for n, (_first, after) in enumerate(spans) if after > start), len(spans) - 1)
        if at >= 0:
            counts[at] += 1
    return [spaced[first:after] for first, after in spans], counts


def _words(tokenizer: SubwordTokenizer, text: str) -> list[tuple[str, str]]:
    """The parts of a text that no piece reaches beyond, and how the vocabulary spells them."""
    library = tokenizer.library
    if library.normalizer is not None:
        text = library.normalizer.normalize_str(text)
    if library.pre_tokenizer is None:
        return [(text, text)]
    parts = library.pre_tokenizer.pre_tokenize_str(text)
    return [(text[first:after], word) for word, (first, after) in parts]


def _smallest(word: str, vocabulary: Mapping[str, int], *, byte_fallback: bool) -> list[int]:
    """The ids of a word's characters; of the bytes of one that the vocabulary has not."""
    ids = []
    for char in word:
        if char in vocabulary:
            ids.append(vocabulary[char])
        elif byte_fallback:
            ids += [vocabulary[f"<0x{byte:02X}>"] for byte in char.encode()]
    return ids


def _joined(
    words: Sequence[Sequence[int]], rules: Rules, tokenizer: SubwordTokenizer
) -> list[Piece]:
    """All pieces of words, from the smallest to those that no rule joins any more."""
    pieces: list[Piece] = []
    rows: list[list[int]] = []  # of each word, the places in `pieces` of what it is made of now
    for number, word in enumerate(words):
        first = len(pieces)
        pieces += [
            Piece(i, tokenizer.string(i), first + n, first + n + 1, number)
            for n, i in enumerate(word)
        ]
        rows.append([*range(first, len(pieces))])
    step = 0
    while (pair := _next_pair(rows, pieces, rules)) is not None:
        step += 1
        rank, made = rules[pair]
        for row in rows:
            at = 0
            while at + 1 < len(row):
                left, right = row[at], row[at + 1]
                if (pieces[left].id, pieces[right].id) == pair:
                    whole = Piece(
                        made,
                        tokenizer.string(made),
                        pieces[left].first,
                        pieces[right].after,
                        pieces[left].word,
                        step,
                        rank,
                        (left, right),
                    )
                    for part in (left, right):
                        pieces[part] = replace(pieces[part], within=len(pieces))
                    row[at : at + 2] = [len(pieces)]
                    pieces.append(whole)
                at += 1
    return pieces


def _next_pair(
    rows: Sequence[Sequence[int]], pieces: Sequence[Piece], rules: Rules
) -> tuple[int, int] | None:
    """Of the pairs of neighbours, the one whose rule was learned first."""
    pairs = {(pieces[left].id, pieces[right].id) for row in rows for left, right in pairwise(row)}
    return min(pairs & rules.keys(), key=lambda pair: rules[pair][0], default=None)
