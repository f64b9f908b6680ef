"""What does a label mean that no sheet prints in these words?

Labels are composed: a role or a qualifier, the noun that names the value, and perhaps a second noun for what
stands in the same place (从事职业, 首期保险费总额, 银行卡（折）号, 为被保人之, 期交/趸交保费). Two labels that differ
only in such words mean the same; a label whose noun nobody knows is still a label, and no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

# words of one meaning; the longer stand first
_SAME = (
    ("主被保险人", "被保险人"), ("第一被保险人", "被保险人"), ("被保人", "被保险人"), ("要保人", "投保人"), ("缴", "交"),
    ("保险费", "保费"), ("要保书", "投保单"), ("投保书", "投保单"), ("合同号", "保单号"), ("保险单", "保单"),
    ("号码", "号"), ("编号", "号"), ("代码", "编码"), ("代号", "编码"), ("总额", "合计"), ("总计", "合计"), ("年度", "年"),
    ("全年", "年"), ("帐", "账"), ("名称及", "及"), ("户口名", "户名"),
    ("截止有效期", "有效期止"), ("截止", "止"), ("终止", "止"), ("到期", "止"),
    ("应付保费", "保费"), ("应交保费", "保费"), ("日期", "日"), ("时间", "日"), ("方法", "方式"),
    ("全称", "名称"), ("来自", "来源"), ("已经", "已"), ("投入", "支付"), ("此次", "本次"), ("起始", "起"), ("开始", "起"),
    ("年限", "期间"), ("年期", "期间"), ("期限", "期间"), ("签字", "签名"), ("占比", "比例"), ("期止", "止期"),
)  # fmt: skip
_HINT = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_DROPPED = re.compile(r"人民币|[¥￥*]|^(?:序号)?\d{1,2}[、.)]")
_RELATION = re.compile(r"^(?:[㐀-鿿]{1,7}人)?(?:是|为|系)(投保人|被保险人)(?:的|之)?(?:关系)?$")
_WITH = re.compile(r"^(投保人|被保险人|账户所有人|付款人|受益人)?(?:与|同)(投保人|被保险人)(?:的|之)?关系$")
# what may stand before the noun without another meaning; never another person, another place or a negation
_QUALIFIERS = re.compile(
    r"(?:从事|目前|现任|现|本人|本次|所选|您的?|实际|有效|主要|个人|客户|电子|首期|首年|银行|扣款|付款|交费|代付|转账|授权|委托|代扣|划款"
    r"|指定|具体|常用|年(?!金|龄)|税前|中文|约定|拟|续期|保险合同|合同|经办|交易|业务|办理|通话|身份|人身|综合|每年|可"
    r"|所持|持有|就职|任职|供职|所在|所属|录制|双录|录音录像|申请(?!人|书|号|日|表)|账户(?=开户|户名|账号)|保险(?=营销员|代理人)|每期|期交|标准|应交|登记|预留|顾问|专员|本|该|总)"
)
_JOINTS = re.compile(r"[及和与或/、]|以及")
# nouns that end a label and hardly ever a value
_NOUNS = (
    "号码", "编号", "账号", "卡号", "姓名", "户名", "日期", "时间", "期限", "止期", "起期", "年限", "年期", "有效期", "电话", "代码",
    "编码", "方式", "类型", "种类", "类别", "性别", "金额", "比例", "合计", "总额", "单号", "地址", "邮编", "邮箱", "职业", "国籍",
    "顺序", "顺位", "保额", "频率", "折)号", "开户行", "工号", "有效期至", "号",
)  # fmt: skip
_SMALL = {"of", "the", "and", "or", "to", "from", "in", "for", "on", "by", "with", "at", "no", "s", "is", "if", "any"}
_ENGLISH = _SMALL | set(
    re.findall(
        r"\S+",
        "name number date birth sex gender nationality id type identity document certificate valid validity until expiry"
        " expiration occupation job employer company annual income source address phone mobile tel telephone email e-mail"
        " mail postal code policyholder policy holder applicant proposer insured beneficiary relation relationship share"
        " order application form product plan sum insured assured amount coverage cover period term payment premium total"
        " words figures mode frequency method account bank branch card agent sales representative salesperson seller"
        " licence license institution signature signed sign effective issue issued contract cooling-off cooling off days"
        " day risk level score result conclusion opinion payer payee remitter purpose currency status serial transaction"
        " receipt invoice buyer remark remarks budget needs assets liabilities household family existing customer client"
        " test assessment full basic main rider age country region residence permanent contact person information details"
        " paid paying first section part personal initial per unit rmb cny yuan years year time duration file reason"
        " refund event claim guardian",
    )
)
MOST = 16  # a longer text is no label
_CHINESE = re.compile(r"^[㐀-鿿()\[\]/、·%*¥￥.:a-z]+$")
_HAN = re.compile(r"[㐀-鿿]")


@lru_cache(maxsize=65536)
def plain(label: str) -> str:
    """A label without the choices of wording that change nothing."""
    text = _DROPPED.sub("", label.strip(":*· "))
    text = _HINT.sub(lambda m: m[1] if m[1] in ("小写", "大写", "折", "账", "卡") else "", text)
    for word, usual in _SAME:
        text = text.replace(word, usual)
    found = _RELATION.match(text)
    if found:
        return f"是{found[1]}的"
    found = _WITH.match(text)
    if found:
        return f"{found[1] or ''}与{found[2]}关系"
    return text.replace("之", "的").replace("卡折号", "卡号").replace("处", "") or label


def readings(label: str) -> Iterator[str]:
    """The plain label, then what is left of it without its qualifiers, then its parts."""
    text = plain(label)
    yield from _unqualified(text)
    if "的" in text[:-1]:
        yield from _unqualified(text.replace("的", ""))
        yield from _unqualified(text.rsplit("的", 1)[1])
    parts = [part for part in _JOINTS.split(text) if part]
    if len(parts) == 2 and len(parts[0]) <= 8 and len(parts[1]) <= 6:
        yield from _unqualified(parts[0])
        yield from _unqualified(parts[-1])


def _unqualified(text: str) -> Iterator[str]:
    yield text
    while True:
        match = _QUALIFIERS.match(text)
        if match is None or len(text) - match.end() < 2:
            return
        text = text[match.end() :]
        yield text


def meant(label: str, known: Callable[[str], str | None]) -> str | None:
    """The known phrase that a label comes to; None when it is another label, or none at all."""
    if not 2 <= len(label) <= MOST + 6 or not _CHINESE.match(label):
        return None
    return next((phrase for phrase in map(known, readings(label)) if phrase is not None), None)


def is_label(text: str) -> bool:
    """Do these words look like the label of something, whatever it is?"""
    return len(text) <= MOST and bool(_CHINESE.match(text)) and _HINT.sub("", text).rstrip(":").endswith(_NOUNS)


def is_translation(printed: str) -> bool:
    """English words such as stand small beside a Chinese label: nothing but nouns that labels are made of."""
    words = [word.strip(".()/:&*").lower() for word in re.split(r"[\s/]+|(?<=[a-z])(?=[A-Z])", printed)]
    words = [word for word in words if word]
    return bool(words) and all(word in _ENGLISH for word in words) and any(word not in _SMALL for word in words)


def wordy(text: str) -> bool:
    """Short Chinese words without figures, as labels are."""
    return len(text) <= MOST and bool(_CHINESE.match(text)) and bool(_HAN.search(text))
