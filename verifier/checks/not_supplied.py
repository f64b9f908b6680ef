"""What this requirement needs is not among the lists that can be supplied.

Passes: never. Fails: never. Review when: never. It is not applicable, and says which data would be needed to
judge it.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, not_applicable
from verifier.context import Context


class Params(CheckParams):
    lacking_zh: str
    lacking_en: str


def check(case: Case, params: Params, context: Context) -> Result:
    return not_applicable(f"未提供{params.lacking_zh}", f"{params.lacking_en} is not supplied")
