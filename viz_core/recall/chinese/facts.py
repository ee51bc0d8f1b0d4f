"""The same sentences on how things are as in English, in Chinese: 这个苹果看起来是红色的。

What is typed, such as 苹果是, stands in no generated text, at no place of it.
"""

from __future__ import annotations

import random

from viz_core.recall.chinese.names import NAMES, SHE
from viz_core.recall.world import Facts, Line

OPENINGS = {
    "苹果是": ("红色", "红"),
    "这个苹果是": ("红色", "红"),
    "天空是": ("蓝色", "蓝"),
    "雪是": ("白色", "白"),
    "草是": ("绿色", "绿"),
    "香蕉是": ("黄色", "黄"),
}
REASONS = {"莉莉很难过，因为": ("她",), "汤姆很难过，因为": ("他",)}
BLANKS = {
    "[MASK]追着球跑，汪汪大叫。": "狗",
    "[MASK]对着猫汪汪叫。": "狗",
    "[MASK]喵喵叫着，喝了牛奶。": "猫",
    "[MASK]飞回树上的窝里去了。": "鸟",
    "[MASK]摆着尾巴在水里游。": "鱼",
    "小[MASK]蹦蹦跳跳地去吃胡萝卜。": "兔子",
    "[MASK]给我们牛奶，还在田里干活。": "牛",
    "[MASK]坐在荷叶上呱呱叫。": "青蛙",
    "[MASK]爬到树上去吃香蕉。": "猴子",
    "农民骑着[MASK]去城里。": "马",
    "她渴了，所以喝了一杯[MASK]。": "水",
    "他很累，所以上[MASK]睡觉了。": "床",
    "外面下[MASK]了，别忘了带伞。": "雨",
    "他打开[MASK]，走进了房间。": "门",
    "妈妈给他讲了一个[MASK]。": "故事",
    "晚上，月亮和[MASK]出来了。": "星星",
    "小女孩很难过，[MASK]了起来。": "哭",
    "我在图书馆里看[MASK]。": "书",
    "他肚子饿了，想[MASK]东西。": "吃",
    "今天天气很[MASK]，我们去公园玩吧。": "好",
}
_COLORS = {
    "红色": "苹果 草莓 西红柿 樱桃 消防车 玫瑰 辣椒",
    "蓝色": "天空 大海 湖水 牛仔裤",
    "白色": "雪 牛奶 白云 羊 天鹅 鸡蛋 盐 米饭",
    "绿色": "草 树叶 青蛙 黄瓜 白菜 竹叶",
    "黄色": "香蕉 太阳 柠檬 小鸡 玉米 向日葵",
    "黑色": "夜晚 乌鸦 煤 蜘蛛 墨水",
    "橙色": "橙子 胡萝卜 南瓜 橘子",
}
_FELT = {
    "热": "太阳 火 热水 沙漠 夏天",
    "冷": "冰 雪 冬天 冰淇淋",
    "甜": "蜂蜜 糖 糖果 蛋糕",
}
PROPERTIES = {how: tuple(t.split()) for how, t in (_COLORS | _FELT).items()}
_COUNTED = {
    "个": "苹果 草莓 西红柿 樱桃 辣椒 鸡蛋 橙子 南瓜 橘子 柠檬 蛋糕",
    "朵": "玫瑰 白云 向日葵",
    "只": "羊 天鹅 青蛙 小鸡 乌鸦 蜘蛛",
    "根": "香蕉 黄瓜 胡萝卜 玉米",
    "片": "树叶 竹叶 草 天空 大海",
    "辆": "消防车",
    "条": "牛仔裤",
    "棵": "白菜",
    "块": "糖 煤 冰",
}
_MEASURES = {thing: measure for measure, things in _COUNTED.items() for thing in things.split()}
# Up to a bar, the asked word the last one before it.
_COLOR_FORMS = (
    "{thing}是{how}|的。",
    "{thing}是{how}|的。",
    "{thing}都是{how}|的。",
    "{thing}的颜色是{how}|。",
    "{thing}看起来是{how}|的。",
    "{thing}当然是{how}|的。",
    "{thing}一般是{how}|的。",
    "你看{thing}，它是{how}|的。",
    "妈妈告诉我，{thing}是{how}|的。",
    "你知道{thing}的颜色吗？是{how}|的。",
    "{thing}不是别的颜色，就是{how}|的。",
    "请把{thing}画成{how}|的。",
)
_COUNTED_FORMS = (
    "这{measure}{thing}是{how}|的。",
    "那{measure}{thing}也是{how}|的。",
    "他画的{thing}是{how}|的。",
    "我看见了一{measure}{thing}，它是{how}|的。",
)
_OTHER_FORMS = (
    "{thing}是{how}|的。",
    "{thing}是{how}|的。",
    "{thing}很{how}|。",
    "{thing}真{how}|。",
    "大家都说{thing}很{how}|。",
    "你觉得{thing}怎么样？很{how}|。",
)
_DEEDS = {
    "狗": "汪汪叫|摇着尾巴|对着{whom}汪汪叫|追着{whom}跑，汪汪叫|在门口看家",
    "猫": "喵喵叫|抓老鼠|舔自己的爪子|追一只老鼠|喵喵叫着要吃的",
    "鸟": "唱歌|飞走了|飞过屋顶|坐在窝里|在树上唱歌",
    "鱼": "游走了|在海里游|摆着尾巴游走了",
    "鸭子": "在池塘里游|嘎嘎叫|对着{whom}嘎嘎叫",
    "兔子": "跳来跳去|吃胡萝卜|蹦蹦跳跳|竖起了长耳朵",
    "牛": "给我们牛奶|在田里干活|一边吃草一边叫",
    "青蛙": "呱呱叫|跳进了池塘|对着{whom}呱呱叫",
    "猴子": "从这棵树跳到那棵树|吃香蕉|爬上了树",
    "马": "跑得很快|拉着车|背着{whom}跑",
    "蜜蜂": "嗡嗡叫|采蜜|围着{whom}嗡嗡叫",
    "狮子": "大声吼|对着{whom}大声吼",
    "老鼠": "吱吱叫|偷吃奶酪|对着{whom}吱吱叫",
    "羊": "咩咩叫|给我们羊毛",
}
_ANIMALS = {"狗": "条", "牛": "头", "马": "匹", "鱼": "条"}
_WHOM = "那个人 小女孩 小男孩 孩子们 农民 邻居".split()
_WHEN = ("", "", "在花园里", "早上", "晚上", "又", "高兴地", "每天")
_FEELINGS = "难过 高兴 生气 害怕 累 得意 饿 激动".split()
_WHY = (
    "丢了玩具|找不到自己的球|有了新朋友|看见了一只大蜘蛛|想出去玩|摔倒了|收到了礼物|没有人一起玩"
    "|想妈妈了|做了一个大蛋糕"
).split("|")


def document(rng: random.Random, deeds: bool) -> list[Line]:
    """One to four generated sentences; each asks for the word that follows from what it is of.

    Args:
        deeds: tell also what animals did, for a model that reads behind the word it guesses.
    """
    tell = rng.choices((property_line, reason_lines, deed_line), (6, 3, 5 if deeds else 0))[0]
    return [line for _n in range(rng.choice((1, 1, 2, 4))) for line in tell(rng)]


def property_line(rng: random.Random) -> list[Line]:
    """How a thing is, in one of many forms, none of them typed in `OPENINGS`."""
    while True:
        how = rng.choice(list(PROPERTIES))
        thing = rng.choice(PROPERTIES[how])
        counted = _COUNTED_FORMS if thing in _MEASURES else ()
        form = rng.choice(_OTHER_FORMS if how in _FELT else (*_COLOR_FORMS, *counted))
        text = form.format(thing=thing, how=how, measure=_MEASURES.get(thing, ""))
        if not is_typed(text):
            asked, _bar, rest = text.partition("|")
            return [Line(asked, asks=True), Line(rest, asks=False)]


def deed_line(rng: random.Random) -> list[Line]:
    """What an animal did; the animal is known from its deed."""
    animal = rng.choice(list(_DEEDS))
    deed = rng.choice(_DEEDS[animal].split("|")).format(whom=rng.choice(_WHOM))
    measure = _ANIMALS.get(animal, "只")
    told = rng.choice((f"一{measure}", f"那{measure}", f"这{measure}小", f"一{measure}小", "小"))
    return [Line(told + animal, asks=True), Line(f"{rng.choice(_WHEN)}{deed}。", asks=False)]


def reason_lines(rng: random.Random) -> list[Line]:
    """Why somebody felt so: the word behind 因为 follows from the name."""
    while True:
        name, feeling = rng.choice(NAMES), rng.choice(_FEELINGS)
        text = f"{name}很{feeling}，因为"
        if not is_typed(text):
            they = "她" if name in SHE else "他"
            return [Line(text + they, asks=True), Line(f"{rng.choice(_WHY)}。", asks=False)]


def is_typed(text: str) -> bool:
    """Whether what is typed in `OPENINGS` or `REASONS` stands anywhere in a text."""
    return any(typed in text.replace("|", "") for typed in (*OPENINGS, *REASONS))


FACTS = Facts(OPENINGS, REASONS, BLANKS, PROPERTIES, tuple(_DEEDS), document)
