"""How does a company say in its own words what every company's papers must say?

`ORIGINALS` are the sentences of `samples.papers`, word for word, `{names}` for what varies in them. A style
brings its own sentence for some of them. A sentence that a planted defect altered is no longer an
original: it is printed as it stands, so that no rewording ever mends a defect.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from random import Random
from typing import ClassVar

from samples.paper import Paper, Prose, Questions, Section, Ticks
from samples.papers.after import CALLBACK
from samples.papers.declarations import HEALTH_QUESTIONS, RECORDING
from samples.people import Company
from samples.styles.base import FlowStyle
from samples.surface import DrawnPaper

ORIGINALS: dict[str, str] = {
    "consent.who": "一、个人信息处理者：{company}，联系电话：{phone}。",
    "consent.purpose": "二、处理目的与方式：为向您提供保险咨询、需求分析、投保及后续服务，"
    "以电子及纸质方式收集、存储、使用您的个人信息。",
    "consent.kinds": "三、个人信息的种类：姓名、手机号码、证件信息、职业、收入及家庭保障情况。",
    "consent.keep": "四、保存期限：自业务关系终止之日起保存十年，法律法规另有规定的从其规定。",
    "consent.rights": "五、您的权利：您有权查阅、复制、更正、删除您的个人信息并可随时撤回同意，"
    "行使权利的途径为客户服务热线或各分支机构柜面。",
    "consent.tick": "本人已阅读并同意上述内容，授权贵公司收集和使用本人信息。",
    "needs.confirm": "本人确认以上信息由本人提供，真实、完整，并已了解评估结果。",
    "risk.confirm": "本评估结果自评估之日起十二个月内有效。本人确认评估结果与本人实际风险承受能力相符。",
    "match.words": "根据您的需求分析、财务支付水平及风险承受能力评估结果，本公司对上述产品作出适当性匹配意见。"
    "本意见不构成对产品收益的保证。",
    "minor.limits": "父母为其未成年子女投保的人身保险，在被保险人成年之前，"
    "各保险合同约定的被保险人死亡给付的保险金额总和、被保险人死亡时"
    "各保险公司实际给付的保险金总和按以下限额执行：",
    "minor.declared": "投保人已如实告知被保险人在其他保险公司的累计身故保险金额，并已了解上述规定。",
    "cooling": "　　犹豫期：自您签收保险合同之日的次日起有{days}日的犹豫期。在犹豫期内您可以解除合同，"
    "本公司将无息退还您已交的全部保险费。"
    "犹豫期后您解除合同（退保）会遭受一定损失，本公司退还保险单的现金价值。",
    "reminder.1": "一、请您确认保险机构和销售人员的合法资格。请您要求销售人员出示其执业证件。",
    "reminder.2": "二、请您根据实际保险需求和支付能力选择人身保险产品，仔细阅读保险条款，"
    "重点关注保险责任、责任免除、等待期、退保等内容。",
    "reminder.3": "三、请您如实填写投保资料、如实告知有关情况并亲笔签名。",
    "reminder.4": "四、请您配合保险公司做好客户回访工作。",
    "reminder.5": "五、保险产品不同于储蓄存款，请勿与银行存款、国债、基金等作片面比较。",
    "reminder.confirm": "本人已阅读并理解本投保提示书的全部内容。",
    "brochure.1": "一、产品特点：本产品提供{benefit}，保险责任以保险条款为准。",
    "brochure.2": "二、现金价值：本合同的现金价值按保险条款的约定计算，并在保险合同中以现金价值表列明。",
    "brochure.3": "三、犹豫期：自您签收保险合同之日的次日起有{days}日的犹豫期。在犹豫期内您可以解除合同，"
    "本公司将无息退还您已交的全部保险费。"
    "犹豫期后您解除合同（退保）会遭受一定损失，本公司退还保险单的现金价值。",
    "brochure.4": "四、责任免除：详见保险条款中的责任免除部分，本公司已以加粗字体作出提示。",
    "exclusion.law": "根据《中华人民共和国保险法》第十七条，"
    "本公司就保险合同中免除保险人责任的条款向您作出提示和明确说明：",
    "exclusion.confirm": "投保人声明：保险人已就免除保险人责任条款的概念、内容及其法律后果向本人作出了明确说明，"
    "本人已完全理解。",
    "illustration.words": "上表为利益演示，分为保证利益与演示利益两种情景，仅供理解产品所用，"
    "不代表本公司的历史经营业绩，也不代表对未来经营业绩的预期。",
    "uncertain.participating": "本产品为分红型保险，红利水平是不保证的，在某些年度红利可能为零。",
    "uncertain.unit_linked": "本产品为投资连结型保险，保单利益是不确定的，账户价值可能亏损，投资风险完全由投保人承担。",
    "form.holder": "投保人声明：本人对投保单各项填写内容的真实性负责，"
    "贵公司已就保险条款、责任免除条款向本人作出明确说明，本人已完全理解并同意遵守。",
    "form.callback": "本人同意贵公司通过电话、书面等方式进行回访。",
    "form.insured": "被保险人声明：本人同意投保人为本人投保上述保险，并认可保险金额及所指定的受益人。",
    "statement.words": "本人郑重声明：本人已了解所投保产品的特点、保险责任、责任免除、退保损失和保单利益的不确定性，"
    "认为该产品符合本人的实际需求和支付能力，自愿投保并承担相应风险。",
    "health.words": "本人声明以上告知均属实，如有不实告知，保险公司有权依法解除保险合同。",
    "residence.words": "本人确认上述信息的真实、准确和完整，且当这些信息发生变更时，将在30日内通知贵公司。",
    "separate.words": "{company}因办理保险业务需要处理您的敏感个人信息，包括医疗健康信息、金融账户信息等。"
    "请您逐项确认：",
    "separate.health": "本人同意贵公司处理本人及被保险人的健康信息，用于核保、理赔，"
    "处理该信息对订立和履行保险合同是必要的。",
    "separate.account": "本人同意贵公司处理本人的金融账户信息，用于收取保险费和给付保险金。",
    "separate.share": "本人同意贵公司向再保险公司、合作医疗机构提供上述信息。",
    "authority.words": "本人授权{company}委托上述开户银行，自上述账户划转投保单号{number}项下应交的保险费。"
    "账户余额不足导致的后果由本人承担。",
    "payer.words": "本人自愿为投保人{name}（投保单号{number}）交纳保险费，资金来源合法，"
    "本人知晓并同意该保险合同的权益归投保人、被保险人和受益人所有。",
    "delivery.words": "本人已收到上述保险合同（含保险单、保险条款、现金价值表等），已核对无误。",
    "surrender.words": "本人申请解除上述保险合同，已知悉犹豫期后解除合同会遭受一定损失。随附："
    "保险合同原件、本人有效身份证件。",
    "claim.words": "本人声明以上填写内容属实，申请贵公司给付保险金，并授权贵公司向有关机构调查核实。",
}
ASKED: dict[str, tuple[str, ...]] = {
    "callback": (*CALLBACK, "确认销售过程是否进行了录音录像且内容真实"),
    "recording": RECORDING,
    "health": HEALTH_QUESTIONS,
}


@cache
def pattern(key: str) -> re.Pattern[str]:
    """The original as an expression that tells its varying parts."""
    parts = re.split(r"\{(\w+)\}", ORIGINALS[key])
    return re.compile("".join(re.escape(p) if n % 2 == 0 else f"(?P<{p}>.+?)" for n, p in enumerate(parts)))


def reworded(paper: Paper, phrases: Mapping[str, str], asked: Mapping[str, tuple[str, ...]]) -> Paper:
    """The paper in a company's own words; what is no original stays as it is."""
    questions = {
        theirs: ours for key, own in asked.items() for theirs, ours in zip(ASKED[key], own, strict=True) if ours
    }

    def say(sentence: str) -> str:
        for key, own in phrases.items():
            met = pattern(key).fullmatch(sentence)
            if met:
                return own.format(**met.groupdict())
        return sentence

    def change(section: Section) -> Section:
        if isinstance(section, Prose):
            return replace(section, paragraphs=tuple(say(one) for one in section.paragraphs))
        if isinstance(section, Ticks):
            return replace(section, items=tuple(replace(one, text=say(one.text)) for one in section.items))
        if isinstance(section, Questions):
            return replace(
                section, items=tuple(replace(one, text=questions.get(one.text, one.text)) for one in section.items)
            )
        return section

    return paper.altered(change)


class Reworded(FlowStyle):
    """A style with its own sentences, that knows how many pages a paper has while it draws them."""

    phrases: ClassVar[Mapping[str, str]] = {}
    asked: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    total = 1

    def draw(self, paper: Paper, company: Company, rng: Random) -> DrawnPaper:
        said = self.arranged(reworded(paper, self.phrases, self.asked))
        state = rng.getstate()
        self.total = super().draw(said, company, rng).pages
        rng.setstate(state)
        return super().draw(said, company, rng)

    def arranged(self, paper: Paper) -> Paper:
        """The sections in this company's order."""
        return paper
