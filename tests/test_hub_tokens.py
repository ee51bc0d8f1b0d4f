"""Tokens of other people's tokenizers, as they are shown: words, spaces, bytes, special ones."""

import hub_models
import pytest

from viz_core.errors import InputError
from viz_core.figures.tokens import byte_groups
from viz_core.runners.base import Request
from viz_core.runners.interventions import Replaced

KINDS = {"bytes": "gpt2", "roberta": "roberta", "meta": "llama", "pieces": "bert"}
UNIGRAMS = ("xlm-r", "t5", "marian")


def strings(name, text):
    runner = hub_models.runner(name)
    target = "Tom" if runner.card.traits.translates else None
    tokens = runner.run(Request(text, target, want=("embed",))).tokens
    return tokens[runner.stream].strings


@pytest.mark.parametrize("name", [*KINDS.values(), *UNIGRAMS])
def test_what_is_shown_is_what_was_typed(name):
    """Put together, the tokens that a person typed are the text, as the model reads it."""
    runner = hub_models.runner(name)
    for text in ("Tom is a cat.", "Tom's favorite food"):
        read = runner.read(Request(text, "Tom" if runner.card.traits.translates else None))
        typed = [s for s, put in zip(read.strings, read.special, strict=True) if not put]
        expected = text.lower() if name == "bert" else text
        assert "".join(typed) == expected


def test_words_and_their_spaces():
    assert strings("gpt2", "Tom is a cat") == ("Tom", " is", " a", " cat")
    assert strings("roberta", "Tom is a cat") == ("<s>", "Tom", " is", " a", " cat", "</s>")
    assert strings("llama", "Tom is a cat")[:4] == ("<s>", "Tom", " is", " a")
    assert strings("bert", "Tom is a cat") == ("[CLS]", "tom", " is", " a", " cat", "[SEP]")


def test_marks_stand_where_they_stood():
    """A WordPiece doesn't say whether a space was before it; the text does."""
    assert strings("bert", "Tom's cat . a , a")[1:-1] == (
        *("tom", "'", "s", " cat", " .", " a", " ,", " a"),
    )


def test_bytes_of_one_character_are_together():
    shown = strings("gpt2", "我正猫")
    groups = byte_groups(shown)
    assert "".join(character for _first, _after, character in groups) == "我正猫"
    assert byte_groups(strings("llama", "猫")) == [(2, 5, "猫")]


def test_chinese_characters_stand_apart_without_spaces():
    assert strings("bert", "我正在吃饭。")[1:-1] == tuple("我正在吃饭。")
    assert "".join(strings("xlm-r", "我正在吃饭。")[1:-1]).strip() == "我正在吃饭。"


def test_a_special_token_that_is_typed_is_text():
    for name, typed in (("gpt2", "<|endoftext|>"), ("roberta", "</s>"), ("llama", "<s>")):
        runner = hub_models.runner(name)
        read = runner.read(Request(f"a {typed} a"))
        assert sum(read.special) == (0 if name == "gpt2" else 2 if name == "roberta" else 1)
        special = [i for i, put in zip(read.ids, read.special, strict=True) if not put]
        assert not set(special) & runner.tokenizer.special_ids
    runner = hub_models.runner("bert")
    assert "[UNK]" in strings("bert", "a [SEP]")  # its brackets are no tokens of so small a list
    assert sum(runner.read(Request("a [SEP] a")).special) == 3  # parts two sentences
    assert sum(runner.read(Request("a [SEP]")).special) == 2


@pytest.mark.parametrize("name", ["bert", "roberta", "xlm-r", "distilbert"])
def test_a_mask_is_typed_alike_for_all(name):
    runner = hub_models.runner(name)
    trace = runner.run(Request("Tom is a [MASK]."))
    tokens = trace.tokens["text"]
    place = tokens.strings.index("[MASK]")
    assert not tokens.special[place]
    assert tokens.ids[place] == runner.tokenizer.special_id("[MASK]")
    assert {guess.pos for guess in trace.top} == {place}


def test_a_mask_is_text_where_a_model_has_none():
    assert "[MASK]" in "".join(strings("gpt2", "Tom is a [MASK]."))


@pytest.mark.parametrize("name", ["gpt2", "llama", "bert", "roberta"])
def test_a_word_is_replaced_by_one_of_the_same_length(name):
    runner = hub_models.runner(name)
    read = runner.read(Request("Tom is a cat"))
    place = len(read.ids) - 1 - len(runner.tokenizer.form.behind)
    changed = runner.run(Request("Tom is a cat", intervene=(Replaced(place, "is"),)))
    assert changed.tokens["text"].strings[place] == " is"
    if name == "bert":  # it has a token for all that it doesn't know
        return
    with pytest.raises(InputError, match="is not one token for this model"):
        runner.run(Request("Tom is a cat", intervene=(Replaced(place, "elephantine"),)))


def test_no_text_is_cut_off():
    runner = hub_models.runner("bert")
    with pytest.raises(InputError, match="Shorten it by 46"):
        runner.read(Request("cat " * 300))
    assert len(runner.read(Request("cat " * 254)).ids) == 256
