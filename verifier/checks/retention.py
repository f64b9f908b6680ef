"""The file is kept as long as the law asks.

Passes when the archive's end lies not before the latest of the periods: contract end plus five or ten years,
end of the relationship plus ten. Fails when it ends earlier. Review when the end of the contract is not known.
Not applicable when the archive index is not among what was supplied.
"""

from __future__ import annotations

from collections.abc import Mapping

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, failed, not_applicable, passed
from verifier.context import Context
from verifier.facts.registry import unknown
from verifier.values.dates import add_years


class Params(CheckParams):
    """`keep_until`: the declared end of keeping; `figures`: the parameter with the years."""

    keep_until: str = "archive.keep_until"
    contract_end: str = "dates.contract_end"
    relation_end: str = "dates.relation_end"
    figures: str = "retention_years"


def check(case: Case, params: Params, context: Context) -> Result:
    kept = case.declared_fact(params.keep_until)
    if kept is None:
        return not_applicable("未提供档案保管目录", "The archive index was not supplied")
    years = context.parameters.get(params.figures)
    assert isinstance(years, Mapping)
    ended = case.declared_fact(params.contract_end)
    if ended is None:
        raise unknown(params.contract_end, "合同终止日期", "end of the contract")
    lasting = case.fact("product.long_term").is_true
    own = int(years["contract_long"] if lasting else years["contract_short"])
    relation = case.declared_fact(params.relation_end) or ended
    needed = max(add_years(ended.as_date(), own), add_years(relation.as_date(), int(years["aml"])))
    figures = {"contract_years": str(own), "aml_years": str(years["aml"])}
    zh, en = f"保管至 {kept}，应不早于 {needed}", f"Kept until {kept}, needed until {needed}"
    if kept.as_date() < needed:
        return failed(zh, en, parameters=figures)
    return passed(zh, en, parameters=figures)
