"""An English case as words on pages: what a text layer would give, without any file."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.model import Box, Mark, MarkKind, MarkState, Page, Rule, TextFrom, Transcript, Word

LINE, CHARACTER, LEFT = 0.018, 0.0085, 0.08

Row = str | tuple[str, ...]  # one run of words, or several side by side


def page(title: str, rows: Sequence[Row], *, number: int = 1, signed: Sequence[str] = ()) -> Page:
    """A page with a big title and rows of runs; ink stands behind the rows that `signed` names."""
    words = [_word(title, 0.5 - len(title) * 0.0065, 0.05, 1.6)]
    marks: list[Mark] = []
    rules: list[Rule] = []
    top = 0.12
    for row in rows:
        left = LEFT
        for run in (row,) if isinstance(row, str) else row:
            words.append(_word(run, left, top, 1.0))
            width = max(0.45, len(run) * CHARACTER + 0.04)
            if run.rstrip(":") in signed:
                start = left + len(run) * CHARACTER + 0.01
                ink = Box(start, top - 0.008, start + 0.12, top + 0.016)
                marks.append(Mark(MarkKind.SIGNATURE, MarkState.PRESENT, ink, 0.95))
            left += width
        top += 0.026
    return Page(number, 595, 842, 0, TextFrom.LAYER, tuple(words), tuple(marks), tuple(rules))


def _word(text: str, left: float, top: float, size: float) -> Word:
    width = len(text) * CHARACTER * size
    return Word(text, Box(left, top, min(left + width, 0.99), top + LINE * 0.75 * size))


def transcript(name: str, *pages: Page) -> tuple[str, Transcript]:
    return name, Transcript(sha256=name.ljust(64, "0"), media_type="application/pdf", pages=pages)


TERMS = page(
    "Terms of Business",
    [
        "Meadow Brokers Ltd, registered office: 1 Invented Lane, London EC1A 1AA",
        "Adviser: Ben Sample",
        "FCA firm reference number: 700001",
        "Date provided: 1 September 2026",
        "Authorised and regulated by the Financial Conduct Authority.",
        "We are an independent intermediary and act for you on the basis of a fair analysis of the market.",
        "We are paid by commission from the insurer; you pay no fees.",
        "If you wish to complain, write to us. You may go to the Financial Ombudsman Service.",
    ],
)

APPLICATION = page(
    "Application for Life Insurance",
    [
        "Application number: HL-2026-0001",
        "Policyholder details",
        ("Full name: Alice Example", "Date of birth: 02/03/1984"),
        ("Nationality: British", "Passport number: 999000111"),
        "Address: 2 Invented Street, London SW1A 1AA",
        ("Occupation: Teacher", "Annual income: £60,000.00"),
        "Life assured",
        ("Full name: Alice Example", "Relationship to policyholder: Self"),
        "Plan details",
        "Plan name: Harbourlight Unit-Linked Growth Plan",
        ("Sum assured: £50,000.00", "Policy term: 20 years"),
        ("Premium frequency: Annually", "Total premium: £1,200.00"),
        "Currency: GBP",
        "Health questions",
        "1. Have you ever been treated for a heart condition?  ☐ Yes  ☑ No",
        "2. Have you smoked in the last twelve months?  ☐ Yes  ☑ No",
        "Declaration",
        "I declare that my answers are true and complete.",
        ("Signature of applicant:", "Date signed: 07/09/2026"),
    ],
    signed=("Signature of applicant",),
)

PASSPORT = page(
    "PASSPORT",
    [
        ("Surname", "EXAMPLE"),
        ("Given names", "ALICE"),
        ("Nationality", "BRITISH CITIZEN"),
        ("Date of birth", "02 MAR 1984"),
        ("Date of issue", "15 JAN 2020"),
        ("Date of expiry", "15 JAN 2030"),
        "P<GBREXAMPLE<<ALICE<<<<<<<<<<<<<<<<<<<<<<<<<",
        "9990001110GBR8403021F3001156<<<<<<<<<<<<<<06",
    ],
)

TRANSFER = page(
    "Bank Transfer Confirmation",
    [
        ("Transaction reference: TR778812345", "Payment date: 10/09/2026"),
        "Payer",
        ("Name: Alice Example", "Account number: 12345678"),
        "Payee",
        ("Name: Harbourlight Life plc", "Account number: 87654321"),
        ("Amount: GBP 1,200.00", "Status: Completed"),
    ],
)

SCHEDULE = page(
    "Policy Schedule",
    [
        ("Policy number: HLP-1000001", "Issue date: 14/09/2026"),
        ("Policyholder: Alice Example", "Life assured: Alice Example"),
        "Product name: Harbourlight Unit-Linked Growth Plan",
        ("Sum assured: £50,000.00", "Total premium: £1,200.00"),
        "You have the right to cancel. You may cancel your policy within 30 days of receiving these documents.",
    ],
)

US_APPLICATION = page(
    "APPLICATION FOR INDIVIDUAL LIFE INSURANCE",
    [
        "Northwind Fictional Life Insurance Company",
        "SECTION A - PROPOSED INSURED",
        ("Full Name", "Jane Q. Sample"),
        ("Date of Birth", "April 3, 1980"),
        ("Social Security Number", "900-12-3456"),
        "SECTION B - OWNER (if other than insured)",
        ("Owner Name", "John Sample"),
        ("Relationship to Proposed Insured", "Husband"),
        "SECTION C - BENEFICIARIES",
        ("Name", "Relationship", "Share %"),
        ("Mary Sample", "Daughter", "60%"),
        ("Tom Sample", "Son", "40%"),
        "SECTION D - COVERAGE",
        ("Plan of insurance: Whole Life 2020", "Face Amount: $250,000"),
        ("Premium: $1,250.00 per year", "Mode: Annual"),
        "Will this policy replace any existing life insurance or annuity?  [ ] Yes  [X] No",
        "SIGNATURES",
        ("Signature of Owner:", "Date: 04/13/2026"),
        ("Signature of Proposed Insured:", "Date: 04/13/2026"),
    ],
    signed=("Signature of Owner",),
)

CASE = (
    transcript("terms.pdf", TERMS),
    transcript("application.pdf", APPLICATION),
    transcript("passport.pdf", PASSPORT),
    transcript("payment.pdf", TRANSFER),
    transcript("schedule.pdf", SCHEDULE),
)
