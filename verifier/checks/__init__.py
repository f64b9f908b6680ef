"""One file per check: Case to Result, pure. `CHECKS` is the explicit registry.

Each module has a docstring (its catalogue text: passes when, fails when, review when), a `Params`
model and `check(case, params, context) -> Result`.
"""

from __future__ import annotations

from types import ModuleType

# ruff: noqa: I001  (one section for each stage; keep each sorted)
# --- S1 to S5: prospecting, reception, needs, presentation, negotiation ---
from verifier.checks import (
    agent_authority, contact_after_opt_out, dates_in_order, document_in_force, id_numbers_valid,
    identity_images, institution_licensed, marketing_marks, needs_assessment, older_bank_customer,
    older_customer_care, paper_signed, prohibited_wording, question_asked, risk_profile, risk_test_history,
    seller_agrees, seller_registered, seller_shown, statement_required, suitability_opinion,
)  # fmt: skip

# --- S6: signing ---
from verifier.checks import (
    age_at_entry,
    alterations,
    beneficiaries,
    birth_and_sex,
    chronology,
    contact_data,
    copied_sentence,
    esignature_reliable,
    fields_complete,
    guardian_consent,
    guardian_signature,
    handwriting_signals,
    health_answers,
    health_contradictions,
    insurable_interest,
    minor_cover,
    minor_policyholder,
    organisation_papers,
    papers_complete,
    premium_adds_up,
    recording_checked,
    recording_elements,
    recording_present,
    recording_quality,
    signature_names,
    signatures,
    signing_dates,
    tax_residence,
    values_agree,
    words_match_figures,
)

# --- S7, S8: payment, after-sales ---
from verifier.checks import (
    amount_paid,
    beneficial_owner,
    beneficiary_identified,
    cash_outside,
    cdd_threshold,
    cross_border,
    debit_authority,
    enhanced_diligence,
    funds_source,
    large_cash_report,
    payee_listed,
    payer_is_policyholder,
    payer_papers,
    payment_in_window,
    payment_proof,
    shared_payer,
    slip_untouched,
    slip_used_once,
    staff_money,
    structured_payments,
    watchlist_screening,
)

# --- generic: any pack ---
from verifier.checks import human_judgement

MODULES: tuple[ModuleType, ...] = (
    # S1 to S5
    agent_authority,
    contact_after_opt_out,
    dates_in_order,
    document_in_force,
    id_numbers_valid,
    identity_images,
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
    seller_agrees,
    seller_registered,
    seller_shown,
    statement_required,
    suitability_opinion,
    # S6
    age_at_entry,
    alterations,
    beneficiaries,
    birth_and_sex,
    chronology,
    contact_data,
    copied_sentence,
    esignature_reliable,
    fields_complete,
    guardian_consent,
    guardian_signature,
    handwriting_signals,
    health_answers,
    health_contradictions,
    insurable_interest,
    minor_cover,
    minor_policyholder,
    organisation_papers,
    papers_complete,
    premium_adds_up,
    recording_checked,
    recording_elements,
    recording_present,
    recording_quality,
    signature_names,
    signatures,
    signing_dates,
    tax_residence,
    values_agree,
    words_match_figures,
    # S7, S8
    amount_paid,
    beneficial_owner,
    beneficiary_identified,
    cash_outside,
    cdd_threshold,
    cross_border,
    debit_authority,
    enhanced_diligence,
    funds_source,
    large_cash_report,
    payee_listed,
    payer_is_policyholder,
    payer_papers,
    payment_in_window,
    payment_proof,
    shared_payer,
    slip_untouched,
    slip_used_once,
    staff_money,
    structured_payments,
    watchlist_screening,
    # generic
    human_judgement,
)

CHECKS: dict[str, ModuleType] = {module.__name__.rpartition(".")[2]: module for module in MODULES}
