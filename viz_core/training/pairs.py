"""Sentence pairs: read, and split so that no sentence of the test split was ever trained on.

A Chinese sentence may stand beside several English ones and the other way round. All pairs that are
joined by a common sentence, however many steps away, form one group, and a group is never parted.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from viz_core.errors import InputError
from viz_core.files import Column, Row, fault_at, read_table
from viz_core.i18n import _
from viz_core.tokenizers import TranslationTokenizer

FILES = ("tatoeba-zh-en.tsv", "african-storybook-en-zh.tsv")
VOCAB_SIZE = 6144
COLUMNS = (
    Column("english", ("en", "eng")),
    Column("chinese", ("zh", "cmn", "mandarin", "中文")),
)
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[\U00020000-\U0003ffff]")
MIN_COUNT = 2  # a character that is rarer is spelled in bytes


class Pair(NamedTuple):
    """A sentence and its translation."""

    source: str
    target: str


@dataclass(frozen=True)
class PairCorpus:
    """Chinese-English pairs; `test` is for the numbers on the card and nothing else."""

    train: tuple[Pair, ...]
    valid: tuple[Pair, ...]
    test: tuple[Pair, ...]


def read_pair_corpus(folder: Path) -> PairCorpus:
    """Read and split both files.

    Raises:
        InputError: a file is not in the folder, or is not what it should be.
    """
    for name in FILES:
        if not (folder / name).is_file():
            raise InputError(
                _("{folder} has no {file}. Give the folder that holds {files}.").format(
                    folder=folder, file=name, files=", ".join(FILES)
                )
            )
    pairs = [pair for name in FILES for pair in read_pairs(folder / name)]
    parts: dict[str, list[Pair]] = {"train": [], "valid": [], "test": []}
    for group in groups_of(list(dict.fromkeys(pairs))):
        parts[split_of(group)] += group
    check_some(folder / FILES[0], all(parts.values()))
    return PairCorpus(tuple(parts["train"]), tuple(parts["valid"]), tuple(parts["test"]))


def check_some(path: Path, there: bool) -> None:
    """See that a corpus file has text for every part: to learn, to follow, to measure.

    Raises:
        InputError: it has not.
    """
    if not there:
        raise InputError(
            _("{path} holds too little to train on. Give a file with more text.").format(path=path)
        )


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a file.

    Raises:
        InputError: as of `read_pair_rows`.
    """
    return [pair_of(row) for row in read_pair_rows(path)]


def read_pair_rows(path: Path) -> list[Row]:
    """Read a file of lines `english <TAB> chinese [<TAB> attribution]`, its header optional.

    Raises:
        InputError: it can't be read, has a line without two texts, or no line at all; or its first
            line is neither a header nor a pair.
    """
    rows = read_table(path, COLUMNS, more=True)
    first = rows[0]
    if not HAN.search(first.cells[1]):
        raise fault_at(
            path,
            first.number,
            _(
                "no Chinese stands in the second cell. Write: english TAB chinese; a header names "
                "these two columns."
            ),
        )
    return rows


def pair_of(row: Row) -> Pair:
    """A row of a file of pairs, to be translated into English."""
    english, chinese = row.cells
    return Pair(source=chinese, target=english)


def sentence_key(text: str) -> str:
    """What is left of a sentence without case, width, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold()) or text


def groups_of(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """The pairs that hang together by a common source or target sentence, in order."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for pair in pairs:
        parent[root("source " + sentence_key(pair.source))] = root(
            "target " + sentence_key(pair.target)
        )
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(root("source " + sentence_key(pair.source)), []).append(pair)
    return list(groups.values())


def split_of(group: Sequence[Pair]) -> str:
    """`train`, `valid` or `test`, by the texts of a group alone: 95, 1 and 4 of a hundred."""
    n = zlib.crc32("\n".join(sorted(pair.source for pair in group)).encode()) % 100
    return "test" if n < 4 else "valid" if n < 5 else "train"


def train_translation_tokenizer(pairs: Iterable[Pair]) -> TranslationTokenizer:
    """Learn pieces from training pairs, Chinese ones within words only.

    Words as jieba finds them; nothing needs it later, because the pieces are learned by then.
    """
    import jieba

    texts: list[str] = []
    for pair in pairs:
        texts += [*jieba.cut(pair.source, HMM=False), " " + pair.target]
    return TranslationTokenizer.train(texts, VOCAB_SIZE, MIN_COUNT)
