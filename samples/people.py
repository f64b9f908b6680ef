"""Who are the fictional people and companies of the cases?

Names are drawn from common syllables, identity numbers carry valid check digits but their sequence
belongs to nobody we know of, phones lie in ranges that look real. No real person is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱江尹薛闫段雷侯龙史陶贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    ""
)
MALE = [
    "伟",
    "强",
    "磊",
    "军",
    "勇",
    "涛",
    "明",
    "超",
    "刚",
    "平",
    "辉",
    "鹏",
    "杰",
    "斌",
    "浩然",
    "宇轩",
    "子豪",
    "志远",
    "建国",
    "文博",
    "俊杰",
    "立新",
    "国栋",
    "海涛",
    "振华",
    "晓东",
    "家明",
    "永康",
    "思远",
    "一鸣",
    "承志",
    "德胜",
    "景行",
    "天佑",
    "少华",
    "卫东",
    "明轩",
    "正阳",
    "启航",
    "云飞",
]
FEMALE = [
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "艳",
    "娟",
    "霞",
    "秀英",
    "桂兰",
    "婷",
    "雪",
    "琳",
    "慧",
    "颖",
    "欣怡",
    "梦瑶",
    "雨桐",
    "思琪",
    "佳怡",
    "晓燕",
    "淑贞",
    "玉珍",
    "雅琴",
    "诗涵",
    "美玲",
    "春梅",
    "月华",
    "若曦",
    "依诺",
    "婉清",
    "书瑶",
    "海燕",
    "红梅",
    "素芬",
    "子涵",
    "语嫣",
    "秋菊",
    "文静",
    "丹丹",
]
MINORITY = (("阿依古丽·买买提", "女", "维吾尔"), ("艾力·吐尔逊", "男", "维吾尔"), ("哈斯·巴特尔", "男", "蒙古"))
ETHNIC = ("汉",) * 12 + ("回", "满", "壮", "苗", "土家")


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    province: str
    city: str
    district: str
    streets: tuple[str, ...]

    @property
    def police(self) -> str:
        return f"{self.city}公安局{self.district.removesuffix('区')}分局"


REGIONS = (
    Region("310115", "上海市", "上海市", "浦东新区", ("锦绣东路", "张杨路", "丁香路")),
    Region("320106", "江苏省", "南京市", "鼓楼区", ("中山北路", "湖南路", "凤凰西街")),
    Region("330106", "浙江省", "杭州市", "西湖区", ("文三路", "天目山路", "古墩路")),
    Region("440106", "广东省", "广州市", "天河区", ("天河路", "体育西路", "黄埔大道")),
    Region("510107", "四川省", "成都市", "武侯区", ("人民南路", "科华北路", "佳灵路")),
    Region("420111", "湖北省", "武汉市", "洪山区", ("珞喻路", "雄楚大道", "关山大道")),
    Region("370102", "山东省", "济南市", "历下区", ("经十路", "解放路", "泺源大街")),
    Region("110105", "北京市", "北京市", "朝阳区", ("建国路", "朝阳北路", "望京街")),
)
PHONE_HEADS = ("138", "139", "136", "158", "159", "187", "133", "153", "180", "186", "199", "170")
JOBS = (
    ("企业职员", "10101", "工资薪金", 12, 30),
    ("中学教师", "30201", "工资薪金", 10, 22),
    ("内科医师", "20104", "工资薪金", 20, 45),
    ("软件工程师", "20302", "工资薪金", 20, 60),
    ("会计", "20603", "工资薪金", 9, 24),
    ("市场部经理", "20605", "工资薪金", 15, 50),
    ("机关工作人员", "10201", "工资薪金", 10, 20),
    ("护士", "20108", "工资薪金", 8, 20),
    ("建筑设计师", "20309", "工资薪金", 18, 50),
    ("机械工程师", "20307", "工资薪金", 12, 40),
)
EMPLOYERS = (
    "云岚科技有限公司",
    "晨泽贸易有限公司",
    "第三中学",
    "华澄设计院",
    "康泽医院",
    "远屿物流有限公司",
    "禾木设计有限公司",
    "青朴会计师事务所",
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check_digit(body: str) -> str:
    """A resident ID number from its first 17 digits (GB 11643, MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def luhn_card(rng: Random, head: str = "622202") -> str:
    """A 19-digit UnionPay-like card number that satisfies Luhn."""
    body = head + "".join(rng.choice("0123456789") for _ in range(18 - len(head)))
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return body + str(-total % 10)


@dataclass(frozen=True, slots=True)
class Person:
    """One fictional person with the ID card that he or she carries. `hand` seeds the handwriting."""

    name: str
    sex: str
    birth: date
    id_number: str
    ethnicity: str
    address: str
    issuer: str
    valid_from: date
    valid_to: str  # ISO date or long_term
    phone: str
    occupation: str
    occupation_code: str
    employer: str
    income: int
    income_source: str
    email: str
    province: str
    hand: int
    nationality: str = "中国"
    id_type: str = "居民身份证"

    def age(self, on: date) -> int:
        """周岁 on the day."""
        return on.year - self.birth.year - ((on.month, on.day) < (self.birth.month, self.birth.day))


def phone(rng: Random) -> str:
    return rng.choice(PHONE_HEADS) + "".join(rng.choice("0123456789") for _ in range(8))


def years_after(day: date, years: int) -> date:
    """The same day some years later; 1 March where 29 February does not exist."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def card_validity(rng: Random, birth: date, on: date) -> tuple[date, str]:
    """(valid from, valid to) of a card in force on the day, by the ages of 居民身份证法 art 5."""
    age = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    span = 5 if age < 16 else 10 if age < 26 else 20 if age < 46 else 0
    lower = {5: 0, 10: 16, 20: 26, 0: 46}[span]
    longest = min((span or 15) - 2, max(0, age - lower))
    issued = on - timedelta(days=rng.randint(40, max(60, longest * 365 + 60)))
    issued = max(issued, years_after(birth, lower) + timedelta(days=10), date(2005, 3, 1))
    if issued >= on - timedelta(days=5):
        issued = on - timedelta(days=rng.randint(10, 30))
    return issued, years_after(issued, span).isoformat() if span else "long_term"


def draw_person(
    rng: Random,
    on: date,
    ages: tuple[int, int],
    sex: str = "",
    surname: str = "",
    region: Region | None = None,
    address: str = "",
) -> Person:
    """A person whose age on the day lies in the range (both ends included)."""
    sex = sex or rng.choice("男女")
    where = region or rng.choice(REGIONS)
    age = rng.randint(*ages)
    birth = years_after(on, -age) - timedelta(days=rng.randint(20, 340))
    name = (surname or rng.choice(SURNAMES)) + rng.choice(MALE if sex == "男" else FEMALE)
    ethnicity = rng.choice(ETHNIC)
    if not surname and age >= 18 and rng.random() < 0.03:
        name, sex, ethnicity = rng.choice(MINORITY)
    sequence = rng.randint(100, 489) * 2 + (sex == "男")
    number = with_check_digit(f"{where.code}{birth:%Y%m%d}{sequence:03d}")
    valid_from, valid_to = card_validity(rng, birth, on)
    adult = age >= 18
    job = rng.choice(JOBS) if age < 60 else ("退休人员", "80101", "退休金", 6, 15)
    if not adult:
        job = ("学生", "70201", "无", 0, 0) if age >= 6 else ("学龄前儿童", "70202", "无", 0, 0)
    return Person(
        name=name,
        sex=sex,
        birth=birth,
        id_number=number,
        ethnicity=ethnicity,
        address=address or home(rng, where),
        issuer=where.police,
        valid_from=valid_from,
        valid_to=valid_to,
        phone=phone(rng),
        occupation=job[0],
        occupation_code=job[1],
        employer=where.city.removesuffix("市") + rng.choice(EMPLOYERS) if adult and age < 60 else "",
        income=rng.randint(job[3], job[4]) * 10000,
        income_source=job[2],
        email=f"{rng.choice(('sunny', 'river', 'maple', 'cloud', 'stone'))}{rng.randint(100, 9999)}@example.com",
        province=where.province,
        hand=rng.randrange(1 << 30),
    )


def home(rng: Random, where: Region) -> str:
    """A fictional postal address with province, city, district and street."""
    town = where.city if where.city == where.province else where.province + where.city
    return (
        f"{town}{where.district}{rng.choice(where.streets)}{rng.randint(11, 988)}弄"
        f"{rng.randint(1, 40)}号{rng.randint(101, 2302)}室"
    )


@dataclass(frozen=True, slots=True)
class Company:
    """A fictional insurer as its papers name it."""

    name: str
    short: str
    licence: str
    hotline: str
    account: str
    bank: str
    code: str


def region_of(address: str) -> Region:
    """The region whose province an address starts with."""
    return next(region for region in REGIONS if address.startswith(region.province))
