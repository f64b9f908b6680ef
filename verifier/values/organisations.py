"""Are these two the same company, or the same product?

Registered names in their brackets and branch suffixes; product names in their versions. What differs in
brackets, width or blanks is form; what differs in words is another thing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from verifier.model import Text
from verifier.values.confusions import confusable
from verifier.values.match import Match, MatchKind
from verifier.values.script import half_width, is_cjk, simplified, single_blanks, squeeze

_COMPANY_WORDS = re.compile(
    "公司|集团|银行|保险(?!费|金|单|期)|信用社|合作社|事务所|经纪|代理|支行|分行|营业部|营销服务部|医院|学校|大学|委员会|"
    "研究院|研究所|中心$|工厂|厂$|商行|商店|超市|酒店|饭店|协会|基金会|政府|局$|幼儿园|个体工商户|工作室|财付通|支付宝"
)
_COMPANY_LATIN = re.compile(
    r"\b(?:LTD|LIMITED|INC|CORP|CORPORATION|LLC|LLP|PLC|GMBH|COMPANY|CO|BANK|INSURANCE|ASSURANCE)\b\.?", re.I
)
_FORMS = ("股份有限责任公司", "有限责任公司", "股份有限公司", "集团有限公司", "股份公司", "有限公司", "公司")
_BRANCH = re.compile(
    r"(?:公司|银行|社)(?P<branch>.{2,20}?(?:分公司|支公司|中心支公司|分行|支行|营业部|营销服务部|营业所|分理处|代表处|电销中心|电话销售中心))$"
)
_EDGE = re.compile(r"^[\s:;,._|/\\\-=~'\"]+|[\s:;,._|/\\\-=~'\"]+$")
_SLIPS = str.maketrans({"﹙": "(", "﹚": ")", "【": "[", "】": "]", "〔": "(", "〕": ")", "{": "(", "}": ")"})


@lru_cache(maxsize=32768)
def canonical_organisation(text: str) -> str:
    """Without inner blanks and with full-width brackets in Chinese names; Latin names with single blanks."""
    plain = _EDGE.sub("", single_blanks(text))
    if not is_cjk(plain):
        return plain
    plain = re.sub(r"(?<![A-Za-z]) +| +(?![A-Za-z])", "", plain)
    return plain.replace("(", "（").replace(")", "）")


def canonical_product(text: str) -> str:
    """A product's name: as an organisation's, since brackets and blanks go the same way."""
    return canonical_organisation(re.sub(r"[《》〈〉“”]", "", text))


@lru_cache(maxsize=32768)
def is_organisation(text: str) -> bool:
    """Does the text name an organisation and not a person?"""
    plain = squeeze(text)
    if not is_cjk(plain):
        return _COMPANY_LATIN.search(single_blanks(text)) is not None
    return len(plain) > 3 and _COMPANY_WORDS.search(plain) is not None


@lru_cache(maxsize=32768)
def _folded(text: str) -> str:
    plain = simplified(squeeze(half_width(text).translate(_SLIPS))).casefold()
    return re.sub(r"[\[\]()（）《》〈〉“”\"'.,·\-]", "", plain)


@lru_cache(maxsize=32768)
def organisation_parts(text: str) -> tuple[str, str]:
    """Head office and branch: (某某人寿保险, 上海分公司); the legal form is left out of the first."""
    plain = _folded(text)
    match = _BRANCH.search(plain)
    branch = match["branch"] if match else ""
    head = plain[: len(plain) - len(branch)]
    for form in _FORMS:
        if head.endswith(form):
            head = head[: -len(form)]
            break
    return head, branch


def _match(kind: MatchKind, zh: str, en: str, score: float, *, review: bool = False, how: str = "") -> Match:
    return Match(kind, Text(zh, en), score, review, how)


def _one_slip(a: str, b: str) -> bool:
    """One substitution of look-alikes in a text long enough that it can hardly be another name."""
    if len(a) != len(b):
        return len(a) >= 8 and Levenshtein.distance(a, b, score_cutoff=1) <= 1
    differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return len(differing) == 1 and confusable(*differing[0])


@lru_cache(maxsize=32768)
def compare_organisations(a: str, b: str) -> Match:
    """Compares two organisations' names; a branch and its head office are a variant that says so."""
    first, second = canonical_organisation(a), canonical_organisation(b)
    both, both_en = f"“{first}”与“{second}”", f"{first} and {second}"
    if not any(c.isalpha() for c in first) or not any(c.isalpha() for c in second):
        return _match(
            MatchKind.UNREADABLE, "至少一处没有可比较的名称", "At least one side holds no name to compare", 0.0
        )
    if first == second:
        return _match(MatchKind.EXACT, f"名称一致：{first}", f"Same name: {first}", 1.0)
    if _folded(first) == _folded(second):
        return _match(
            MatchKind.VARIANT, f"{both}仅括号、空格或繁简不同", f"{both_en} differ in form only", 0.98, how="form"
        )
    (head_a, branch_a), (head_b, branch_b) = organisation_parts(first), organisation_parts(second)
    if head_a == head_b:
        if branch_a == branch_b:
            return _match(MatchKind.VARIANT, f"{both}仅公司形式写法不同", f"{both_en} differ only in how the legal form is written",
                          0.95, how="legal_form")  # fmt: skip
        if not branch_a or not branch_b:
            return _match(
                MatchKind.VARIANT, f"{both}：总公司与分支机构", f"{both_en}: head office and branch", 0.9, how="branch"
            )
        return _match(MatchKind.VARIANT, f"{both}：同一公司的不同分支机构", f"{both_en}: two branches of one company", 0.7,
                      review=True, how="other_branch")  # fmt: skip
    if _one_slip(_folded(first), _folded(second)) or (branch_a == branch_b and _one_slip(head_a, head_b)):
        return _match(MatchKind.OCR_NEAR, f"{both}仅一字不同，可能是识别误差", f"{both_en} differ by one character: possibly a reading error",
                      0.8, review=True, how="ocr")  # fmt: skip
    short, long = sorted((_folded(first), _folded(second)), key=len)
    if len(short) >= 6 and long.startswith(short):
        return _match(
            MatchKind.VARIANT,
            f"{both}：较短者可能被截断",
            f"{both_en}: the shorter may be cut off",
            0.8,
            review=True,
            how="truncated",
        )
    if len(short) >= 4 and _abbreviates(short, long):
        return _match(
            MatchKind.VARIANT,
            f"{both}：其一可能是简称",
            f"{both_en}: one may be the short name",
            0.6,
            review=True,
            how="short_name",
        )
    return _match(MatchKind.CONFLICT, f"名称不一致：{both}", f"Different names: {both_en}", 0.0)


def _abbreviates(short: str, long: str) -> bool:
    """某某人寿 for 某某人寿保险股份有限公司: every character in order, the first two the same."""
    place = iter(long)
    return short[:2] == long[:2] and all(character in place for character in short)


_VERSION = re.compile(
    r"(?:20\d\d(?:版|款)?|[一二三四五六七八九十a-z\d]+(?:款|版|型|号)|分红型|万能型|投资连结型|互联网专属|至尊|尊享|升级|优享|plus)"
)


@lru_cache(maxsize=32768)
def compare_products(a: str, b: str) -> Match:
    """Compares two product names. A version that only one side prints is a variant for a person."""
    first, second = canonical_product(a), canonical_product(b)
    both, both_en = f"“{first}”与“{second}”", f"{first} and {second}"
    if not any(c.isalpha() for c in first) or not any(c.isalpha() for c in second):
        return _match(
            MatchKind.UNREADABLE, "至少一处没有可比较的产品名称", "At least one side holds no product name", 0.0
        )
    if first == second:
        return _match(MatchKind.EXACT, f"产品名称一致：{first}", f"Same product: {first}", 1.0)
    x, y = _folded(first), _folded(second)
    if x == y:
        return _match(
            MatchKind.VARIANT, f"{both}仅括号、空格或全半角不同", f"{both_en} differ in form only", 0.98, how="form"
        )
    # 2024版 and 2024 款 are two ways to print one version
    same_words = [re.sub(r"(?<=\d|[a-z])[款版]", "", text) for text in (x, y)]
    if same_words[0] == same_words[1]:
        return _match(
            MatchKind.VARIANT,
            f"{both}仅“款”“版”写法不同",
            f"{both_en} differ only in 款 or 版",
            0.95,
            how="version_word",
        )
    short, long = sorted((x, y), key=len)
    if len(short) >= 4 and (long.startswith(short) or long.endswith(short)):
        rest = long.removeprefix(short) if long.startswith(short) else long.removesuffix(short)
        if _is_issuer(rest) and long.endswith(short):
            return _match(
                MatchKind.VARIANT,
                f"{both}：其一前有公司名",
                f"{both_en}: one has the company's name before it",
                0.95,
                how="issuer",
            )
        return _match(
            MatchKind.VARIANT,
            f"{both}：其一缺少“{rest}”",
            f"{both_en}: one lacks {rest}",
            0.75,
            review=True,
            how="shorter",
        )
    versions = [frozenset(_VERSION.findall(text)) for text in (x, y)]
    if versions[0] == versions[1] and _one_slip(x, y):
        return _match(MatchKind.OCR_NEAR, f"{both}仅一字不同，可能是识别误差", f"{both_en} differ by one character: possibly a reading error",
                      0.8, review=True, how="ocr")  # fmt: skip
    return _match(MatchKind.CONFLICT, f"产品名称不一致：{both}", f"Different products: {both_en}", 0.0)


def _is_issuer(text: str) -> bool:
    return _COMPANY_WORDS.search(text) is not None or text.endswith(("人寿", "财险", "健康", "养老"))
