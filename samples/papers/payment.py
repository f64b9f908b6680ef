"""What do the papers of payment say: debit authority, slips, receipts, payer's statement?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from samples.facts import CaseFacts
from samples.paper import Entry, Fields, Grid, Paper, Prose, Seal, Sign, Signing
from samples.papers.words import capitals, holder_signs, money, signed

METHOD_WORDS = {"transfer": "网上银行转账", "cash": "现金", "direct_debit": "委托代扣"}


def masked(account: str) -> str:
    """A card number as slips print it: first six and last four digits."""
    return account[:6] + "*" * (len(account) - 10) + account[-4:]


def authority(facts: CaseFacts) -> Paper:
    """P01 银行自动转账授权书."""
    who = facts.payer.person if facts.payer else facts.policyholder
    mark = "payer_signature" if facts.payer else "policyholder_signature"
    return Paper(
        "P01",
        (
            Fields(
                "account",
                (
                    Entry("account_name", who.name),
                    Entry("account_bank", facts.account_bank),
                    Entry("account", facts.account, "account"),
                    Entry("scope", "首期及续期保险费，以保险合同约定的金额和期限为准"),
                ),
            ),
            Prose(
                "authority_words",
                (
                    f"本人授权{facts.company.name}委托上述开户银行，自上述账户划转投保单号{facts.application_no}项下应交的保险费。账户余额不足导致的后果由本人承担。",
                ),
            ),
            Signing((Sign(mark, "account_holder_signature", who, signed(facts.days["application"])),)),
        ),
    )


def slip(
    facts: CaseFacts, amount: Decimal | None = None, day: date | None = None, serial: int = 0, method: str = ""
) -> Paper:
    """P02 or P03: one payment that went through."""
    method = method or facts.method
    amount = facts.total if amount is None else amount
    day = day or facts.days["payment"]
    who = facts.payer.person if facts.payer else facts.policyholder
    number = f"{day:%Y%m%d}{(facts.seed + serial * 7919) % 10**10:010d}"
    purpose = f"投保单{facts.application_no}保险费"
    common = (Entry("serial", number), Entry("date", str(day), "date"))
    payee = (
        Entry("payee.name", facts.company.name),
        Entry("payee.account", facts.company.account, "account"),
        Entry("payee.bank", facts.company.bank),
    )
    sums = (Entry("currency", "CNY"), Entry("amount", money(amount), "money"))
    if method in ("wechat", "alipay"):
        entries = (
            *common,
            *(() if method == "wechat" else (Entry("payer.name", "*" + who.name[1:]),)),
            Entry("payee.name", facts.company.name),
            Entry("amount", money(amount), "money"),
            Entry("purpose", purpose),
            Entry("status", "支付成功" if method == "wechat" else "交易成功"),
            Entry("method", method),
        )
        return Paper("P03", (Fields("slip", entries),), method, None, "wallet", people=(who,))
    if method == "pos":
        entries = (
            *common,
            Entry("payer.account", masked(facts.account), "account"),
            Entry("payer.bank", facts.account_bank[:6]),
            Entry("payee.name", facts.company.name),
            *sums,
            Entry("status", "交易成功"),
            Entry("method", "pos"),
        )
        return Paper(
            "P03",
            (Fields("slip", entries), Signing((Sign("payer_signature", "card_holder_signature", who),))),
            "pos",
            None,
            "pos_slip",
            people=(who,),
        )
    variant = "cash_deposit" if method == "cash" else "e_receipt"
    payer = (
        (Entry("payer.name", who.name),)
        if method == "cash"
        else (
            Entry("payer.name", who.name),
            Entry("payer.account", facts.account, "account"),
            Entry("payer.bank", facts.account_bank),
        )
    )
    entries = (
        *common,
        *payer,
        *payee,
        *sums,
        Entry("amount_in_words", capitals(amount), "words"),
        Entry("purpose", purpose),
        Entry("status", "交易成功" if method != "direct_debit" else "扣款成功"),
        Entry("method", method),
    )
    bank = facts.account_bank if method != "cash" else facts.company.bank
    words = "现金收讫" if method == "cash" else "电子回单专用章"
    return Paper(
        "P02",
        (
            Fields("slip", entries),
            Seal(bank.split("分行")[0] if method != "cash" else facts.company.bank, words, "round", "seal"),
        ),
        variant,
        None,
        "bank_slip",
        people=(who,),
    )


def receipt(facts: CaseFacts) -> Paper:
    """P04 保险费发票."""
    who = facts.policyholder
    rows = [(Entry("_item", facts.product.name), Entry("_amount", money(facts.premium), "money"))]
    rows += [(Entry("_item", rider.name), Entry("_amount", money(rider.premium), "money")) for rider in facts.riders]
    return Paper(
        "P04",
        (
            Fields(
                "invoice",
                (
                    Entry("serial", f"{facts.days['payment']:%y}312000{facts.seed % 10**12:012d}"),
                    Entry("date", str(facts.days["payment"]), "date"),
                    Entry("payer.name", who.name),
                    Entry("payee.name", facts.company.name),
                ),
            ),
            Grid("invoice_items", ("item", "amount_plain"), tuple(rows)),
            Fields(
                "invoice_total",
                (
                    Entry("amount_in_words", capitals(facts.total), "words"),
                    Entry("amount", money(facts.total), "money"),
                    Entry("_note", f"投保单号：{facts.application_no}"),
                ),
            ),
            Seal(facts.company.name, "发票专用章", mark="company_seal"),
        ),
    )


def payer_statement(facts: CaseFacts) -> Paper:
    """P05 第三方付款声明."""
    assert facts.payer is not None
    who = facts.payer.person
    return Paper(
        "P05",
        (
            Fields(
                "payer",
                (
                    Entry("payer.name", who.name),
                    Entry("payer.id_number", who.id_number, "id"),
                    Entry("_phone", who.phone, "phone"),
                    Entry("relation", facts.payer.relation),
                    Entry("reason", facts.payer.reason),
                ),
            ),
            Prose(
                "payer_words",
                (
                    f"本人自愿为投保人{facts.policyholder.name}（投保单号{facts.application_no}）交纳保险费，资金来源合法，本人知晓并同意该保险合同的权益归投保人、被保险人和受益人所有。",
                ),
            ),
            Signing(
                (
                    Sign("payer_signature", "payer_signature", who, signed(facts.days["payment"])),
                    holder_signs(facts.policyholder, None),
                )
            ),
            Prose("payer_approval", ("公司审核意见：已核实付款人身份及其与投保人的关系，同意。",)),
            Seal(facts.company.name, "业务专用章", mark="company_seal"),
        ),
    )


def papers(facts: CaseFacts) -> list[Paper]:
    found = []
    if facts.method == "direct_debit":
        found.append(authority(facts))
    found.append(slip(facts))
    if facts.payer:
        found.append(payer_statement(facts))
    if facts.line == "personal" and facts.long_term:
        found.append(receipt(facts))
    return found
