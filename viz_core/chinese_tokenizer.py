"""The tokenizer of the Chinese story models: words of a dictionary, single characters, bytes.

A learned one makes pieces of what often stands together, such as 是一只. Here a piece is a word
that a dictionary has, or a character: 汤姆是一只猫 is cut into 汤姆 是 一 只 猫. How likely each
piece is, is counted in the text. No space is put before a text: Chinese has none.

Source: Kudo 2018 (a text is cut into the pieces whose product of probabilities is highest).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

from viz_core.tokenizers import BYTE_PIECES, SPECIAL, StoryTokenizer

MIN_COUNT = 10  # a character that is rarer is spelled in bytes
N_ROUNDS = 2  # of counting
LONGEST = 4  # characters of a word
_MARKS = (*map(chr, range(0x20, 0x7F)), *"。，、；：！？…—·“”‘’（）《》")  # pieces in any case
# No piece reaches across these, so that no text spells a special token or a byte
_RUNS = r"\p{Han}+|[^\s\p{Han}\p{N}\p{P}\p{S}]+|\p{N}|[\p{P}\p{S}]|\s"


class ChineseTokenizer(StoryTokenizer):
    """Words and characters of Chinese; what else is typed, in letters and bytes."""

    language = "zh"

    @classmethod
    def of_words(
        cls,
        texts: Sequence[str],
        dictionary: Iterable[str],
        words: Iterable[str],
        vocab_size: int,
    ) -> ChineseTokenizer:
        """Choose words by how often they are cut out of texts; the same texts give the same.

        Args:
            texts: what counts.
            dictionary: words that may become pieces, the most frequent of them.
            words: those that do become pieces.
            vocab_size: of how many pieces it is if there are so many; there may be more if the
                characters alone are.
        """
        counts = Counter(char for text in texts for char in text if not char.isspace())
        chars = {char for char, n in counts.items() if n >= MIN_COUNT}
        sure = {*_MARKS, *chars, *words, *(char for word in words for char in word)}
        maybe = {word for word in dictionary if 1 < len(word) <= LONGEST} - sure
        counts |= _standing(texts, maybe | sure)
        counted = _cut(texts, {piece: counts[piece] for piece in sorted(sure | maybe)})
        room = vocab_size - len(SPECIAL) - len(BYTE_PIECES) - len(sure)
        frequent = sorted(maybe, key=lambda word: (-counted[word], word))[: max(0, room)]
        kept = {piece: counted[piece] for piece in sorted({*sure, *frequent})}
        return cls(_unigram(_cut(texts, kept)))

    def spaced(self, text: str) -> str:
        return text

    def decode(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))

    def _spelled(self, name: str) -> str:
        return f"<{name[3:5]}>" if name in BYTE_PIECES else name


def _standing(texts: Sequence[str], words: AbstractSet[str]) -> Counter[str]:
    """How often each of the words stands in texts, whatever is cut."""
    return Counter(
        text[at : at + n]
        for text in texts
        for n in range(2, LONGEST + 1)
        for at in range(len(text) - n + 1)
        if text[at : at + n] in words
    )


def _cut(texts: Sequence[str], counts: Mapping[str, int]) -> dict[str, int]:
    """How often each piece is cut out of texts, after some rounds of cutting by counts."""
    for _round in range(N_ROUNDS):
        tokenizer = _unigram(counts)
        cut = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        ids = Counter(i for encoding in cut for i in encoding.ids)
        found = {tokenizer.id_to_token(i): n for i, n in ids.items()}
        counts = {piece: found.get(piece, 0) for piece in counts}
    return dict(counts)


def _unigram(counts: Mapping[str, int]) -> Tokenizer:
    """A tokenizer in which a piece is as likely as it is frequent."""
    total = sum(counts.values()) + len(counts)
    rare = -math.log(total)
    pieces = [(piece, math.log((n + 1) / total)) for piece, n in counts.items()]
    form = [(name, rare) for name in (*SPECIAL, *BYTE_PIECES)]
    tokenizer = Tokenizer(models.Unigram([*form, *pieces], unk_id=0, byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_RUNS), "isolated")
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer
