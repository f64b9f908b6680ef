"""Terms of keeping: from the end of the contract, by the pack's years; unknown ends keep everything."""

from __future__ import annotations

from datetime import date

import pytest

from api.keeping import Basis, Ends, Material, basis_of, columns, decisive, parse, terms, why
from verifier.case import Case
from verifier.packs.load import Pack, find_pack, load_pack
from verifier.papers import Papers, case_of


@pytest.fixture(scope="module")
def china() -> Pack:
    return load_pack(find_pack("cn-insurance"))


@pytest.fixture(scope="module")
def generic() -> Pack:
    return load_pack(find_pack("generic-en"))


def case(pack: Pack, **declared: object) -> Case:
    facts = {name.replace("__", "."): value for name, value in declared.items()}
    return case_of(Papers("C-1", facts, (), ()), pack)


ISSUED = {"dates__policy_issue": "2026-03-04"}


@pytest.mark.parametrize(
    ("declared", "end", "how", "until"),
    [
        # more than a year of cover: ten years after its end
        ({**ISSUED, "product__term_years": "20"}, date(2046, 3, 4), Ends.TERM, date(2056, 3, 4)),
        # a year or less: five for the contract, but ten for who the customer is
        ({**ISSUED, "product__term_years": "1"}, date(2027, 3, 4), Ends.TERM, date(2037, 3, 4)),
        ({**ISSUED, "product__term_years": "whole_life"}, None, Ends.UNKNOWN, None),
        ({**ISSUED, "product__term_years": "终身"}, None, Ends.UNKNOWN, None),
        (ISSUED, None, Ends.UNKNOWN, None),
        ({"product__term_years": "20"}, None, Ends.UNKNOWN, None),
        ({}, None, Ends.UNKNOWN, None),
        (
            {**ISSUED, "product__term_years": "whole_life", "dates__surrender": "2027-05-06"},
            date(2027, 5, 6),
            Ends.SURRENDERED,
            date(2037, 5, 6),
        ),
        (
            {**ISSUED, "dates__contract_end": "2028-02-29", "dates__surrender": "2027-05-06"},
            date(2028, 2, 29),
            Ends.DECLARED,
            date(2038, 2, 28),
        ),
    ],
)
def test_the_end_of_the_contract_and_the_last_day(
    china: Pack, declared: dict[str, object], end: date | None, how: Ends, until: date | None
) -> None:
    basis = basis_of(case(china, **declared))
    assert (basis.how, basis.end) == (how, end)
    assert columns(case(china, **declared), china.parameters) == {"keep_until": until, "keep_basis": str(basis)}
    assert parse(str(basis)) == basis


def test_each_kind_of_paper_has_its_own_term(china: Pack) -> None:
    short = {term.material: term.years for term in terms(Basis(Ends.TERM, long=False), china.parameters)}
    long = {term.material: term.years for term in terms(Basis(Ends.TERM, long=True), china.parameters)}
    assert short == {Material.CONTRACT: 5, Material.RECORDING: 5, Material.IDENTITY: 10, Material.SUITABILITY: 5}
    assert long == short | {Material.CONTRACT: 10, Material.RECORDING: 10}


def test_another_pack_has_other_years(generic: Pack) -> None:
    known = case(generic, dates__contract_end="2026-01-01", product__term_years="1")
    assert columns(known, generic.parameters)["keep_until"] == date(2031, 1, 1)


def test_what_is_not_known_is_kept_on() -> None:
    assert parse("") == Basis()
    assert decisive(()) is None


def test_the_reason_names_material_years_and_day_in_both_languages(china: Pack) -> None:
    basis = Basis(Ends.SURRENDERED, True, date(2027, 5, 6))
    told = why(basis, decisive(terms(basis, china.parameters)))
    assert "2027-05-06" in told.zh
    assert "10 年" in told.zh
    assert "surrendered on 2027-05-06" in told.en
    running = why(Basis(), decisive(terms(Basis(), china.parameters)))
    assert "未知" in running.zh
    assert "not known" in running.en
    assert why(Basis(), None).en
