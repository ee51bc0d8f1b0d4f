"""A small Chinese corpus, made here, and the tokenizer that it gives."""

import random

from viz_core.chinese_tokenizer import ChineseTokenizer
from viz_core.recall import stories
from viz_core.recall.chinese import CHINESE
from viz_core.training.chinese import whole_words

PLACES = "学校 公园 家里 图书馆 城里 海边 车站 商店".split()
PEOPLE = "我 你 他 她 我们 他们 老师 医生 妈妈 爸爸".split()
DEEDS = "看书 吃饭 唱歌 写信 睡觉 说话 跑步 喝茶 画画 休息".split()
DICTIONARY = [*PLACES, *PEOPLE, *DEEDS, "正在", "一头", "大熊猫", "图书", "动物园"]


def sentences():
    """Eight hundred plain sentences."""
    return [f"{one}在{where}{deed}。" for one in PEOPLE for where in PLACES for deed in DEEDS]


def generated(n):
    """Many generated texts of each kind, as the recipes draw them."""
    rng = random.Random(5)

    def draw(rng, n_names):
        return CHINESE.draw_mixed(rng, n_names, (), 0.35)

    for _ in range(n):
        yield CHINESE.facts.document(rng, True)
        n_facts, n_between = rng.randint(1, 4), rng.randint(0, 3)
        yield stories.story(CHINESE, rng, sentences()[:99], n_facts, n_between, draw)
        yield stories.terse_story(CHINESE, rng, rng.randint(2, 5), rng.choice((0, 0.5, 1)), draw)


def tokenizer():
    """What cuts Chinese as the shipped one does, of as few pieces as that takes."""
    texts = [*sentences(), *("".join(x.text for x in lines) for lines in generated(300))]
    return ChineseTokenizer.of_words(texts, DICTIONARY[:-4], whole_words(), vocab_size=1_200)
