"""The Chinese training text: read, split once and for all.

Most of it are single sentences. A split goes by a sentence without its marks, so that no two that
differ in marks alone are parted; what the translation model is tested on is in no part.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from viz_core import files
from viz_core.chinese_tokenizer import ChineseTokenizer
from viz_core.files import Column, read_table
from viz_core.recall import stories
from viz_core.recall.chinese import CHINESE
from viz_core.recall.chinese.facts import is_typed
from viz_core.recall.chinese.names import UNSEEN_IN_ONE
from viz_core.training import pairs
from viz_core.training.corpora import Corpus, read_documents, require, sentences_of, split_of
from viz_core.training.pairs import check_some, read_pair_corpus, read_pairs, sentence_key

VOCAB_SIZE = 4096
SENTENCES = "tatoeba-zh.tsv"
PAIRS = ("tatoeba-zh-en.tsv", "tatoeba-zh-en-more.tsv")
DIALOGUES = ("kdconv-zh-dialogues.txt", "crosswoz-zh-dialogues.txt")
PROBLEMS, BOOK, SHORT = "word-problems-zh-en.tsv", pairs.FILES[1], "common-voice-zh.txt"
WORDS = "hsk-words.tsv"
FILES = (SENTENCES, *PAIRS, *DIALOGUES, PROBLEMS, BOOK, SHORT, WORDS)
SENTENCES_TWICE = 2  # they are what the models are measured on
FILLER_CHARS = (6, 14)  # other sentences of recall stories: twenty of them must fit into n_ctx
N_GENERATED = 3_000  # documents of each kind whose characters and words count, too
_HIDING = ("一头", "大熊猫")  # they would hide words of recall: 是一头牛
_SPEAKER = re.compile(r"^[客服甲乙]：", re.MULTILINE)
_TAKEN = (*CHINESE.names, *CHINESE.animals, *CHINESE.foods.values(), "食物", "最喜欢")


@dataclass(frozen=True)
class ChineseCorpus(Corpus):
    """Chinese documents as text.

    documents: test documents of several sentences.
    dictionary: words that may become tokens.
    """

    measured_on: ClassVar[str] = "unseen sentences of tatoeba-zh.tsv and of the pairs of Tatoeba"
    n_valid: ClassVar[int] = 400  # most are a single sentence
    spans: ClassVar[tuple[tuple[int, int], ...]] = ((8, 2), (12, 3), (24, 2), (64, 1), (253, 1))

    documents: tuple[str, ...] = ()
    dictionary: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        return self.documents


def read_chinese_corpus(folder: Path) -> ChineseCorpus:
    """Read and split sentences, dialogues, problems and a picture book.

    Raises:
        InputError: a corpus file is not in the folder, is no UTF-8 text, or holds too little.
    """
    require(folder, FILES)
    kept = {sentence_key(pair.source) for pair in read_pair_corpus(folder).test}
    single = [row.cells[0] for row in read_table(folder / SENTENCES, (Column("sentence"),), True)]
    single += [pair.source for name in PAIRS for pair in read_pairs(folder / name)]
    plain = [line.text for line in files.read_lines(folder / SHORT)]
    plain += [pair.source for name in (PROBLEMS, BOOK) for pair in read_pairs(folder / name)]
    talks = [text for name in DIALOGUES for text in _dialogues(folder / name)]
    sentences, plain_parts, talk_parts = (_split(texts, kept) for texts in (single, plain, talks))
    fillers = filler_sentences(sentences["train"])
    check_some(folder / SENTENCES, all(sentences.values()) and bool(fillers))
    words = [row.cells[0] for row in read_table(folder / WORDS, (Column("word"),), True)]
    told = [*plain_parts["test"], *talk_parts["test"]]
    return ChineseCorpus(
        train=(
            *(sentences["train"] * SENTENCES_TWICE),
            *plain_parts["train"],
            *talk_parts["train"],
        ),
        vocabulary=(*sentences["train"], *plain_parts["train"]),
        valid=tuple(sentences["valid"]),
        test=tuple(sentences["test"]),
        fillers=tuple(fillers),
        test_fillers=tuple(filler_sentences(sentences["test"])),
        documents=tuple(text for text in told if len(sentences_of(text)) > 2),
        dictionary=tuple(word for word in words if word not in _HIDING),
    )


def filler_sentences(sentences: Iterable[str]) -> list[str]:
    """Short sentences that speak of none of the names, animals or foods of recall stories."""
    whole = re.compile(rf"[\u4e00-\u9fff，]{{{FILLER_CHARS[0] - 1},{FILLER_CHARS[1] - 1}}}。")
    return [
        text
        for text in sentences
        if whole.fullmatch(text) and not is_typed(text) and not any(w in text for w in _TAKEN)
    ]


def train_chinese_tokenizer(corpus: ChineseCorpus) -> ChineseTokenizer:
    """The one tokenizer of the Chinese story models; what recall asks for is whole in it."""
    texts = [*corpus.vocabulary, *_generated(corpus.fillers)]
    return ChineseTokenizer.of_words(texts, corpus.dictionary, whole_words(), VOCAB_SIZE)


def whole_words() -> set[str]:
    """All that recall and facts speak of, and are asked for."""
    facts = CHINESE.facts
    words = {*CHINESE.names, *UNSEEN_IN_ONE, *CHINESE.animals, *CHINESE.foods.values()}
    words |= {*facts.properties, *facts.things, *facts.doers, *facts.blanks.values()}
    return words | {"喜欢", "食物", "因为"}


def _generated(fillers: Sequence[str]) -> list[str]:
    """What recall stories and facts look like, a line a document."""
    rng = random.Random(0)
    documents = []
    for _n in range(N_GENERATED):
        documents.append(CHINESE.facts.document(rng, True))
        told = stories.story(
            CHINESE, rng, fillers, 2, 0, lambda rng, n: CHINESE.draw_mixed(rng, n, (), 0.5)
        )
        documents.append(told)
    return ["".join(line.text for line in document) for document in documents]


def _split(texts: Iterable[str], kept: set[str]) -> dict[str, list[str]]:
    """Texts by their split, each once; without those that are kept for something else.

    Nothing with a name that is kept for tests is trained on.
    """
    parts: dict[str, list[str]] = {"train": [], "valid": [], "test": []}
    seen = set(kept)
    for text in texts:
        key = sentence_key(text)
        if key in seen:
            continue
        seen.add(key)
        part = split_of(key)
        if part != "train" or not CHINESE.has_unseen_name(text):
            parts[part].append(text)
    return parts


def _dialogues(path: Path) -> list[str]:
    """Each dialogue as one text, without the speakers' names."""
    documents = read_documents(files.read_text(path))
    return [_SPEAKER.sub("", text).replace("\n", "") for text in documents]


if __name__ == "__main__":  # python -m viz_core.training.chinese FOLDER
    found = read_chinese_corpus(Path(sys.argv[1])).test_fillers
    files.write_whole(CHINESE.unseen_sentences_at, "\n".join(found) + "\n")
