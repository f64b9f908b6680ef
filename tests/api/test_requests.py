"""Does a request lead to a cure on record, and does its letter say what is missing and nothing that it must not?"""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlmodel import select

from api.clock import now
from api.errors import ServiceError
from api.permissions import Role
from api.principal import Principal
from api.tables import PaperRequest, RequestState, SourceRow
from api.workflow import letters, requests
from tests.api.house import House
from tests.api.judged import FAIL, MAJOR, PASSING, REVIEW, SECRET, Scene, pack

SOON = timedelta(days=10)


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


@pytest.fixture
def who(scene: Scene) -> Principal:
    return scene.house.person(scene.tenant_id, Role.REVIEWER).principal


def state(scene: Scene, request_id: str) -> PaperRequest:
    with scene.house.services.reading() as session:
        return session.get_one(PaperRequest, request_id)


def come_in(scene: Scene, who: Principal, case: str, file: str = "补件.pdf") -> str:
    with scene.house.services.writing() as session:
        source = SourceRow(
            tenant_id=scene.tenant_id,
            batch_id=scene.batch_id,
            case_id=case,
            file=file,
            sha256="cd" * 32,
            created_at=now(),
        )
        session.add(source)
        session.flush()
        requests.received(session, who, case, source.id)
    return source.id


def test_asked_received_cured_and_the_violation_stays(scene: Scene, who: Principal) -> None:
    case = scene.case(outcomes={MAJOR: FAIL})
    asked = requests.ask(scene.house.services, who, case, MAJOR, "D-202", note="有效期内", due_at=now() + SOON)
    source = come_in(scene, who, case)
    assert (state(scene, asked.id).state, state(scene, asked.id).received_source) == (RequestState.RECEIVED, source)
    judgement = scene.judge(case, {}, "papers")
    cured = state(scene, asked.id)
    assert (cured.state, cured.cured_judgement) == (RequestState.CURED, judgement)
    assert cured.cured_at is not None
    assert scene.row(case, MAJOR).effective == "fail"
    with pytest.raises(ServiceError, match="request_settled"):
        requests.withdraw(scene.house.services, who, asked.id)


def test_a_paper_that_does_not_help_leaves_the_request_open(scene: Scene, who: Principal) -> None:
    case = scene.case(outcomes={MAJOR: FAIL})
    asked = requests.ask(scene.house.services, who, case, MAJOR, "D-202")
    come_in(scene, who, case)
    scene.judge(case, {MAJOR: FAIL}, "papers")
    assert state(scene, asked.id).state == RequestState.OPEN


def test_what_was_only_misread_is_no_longer_asked_for(scene: Scene, who: Principal) -> None:
    case = scene.case(outcomes={MAJOR: FAIL})
    asked = requests.ask(scene.house.services, who, case, MAJOR, "D-202")
    scene.judge(case, {}, "correction")
    assert state(scene, asked.id).state == RequestState.WITHDRAWN
    assert scene.row(case, MAJOR).effective == "pass"


def test_a_paper_nobody_knows_or_that_is_asked_for_already_is_refused(scene: Scene, who: Principal) -> None:
    case = scene.case(outcomes={MAJOR: FAIL})
    with pytest.raises(ServiceError, match="no_such_paper"):
        requests.ask(scene.house.services, who, case, MAJOR, "XX-9")
    with pytest.raises(ServiceError, match="due_in_the_past"):
        requests.ask(scene.house.services, who, case, MAJOR, "D-202", due_at=now() - SOON)
    requests.ask(scene.house.services, who, case, MAJOR, "D-202")
    with pytest.raises(ServiceError, match="already_asked"):
        requests.ask(scene.house.services, who, case, MAJOR, "D-202")


def test_requests_are_counted_by_state_as_far_as_they_may_be_seen(scene: Scene, who: Principal) -> None:
    services = scene.house.services
    case = scene.case(outcomes={MAJOR: FAIL, PASSING: REVIEW, SECRET: FAIL})
    officer = scene.house.person(scene.tenant_id, Role.AML_OFFICER).principal
    requests.ask(services, officer, case, SECRET, "P06")
    late = requests.ask(services, who, case, MAJOR, "D-202", due_at=now() + SOON)
    requests.withdraw(services, who, requests.ask(services, who, case, PASSING, "F01").id)
    with services.writing() as session:
        session.get_one(PaperRequest, late.id).due_at = now() - SOON
    assert requests.numbers(services, who) == {"open": 1, "withdrawn": 1, "overdue": 1}
    assert requests.numbers(services, officer) == {"open": 2, "withdrawn": 1, "overdue": 1}
    stranger = scene.house.person(scene.house.tenant("乙"), Role.REVIEWER).principal
    assert requests.numbers(services, stranger) == {"overdue": 0}


def test_the_letter_does_not_tell_the_seller_what_is_done_about_them(scene: Scene, who: Principal) -> None:
    """Remedies speak to the institution: report, hand over, stop commission. The letter goes to the seller."""
    services = scene.house.services
    checks = ("CALL-03", "PAY-08", "SELL-01")
    case = scene.case(outcomes=dict.fromkeys(checks, FAIL), seller_name="李娜")
    for check in checks:
        requests.ask(services, who, case, check, "D-202", note="请提供")
    letter = letters.request_letter(services, who, case)
    told = letters.as_text(letter, "zh") + letters.as_text(letter, "en")
    for check in checks:
        requirement = pack().requirement(check)
        assert requirement is not None
        assert requirement.spec.remedy.zh not in told and requirement.spec.title.zh in told
    assert not [word for word in ("反欺诈", "佣金", "冒充", "fraud") if word in told]


def test_the_letter_lists_what_is_missing_and_never_what_is_confidential(scene: Scene, who: Principal) -> None:
    services = scene.house.services
    case = scene.case(outcomes={MAJOR: FAIL, SECRET: FAIL, PASSING: REVIEW}, seller_name="李娜", policy_no="P-7")
    officer = scene.house.person(scene.tenant_id, Role.AML_OFFICER).principal
    requests.ask(services, officer, case, SECRET, "P06", note="强化尽调 suspicious")
    with pytest.raises(ServiceError, match="nothing_asked"):
        letters.request_letter(services, officer, case)
    requests.ask(services, who, case, MAJOR, "D-202", note="正反面 both sides", due_at=now() + SOON)
    for one in (who, officer):
        letter = letters.request_letter(services, one, case)
        assert [item.code for item in letter.items] == ["D-202"]
        for lang, title in (("zh", "补充材料通知书"), ("en", "Request for further papers")):
            text = letters.as_text(letter, lang)
            assert title in text
            assert "both sides" in text
            assert "suspicious" not in text + letters.as_html(letter, lang)
    with services.reading() as session:
        seen = requests.of_case(session, who, scene.stored(case))
        assert [row.check_id for row in seen] == [MAJOR]
        assert len(session.exec(select(PaperRequest)).all()) == 2


def test_the_letter_as_paper_carries_its_words_and_hostile_notes_are_only_text(scene: Scene, who: Principal) -> None:
    case = scene.case(outcomes={MAJOR: FAIL})
    requests.ask(scene.house.services, who, case, MAJOR, "D-202", note='<script>alert("1")</script> #eval')
    letter = letters.request_letter(scene.house.services, who, case)
    assert "<script>" not in letters.as_html(letter, "zh")
    text = PdfReader(io.BytesIO(letters.as_pdf(letter, "zh"))).pages[0].extract_text()
    assert "补充材料通知书" in text
    assert "#eval" in text
