"""What do the papers beside the application say: statement, health, tax residence, consents, recording?"""

from __future__ import annotations

from samples.facts import CaseFacts
from samples.paper import Entry, Fields, Paper, Prose, Question, Questions, Sign, Signing, Tick, Ticks
from samples.papers.words import holder_signs

HEALTH_QUESTIONS = (
    "您目前或过去两年内是否曾住院或接受手术治疗？",
    "您是否曾患有或目前患有高血压、冠心病、糖尿病、肿瘤？",
    "您过去一年内是否有医学检查结果异常并被建议进一步检查？",
    "您是否曾被保险公司拒保、延期、加费或附加条件承保？",
    "您是否吸烟或有饮酒习惯？",
    "您的父母、兄弟姐妹中是否有人在60岁前患恶性肿瘤？",
)
RECORDING = (
    "销售人员出示证件",
    "出示提示书、条款和免责文件",
    "说明保险性质与产品要素",
    "说明产品特有风险",
    "投保人明确肯定答复",
    "签署过程",
    "被保险人同意",
    "产品说明书与抄录",
)


def statement(facts: CaseFacts) -> Paper:
    """F02 投保声明 of 适当性办法 art 39."""
    words = {
        "SUIT-04": "趸交保费超过投保人家庭年收入的4倍",
        "SUIT-05": "年期交保费超过投保人家庭年收入的20%",
        "SUIT-06": "保费交费年限与投保人年龄数字之和达到规定标准",
        "SUIT-07": "保费额度达到投保人保费预算的150%",
    }
    reasons = "；".join(words[trigger] for trigger in facts.statement_triggers)
    return Paper(
        "F02",
        (
            Fields("product", (Entry("_product", facts.product.name),)),
            Prose(
                "statement_words",
                (
                    f"鉴于本次投保存在以下情形：{reasons}。",
                    "本人郑重声明：本人已了解所投保产品的特点、保险责任、责任免除、退保损失和保单利益的不确定性，认为该产品符合本人的实际需求和支付能力，自愿投保并承担相应风险。",
                ),
            ),
            Signing((holder_signs(facts.policyholder, facts.days["application"]),)),
        ),
    )


def health(facts: CaseFacts) -> Paper:
    """F03 健康告知."""
    answers = ["否"] * len(HEALTH_QUESTIONS)
    details = [""] * len(HEALTH_QUESTIONS)
    if facts.seed % 5 == 0 and not facts.minor:
        answers[4], details[4] = "是", "偶尔饮酒，每周一次，每次少量"
    items = tuple(
        Question(f"answers[{n}]", text, answers[n - 1], details[n - 1]) for n, text in enumerate(HEALTH_QUESTIONS, 1)
    )
    age = facts.insured.age(facts.days["application"])
    height = 172 if facts.insured.sex == "男" else 161
    height, weight = (
        (height, 66 if facts.insured.sex == "男" else 54) if age >= 16 else (70 + 6 * age, 9 + 2 * age + age * age // 9)
    )
    who = facts.policyholder if facts.minor else facts.insured
    mark = "guardian_signature" if facts.minor else "insured_signature"
    return Paper(
        "F03",
        (
            Fields(
                "body",
                (
                    Entry("_insured", facts.insured.name),
                    Entry("_height", str(height), "count"),
                    Entry("_weight", str(weight), "count"),
                ),
            ),
            Questions("health_questions", items),
            Prose("health_words", ("本人声明以上告知均属实，如有不实告知，保险公司有权依法解除保险合同。",)),
            Signing(
                (
                    Sign(mark, mark, who, Entry("_signed", str(facts.days["application"]), "date")),
                    Sign("policyholder_signature", "policyholder_signature", facts.policyholder),
                )
            ),
        ),
    )


def residence(facts: CaseFacts) -> Paper:
    """F07 个人税收居民身份声明文件 (公告2017年第14号)."""
    who = facts.policyholder
    return Paper(
        "F07",
        (
            Fields(
                "customer",
                (
                    Entry("_name", who.name),
                    Entry("_birth", who.birth.isoformat(), "date"),
                    Entry("_address", who.address),
                ),
            ),
            Ticks(
                "residence",
                (
                    Tick("resident_only", "仅为中国税收居民", True),
                    Tick("non_resident_only", "仅为非居民", False),
                    Tick("both_resident", "既是中国税收居民又是其他国家（地区）税收居民", False),
                ),
            ),
            Prose(
                "residence_words",
                ("本人确认上述信息的真实、准确和完整，且当这些信息发生变更时，将在30日内通知贵公司。",),
            ),
            Signing((holder_signs(who, facts.days["application"]),)),
        ),
    )


def separate_consent(facts: CaseFacts) -> Paper:
    """F08 个人信息处理单独同意书 (个人信息保护法 28-31)."""
    child = facts.insured.age(facts.days["application"]) < 14
    ticks = [
        Tick(
            "consent_health",
            "本人同意贵公司处理本人及被保险人的健康信息，用于核保、理赔，处理该信息对订立和履行保险合同是必要的。",
            True,
        ),
        Tick("consent_account", "本人同意贵公司处理本人的金融账户信息，用于收取保险费和给付保险金。", True),
        Tick("consent_share", "本人同意贵公司向再保险公司、合作医疗机构提供上述信息。", True),
    ]
    if child:
        ticks.append(
            Tick(
                "consent_child",
                "本人作为不满十四周岁未成年人的监护人，同意贵公司按照儿童个人信息处理规则处理其个人信息。",
                True,
            )
        )
    lines = [holder_signs(facts.policyholder, facts.days["application"])]
    if facts.minor:
        lines.append(Sign("guardian_signature", "guardian_signature", facts.policyholder))
    return Paper(
        "F08",
        (
            Prose(
                "separate_words",
                (
                    f"{facts.company.name}因办理保险业务需要处理您的敏感个人信息，包括医疗健康信息、金融账户信息等。请您逐项确认：",
                ),
            ),
            Ticks("separate", tuple(ticks)),
            Signing(tuple(lines)),
        ),
    )


def recording(facts: CaseFacts) -> Paper:
    """F09 双录质检表, with the eight elements of 可回溯办法 art 7."""
    day = facts.days["application"]
    items = tuple(Question(f"items[{n}]", text, "是") for n, text in enumerate(RECORDING, 1))
    return Paper(
        "F09",
        (
            Fields(
                "recording",
                (
                    Entry("file_number", f"SL{day:%Y%m%d}{facts.seed % 1_000_000:06d}"),
                    Entry("_holder", facts.policyholder.name),
                    Entry("date", str(day), "date"),
                    Entry("duration", str(600 + facts.seed % 900), "seconds"),
                ),
            ),
            Questions("recording_items", items),
            Fields(
                "recording_result",
                (
                    Entry("result", "合格", "choice", ("合格", "不合格")),
                    Entry("checked_date", str(facts.days["recording_checked"]), "date"),
                ),
            ),
        ),
    )
