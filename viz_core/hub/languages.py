"""Which languages a model's tokenizer reads, by the pieces that its files name.

No tokenizer is opened for it: a piece stands in each of their files as it is spelled, or by the
letters that byte-level BPE has for bytes (Radford et al. 2019, section 2.2).
"""

from __future__ import annotations

from pathlib import Path

from viz_core.tokenizers import BYTE_OF

TOKENIZERS = (  # what a tokenizer can be made of, in the order in which it is looked for
    "tokenizer.json",
    "source.spm",
    "vocab.json",
    "vocab.txt",
    "tokenizer.model",
    "spiece.model",
    "sentencepiece.bpe.model",
)
# everyday words and characters of a language, which no other language's tokenizer has most of
EVERYDAY = {
    "en": ("because", "people", "house", "water", "little", "friend", "night", "mother"),
    "zh": ("我", "们", "这", "没", "说", "吃", "很", "吗", "猫", "鱼", "还", "她"),
}
MOST = 0.75  # of them must be there
_LETTER_OF = {byte: char for char, byte in BYTE_OF.items()}


def languages_in(path: Path) -> tuple[str, ...]:
    """The codes of the languages that the tokenizer of a folder reads.

    Returns:
        those of `EVERYDAY` that it has pieces for; English if it has them for none, as a tokenizer
        of letters or bytes alone.
    """
    file = next((path / name for name in TOKENIZERS if (path / name).is_file()), path)
    try:
        raw = file.read_bytes()
    except OSError:  # it is gone; whoever opens it says so
        raw = b""
    found = tuple(code for code, words in EVERYDAY.items() if _has_most(raw, words))
    return found or ("en",)


def _has_most(raw: bytes, words: tuple[str, ...]) -> bool:
    there = sum(any(spelled in raw for spelled in _spellings(word)) for word in words)
    return there >= MOST * len(words)


def _spellings(word: str) -> set[bytes]:
    """How files spell a word: as it is, in the letters of bytes, or escaped as JSON may be."""
    letters = "".join(_LETTER_OF[byte] for byte in word.encode())
    escaped = word.encode("ascii", "backslashreplace")
    return {word.encode(), letters.encode(), escaped}
