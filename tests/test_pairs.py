"""Sentence pairs, their tokenizer, and training to translate. All on pairs made here."""

import itertools

import pytest
import torch

from viz_core import checkpoints
from viz_core.errors import InputError
from viz_core.models.config import EncoderDecoderConfig
from viz_core.models.encoder_decoder import EncoderDecoder
from viz_core.tokenizers import TranslationTokenizer
from viz_core.training.loop import Plan, train
from viz_core.training.objectives.translation import PairMixture, TranslationObjective
from viz_core.training.pairs import (
    FILES,
    Pair,
    PairCorpus,
    groups_of,
    read_pair_corpus,
    read_pairs,
    sentence_key,
    train_translation_tokenizer,
)
from viz_core.training.state import StateFile

WHO = {"我": "I", "你": "You", "他们": "They", "汤姆": "Tom and I"}
WHAT = {"吃饭": "eat", "喝茶": "drink tea", "唱歌": "sing", "跑步": "run", "睡觉": "sleep"}
WHEN = {"": "", "今天": " today", "现在": " now", "昨天": " then", "总是": " always"}
PAIRS = [
    Pair(f"{who}{when}{what}。", f"{WHO[who]} {WHAT[what]}{WHEN[when]}.")
    for who, what, when in itertools.product(WHO, WHAT, WHEN)
]


@pytest.fixture
def folder(tmp_path):
    lines = [f"{pair.target}\t{pair.source}\tsomeone\n" for pair in PAIRS]
    (tmp_path / FILES[0]).write_text("english\tchinese\tattribution\n" + "".join(lines), "utf-8")
    (tmp_path / FILES[1]).write_text("The bed is short.\t床很短。\n", "utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def tokenizer():
    texts = [text for pair in PAIRS for text in (pair.source, " " + pair.target)]
    return TranslationTokenizer.train(texts * 3, 400)


@pytest.fixture(scope="module")
def shipped():
    return TranslationTokenizer.load(
        checkpoints.FOLDER / "transformer-zh-en" / checkpoints.TOKENIZER
    )


@pytest.mark.parametrize(
    "text",
    [
        "我正在吃饭。",
        "I'm eating.",
        "Tom 是猫",
        " 我",
        "。",
        "丏😀\n\tb",
        "[EOS] [BOS]",
        "  two  spaces ",
        "１２３ 3.14%",
        "é\u0301ß",
    ],
)
def test_any_text_comes_back(shipped, text):
    ids = shipped.encode(text)
    assert shipped.decode(ids) == text
    assert shipped.decode(shipped.characters(ids)) == text
    assert all(i >= len(shipped.special) for i in ids)  # nothing typed is a special token
    assert "".join(shipped.strings(ids)).count("\ufffd") == 0


def test_chinese_is_cut_where_words_are(shipped):
    assert shipped.for_source("我正在吃饭。").strings == ("我", "正在", "吃饭", "。", "[EOS]")
    assert shipped.for_source("汤姆是一只猫。").strings[:2] == ("汤姆", "是")
    assert shipped.for_target("I am eating.").strings == ("[BOS]", "I", " am", " eating", ".")
    assert shipped.for_source("锄").strings[0].startswith("<") or len(shipped.encode("锄")) == 1


def test_groups_hang_together_by_any_common_sentence():
    chain = [Pair("我饿", "I'm hungry"), Pair("我饿了", "I'm hungry!"), Pair("我饿了。", "Hungry")]
    other = Pair("你好", "Hello")
    groups = groups_of([chain[0], other, *chain[1:]])
    assert sorted(map(len, groups)) == [1, 3]
    assert sentence_key("Hello, World!") == sentence_key("hello world")
    assert sentence_key("你好！") == sentence_key("你好。")
    assert sentence_key("?!") == "?!"


def test_no_sentence_of_a_split_stands_in_another(folder):
    corpus = read_pair_corpus(folder)
    assert len(corpus.train) + len(corpus.valid) + len(corpus.test) == len(PAIRS) + 1
    parts = (corpus.train, corpus.valid, corpus.test)
    for one, other in itertools.combinations(parts, 2):
        for side in (0, 1):
            assert not {sentence_key(p[side]) for p in one} & {sentence_key(p[side]) for p in other}


def test_files_are_checked(folder, tmp_path):
    assert len(read_pairs(folder / FILES[0])) == len(PAIRS)
    (folder / FILES[1]).unlink()
    with pytest.raises(InputError, match=r"has no african-storybook-en-zh\.tsv"):
        read_pair_corpus(folder)
    for content, says in (
        ("only one\n", "line 1: a cell is missing"),
        ("", "has no rows"),
        ("a\t \n", "line 1: a cell is missing"),
        ("source\ttarget\nHi.\t嗨。\n", "line 1: no Chinese"),
    ):
        (tmp_path / "x.tsv").write_text(content)
        with pytest.raises(InputError, match=says):
            read_pairs(tmp_path / "x.tsv")
    (tmp_path / "x.tsv").write_text("\ufeffEnglish\tChinese\n\nHi.\t嗨。\n", "utf-8")
    assert read_pairs(tmp_path / "x.tsv") == [Pair("嗨。", "Hi.")]
    (tmp_path / "x.tsv").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-16"):
        read_pairs(tmp_path / "x.tsv")


def test_pieces_do_not_reach_across_words():
    tokenizer = train_translation_tokenizer(PAIRS * 3)
    pieces = {tokenizer.string(i) for i in range(tokenizer.vocab_size)}
    assert "吃饭" in pieces
    assert not {piece for piece in pieces if "天吃" in piece or "我今" in piece}


def _objective(tokenizer, mix=None):
    corpus = PairCorpus(tuple(PAIRS[:80]), tuple(PAIRS[80:]), ())
    return TranslationObjective(corpus, tokenizer, mix or PairMixture(batch_tokens=300), 0)


def _model(tokenizer):
    torch.manual_seed(0)
    sizes = {"n_layer": 1, "n_head": 2, "d_model": 32, "d_ff": 64, "n_ctx": 64}
    config = EncoderDecoderConfig(**sizes, vocab_size=tokenizer.vocab_size, dropout=0.0)
    return EncoderDecoder(config)


def test_an_epoch_has_every_pair_and_its_batches_are_alike(tokenizer):
    mix = PairMixture(batch_tokens=300, copied=0.0, joined=0.0, spelled=0.0)
    objective = _objective(tokenizer, mix)
    batches = objective.batches(3)
    assert len(batches) == objective.n_batches
    rows = sorted(row for batch in batches for row in batch)
    sources = tokenizer.encode_batch([pair.source for pair in PAIRS[:80]])
    assert [row[0] for row in rows] == sorted(sources)
    sizes = [sum(len(a) + len(b) for a, b in batch) for batch in batches]
    assert max(sizes) < 2 * min(sizes)
    assert objective.batches(3) == batches
    assert objective.batches(4) != batches


def test_an_epoch_varies_its_pairs(tokenizer):
    mix = PairMixture(batch_tokens=300, copied=0.25, joined=0.5, spelled=1.0)
    rows = [row for batch in _objective(tokenizer, mix).batches(0) for row in batch]
    decoded = [(tokenizer.decode(a), tokenizer.decode(b)) for a, b in rows]
    plain = {(pair.source, pair.target) for pair in PAIRS[:80]}
    assert len(rows) < 100  # a hundred sentences, half of them joined to another
    assert any(a == b for a, b in decoded)
    assert any(a.count("。") == 2 for a, _b in decoded)
    assert any(pair in plain for pair in decoded)
    spelled = {
        len(tokenizer.string(i)) for a, _b in rows for i in a if tokenizer.string(i)[0] >= "\u4e00"
    }
    assert spelled == {1}


def test_training_learns_and_resumes_to_the_same_numbers(tokenizer, tmp_path):
    plan = Plan(n_steps=60, learning_rate=3e-3, n_warmup=5, save_every=30)
    whole = train(_model(tokenizer), _objective(tokenizer), plan, StateFile(tmp_path / "a")).lines
    assert whole[-1].valid_loss < 0.7 * whole[0].valid_loss
    state = StateFile(tmp_path / "b")
    train(_model(tokenizer), _objective(tokenizer), plan, state, stop_at=30)
    parts = train(_model(tokenizer), _objective(tokenizer), plan, state, resume=True).lines
    assert parts[-1].valid_loss == whole[-1].valid_loss


def test_label_smoothing_is_for_training_alone(tokenizer):
    objective, model = _objective(tokenizer), _model(tokenizer)
    batch = objective.batches(0)[0]
    smooth, plain = (objective._part(model, batch, s) for s in (0.1, 0.0))
    assert smooth.n_targets == plain.n_targets == sum(len(target) + 1 for _s, target in batch)
    assert smooth.loss != plain.loss
    assert objective.valid_loss(model) > 0
