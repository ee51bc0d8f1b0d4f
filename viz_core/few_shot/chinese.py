"""Tasks in Chinese."""

from viz_core.few_shot.stories import eats, knows
from viz_core.few_shot.task import Task, pairs
from viz_core.i18n import N_
from viz_core.recall.chinese import CHINESE

_OPPOSITES = pairs(
    "大 小, 高 低, 上 下, 白天 黑夜, 好 坏, 快 慢, 新 旧, 开 关, 热 冷, 湿 干, 硬 软, 亮 暗, 满 空,"
    "长 短, 干净 脏, 富 穷, 强 弱, 厚 薄, 近 远, 早 晚, 左 右, 黑 白, 里 外, 爱 恨, 深 浅, 轻 重,"
    "多 少, 胖 瘦"
)
_CAPITALS = pairs(
    "法国 巴黎, 意大利 罗马, 西班牙 马德里, 日本 东京, 俄罗斯 莫斯科, 英国 伦敦, 希腊 雅典,"
    "古巴 哈瓦那, 德国 柏林, 中国 北京, 埃及 开罗, 葡萄牙 里斯本, 奥地利 维也纳, 波兰 华沙,"
    "瑞典 斯德哥尔摩, 挪威 奥斯陆, 芬兰 赫尔辛基, 爱尔兰 都柏林, 秘鲁 利马, 肯尼亚 内罗毕,"
    "土耳其 安卡拉, 匈牙利 布达佩斯, 泰国 曼谷, 加拿大 渥太华, 智利 圣地亚哥, 比利时 布鲁塞尔,"
    "丹麦 哥本哈根, 伊朗 德黑兰"
)
TASKS = (
    knows(CHINESE, N_("who eats what, in Chinese")),
    eats(CHINESE, N_("the food of an animal, in Chinese")),
    Task(
        "opposites-zh",
        "zh",
        N_("opposites, in Chinese"),
        "“{0}”的反义词是",
        "“{0}”的反义词是{answer}。",
        _OPPOSITES,
        joiner="",
    ),
    Task(
        "capitals-zh",
        "zh",
        N_("capitals, in Chinese"),
        "{0}的首都是",
        "{0}的首都是{answer}。",
        _CAPITALS,
        joiner="",
    ),
)
