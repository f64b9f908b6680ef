"""What do the papers before the offer say: consent, needs, risk profile, suitability opinion?"""

from __future__ import annotations

from datetime import date

from samples.facts import CaseFacts
from samples.paper import Entry, Fields, Paper, Prose, Question, Questions, Seal, Sign, Signing, Tick, Ticks
from samples.papers.words import holder_signs, money

GOALS = {
    "participating": "家庭身故保障与财富传承",
    "universal": "教育金与长期储备",
    "unit_linked": "长期投资与身故保障",
    "ordinary_life": "家庭身故保障",
    "annuity": "养老补充",
    "health": "重大疾病保障",
    "accident": "意外伤害保障",
    "medical": "住院医疗费用保障",
}
TERMS = {"whole_life": "终身", "20": "20年", "30": "30年", "1": "1年"}
TICKS = ("0至5分", "6至10分", "11至15分")


def consent(facts: CaseFacts) -> Paper:
    """D-101, with the five things that 个人信息保护法 art 17 asks a notice to say."""
    who = facts.policyholder
    return Paper(
        "D-101",
        (
            Fields("customer", (Entry("_name", who.name), Entry("_phone", who.phone, "phone"))),
            Prose(
                "consent_words",
                (
                    f"一、个人信息处理者：{facts.company.name}，联系电话：{facts.company.hotline}。",
                    "二、处理目的与方式：为向您提供保险咨询、需求分析、投保及后续服务，以电子及纸质方式收集、存储、使用您的个人信息。",
                    "三、个人信息的种类：姓名、手机号码、证件信息、职业、收入及家庭保障情况。",
                    "四、保存期限：自业务关系终止之日起保存十年，法律法规另有规定的从其规定。",
                    "五、您的权利：您有权查阅、复制、更正、删除您的个人信息并可随时撤回同意，行使权利的途径为客户服务热线或各分支机构柜面。",
                ),
            ),
            Ticks("consent", (Tick("consent", "本人已阅读并同意上述内容，授权贵公司收集和使用本人信息。", True),)),
            Signing((holder_signs(who, facts.days["consent"]),)),
        ),
    )


def assessment(facts: CaseFacts) -> Paper:
    """D-301 投保人需求分析及财务支付水平评估."""
    who = facts.policyholder
    goal = GOALS[facts.product.kind]
    return Paper(
        "D-301",
        (
            Fields(
                "customer",
                (
                    Entry("_name", who.name),
                    Entry("_age", str(facts.policyholder_age), "count"),
                    Entry("_phone", who.phone, "phone"),
                    Entry("_job", who.occupation),
                ),
            ),
            Fields(
                "finances",
                (
                    Entry("household_income", money(facts.household_income), "money"),
                    Entry("_income_source", who.income_source),
                    Entry("assets", money(facts.assets), "money"),
                    Entry("liabilities", money(facts.liabilities), "money"),
                ),
            ),
            Fields(
                "needs",
                (
                    Entry("needs", goal),
                    Entry("_term", TERMS[facts.product.term_years]),
                    Entry("budget", money(facts.budget), "money"),
                    Entry("existing_cover", "无" if facts.seed % 3 else "社会医疗保险"),
                ),
            ),
            Fields("conclusion", (Entry("conclusion", "保障需求与财务支付能力相适应，建议投保"),)),
            Prose("needs_words", ("本人确认以上信息由本人提供，真实、完整，并已了解评估结果。",)),
            Signing((holder_signs(who, facts.days["needs"]),)),
        ),
    )


def risk_profile(facts: CaseFacts) -> Paper:
    """D-302 风险承受能力评估问卷."""
    score = {1: 12, 2: 30, 3: 48, 4: 66, 5: 84}[facts.customer_level]
    answers = tuple(
        Question(f"_q{n}", text, answer)
        for n, (text, answer) in enumerate(
            (
                ("您是否有一年以上的投资经验？", "是"),
                ("您是否可以承受本金出现一定幅度的波动？", "是"),
                ("您的投资期限是否在五年以上？", "是"),
                ("您是否需要在一年内使用该笔资金？", "否"),
            ),
            1,
        )
    )
    return Paper(
        "D-302",
        (
            Fields(
                "customer", (Entry("_name", facts.policyholder.name), Entry("_id", facts.policyholder.id_number, "id"))
            ),
            Questions("risk_questions", answers),
            Fields(
                "risk_result",
                (
                    Entry("score", str(score), "count"),
                    Entry("level", f"C{facts.customer_level}", "level"),
                    Entry("test_date", str(facts.days["risk"]), "date"),
                ),
            ),
            Prose(
                "risk_words", ("本评估结果自评估之日起十二个月内有效。本人确认评估结果与本人实际风险承受能力相符。",)
            ),
            Signing((holder_signs(facts.policyholder, facts.days["risk"]),)),
        ),
    )


def opinion(facts: CaseFacts) -> Paper:
    """D-303 适当性匹配意见书."""
    seller = facts.seller
    lines = [Sign("seller_signature", "opinion_signature", seller.person if seller else None)] if seller else []
    return Paper(
        "D-303",
        (
            Fields(
                "customer", (Entry("_name", facts.policyholder.name), Entry("_id", facts.policyholder.id_number, "id"))
            ),
            Fields(
                "match",
                (
                    Entry("product.name", facts.product.name),
                    Entry("product_level", f"R{facts.product.risk_level}", "level"),
                    Entry("customer_level", f"C{facts.customer_level}", "level"),
                    Entry("opinion", "匹配", "choice", ("匹配", "不匹配")),
                    Entry("date", str(facts.days["opinion"]), "date"),
                ),
            ),
            Prose(
                "match_words",
                (
                    "根据您的需求分析、财务支付水平及风险承受能力评估结果，本公司对上述产品作出适当性匹配意见。本意见不构成对产品收益的保证。",
                ),
            ),
            Signing((*lines, holder_signs(facts.policyholder, None))),
            Seal(facts.company.name, "适当性管理专用章"),
        ),
    )


def minor_notice(facts: CaseFacts) -> Paper:
    """F05 未成年人投保告知书: the limits of 保监发〔2015〕90号 and the cover elsewhere."""
    return Paper(
        "F05",
        (
            Fields(
                "minor",
                (
                    Entry("_holder", facts.policyholder.name),
                    Entry("_insured", facts.insured.name),
                    Entry("_birth", facts.insured.birth.isoformat(), "date"),
                    Entry("_relation", "父母"),
                    Entry("_elsewhere", money(facts.elsewhere_cover), "money"),
                    Entry("_this", money(facts.sum_insured), "money"),
                ),
            ),
            Prose(
                "minor_words",
                (
                    "父母为其未成年子女投保的人身保险，在被保险人成年之前，各保险合同约定的被保险人死亡给付的保险金额总和、被保险人死亡时"
                    "各保险公司实际给付的保险金总和按以下限额执行：",
                    "（一）被保险人不满10周岁的，不得超过人民币20万元；（二）被保险人已满10周岁但未满18周岁的，不得超过人民币50万元。",
                    "投保人已如实告知被保险人在其他保险公司的累计身故保险金额，并已了解上述规定。",
                ),
            ),
            Signing((holder_signs(facts.policyholder, facts.days["application"]),)),
        ),
    )


def customer_notice(facts: CaseFacts) -> Paper:
    """D-201 客户告知书 of an intermediary (保险代理人监管规定 art 54)."""
    assert facts.seller is not None
    return Paper(
        "D-201",
        (
            Fields(
                "notice",
                (
                    Entry("_institution", facts.seller.institution),
                    Entry("_place", facts.policyholder.address[:9] + "金融街8号"),
                    Entry("_contact", "400-000-0000"),
                    Entry("_principal", facts.company.name),
                    Entry("_complaints", "400-000-0000转2"),
                ),
            ),
            Prose(
                "notice_words",
                (
                    "本机构与上述保险公司不存在关联关系。销售人员已向您出示执业证件。",
                    "如您认为合法权益受到损害，可通过上述渠道投诉，或向当地保险监管部门反映。",
                ),
            ),
            Signing((holder_signs(facts.policyholder, facts.days["notice"]),)),
        ),
    )


def papers(facts: CaseFacts) -> list[Paper]:
    found = [customer_notice(facts)] if facts.channel == "broker" else []
    if facts.line == "property":
        return found
    found.append(consent(facts))
    if facts.long_term:
        found.append(assessment(facts))
        if facts.product.kind == "unit_linked":
            found.append(risk_profile(facts))
        if facts.days["application"] >= date(2026, 2, 1):
            found.append(opinion(facts))
    if facts.minor:
        found.append(minor_notice(facts))
    return found
