import pytest

from viz_core import model_ids
from viz_core.checkpoints import FOLDER
from viz_core.recall.english import ENGLISH
from viz_core.tokenizers import SPECIAL, StoryTokenizer


@pytest.fixture(scope="module")
def tokenizer():
    return StoryTokenizer.load(FOLDER / "decoder-stories" / "tokenizer.json")


TEXTS = [
    "Tom is a cat",
    " Tom",
    "  two  spaces ",
    "",
    "\n\n\ttabs\r\n",
    "我正在吃饭。",
    "😀👩‍👩‍👧 é é",
    "[MASK] [CLS] [EOT] <|endoftext|>",
    "\x00\x7f\u2028",
    "ﷺ" * 50,
    "a" * 500,
]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_comes_back(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_random_unicode_comes_back(tokenizer):
    import random

    rng = random.Random(0)
    for _ in range(300):
        codes = [
            rng.choice([rng.randrange(0xD800), rng.randrange(0xE000, 0x110000)]) for _ in range(20)
        ]
        text = "".join(map(chr, codes))
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_tom_is_a_cat_is_whole_words(tokenizer):
    assert tokenizer.for_decoder("Tom is a cat").strings == ("[EOT]", "Tom", " is", " a", " cat")


def test_every_name_animal_and_food_is_one_token(tokenizer):
    words = (*ENGLISH.names, *ENGLISH.animals, *ENGLISH.foods.values())
    assert [word for word in words if len(tokenizer.encode(word)) != 1] == []
    assert len(ENGLISH.names) >= 40
    assert len(ENGLISH.animals) >= 12


def test_a_word_is_the_same_at_the_start_and_in_the_middle(tokenizer):
    first, *_rest, last = tokenizer.encode("Tom and Tom")
    assert first == last


def test_typed_special_tokens_are_text(tokenizer):
    ids = tokenizer.encode(" ".join(SPECIAL))
    assert min(ids) >= len(SPECIAL)


def test_strings_join_to_the_text(tokenizer):
    text = 'Tom is a cat. \n He said: "Hi!" (now)'
    encoded = tokenizer.for_decoder(text)
    assert "".join(encoded.strings[1:]) == text


def test_lone_bytes_are_shown_in_hex(tokenizer):
    strings = tokenizer.for_decoder("我").strings
    assert [s for s in strings if s.startswith("<")] == ["<E6>", "<88>", "<91>"]
    assert "�" not in "".join(strings)


@pytest.mark.parametrize(
    ("text", "strings", "segments"),
    [
        ("Tom is a [MASK].", ("[CLS]", "Tom", " is", " a", "[MASK]", ".", "[SEP]"), 0),
        (
            "A cat. [SEP] It sat.",
            ("[CLS]", "A", " cat", ".", "[SEP]", " It", " sat", ".", "[SEP]"),
            4,
        ),
        ("[SEP]", None, 0),
    ],
)
def test_the_encoders_input_form(tokenizer, text, strings, segments):
    encoded = tokenizer.for_encoder(text)
    if strings:
        assert encoded.strings == strings
    else:
        assert encoded.strings.count("[SEP]") == 1  # the typed one is spelled out
    assert sum(encoded.segments) == segments
    assert encoded.special[0]
    assert encoded.strings[0] == "[CLS]"


def test_a_typed_mask_is_not_a_special_token(tokenizer):
    encoded = tokenizer.for_encoder("[MASK]")
    assert encoded.special == (True, False, True)


def test_all_story_models_share_one_tokenizer():
    files = {
        (FOLDER / i / "tokenizer.json").read_bytes() for i in model_ids() if i.endswith("-stories")
    }
    assert len(files) == 1
