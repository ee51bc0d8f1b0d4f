"""From letters and bytes to tokens: the merges end where the library's tokenizers end."""

import math
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, models, pre_tokenizers

from viz_core import registry
from viz_core.figures.merges import merge_tree
from viz_core.foundations.merges import algorithm, log_likelihoods, merging, tokens_by_word
from viz_core.tokenizers import StoryTokenizer, TranslationTokenizer

DISTINCT = {id(one): one for one in registry.tokenizers().values()}
BPE = [one for one in DISTINCT.values() if algorithm(one) == "BPE"]
MIXED = "Tom and Nguyen eat noodles. 我正在吃饭 😀"
words = st.sampled_from(
    "Tom Zhang unbelievable noodles cat's it'll 1,000 我 吃饭 汤姆是 😀 . ,".split()
)
sentences = st.lists(words).map(" ".join)


class Unigram(TranslationTokenizer):
    """A tokenizer that cuts by probability, with a few pieces."""

    special = ()


def unigram(pieces):
    tokenizer = Tokenizer(models.Unigram([*pieces.items()], unk_id=0, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"\s"), "isolated")
    return Unigram(tokenizer)


def test_models_that_share_a_file_share_a_tokenizer():
    tokenizers = registry.tokenizers()
    assert set(tokenizers) == set(registry.readers_of_text())
    assert tokenizers["decoder-stories"] is tokenizers["positions-alibi"]
    assert tokenizers["decoder-stories"] is not tokenizers["transformer-zh-en"]
    assert isinstance(tokenizers["rnn-stories"], StoryTokenizer)


@pytest.mark.parametrize("tokenizer", BPE, ids=lambda one: type(one).__name__)
@given(st.one_of(st.text(max_size=30), sentences))
@example("")
@example("  two  spaces ")
@example("[MASK] [EOT] <|endoftext|> <0xE6>")
@example("\x00\x7f\u2028é é ﷺ")
@example("aaaaaaa bbbb abababab")
def test_the_merges_are_the_tokenizers(tokenizer, text):
    found = merging(tokenizer, text)
    assert found is not None  # it compares itself with the library, too
    tokens = found.at(found.n_steps)
    assert [piece.id for piece in tokens] == tokenizer.encode(text)
    assert "".join(found.words) == tokenizer.spaced(text)
    n = found.n_smallest
    for step in range(found.n_steps + 1):
        row = found.at(step)
        edges = [0, *(piece.after for piece in row)]
        assert [piece.first for piece in row] == edges[:-1]  # no gap, nothing twice
        assert edges[-1] == found.n_smallest
        n -= len(found.made(step))
        assert len(row) == n
    rules = [found.made(step)[0].rule for step in range(1, found.n_steps + 1)]
    assert rules == sorted(rules)  # what is learned first is applied first


@pytest.mark.parametrize("tokenizer", DISTINCT.values(), ids=lambda one: type(one).__name__)
@given(st.one_of(st.text(max_size=30), sentences))
def test_every_token_begins_in_a_word(tokenizer, text):
    words, counts = tokens_by_word(tokenizer, text)
    assert len(words) == len(counts)
    if words:
        assert sum(counts) == len(tokenizer.encode(text))


def test_the_rules_of_one_word_by_hand():
    tokenizer = registry.tokenizers()["decoder-stories"]
    found = merging(tokenizer, "and")
    steps = [[piece.string for piece in found.at(step)] for step in range(found.n_steps + 1)]
    assert steps == [
        [" ", "a", "n", "d"],
        [" a", "n", "d"],
        [" a", "nd"],
        [" and"],
    ]
    assert found.made(1)[0].rule == 2  # the third that was learned: space and a
    assert found.n_rules == 1_787


def test_what_each_word_costs():
    story, translation = (
        registry.tokenizers()[model] for model in ("decoder-stories", "transformer-zh-en")
    )
    words = ["Tom", "and", "Nguyen", "eat", "noodles.", *"我正在吃饭", "😀"]
    assert tokens_by_word(story, MIXED) == (words, [1, 1, 5, 1, 4, 4, 3, 3, 3, 3, 5])
    assert tokens_by_word(translation, MIXED) == (words, [1, 1, 5, 1, 4, 2, 1, 0, 1, 0, 5])
    assert tokens_by_word(story, " ") == ([], [])


@pytest.mark.parametrize("change", [{"ignore_merges": True}, {"end_of_word_suffix": "</w>"}])
def test_a_tokenizer_of_another_kind_has_no_merges(change):
    model = models.BPE({"a": 0, "b": 1, "ab": 2}, [("a", "b")], **change)
    assert merging(Unigram(Tokenizer(model)), "ab") is None


def test_a_unigram_takes_the_likeliest_cut():
    pieces = {"<unk>": -20.0, "n": -4.0, "o": -4.1, "t": -4.2, "no": -3.0, "ot": -5.0, "not": -7.5}
    tokenizer = unigram(pieces)
    assert merging(tokenizer, "not") is None
    logs = log_likelihoods(tokenizer, tokenizer.encode("not"))
    text = " not"
    cuts = [
        [text[a:b] for a, b in zip((0, *at), (*at, len(text)), strict=True)]
        for n in range(len(text))
        for at in combinations(range(1, len(text)), n)
    ]
    best = max(
        sum(pieces[p] for p in cut[1:]) for cut in cuts if {*cut[1:]} <= {*pieces} and cut[0] == " "
    )
    assert math.isclose(sum(logs[1:]), best, abs_tol=1e-9)
    assert log_likelihoods(BPE[0], [1]) is None


def test_the_tree_names_every_piece_and_every_token():
    found = merging(registry.tokenizers()["decoder-stories"], MIXED)
    figure = merge_tree(found, found.n_steps)
    labels, characters, tokens = figure.data[3:]
    shown = [text.replace("<b>", "").replace("</b>", "") for text in labels.text]
    assert len(shown) == len(found.pieces)
    assert shown[:4] == ["·", "T", "o", "m"]
    assert list(characters.text) == [*"我正在吃饭", "😀"]
    last = found.at(found.n_steps)
    for text, piece in zip(tokens.text, last, strict=True):
        assert f">{piece.id}<" in text
    assert len(figure.layout.shapes) == len(last)
    assert max(trace.x[0] for trace in (labels, tokens)) <= figure.layout.width
    bold = {text for text in labels.text if text.startswith("<b>")}
    assert "<b>·Tom</b>" in bold
    early = merge_tree(found, 1).data[3]
    assert "<b>T</b>" in early.text
    assert sum(text.startswith("<b>") for text in early.text) == len(found.at(1))


def test_words_of_a_long_text_stand_in_rows():
    found = merging(registry.tokenizers()["decoder-stories"], "Lily has a red ball. " * 11)
    figure = merge_tree(found, found.n_steps)
    assert figure.layout.width <= 1_270
    assert figure.layout.height > 700
    assert min(figure.data[3].x) > 0
    assert max(figure.data[3].x) < figure.layout.xaxis.range[1]


def test_the_tree_of_no_text_says_so():
    empty = merging(registry.tokenizers()["decoder-stories"], "")
    assert "no piece" in merge_tree(empty, 0).layout.annotations[0].text
