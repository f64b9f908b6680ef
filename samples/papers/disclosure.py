"""What do the papers that explain the product say: reminder, brochure, clauses, exclusions, illustration?"""

from __future__ import annotations

from decimal import Decimal

from samples.facts import CaseFacts
from samples.paper import Entry, Fields, Grid, Paper, Prose, Signing
from samples.papers.words import holder_signs, money, pay_period

UNCERTAIN = {
    "participating": "本产品为分红型保险，红利水平是不保证的，在某些年度红利可能为零。",
    "universal": "本产品为万能型保险，最低保证利率之上的投资收益是不确定的，"
    "结算利率不保证，实际结算利率可能等于最低保证利率。",
    "unit_linked": "本产品为投资连结型保险，保单利益是不确定的，账户价值可能亏损，投资风险完全由投保人承担。",
}

# what fills the further pages of real clauses: pages without a title, which belong to the first one
LONG_CLAUSES = tuple(
    f"{chapter}.{number} {head}：{body}"
    for chapter in (5, 6, 7)
    for number, (head, body) in enumerate(
        (
            (
                "保险事故的通知",
                "投保人、被保险人或受益人知道保险事故后应当在10日内通知本公司，因不可抗力导致的迟延除外。",
            ),
            ("保险金的给付", "本公司收到申请书及有关证明和资料后，将在5日内作出核定，情形复杂的在30日内作出核定。"),
            ("诉讼时效", "受益人请求给付保险金的诉讼时效期间，自其知道或应当知道保险事故发生之日起计算。"),
            ("合同效力中止", "超过宽限期仍未支付保险费的，合同自宽限期满的次日零时起效力中止。"),
            ("合同效力恢复", "合同效力中止后2年内，投保人可以申请恢复合同效力。"),
            ("年龄错误", "投保人申报的被保险人年龄不真实的，本公司按照约定调整保险费或保险金额。"),
            ("争议处理", "因履行本合同发生的争议，由当事人协商解决，协商不成的依法向人民法院起诉。"),
            ("释义", "周岁指按有效身份证件中记载的出生日期计算的年龄，每经过一年增加一岁，不足一年的不计。"),
        ),
        1,
    )
)


def cooling_words(facts: CaseFacts) -> str:
    """The notice of cooling-off and of the loss on surrender (保险销售行为管理办法 25, 40)."""
    return (
        f"犹豫期：自您签收保险合同之日的次日起有{facts.cooling_off}日的犹豫期。在犹豫期内您可以解除合同，本公司将无息退还您已交的全部保险费。"
        "犹豫期后您解除合同（退保）会遭受一定损失，本公司退还保险单的现金价值。"
    )


def reminder(facts: CaseFacts) -> Paper:
    """D-401 人身保险投保提示书."""
    points = [
        "一、请您确认保险机构和销售人员的合法资格。请您要求销售人员出示其执业证件。",
        "二、请您根据实际保险需求和支付能力选择人身保险产品，仔细阅读保险条款，重点关注保险责任、责任免除、等待期、退保等内容。",
        "三、请您如实填写投保资料、如实告知有关情况并亲笔签名。",
        "四、请您配合保险公司做好客户回访工作。",
        "五、保险产品不同于储蓄存款，请勿与银行存款、国债、基金等作片面比较。",
    ]
    if facts.long_term:
        points.insert(2, "　　" + cooling_words(facts))
    if facts.not_guaranteed:
        points.append("六、" + UNCERTAIN[facts.product.kind])
    return Paper(
        "D-401",
        (
            Fields("product", (Entry("product.name", facts.product.name),)),
            Prose("reminder_words", tuple(points)),
            Prose("reminder_confirm", ("本人已阅读并理解本投保提示书的全部内容。",)),
            Signing((holder_signs(facts.policyholder, facts.days["notice"]),)),
        ),
    )


def brochure(facts: CaseFacts) -> Paper:
    """D-402 产品说明书, one for the main product (riders of one year are exempt)."""
    warnings = (UNCERTAIN[facts.product.kind],) if facts.not_guaranteed else ()
    prose: list[Prose] = [Prose("warning", warnings, strong=True)] if warnings else []
    return Paper(
        "D-402",
        (
            Fields(
                "product",
                (
                    Entry("product.name", facts.product.name),
                    Entry("product.code", facts.product.code),
                    Entry("_cover", facts.product.cover_period),
                    Entry("cooling_off_days", str(facts.cooling_off), "days"),
                ),
            ),
            *prose,
            Prose(
                "brochure_words",
                (
                    "一、产品特点：本产品提供"
                    + ("身故保险金" if facts.product.death_benefit else "约定的保险金")
                    + "，保险责任以保险条款为准。",
                    "二、现金价值：本合同的现金价值按保险条款的约定计算，并在保险合同中以现金价值表列明。",
                    "三、" + cooling_words(facts),
                    "四、责任免除：详见保险条款中的责任免除部分，本公司已以加粗字体作出提示。",
                ),
            ),
            Prose("brochure_foot", (f"本产品说明书由{facts.company.name}制作，所载资料仅供您理解保险条款所用。",)),
        ),
    )


def clauses(facts: CaseFacts) -> Paper:
    """D-403 保险条款: the filed name and the first articles."""
    deductible = (
        ("4.3 免赔额：本合同年度免赔额为人民币1万元，赔付比例为100%。",) if facts.product.kind == "medical" else ()
    )
    waiting = ("2.4 等待期：自本合同生效之日起90日内为等待期。",) if facts.product.kind in ("health", "medical") else ()
    return Paper(
        "D-403",
        (
            Fields(
                "clause_head",
                (
                    Entry("product.name", facts.product.name),
                    Entry("product.code", facts.product.code),
                    Entry("_filing", facts.product.filing),
                ),
            ),
            Prose(
                "clause_words",
                (
                    "1.1 合同构成：本保险合同由保险单及所附条款、投保单、合法有效的声明、批注及其他有关书面文件构成。",
                    "2.1 保险责任：在本合同保险期间内，本公司依照本条款的约定承担保险责任。",
                    *waiting,
                    "2.5 责任免除：因下列情形之一导致保险事故的，本公司不承担给付保险金的责任："
                    "（1）投保人的故意行为；（2）被保险人故意犯罪；（3）战争、军事冲突、暴乱。",
                    "3.1 保险金的申请：受益人应填写保险金给付申请书并提供约定的证明和资料。",
                    *(LONG_CLAUSES if facts.seed % 2 else ()),
                    *deductible,
                    *(
                        (f"1.4 犹豫期：自您签收本合同次日起有{facts.cooling_off}日的犹豫期。",)
                        if facts.long_term
                        else ()
                    ),
                ),
            ),
        ),
    )


def exclusions(facts: CaseFacts) -> Paper:
    """D-404 免除保险人责任条款说明书, with the points of 健康保险管理办法 art 39 for health business."""
    health: tuple[Prose, ...] = ()
    if facts.product.kind in ("health", "medical"):
        renewal = "本产品为非保证续保产品。" if facts.product.kind == "medical" else "本产品为长期保险，不涉及续保。"
        health = (
            Prose(
                "health_points",
                (
                    "健康保险重点事项确认：销售人员已就以下事项向本人逐项说明：（1）保险责任；（2）保险责任的减轻或免除；（3）保险责任等待期90日；"
                    f"（4）保险合同犹豫期{facts.cooling_off}日以及投保人相关权利义务；（5）是否提供保证续保以及续保有效时间：{renewal}"
                    "（6）理赔程序以及理赔文件要求；（7）组合式健康保险中各产品的保险期间。",
                ),
            ),
        )
    ratio = "本产品设有年度免赔额人民币1万元，赔付比例100%，无比例赔付。" if facts.product.kind == "medical" else ""
    return Paper(
        "D-404",
        (
            Fields("product", (Entry("product.name", facts.product.name),)),
            Prose(
                "exclusion_words",
                (
                    "根据《中华人民共和国保险法》第十七条，本公司就保险合同中免除保险人责任的条款向您作出提示和明确说明：",
                    "一、投保人对被保险人的故意杀害、故意伤害；二、被保险人故意犯罪或抗拒依法采取的刑事强制措施；三、被保险人主动吸食或注射毒品；"
                    "四、战争、军事冲突、暴乱或武装叛乱；五、核爆炸、核辐射或核污染。" + ratio,
                ),
            ),
            *health,
            Prose(
                "exclusion_confirm",
                (
                    "投保人声明：保险人已就免除保险人责任条款的概念、内容及其法律后果向本人作出了明确说明，本人已完全理解。",
                ),
            ),
            Signing((holder_signs(facts.policyholder, facts.days["notice"]),)),
        ),
    )


def illustration(facts: CaseFacts) -> Paper:
    """D-405 利益演示表: two scenarios, illustration only."""
    rows = []
    paid = Decimal(0)
    for year in (1, 2, 3, 5, 10):
        paid = (
            facts.premium
            * min(year, facts.pay_years)
            * {"monthly": 12, "quarterly": 4, "half_yearly": 2}.get(facts.mode, 1)
        )
        share = Decimal(str(0.35 + 0.06 * year))
        rows.append(
            (
                Entry("_year", str(year), "count"),
                Entry("_paid", money(paid), "money"),
                Entry("_low", money((paid * share).quantize(Decimal(1))), "money"),
                Entry("_high", money((paid * share * Decimal("1.08")).quantize(Decimal(1))), "money"),
            )
        )
    return Paper(
        "D-405",
        (
            Fields(
                "product",
                (
                    Entry("product.name", facts.product.name),
                    Entry("premium", money(facts.premium), "money"),
                    Entry("sum_insured", money(facts.sum_insured), "money"),
                    Entry("pay_period", pay_period(facts)),
                    Entry("date", str(facts.days["notice"]), "date"),
                ),
            ),
            Grid("illustration", ("policy_year", "paid_total", "value_guaranteed", "value_illustrated"), tuple(rows)),
            Prose(
                "illustration_words",
                (
                    "上表为利益演示，分为保证利益与演示利益两种情景，仅供理解产品所用，不代表本公司的历史经营业绩，也不代表对未来经营业绩的预期。",
                    UNCERTAIN[facts.product.kind],
                ),
                strong=True,
            ),
            Signing((holder_signs(facts.policyholder, None),)),
        ),
    )


def proposal(facts: CaseFacts) -> Paper:
    """D-501 保险建议书."""
    seller = (Entry("_seller", facts.seller.person.name),) if facts.seller else ()
    return Paper(
        "D-501",
        (
            Fields(
                "proposal",
                (
                    Entry("_customer", facts.policyholder.name),
                    Entry("_insured", facts.insured.name),
                    Entry("product.name", facts.product.name),
                    Entry("product.code", facts.product.code),
                    Entry("sum_insured", money(facts.sum_insured), "money"),
                    Entry("premium", money(facts.premium), "money"),
                    Entry("pay_period", pay_period(facts)),
                    Entry("_cover", facts.product.cover_period),
                    Entry("date", str(facts.days["needs"]), "date"),
                    *seller,
                ),
            ),
            Prose(
                "proposal_words",
                ("本建议书仅供参考，具体保险责任、责任免除以保险条款为准。" + (UNCERTAIN.get(facts.product.kind, "")),),
            ),
        ),
    )


def papers(facts: CaseFacts) -> list[Paper]:
    if facts.line == "property":
        return [clauses(facts), exclusions(facts)]
    found = [reminder(facts)]
    if facts.long_term:
        found.append(brochure(facts))
    found += [clauses(facts), exclusions(facts)]
    if facts.not_guaranteed:
        found.append(illustration(facts))
    if facts.long_term and facts.seed % 4 == 0:
        found.append(proposal(facts))
    return found
