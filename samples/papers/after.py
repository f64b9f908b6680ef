"""What do the papers after the sale say: policy, delivery receipt, call-back, surrender, claim?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from samples.facts import CaseFacts
from samples.paper import Entry, Fields, Grid, Paper, Prose, Question, Questions, Seal, Section, Sign, Signing
from samples.papers.words import MODES, capitals, money, pay_period, signed

CALLBACK = (
    "确认受访人是否为投保人本人",
    "确认投保人是否购买了该保险产品以及投保人和被保险人是否按照要求亲笔签名",
    "确认投保人是否已阅读并理解产品说明书和投保提示的内容",
    "确认投保人是否知悉保险责任、责任免除和保险期间",
    "确认投保人是否知悉退保可能受到损失",
    "确认投保人是否知悉犹豫期的起算时间、期间以及享有的权利",
    "确认投保人是否了解交费期限和交费频率",
)


def policy(facts: CaseFacts) -> Paper:
    """A01 保险单."""
    product = facts.product
    sections: list[Section] = [
        Fields(
            "policy_head",
            (
                Entry("policy_no", facts.policy_no, "digits"),
                Entry("application_no", facts.application_no, "digits"),
                Entry("issue_date", str(facts.days["issue"]), "date"),
                Entry("effective_date", str(facts.days["effective"]), "date"),
            ),
        ),
        Fields(
            "policy_parties",
            (
                Entry("policyholder.name", facts.policyholder.name),
                Entry("policyholder.id_number", facts.policyholder.id_number, "id"),
                Entry("insured.name", facts.insured.name),
                Entry("_insured_birth", facts.insured.birth.isoformat(), "date"),
                Entry(
                    "_beneficiary",
                    "、".join(f"{one.person.name}({one.share}%)" for one in facts.beneficiaries) or "法定",
                ),
            ),
        ),
    ]
    columns = ("product.name", "sum_insured", "cover_period", "pay_period", "premium_item")
    rows = [
        (
            Entry("product.name", product.name),
            Entry("sum_insured", money(facts.sum_insured), "money"),
            Entry("cover_period", product.cover_period),
            Entry("pay_period", pay_period(facts)),
            Entry("_premium", money(facts.premium), "money"),
        )
    ]
    rows += [
        (
            Entry(f"riders[{n}].name", r.name),
            Entry("_sum", money(r.sum_insured), "money"),
            Entry("_cover", "1年"),
            Entry("_pay", "1年"),
            Entry("_premium", money(r.premium), "money"),
        )
        for n, r in enumerate(facts.riders, 1)
    ]
    cooling = (Entry("cooling_off_days", str(facts.cooling_off), "days"),) if facts.long_term else ()
    seller = (Entry("seller.name", facts.seller.person.name),) if facts.seller else ()
    sections += [
        Grid("policy_cover", columns, tuple(rows)),
        Fields(
            "policy_premium",
            (
                Entry("premium", money(facts.total), "money"),
                Entry("_words", capitals(facts.total), "words"),
                Entry("pay_mode", MODES[facts.mode]),
                *cooling,
                *seller,
            ),
        ),
        Prose("policy_words", (f"特别约定：无。客户服务热线：{facts.company.hotline}。",)),
        Seal(facts.company.name, "保险合同专用章"),
    ]
    return Paper("A01", tuple(sections))


def delivery(facts: CaseFacts) -> Paper:
    """A02 保险合同送达回执."""
    return Paper(
        "A02",
        (
            Fields(
                "delivery",
                (
                    Entry("policy_no", facts.policy_no, "digits"),
                    Entry("policyholder.name", facts.policyholder.name),
                    Entry("_product", facts.product.name),
                ),
            ),
            Prose("delivery_words", ("本人已收到上述保险合同（含保险单、保险条款、现金价值表等），已核对无误。",)),
            Signing(
                (
                    Sign(
                        "policyholder_signature",
                        "policyholder_signature",
                        facts.policyholder,
                        Entry("received_date", str(facts.days["receipt"]), "date"),
                    ),
                )
            ),
        ),
    )


def callback(facts: CaseFacts) -> Paper:
    """A03 回访记录, with the seven items of 人身保险业务基本服务规定 art 15."""
    questions = [Question(f"answers[{n}]", text, "是") for n, text in enumerate(CALLBACK, 1)]
    if facts.recorded:
        questions.append(Question("answers[8]", "确认销售过程是否进行了录音录像且内容真实", "是"))
    return Paper(
        "A03",
        (
            Fields(
                "callback",
                (
                    Entry("policy_no", facts.policy_no, "digits"),
                    Entry("phone", facts.policyholder.phone, "phone"),
                    Entry("date", str(facts.days["callback"]), "date"),
                    Entry("respondent", facts.policyholder.name),
                ),
            ),
            Prose("callback_words", ("身份核验：已核对受访人证件号码后四位及出生日期，核验一致。",)),
            Questions("callback_items", tuple(questions)),
            Fields("callback_result", (Entry("result", "成功", "choice", ("成功", "失败")),)),
        ),
    )


def surrender(facts: CaseFacts, day: date, refund: Decimal, payee: str, account: str, reason: str) -> Paper:
    """A05 退保申请书."""
    return Paper(
        "A05",
        (
            Fields(
                "surrender",
                (
                    Entry("policy_no", facts.policy_no, "digits"),
                    Entry("_applicant", facts.policyholder.name),
                    Entry("_id", facts.policyholder.id_number, "id"),
                    Entry("reason", reason),
                    Entry("refund", money(refund), "money"),
                ),
            ),
            Fields("payout", (Entry("payee.name", payee), Entry("payee.account", account, "account"))),
            Prose(
                "surrender_words",
                (
                    "本人申请解除上述保险合同，已知悉犹豫期后解除合同会遭受一定损失。随附：保险合同原件、本人有效身份证件。",
                ),
            ),
            Signing((Sign("policyholder_signature", "applicant_policyholder", facts.policyholder, signed(day)),)),
        ),
    )


def papers(facts: CaseFacts) -> list[Paper]:
    found = [policy(facts)]
    if facts.long_term:
        found += [delivery(facts), callback(facts)]
    return found
