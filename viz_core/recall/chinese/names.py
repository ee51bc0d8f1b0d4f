"""Chinese names of recall stories: 64 that are trained, invented ones, and some kept for tests.

As in English: a model that has seen only 64 names knows them instead of reading them. Invented ones
are a family name with one or two given characters, a pet name, or the sounds of a foreign name.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

_SHE = (
    "韩梅梅 小红 小丽 小芳 小美 小燕 小玲 小月 小兰 小云 小霞 小梅 张丽 刘敏 陈静 赵敏 吴月 "
    "孙丽 马丽 何静 林静 宋佳 许晴 冯丽 王红 张敏 玛丽 露西 莉莉 安娜 丽莎 爱丽丝 凯特 海伦 "
    "苏菲 汉娜"
).split()
_HE = (
    "汤姆 小明 李雷 小华 小军 小强 小虎 小东 王伟 李明 李华 张伟 张强 刘洋 陈杰 杨帆 吴刚 "
    "徐亮 胡兵 郭亮 李军 王刚 约翰 杰克 彼得 大卫 麦克 鲍勃"
).split()
NAMES = (*_HE, *_SHE)
SHE = frozenset(_SHE)
UNSEEN_IN_ONE = ("小刚", "李娜", "王芳", "艾玛")  # one token each
UNSEEN_NAMES = (
    *UNSEEN_IN_ONE,
    *("赵磊", "周敏", "孙涛", "阿强", "凯文", "迭戈", "林小雨", "陈思远", "张子涵", "王浩然"),
    *("司马青", "欧阳娜娜", "法蒂玛", "普里娅", "奥孔库", "阿依古丽"),
)
_FAMILY = (
    "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 郭 何 林 罗 郑 梁 谢 宋 唐 许 邓 冯 韩 曹 曾 "
    "彭 萧 蔡 潘 田 董 袁 于 余 叶 蒋 杜 苏 魏 程 吕 丁 沈 任 姚 卢 傅 钟 姜 崔 谭 廖 范 汪 "
    "陆 金 石 戴 贾 韦 夏 邱 方 侯 邹 熊 孟 秦 白 江 阎 薛 尹 段 雷 龙 史 陶 贺 顾 毛 郝 龚 "
    "邵 万 钱 严 武 莫 孔 欧阳 司马"
).split()
_GIVEN = (  # none that with 是 behind it would begin a typed fact, such as 雪
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀 霞 平 刚 桂 英 华 玉 兰 红 梅 鹏 "
    "辉 斌 宇 浩 凯 健 俊 帆 婷 琳 晶 欣 颖 慧 建 国 文 波 志 海 峰 建 立 德 成 光 新 春 云 "
    "凤 美 珍 莲 雨 晨 思 远 佳 怡 轩 子 然 诗 涵 嘉 天 博 安 宁 东 亮 雷 林 松 月 星 青 梦 "
    "琪 洁 清 晓 小"
).split()
_SOUNDS = (
    "阿 艾 安 巴 贝 比 伯 布 查 达 丹 迪 多 菲 弗 格 哈 海 卡 凯 科 克 拉 莱 莉 罗 玛 麦 米 "
    "莫 娜 尼 诺 帕 皮 奇 乔 萨 塞 沙 斯 索 塔 特 托 瓦 维 西 雅 伊 尤 扎 佐"
).split()


def invented_name(rng: random.Random, words: Sequence[str] = ()) -> str:
    """A family name with a given one, a pet name, or two to four sounds of a foreign name.

    Args:
        words: not used; Chinese has no words that a capital makes a name of.
    """
    kind = rng.random()
    given = rng.choice(_GIVEN)
    if kind < 0.15:
        return rng.choice(("小", "小", "阿", "大")) + given
    if kind < 0.25:
        return given * 2
    if kind < 0.4:
        return "".join(rng.choice(_SOUNDS) for _n in range(rng.randint(2, 4)))
    second = rng.choice(_GIVEN) if rng.random() < 0.6 else ""
    return rng.choice(_FAMILY) + given + second
