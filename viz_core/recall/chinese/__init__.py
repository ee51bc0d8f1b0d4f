"""Recall stories in Chinese, of 汤姆 who is a cat and of what he likes best.

The same small world as in English, so that the measure is the same.
"""

from pathlib import Path

from viz_core.recall.chinese import facts
from viz_core.recall.chinese.names import NAMES, UNSEEN_NAMES, invented_name
from viz_core.recall.world import World

CHINESE = World(
    language="zh",
    foods={
        "猫": "鱼",
        "狗": "骨头",
        "兔子": "胡萝卜",
        "猴子": "香蕉",
        "老鼠": "奶酪",
        "马": "干草",
        "鸟": "种子",
        "熊": "蜂蜜",
        "熊猫": "竹子",
        "牛": "草",
        "青蛙": "苍蝇",
        "松鼠": "坚果",
    },
    measures={
        **dict.fromkeys(("猫", "狗", "兔子", "猴子", "老鼠", "鸟", "熊", "熊猫"), "只"),
        **{"青蛙": "只", "松鼠": "只", "马": "匹", "牛": "头"},
    },
    told=(
        "{name}是一{measure}{animal}。",
        "{name}就是那{measure}{animal}。",
        "{name}是一{measure}小{animal}。",
        "{name}是一{measure}大{animal}。",
    ),
    told_shares=(6, 1, 1, 1),
    asked=("{name}最喜欢的食物是", "{name}吃", "{name}喜欢吃"),
    asked_shares=(4, 1, 1),
    terse_told=("{name}", "是", "一", "{measure}", "{animal}"),
    terse_asked=("{name}", "最", "喜欢", "的", "食物", "是", "{food}"),
    small=frozenset(("是", "一", "{measure}", "最", "喜欢", "的")),
    joiner="",
    stop="。",
    names=NAMES,
    unseen_names=UNSEEN_NAMES,
    invent=invented_name,
    unseen_sentences_at=Path(__file__).parent / "unseen_sentences.txt",
    prompt_chars=240,  # a character is a token or less, but for the rarest
    facts=facts.FACTS,
)
