"""One file per check: Case to Result, pure. `CHECKS` is the explicit registry.

Each module has a docstring (its catalogue text: passes when, fails when, review when), a `Params`
model and `check(case, params, context) -> Result`.
"""

from __future__ import annotations

from types import ModuleType

# ruff: noqa: I001  (one section for each stage; keep each sorted)
# --- S1 to S5: prospecting, reception, needs, presentation, negotiation ---
from verifier.checks import (
    contact_after_opt_out, dates_in_order, institution_licensed, marketing_marks, needs_assessment,
    older_bank_customer, older_customer_care, paper_signed, prohibited_wording, question_asked, risk_profile,
    risk_test_history, seller_registered, statement_required, suitability_opinion,
)  # fmt: skip

# --- S6: signing ---
from verifier.checks import (
    chronology,
    copied_sentence,
    fields_complete,
    papers_complete,
    premium_adds_up,
    recording_checked,
    recording_elements,
    recording_present,
    recording_quality,
    signatures,
    signing_dates,
    values_agree,
    words_match_figures,
)

# --- S7, S8: payment, after-sales ---

# --- generic: any pack ---
from verifier.checks import human_judgement

MODULES: tuple[ModuleType, ...] = (
    # S1 to S5
    contact_after_opt_out,
    dates_in_order,
    institution_licensed,
    marketing_marks,
    needs_assessment,
    older_bank_customer,
    older_customer_care,
    paper_signed,
    prohibited_wording,
    question_asked,
    risk_profile,
    risk_test_history,
    seller_registered,
    statement_required,
    suitability_opinion,
    # S6
    chronology,
    copied_sentence,
    fields_complete,
    papers_complete,
    premium_adds_up,
    recording_checked,
    recording_elements,
    recording_present,
    recording_quality,
    signatures,
    signing_dates,
    values_agree,
    words_match_figures,
    # S7, S8
    # generic
    human_judgement,
)

CHECKS: dict[str, ModuleType] = {module.__name__.rpartition(".")[2]: module for module in MODULES}
