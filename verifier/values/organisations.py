"""Are these two the same company, or the same product?

Registered names in their brackets and branch suffixes; product names in their versions. What differs in
brackets, width or blanks is form; what differs in words is another thing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from verifier.values.confusions import confusable
from verifier.values.match import Match, found
from verifier.values.script import half_width, is_cjk, printed, simplified, single_blanks, squeeze

_COMPANY_WORDS = re.compile(
    "公司|集团|银行|保险(?!费|金|单|期)|信用社|合作社|事务所|经纪|代理|支行|分行|营业部|营销服务部|医院|学校|学院|小学|中学|大学|委员会|"
    "研究院|研究所|中心$|工厂|厂$|商行|商店|超市|酒店|饭店|协会|基金会|政府|局$|幼儿园|个体工商户|工作室|财付通|支付宝"
)
_COMPANY_LATIN = re.compile(
    r"\b(?:LTD|LIMITED|INC|CORP|CORPORATION|LLC|LLP|PLC|GMBH|COMPANY|CO|BANK|INSURANCE|ASSURANCE)\b\.?", re.I
)
_FORMS = ("股份有限责任公司", "有限责任公司", "股份有限公司", "集团有限公司", "股份公司", "有限公司", "公司")
_BRANCH = re.compile(
    r"(?:公司|银行|社)(?P<branch>.{2,20}?(?:分公司|支公司|中心支公司|分行|支行|营业部|营销服务部|营业所|分理处|代表处|电销中心|电话销售中心))$"
)
_EDGE = re.compile(r"^[\s:：;；,，、._|/\\\-=~'\"]+|[\s:：;；,，、_|/\\\-=~'\"]+$")
_SLIPS = str.maketrans({"﹙": "(", "﹚": ")", "【": "[", "】": "]", "〔": "(", "〕": ")", "{": "(", "}": ")"})


@lru_cache(maxsize=32768)
def canonical_organisation(text: str) -> str:
    """Without inner blanks in Chinese names, with single ones in Latin names. Brackets stay as printed; a pair
    of which OCR bent one side is made full-width."""
    plain = _EDGE.sub("", printed(text))
    if not is_cjk(plain):
        return plain
    plain = re.sub(r"(?<![A-Za-z]) +| +(?![A-Za-z])", "", plain)
    return re.sub(r"（([^（）()]*)\)|\(([^（）()]*)）", lambda pair: f"（{pair[1] or pair[2] or ''}）", plain)


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


def _one_slip(a: str, b: str) -> bool:
    """One substitution of look-alikes in a text long enough that it can hardly be another name."""
    if len(a) != len(b):
        return len(a) >= 8 and Levenshtein.distance(a, b, score_cutoff=1) <= 1
    differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return len(differing) == 1 and confusable(*differing[0])


@lru_cache(maxsize=32768)
def compare_organisations(a: str, b: str) -> Match:
    """Compares two organisations' names; a branch and its head office are a variant that says so. Symmetric."""
    first, second = canonical_organisation(a), canonical_organisation(b)
    if not any(c.isalpha() for c in first) or not any(c.isalpha() for c in second):
        return found("nothing", first, second)
    if first == second:
        return found("same", first, second)
    x, y = _folded(first), _folded(second)
    if x == y:
        return found("form", first, second)
    (head_a, branch_a), (head_b, branch_b) = organisation_parts(first), organisation_parts(second)
    if head_a == head_b:
        if branch_a == branch_b:
            return found("legal_form", first, second)
        return found("other_branch" if branch_a and branch_b else "branch", first, second)
    if _one_slip(x, y):
        return found("one_off", first, second)
    short, long = sorted((x, y), key=len)
    if len(short) >= 6 and long.startswith(short):
        return found("truncated", first, second)
    return found("short_name" if len(short) >= 4 and _abbreviates(short, long) else "different", first, second)


def _abbreviates(short: str, long: str) -> bool:
    """某某人寿 for 某某人寿保险股份有限公司: every character in order, the first two the same."""
    place = iter(long)
    return short[:2] == long[:2] and all(character in place for character in short)


_VERSION = re.compile(
    r"(?:20\d\d(?:版|款)?|[一二三四五六七八九十a-z\d]+(?:款|版|型|号)|分红型|万能型|投资连结型|互联网专属|至尊|尊享|升级|优享|plus)"
)


@lru_cache(maxsize=32768)
def compare_products(a: str, b: str) -> Match:
    """Compares two product names. A version that only one side prints is a variant for a person. Symmetric."""
    first, second = canonical_product(a), canonical_product(b)
    if not any(c.isalpha() for c in first) or not any(c.isalpha() for c in second):
        return found("nothing", first, second)
    if first == second:
        return found("same", first, second)
    x, y = _folded(first), _folded(second)
    if x == y:
        return found("form", first, second)
    # 2024版 and 2024款 are two ways to print one version
    if re.sub(r"(?<=[\da-z])[款版]", "", x) == re.sub(r"(?<=[\da-z])[款版]", "", y):
        return found("version_word", first, second)
    short, long = sorted((x, y), key=len)
    if len(short) >= 4 and long.endswith(short) and _is_issuer(long.removesuffix(short)):
        return found("issuer", first, second)
    if len(short) >= 4 and (long.startswith(short) or long.endswith(short)):
        rest = long.removeprefix(short) if long.startswith(short) else long.removesuffix(short)
        return found("shorter", first, second, rest)
    same_version = frozenset(_VERSION.findall(x)) == frozenset(_VERSION.findall(y))
    return found("one_off" if same_version and _one_slip(x, y) else "different", first, second)


def _is_issuer(text: str) -> bool:
    return _COMPANY_WORDS.search(text) is not None or text.endswith(("人寿", "财险", "健康", "养老"))
