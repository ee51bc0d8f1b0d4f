"""The Chinese story models: their tokens, their world, their text, and how they are measured."""

import random
import re
from typing import ClassVar

import chinese_text
import pytest
import torch

from viz_core.chinese_tokenizer import ChineseTokenizer
from viz_core.errors import InputError
from viz_core.kinds import KINDS
from viz_core.models.config import DecoderConfig, EncoderConfig
from viz_core.models.decoder import Decoder
from viz_core.models.encoder import Encoder
from viz_core.places import CHECKPOINTS
from viz_core.recall import stories
from viz_core.recall.chinese import CHINESE, facts
from viz_core.recall.measure import first_guesses, recall_cell, score_prompts
from viz_core.registry import MODELS, PLANNED, entry_of
from viz_core.runners.base import Card, Runner
from viz_core.runners.question import question
from viz_core.tokenizers import MASK, SPECIAL
from viz_core.trace import Guess, Trace
from viz_core.training import chinese
from viz_core.training.corpora import sentences_of, split_of
from viz_core.training.objectives.causal import CausalObjective
from viz_core.training.objectives.masked import MaskedObjective
from viz_core.training.objectives.recall_batches import RecallStories
from viz_core.training.pairs import read_pair_corpus, sentence_key
from viz_core.training.recipes import RECIPES

IDS = ("rnn-zh", "lstm-zh", "decoder-zh", "encoder-zh")
MIXTURE = RECIPES["decoder-zh"].mixture


@pytest.fixture(scope="module")
def tokenizer():
    return chinese_text.tokenizer()


@pytest.fixture(scope="module")
def told():
    """Generated texts as their lines."""
    return list(chinese_text.generated(700))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files that the recipes read, each with a little in it."""
    path = tmp_path_factory.mktemp("corpus")
    texts = chinese_text.sentences()
    rows = [f"{n}\t{text}" for n, text in enumerate([*texts, "小刚在学校看书。"])]
    (path / "tatoeba-zh.tsv").write_text("\n".join(["tatoeba_id\tsentence", *rows]))
    same = [f"Line {n}.\t{text.replace('。', '！')}\tx" for n, text in enumerate(texts[:300])]
    (path / "tatoeba-zh-en.tsv").write_text("\n".join(["english\tchinese\tattribution", *same]))
    (path / "tatoeba-zh-en-more.tsv").write_text("english\tchinese\tattribution\nHi.\t嗨。\tx\n")
    (path / "african-storybook-en-zh.tsv").write_text(
        "english\tchinese\nA hen.\t母鸡。他说：“好。”\n"
    )
    (path / "word-problems-zh-en.tsv").write_text(
        "english\tchinese\tsource\nHow many?\t多少？\tx\n"
    )
    (path / "common-voice-zh.txt").write_text("学校里的老师\n")
    talks = [
        "".join(f"甲：{one}{two}\n" for two in texts[n : n + 3]) for n, one in enumerate("我你他")
    ]
    (path / "kdconv-zh-dialogues.txt").write_text("\n<|endoftext|>\n".join(talks))
    (path / "crosswoz-zh-dialogues.txt").write_text("客：你好。\n服：请坐！\n客：谢谢。\n")
    words = "\n".join(f"{word}\tx\t1\tx\t{n}" for n, word in enumerate(chinese_text.DICTIONARY))
    (path / "hsk-words.tsv").write_text(f"word\tpinyin\tlevels\tenglish\tfrequency_rank\n{words}")
    return path


@pytest.fixture(scope="module")
def corpus(folder):
    return chinese.read_chinese_corpus(folder)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("汤姆是一只猫。", "汤姆 是 一 只 猫 。"),
        ("汤姆最喜欢的食物是鱼。", "汤姆 最 喜欢 的 食物 是 鱼 。"),
        ("苹果是红色的。", "苹果 是 红色 的 。"),
        ("小明是一头牛。", "小明 是 一 头 牛 。"),
        ("李雷是一只大熊猫。", "李雷 是 一 只 大 熊猫 。"),
        ("他在图书馆看书！", "他 在 图书馆 看书 ！"),
    ],
)
def test_words_and_characters_are_tokens(tokenizer, text, pieces):
    assert tokenizer.strings(tokenizer.encode(text)) == tuple(pieces.split())


def test_the_same_texts_give_the_same_tokenizer(tokenizer, tmp_path):
    tokenizer.save(tmp_path / "one.json")
    chinese_text.tokenizer().save(tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    again = ChineseTokenizer.load(tmp_path / "one.json")
    assert again.is_whole
    assert again.encode("汤姆是一只猫。") == tokenizer.encode("汤姆是一只猫。")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "汤姆是一只猫",
            " 汤姆 ",
            "",
            "\n\t龘\r\n",
            "Tom is a cat.",
            "😀👩‍👩‍👧 é é",
            "\x00\u2028",
        ),
        *("[MASK] [CLS] [EOT] <0xE6><0x41> <unk>", "<0x4", "龘" * 40, "一只猫" * 90, "ﷺ〇々"),
    ],
)
def test_any_text_comes_back(tokenizer, text):
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert min(ids, default=len(SPECIAL)) >= len(SPECIAL)
    if all(" " <= char <= "~" for char in text):
        assert "".join(tokenizer.strings(ids)) == text  # nothing typed is taken for a byte


def test_random_unicode_comes_back(tokenizer):
    rng = random.Random(0)
    for _ in range(200):
        codes = [
            rng.choice([rng.randrange(0xD800), rng.randrange(0xE000, 0x110000)]) for _ in range(20)
        ]
        text = "".join(map(chr, codes))
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_rare_characters_are_shown_as_bytes(tokenizer):
    assert tokenizer.for_decoder("龘。").strings == ("[EOT]", "<E9>", "<BE>", "<98>", "。")


@pytest.mark.parametrize(
    ("text", "strings"),
    [
        ("汤姆是一只[MASK]。", "[CLS] 汤姆 是 一 只 [MASK] 。 [SEP]"),
        ("汤姆是一只 [MASK]。", "[CLS] 汤姆 是 一 只 [MASK] 。 [SEP]"),
        ("[MASK]是猫。[SEP]它吃鱼。", "[CLS] [MASK] 是 猫 。 [SEP] 它 吃 鱼 。 [SEP]"),
    ],
)
def test_the_encoders_input_form(tokenizer, text, strings):
    assert tokenizer.for_encoder(text).strings == tuple(strings.split())


def test_what_is_asked_for_is_one_token_and_follows_from_the_rest(tokenizer, told):
    """The token in each asked place is a word of the world, however the text around it is cut."""
    world = {*CHINESE.animals, *CHINESE.foods.values(), *facts.PROPERTIES, "他", "她"}
    world |= {*facts.FACTS.doers}
    corpus = chinese.ChineseCorpus((), (), (), (), (), ())
    batches = RecallStories(corpus, tokenizer, MIXTURE, 0)
    for lines in told:
        story = batches._encode(lines)
        text = "".join(line.text for line in lines)
        assert {tokenizer.string(story.ids[place]) for place in story.asked} <= world, text
        assert story.ids[1:-1] == tokenizer.encode(text)  # in lines or whole, it is cut alike


def test_nothing_generated_holds_a_test_name_sentence_or_pair(told):
    typed = (*facts.OPENINGS, *facts.REASONS)
    blanks = [text.replace(MASK, word) for text, word in facts.BLANKS.items()]
    for lines in told:
        text = "".join(line.text for line in lines)
        assert not CHINESE.has_unseen_name(text)
        assert not any(part in text for part in (*typed, *blanks))
        for name, animal in re.findall(r"(?:^|。)(\w+?)是一[只头匹](?:小|大)?(\w+?)。", text):
            assert name not in CHINESE.known_names or not stories.is_held_out(name, animal)


@pytest.mark.parametrize("opening", facts.OPENINGS)
def test_every_fact_that_is_typed_is_told_in_other_forms(opening):
    thing, how = opening.removeprefix("这个").removesuffix("是"), facts.OPENINGS[opening][0]
    rng = random.Random(2)
    told = ["".join(x.text for x in facts.property_line(rng)) for _ in range(4000)]
    about = {text for text in told if thing in text and how in text}
    assert len(about) >= 5
    assert any(re.match(rf"\w+是{how}的。", text) and thing not in text for text in told)


def test_names_are_many_and_of_one_token_and_several(tokenizer):
    rng = random.Random(1)
    drawn = [name for _ in range(500) for name in CHINESE.draw_mixed(rng, 3, (), 0.35)]
    assert len(set(drawn)) > 500
    assert {1, 2, 3, 4} <= {len(tokenizer.encode(name)) for name in drawn}
    assert {1, 2, 3, 4} <= {len(tokenizer.encode(name)) for name in CHINESE.unseen_names}
    assert {len(tokenizer.encode(name)) for name in CHINESE.names} == {1}
    assert {"汤姆", "小明", "李雷", "韩梅梅"} <= set(CHINESE.names)
    assert len(set(CHINESE.names)) == 64
    assert not set(CHINESE.names) & set(CHINESE.unseen_names)


def test_terse_stories_grow_into_whole_ones():
    rng = random.Random(3)
    shortest = "".join(line.text for line in stories.terse_story(CHINESE, rng, 3, 0.0))
    assert not set(shortest) & set("是一只匹头最的")
    assert "喜欢" not in shortest
    whole = [line.text for _ in range(50) for line in stories.terse_story(CHINESE, rng, 3, 1.0)]
    assert any("最喜欢的食物是" in text for text in whole)


def test_splits_share_no_sentence_and_nothing_of_the_translators_test(folder, corpus):
    parts = [
        {sentence_key(text) for text in getattr(corpus, n)} for n in ("train", "valid", "test")
    ]
    assert all(parts)
    assert not parts[0] & parts[1]
    assert not (parts[0] | parts[1]) & parts[2]
    tested = {sentence_key(pair.source) for pair in read_pair_corpus(folder).test}
    assert tested & set(map(sentence_key, chinese_text.sentences()))
    assert not tested & (parts[0] | parts[1] | parts[2])
    for text in corpus.test:
        assert split_of(sentence_key(text)) == "test"


def test_what_is_read_for_training(corpus):
    assert not any(CHINESE.has_unseen_name(text) for text in (*corpus.train, *corpus.fillers))
    twice = [text for text in set(corpus.train) if corpus.train.count(text) == 2]
    assert set(twice) <= {*chinese_text.sentences(), "嗨。"}
    assert "你好。请坐！谢谢。" in corpus.train  # a dialogue, without its speakers
    assert "大熊猫" not in corpus.dictionary
    assert all(re.fullmatch(r"[\u4e00-\u9fff，]{5,13}。", text) for text in corpus.fillers)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"has no tatoeba-zh\.tsv"):
        chinese.read_chinese_corpus(tmp_path)


def test_chinese_sentences_follow_each_other_without_a_space():
    text = "他说：“走吧！”她没走。为什么？！因为下雨。完"
    assert sentences_of(text) == ["他说：“走吧！”", "她没走。", "为什么？！", "因为下雨。", "完"]


@pytest.mark.parametrize(("step", "n_parts"), [(0, 2), (1_500, 1), (5_000, 3)])
def test_both_objectives_go_through_their_lessons(step, n_parts, corpus, tokenizer):
    sizes = {"n_layer": 1, "n_head": 2, "d_model": 16, "d_ff": 32, "n_ctx": 257}
    sizes["vocab_size"] = tokenizer.vocab_size
    for model, kind in (
        (Decoder(DecoderConfig(**sizes)), CausalObjective),
        (Encoder(EncoderConfig(**sizes)), MaskedObjective),
    ):
        objective = kind(corpus, tokenizer, MIXTURE, 0)
        parts = list(objective.parts(model, step, RECIPES["decoder-zh"].plan.n_steps))
        assert len(parts) == n_parts
        assert all(torch.isfinite(part.loss) for part in parts)
        assert objective.valid_loss(model) > 0


def test_the_four_are_of_like_size_and_the_left_to_right_ones_trained_alike():
    sizes = [sum(p.numel() for p in RECIPES[name].build().parameters()) for name in IDS]
    assert all(1e6 <= size <= 2e6 for size in sizes)
    assert max(sizes) / min(sizes) < 1.05
    alike = [(r.objective, r.mixture, r.read, r.plan.n_steps) for r in map(RECIPES.get, IDS[:3])]
    assert len(set(alike)) == 1


def test_a_recipe_has_an_entry_and_what_is_shipped_is_offered():
    assert {*MODELS, *PLANNED} <= set(RECIPES)
    assert not set(MODELS) & set(PLANNED)
    assert [name for name in PLANNED if (CHECKPOINTS / name).exists()] == []
    for name in IDS:
        assert entry_of(name).language == "zh"
        assert entry_of(name).built_of.tokenizer_class is ChineseTokenizer
        assert entry_of(name).kind in KINDS


class Answers(Runner):
    """Says one piece after another by a function of the prompt, as a model of Chinese."""

    parameters: ClassVar = {}

    def __init__(self, answer):
        self.card = Card("answers", "decoder", "", "", 0, 1, 1, 256, 1, language="zh")
        self.answer = answer

    def run(self, request):
        return Trace("answers", "decoder", {}, {}, (Guess(0, self.answer(request.text), 1.0),))

    def plain_logits(self, request):
        raise NotImplementedError

    string = alternatives = plain_logits

    @property
    def record_names(self):
        return ()


def truth(prompt):
    name = re.search(r"。(\w+)最喜欢的食物是$", prompt)[1]
    return CHINESE.foods[re.search(rf"{name}是一[只头匹](\w+?)。", prompt)[1]]


def test_a_model_of_chinese_is_asked_in_chinese():
    asked = []
    cell = recall_cell(Answers(lambda p: asked.append(p) or truth(p)), 3, 20, 20)
    assert cell.accuracy == 1
    assert all(len(prompt) <= CHINESE.prompt_chars and " " not in prompt for prompt in asked)
    unseen = set(CHINESE.unseen_sentences)
    assert len(unseen) > 500
    assert {f"{one}。" for one in asked[0].split("。")[3:-1]} <= unseen
    names = recall_cell(Answers(truth), 1, 0, 20, unseen_names=True)
    assert names.accuracy == 1
    said = first_guesses(Answers(lambda _prompt: "红色"))
    assert said["openings"]["苹果是"] == "红色"
    assert "blanks" not in said


def test_a_word_of_several_tokens_is_scored_without_spaces():
    said = {"苹果是": "红色", "苹果是红色": "的", "汤姆是一": "只"}
    runner = Answers(lambda prompt: said.get(prompt, "。"))
    scored = score_prompts(runner, [("苹果是", "红色的"), ("汤姆是一", "头")])
    assert (scored["accuracy"], scored["n"]) == (0.5, 2)


@pytest.mark.parametrize(
    ("kind", "text", "asked"),
    [
        ("encoder", "汤姆最喜欢的食物是", "汤姆最喜欢的食物是[MASK]。"),
        ("encoder", "汤姆是一只猫。", "汤姆是一只猫。[MASK]"),
        ("encoder", "他说：", "他说：[MASK]。"),
        ("encoder", "Tom is a", "Tom is a [MASK]."),
        ("decoder", "汤姆是一只[MASK]。", "汤姆是一只"),
    ],
)
def test_a_question_in_chinese_has_no_spaces(kind, text, asked):
    assert question(KINDS[kind], text) == asked
