"""Training text: read, split once and for all, encoded once.

Nothing here knows where the corpora lie: the folder comes from the command line. A document's
split depends on its own text alone, so every model and every run holds out the same documents.
"""

from __future__ import annotations

import random
import re
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from viz_core import files
from viz_core.errors import InputError
from viz_core.i18n import _
from viz_core.recall.english import ENGLISH
from viz_core.recall.english.facts import is_typed
from viz_core.tokenizers import END, StoryTokenizer
from viz_core.training.pairs import check_some, read_pairs

VOCAB_SIZE = 2048
SEPARATOR = "<|endoftext|>"  # between the documents of a file
FILES = ("tinystories.txt", "african-storybook.txt", "tatoeba-zh-en.tsv", "gutenberg-children.txt")
MORE_FILES = ("tinystories-more.txt", "pratham-en.txt", "gutenberg-simple.txt")
STORIES_TWICE = 2  # stories are what the models are for, so they are seen twice as often
N_GUTENBERG = 8_000
N_SIMPLE = 8_000  # paragraphs of old books for small children, the easiest ones
_SENTENCE_ENDS = re.compile(
    r"(?<=[.!?])\s+|(?<=[.!?][\"”])\s+|(?<=[。！？])(?![。！？”’])|(?<=[。！？][”’])"
)
FILLER_CHARS = (15, 60)  # other sentences of recall stories: twenty of them must fit into n_ctx


@dataclass(frozen=True)
class Corpus:
    """Documents as text.

    train: all real training documents, the stories as often as they count.
    vocabulary: what the tokenizer learns from: all of it but the old tales.
    valid, test: unseen stories; test is for the numbers on the cards and nothing else.
    fillers: single sentences of training stories, for recall stories.
    words: small words of training stories, for invented names.
    test_fillers: of test stories; this module, run as a program, ships them for recall prompts.
    measured_on: what the test documents are.
    n_valid: held-out documents that the loss curve follows.
    spans: tokens of what a model that reads both ways sees, and how often.
    """

    measured_on: ClassVar[str] = "unseen stories of tinystories.txt"
    n_valid: ClassVar[int] = 40
    spans: ClassVar[tuple[tuple[int, int], ...]] = ((16, 1), (64, 1), (128, 2), (253, 2))

    train: tuple[str, ...]
    vocabulary: tuple[str, ...]
    valid: tuple[str, ...]
    test: tuple[str, ...]
    fillers: tuple[str, ...]
    test_fillers: tuple[str, ...]
    words: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """Test documents of several sentences, in an order that says something."""
        return self.test


def read_corpus(folder: Path) -> Corpus:
    """Read and split the four corpora.

    Raises:
        InputError: a corpus file is not in the folder, is no UTF-8 text, or holds too little.
    """
    require(folder, FILES)
    stories = read_documents(files.read_text(folder / FILES[0]))
    books = [line.strip() for line in files.all_lines(files.read_text(folder / FILES[1]))]
    sentences = sorted({pair.target for pair in read_pairs(folder / FILES[2])})
    tales = [line.text for line in files.read_lines(folder / FILES[3])]
    tales = [line for line in tales if 100 <= len(line) <= 600]
    for name, texts in zip(FILES, (stories, books, sentences, tales), strict=True):
        check_some(folder / name, any(texts))
    tales = random.Random(0).sample(tales, min(N_GUTENBERG, len(tales)))
    parts: dict[str, list[str]] = {"train": [], "valid": [], "test": []}
    for text in stories:
        parts[split_of(text)].append(text)
    real = [text for text in [*_pages(books), *sentences] if text]
    fillers = filler_sentences(parts["train"])
    check_some(folder / FILES[0], all(parts.values()) and bool(fillers))
    seen = set(fillers)
    return Corpus(
        train=tuple(parts["train"] * STORIES_TWICE + real + tales),
        vocabulary=tuple(parts["train"] + real),
        valid=tuple(parts["valid"]),
        test=tuple(parts["test"]),
        fillers=tuple(fillers),
        test_fillers=tuple(s for s in filler_sentences(parts["test"]) if s not in seen),
    )


def read_larger_corpus(folder: Path) -> Corpus:
    """The corpus of the second generation: three times as many stories, and no unseen name.

    Vocabulary, held-out and test stories are those of `read_corpus`.

    Raises:
        InputError: a corpus file is not in the folder, is no UTF-8 text, or holds too little.
    """
    require(folder, (*FILES, *MORE_FILES))
    corpus = read_corpus(folder)
    held_out = {*corpus.valid, *corpus.test}
    texts = [read_documents(files.read_text(folder / name)) for name in MORE_FILES]
    for name, documents in zip(MORE_FILES, texts, strict=True):
        check_some(folder / name, any(documents))
    stories = [text for text in texts[0] if text not in held_out]
    pages = [page for text in texts[1] for page in _pages(text.split("\n"))]
    tales = [line for text in texts[2] for line in text.split("\n") if 60 <= len(line) <= 600]
    train = [*corpus.train, *stories * STORIES_TWICE, *pages, *tales[:N_SIMPLE]]
    unseen = set(ENGLISH.unseen_sentences)
    found = [s for s in (*corpus.fillers, *filler_sentences(stories)) if s not in unseen]
    fillers = [
        s for s in dict.fromkeys(found) if not ENGLISH.has_unseen_name(s) and not is_typed(s)
    ]
    words = dict.fromkeys(w for s in fillers for w in re.findall(r"\b[a-z]{4,9}\b", s))
    return replace(
        corpus,
        train=tuple(text for text in train if text and not ENGLISH.has_unseen_name(text)),
        fillers=tuple(fillers),
        words=tuple(word for word in words if word not in ENGLISH.facts.things),
    )


def read_documents(text: str) -> list[str]:
    """The non-empty documents of a text, parted by `<|endoftext|>`."""
    return [document.strip() for document in text.split(SEPARATOR) if document.strip()]


def split_of(text: str) -> str:
    """`train`, `valid` or `test`, by the text alone: 92, 3 and 5 of a hundred."""
    n = zlib.crc32(text.encode()) % 100
    return "test" if n < 5 else "valid" if n < 8 else "train"


def sentences_of(text: str) -> list[str]:
    """A document's sentences, in order, with their end marks and closing quotes.

    Chinese ones follow each other without a space.
    """
    return [s for s in _SENTENCE_ENDS.split(text) if s]


def filler_sentences(documents: Sequence[str]) -> list[str]:
    """Short sentences that speak of none of the names, animals or foods of recall stories."""
    own = (*ENGLISH.names, *ENGLISH.animals, *ENGLISH.foods.values(), "food", "favorite")
    taken = {word.lower() for word in own}
    found: dict[str, None] = {}
    for document in documents:
        for sentence in sentences_of(document):
            short = FILLER_CHARS[0] <= len(sentence) <= FILLER_CHARS[1]
            words = {word.lower().rstrip("s") for word in re.findall(r"[A-Za-z]+", sentence)}
            words |= set(re.findall(r"[a-z]+", sentence.lower()))
            if short and sentence.endswith(".") and '"' not in sentence and not words & taken:
                found[sentence] = None
    return list(found)


def _pages(lines: Sequence[str]) -> list[str]:
    """Eight lines of a picture book at a time."""
    return [" ".join(lines[i : i + 8]) for i in range(0, len(lines), 8)]


def require(folder: Path, names: Sequence[str]) -> None:
    """Raise an InputError if one of the files is missing."""
    for name in names:
        if not (folder / name).is_file():
            raise InputError(
                _("{folder} has no {file}. Give the folder that holds {files}.").format(
                    folder=folder, file=name, files=", ".join(names)
                )
            )


def train_tokenizer(corpus: Corpus) -> StoryTokenizer:
    """The one tokenizer of the story models; recall words come often enough to be whole."""
    recall = " ".join((*ENGLISH.names, *ENGLISH.animals, *ENGLISH.foods.values()))
    return StoryTokenizer.train([*corpus.vocabulary, *[recall] * 300], VOCAB_SIZE)


def encode_documents(tokenizer: StoryTokenizer, texts: Sequence[str]) -> list[np.ndarray]:
    """Each document's ids behind the token that begins a story, int16 arrays."""
    start = [tokenizer.special_id(END)]
    return [np.array(start + ids, dtype=np.int16) for ids in tokenizer.encode_batch(texts)]


if __name__ == "__main__":  # python -m viz_core.training.corpora FOLDER
    files.write_whole(
        ENGLISH.unseen_sentences_at, "\n".join(read_corpus(Path(sys.argv[1])).test_fillers) + "\n"
    )
