"""What does OCR take for what? The one place for these tables.

A pair here never makes two values equal. It says that a difference may be the reader's and not the
paper's, so that a person looks at it.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

# --- figures -----------------------------------------------------------------------------------

# Letters that stand for a digit where only digits can stand.
DIGIT_FOR_LETTER = {
    "O": "0", "o": "0", "Q": "0", "D": "0", "○": "0", "〇": "0", "◯": "0",
    "I": "1", "l": "1", "L": "1", "i": "1", "!": "1",
    "Z": "2", "z": "2", "S": "5", "s": "5", "b": "6", "G": "6", "B": "8", "g": "9", "q": "9",
}  # fmt: skip
# The two that are safe enough to be mended inside a date without asking.
SAFE_DIGITS = {"O": "0", "o": "0", "I": "1", "l": "1"}
LETTER_FOR_DIGIT = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}

# Digits mixed up by OCR or in handwriting (specification 4.3 and 4.7).
DIGIT_PAIRS = frozenset(
    frozenset(pair) for pair in ("17", "06", "23", "56", "49", "08", "38", "68", "58", "27", "69", "35", "14", "12")
)

# --- Chinese characters of names, addresses and organisations --------------------------------------

# Pairs of the specification, parts that faint print loses (程呈), and others met in scans. The table of
# `look_alikes.txt` holds what two report fonts show to be alike; how it was got stands with the tests.
# Every two characters are a pair.
_MET = (
    "人八入八日曰曰目敏毓刘刻王主玉主田由田甲田申由甲由申甲申韩朝宇宁芸芬芳芬孙孩汤荡曾增清青源原珺珲璐露"
    "淑叔滨宾乔娇莎沙森林民氏沛市力刀刀刁贤坚贤竖凯恺胜性程呈邓邵许计吕品林村萍苹方万方力岚风尹君卢户赵起"
    "季秀贾买铭名白自住佳往佳辰晨俊峻俊竣伟炜伟纬娜婀丽两晓烧琪淇祺琪营莹荣莱梁染汤扬李孪周固周用徐除马鸟"
    "何问何柯高商罗岁郑邓唐庚冯马冯玛程理袁哀许评沈枕卢芦蒋将蔡葵丁下阎闫余奈潘藩夏厦钟仲汪注任仕姜美邹邻"
    "熊能陆陈陆隆郝赫孔扎孔礼崔雀史央龙尢钱铁常赏武式贺货贺贸赖籁龚袭文丈明朋强弦军车建健建律涛铸涛祷辉挥"
    "鹏鹃磊嘉玲铃梅海英莫凤夙雯雾婷停婷娉娟捐娟绢慧惠慧彗怡治欣歆佳隹薇微薇蔽浩皓宸震轩杆轩轻睿容泽择洋样"
    "波披波坡峰锋刚则钢纲晗哈松枪柏伯栋陈毅殴永水永求泉皋洪拱潇萧焕换煜煌珊册珊删瑞喘瑶遥甜舔硕顾祥详福幅"
    "秋秒红缸维淮维唯罡置美羡群郡胜姓良艮良食茜西莉利萌明蓉容蕾雷虹红谦廉通适鑫森铮净雅稚雨两青春韬滔顺须"
    "鸿鸡鸿鸣同冈名各启后哲誓圆园坤神坤绅培倍墨黑妍研孝考定宝宝宅家冢尚向政故斐裴星皇普晋楚是淑椒牧收玥钥"
    "琼凉璇旋甫南益盖盛感真直绮椅翠萃舒野航般荷何菲非蓝监路踏进近迪油钰钮阔闲香杏魁魅"
)


@lru_cache(maxsize=1)
def character_pairs() -> frozenset[frozenset[str]]:
    """Chinese characters that a reader may take for each other."""
    table = files("verifier.values").joinpath("look_alikes.txt").read_text(encoding="utf-8")
    drawn = (frozenset((group[0], other)) for group in table.split() for other in group[1:])
    return frozenset(drawn) | frozenset(frozenset(_MET[place : place + 2]) for place in range(0, len(_MET), 2))


# Latin letters and figures, for names, passport numbers and product names.
_LATIN_GROUPS = (
    "0ODQ",
    "1IlLi7",
    "2Z",
    "5S",
    "6bG",
    "8B",
    "9gq",
    "xX×",
    "UV",
    "VY",
    "CG",
    "EF",
    "MN",
    "HN",
    "PR",
    "KX",
)
LATIN_PAIRS = frozenset(
    frozenset((first, second)) for group in _LATIN_GROUPS for first in group for second in group if first != second
)


@lru_cache(maxsize=65536)
def confusable(first: str, second: str) -> bool:
    """May a reader take one character for the other?"""
    pair = frozenset((first, second))
    return pair in character_pairs() or pair in LATIN_PAIRS or pair in DIGIT_PAIRS


# --- capital numerals -------------------------------------------------------------------------------

# Lawful or customary variants of the numerals of 《正确填写票据和结算凭证的基本规定》.
NUMERAL_VARIANTS = {
    "零": "〇○◯", "壹": "壱弌一", "贰": "貳弐弍贰貮二两兩", "叁": "叄參弎参三", "肆": "四", "伍": "五", "陆": "陸六",
    "柒": "七", "捌": "八", "玖": "九", "拾": "十", "佰": "百", "仟": "千", "万": "萬", "亿": "億",
    "元": "圆圓", "角": "", "分": "", "整": "正",
}  # fmt: skip
# What OCR makes of them.
NUMERAL_SLIPS = {
    "零": "雳雰需雫霎O0o", "壹": "壶壼查亚壺", "贰": "式贷戒", "叁": "垒仨", "肆": "肄肂肃律", "伍": "仵侣",
    "陆": "隆陡陪", "柒": "染桨梁漆", "捌": "拐别扒携", "玖": "玫玟致攻", "拾": "捨恰抬拴洽拎抢", "佰": "伯柏陌",
    "仟": "任什仔阡迁", "万": "方", "亿": "忆", "元": "无兀园圜", "角": "甬", "分": "", "整": "楚墼",
}  # fmt: skip

# --- fixed words ------------------------------------------------------------------------------------

YEAR_SIGNS = "年牛午"
MONTH_SIGNS = "月用円"
DAY_SIGNS = "日曰目口号臼"
LONG_TERM_SLIPS = ("长期", "長期", "长明", "长朋", "长胡", "长斯", "长其", "长欺", "长基", "长朗", "张期", "永久")
# Leading signs that OCR reads for ￥ / ¥.
YUAN_SIGN_SLIPS = "YV半羊辛平"
