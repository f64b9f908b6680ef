"""Can figures and words of a checklist be changed one by one, with comments and order kept, and told in plain words?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from api import yaml_text
from api.editions import files_of
from api.errors import ServiceError
from api.permissions import Role
from api.principal import Principal
from api.tables import PackDraft
from api.workflow import (
    draft_changes,
    draft_checks,
    draft_figures,
    draft_overview,
    draft_requirements,
    draft_trials,
    draft_words,
    drafts,
    labels,
)
from api.yaml_text import Place
from tests.api.doing import worker
from tests.api.house import House, Person
from tests.api.judged import Scene
from verifier.model import Text
from verifier.packs.load import DEFAULT_HOME

TITLE = Text("安华清单", "Anhua's checklist")


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


@pytest.fixture
def author(scene: Scene) -> Person:
    return scene.house.person(scene.tenant_id, Role.REVIEWER)


@pytest.fixture
def draft(scene: Scene, author: Person) -> PackDraft:
    return begun(scene, author.principal, "cn-insurance")


def begun(scene: Scene, who: Principal, base: str) -> PackDraft:
    return drafts.create(scene.house.services, who, pack=f"own-{base[:2]}", base=base, edition="2027.01", title=TITLE)


def refusal(code: str) -> pytest.RaisesExc[ServiceError]:
    return pytest.raises(ServiceError, check=lambda fault: fault.code == code)


# --- texts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "value", "made"),
    [
        ("a: 1   # why\nb: 2\n", ("a",), 3, "a: 3   # why\nb: 2\n"),
        ("a: {x: 1, y: 2}\n", ("a", "z"), 5, "a: {x: 1, y: 2, z: 5}\n"),
        ("# head\n", ("a", "b"), 1, "# head\na: {b: 1}\n"),
        ("a:\n  - 甲\n  - 乙 # 注\nb: 1\n", ("a",), [1], "a: [1] # 注\nb: 1\n"),
        ("a:\n  x: 1\nb: 2\n", ("a", "y"), "甲, 乙", "a:\n  x: 1\n  y: '甲, 乙'\nb: 2\n"),
        ("r:\n  2026-01-02: 7.1\n", ("r", "2026-01-03"), 7.2, "r:\n  2026-01-02: 7.1\n  2026-01-03: 7.2\n"),
    ],
)
def test_one_value_is_put_and_the_rest_stays(text: str, place: Place, value: Any, made: str) -> None:
    assert yaml_text.put(text, place, value) == made


@pytest.mark.parametrize(
    ("text", "place", "made"),
    [
        ("a: 1\nb: 2 # why\nc: 3\n", ("b",), "a: 1\nc: 3\n"),
        ("a: {x: 1, y: 2}\n", ("a", "x"), "a: {y: 2}\n"),
        ("a: {x: 1, y: 2}\n", ("a", "y"), "a: {x: 1}\n"),
        ("a: {x: 1}\nb: 2\n", ("a", "x"), "b: 2\n"),
        ("[甲, 乙, 丙] # 注\n", (1,), "[甲, 丙] # 注\n"),
        ("- 甲\n- 乙\n", (0,), "- 乙\n"),
    ],
)
def test_one_value_is_dropped_and_the_rest_stays(text: str, place: Place, made: str) -> None:
    assert yaml_text.drop(text, place) == made


def places(value: Any, above: Place = ()) -> Iterator[tuple[Place, Any]]:
    yield above, value
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in below:
        part = key if isinstance(key, (str, int)) and not isinstance(key, bool) else str(key)
        yield from places(one, (*above, part))


@pytest.mark.parametrize("name", ["cn-insurance", "generic-en"])
def test_every_place_of_the_shipped_packs_can_be_changed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change keeps all lines but its own; only the first key of an entry makes the file be written anew."""
    anew: list[Place] = []
    whole = yaml_text._dumped
    drawn = random.Random(7)
    for path, text in files_of(DEFAULT_HOME / name).items():
        if path.startswith(("scenarios/base", "pack.yaml")):
            continue
        plain = yaml_text.without_aliases(text)
        assert yaml_text.read(plain) == yaml_text.read(text)
        found = [one for one in places(yaml_text.read(plain)) if one[0]]
        for place, value in drawn.sample(found, min(2, len(found))):
            monkeypatch.setattr(yaml_text, "_dumped", lambda told, at=place: anew.append(at) or whole(told))
            put = yaml_text.put(plain, place, "新词: 一, 二")
            assert yaml_text.at(yaml_text.read(put), place) == "新词: 一, 二"
            dropped = yaml_text.drop(plain, place)
            assert yaml_text.read(dropped) != yaml_text.read(plain)
            if isinstance(value, list):
                more = yaml_text.at(yaml_text.read(yaml_text.insert(plain, place, "新词")), place)
                assert more == [*value, "新词"]
    assert all(place[-1] in ("id", "check") for place in anew), anew


# --- figures ----------------------------------------------------------------------------------------


def test_only_what_differs_is_written_and_the_base_takes_it_back(
    scene: Scene, author: Person, draft: PackDraft
) -> None:
    services, who = scene.house.services, author.principal
    drafts.put_file(services, who, draft.id, "parameters.yaml", "# 试一年\nbmi: {min: 13}   # 医务部\n")
    row = draft_figures.set_figures(
        services, who, draft.id,
        {"shared_phone_max": "2", "bmi/max": "45", "minor_death_cap/0/cny": "150,000", "structuring/lower_ratio": "75%"},
    )  # fmt: skip
    assert row.files["parameters.yaml"] == (
        "# 试一年\nbmi: {min: 13}   # 医务部\nshared_phone_max: 2\n"
        "minor_death_cap: [{below_age: 10, cny: 150000}, {below_age: 18, cny: 500000}]\nstructuring: {lower_ratio: 0.75}\n"
    )
    assert drafts.check(services, who, draft.id) == []
    back = {
        "shared_phone_max": "3",
        "minor_death_cap/0/cny": "200000",
        "structuring/lower_ratio": "0.8",
        "bmi/min": "12",
    }
    row = draft_figures.set_figures(services, who, draft.id, back)
    assert row.files == {}


def test_a_figure_that_is_none_is_told_by_its_key_and_nothing_is_kept(
    scene: Scene, author: Person, draft: PackDraft
) -> None:
    services, who = scene.house.services, author.principal
    with refusal("figure_unusable") as told:
        draft_figures.set_figures(
            services, who, draft.id,
            {"shared_phone_max": "三", "aml_sets/cn2026/from": "明年", "no/such": "1", "bmi/min": "14", "bmi/max": "inf"},
        )  # fmt: skip
    assert set(told.value.more["fields"]) == {"shared_phone_max", "aml_sets/cn2026/from", "no/such", "bmi/max"}  # type: ignore[call-overload]
    assert draft_figures.figures(services, who, draft.id).row.files == {}


def test_figures_from_a_day_on(scene: Scene, author: Person, draft: PackDraft) -> None:
    services, who = scene.house.services, author.principal
    row = draft_figures.begin_set(services, who, draft.id, "ltr_sets", date(2027, 1, 1))
    assert yaml_text.read(row.files["parameters.yaml"])["ltr_sets"] == {
        "cn2016": {"to": date(2026, 12, 31)},
        "cn2027": {
            "from": date(2027, 1, 1), "to": None, "verified": False, "cash_cny": 50000, "cash_usd": 10000,
            "deadline_working_days": 5,
        },
    }  # fmt: skip
    draft_figures.set_figures(services, who, draft.id, {"ltr_sets/cn2027/cash_cny": "30000"})
    assert drafts.check(services, who, draft.id) == []
    _, (changed,) = draft_changes.changes(services, who, draft.id)
    told = {one.place.zh: (one.before and one.before.zh, one.after and one.after.zh) for one in changed.changes}
    assert told["大额现金报告起点 › 2027-01-01 至 今 › 一日现金"] == ("50000 元", "30000 元")
    for key, start, code in (
        ("ltr_sets", date(2020, 1, 1), "set_too_early"),
        ("bmi", date(2028, 1, 1), "no_dated_sets"),
    ):
        with refusal(code):
            draft_figures.begin_set(services, who, draft.id, key, start)


def test_rates_and_places_that_the_base_does_not_have(scene: Scene, author: Person, draft: PackDraft) -> None:
    services, who = scene.house.services, author.principal
    row = draft_figures.add_entry(services, who, draft.id, "exchange_rates", "eur", "7.8", "2026-11-20")
    assert yaml_text.read(row.files["parameters.yaml"]) == {
        "exchange_rates": {"rates": {"EUR": {date(2026, 11, 20): 7.8}}}
    }
    assert drafts.check(services, who, draft.id) == []
    with refusal("entry_unusable"):
        draft_figures.add_entry(services, who, draft.id, "exchange_rates", "euro", "7.8", "2026-11-20")
    other = begun(scene, who, "generic-en")
    row = draft_figures.add_entry(services, who, other.id, "cancellation_days", "PT", "30")
    assert yaml_text.read(row.files["parameters.yaml"]) == {"cancellation_days": {"PT": {"life": 30, "general": 30}}}
    assert drafts.check(services, who, other.id) == []


def test_a_table_that_grows_is_held_to_the_figures_of_its_entries(scene: Scene) -> None:
    base = scene.house.services.editions.pack("cn-insurance")
    text = "exchange_rates: {rates: {EUR: {2026-11-20: viel}}}\naml_sets: {cn2030: {from: 2030-01-01, cash: 1}}\n"
    told = {one.place for one in draft_checks.file_faults("parameters.yaml", text, base)}
    assert told == {"exchange_rates.rates.EUR.2026-11-20", "aml_sets.cn2030.cash"}


def test_every_group_says_which_requirements_read_it(scene: Scene, author: Person, draft: PackDraft) -> None:
    found = draft_figures.figures(scene.house.services, author.principal, draft.id)
    readers = {group.key: [one.id for one in group.requirements] for group in found.groups}
    assert readers["shared_phone_max"] == ["CONT-01"]
    assert readers["suit_sets"] == ["SUIT-04", "SUIT-05", "SUIT-06", "SUIT-07"]
    assert readers["exchange_rates"] == ["AML-01", "AML-02", "AML-03"]
    assert readers["older_customer_age"] == []  # the condition of SUIT-11 holds the age itself
    assert [one.stage for one in found.groups] == sorted(
        (one.stage for one in found.groups), key=lambda stage: stage or "S9"
    )


def test_figures_over_http(author: Person, draft: PackDraft) -> None:
    path = f"/api/v1/drafts/{draft.id}/figures"
    seen = author.client.get(path)
    (one,) = [one for one in seen.json()["items"] if one["key"] == "shared_phone_max"]
    assert (one["value"], one["unit"]["zh"], one["requirements"]) == ("3", "人", ["CONT-01"])
    tag = {"If-Match": seen.headers["etag"]}
    assert author.client.patch(path, json={"values": {"shared_phone_max": "2"}}, headers=tag).status_code == 200
    late = author.client.patch(path, json={"values": {"shared_phone_max": "1"}}, headers=tag)
    assert late.json()["code"] == "changed_meanwhile"
    (changed,) = author.client.get(f"/api/v1/drafts/{draft.id}/changes").json()["items"]
    assert changed["changes"][0]["before"]["zh"] == "3 人"


# --- words ------------------------------------------------------------------------------------------


def test_words_are_added_removed_and_put_back_in_their_place(scene: Scene, author: Person, draft: PackDraft) -> None:
    services, who = scene.house.services, author.principal
    name = "lexicons/payment_success.yaml"
    base = drafts.base_files(services, draft)[name]
    draft_words.add_word(services, who, draft.id, name, (), "款项到账")
    row = draft_words.remove_word(services, who, draft.id, name, (), "已入账")
    text = row.files[name]
    assert text.splitlines()[0] == base.splitlines()[0]  # the comment
    assert yaml_text.read(text) == [*(one for one in yaml_text.read(base) if one != "已入账"), "款项到账"]
    _, book = draft_words.book(services, who, draft.id, "lexicons", "payment_success")
    assert [one.text for one in book.lists[0].words if one.new] == ["款项到账"]
    assert book.lists[0].gone == ("已入账",)
    draft_words.restore_word(services, who, draft.id, name, (), "已入账")
    row = draft_words.remove_word(services, who, draft.id, name, (), "款项到账")
    assert row.files == {}


def test_a_phrase_with_conditions_comes_back_as_it_was(scene: Scene, author: Person, draft: PackDraft) -> None:
    services, who = scene.house.services, author.principal
    name = "lexicons/coaching.yaml"
    draft_words.remove_word(services, who, draft.id, name, ("phrases",), "不用写")
    row = draft_words.restore_word(services, who, draft.id, name, ("phrases",), "不用写")
    assert row.files == {}


def test_of_a_file_of_requirements_only_the_changed_one_is_taken_over(
    scene: Scene, author: Person, draft: PackDraft
) -> None:
    services, who = scene.house.services, author.principal
    _, book = draft_words.book(services, who, draft.id, "requirements", "PRIV-01")
    purpose = next(one for one in book.lists if one.title.zh.endswith("处理目的 › 表述"))
    row = draft_words.add_word(services, who, draft.id, purpose.file, purpose.place, "以供某用")
    (name,) = row.files
    assert [one["id"] for one in yaml_text.read(row.files[name])] == ["PRIV-01"]
    assert "# art 13 item 2" in row.files[name]
    _, (changed,) = draft_changes.changes(services, who, draft.id)
    (one,) = changed.changes
    assert (one.added, one.removed) == (("以供某用",), ())
    assert len(changed.lines) < 8
    assert drafts.check(services, who, draft.id) == []


def test_words_that_cannot_be(scene: Scene, author: Person, draft: PackDraft) -> None:
    services, who = scene.house.services, author.principal
    name = "lexicons/payment_success.yaml"
    tries: list[tuple[str, Place, str, str]] = [
        (name, (), "交易成功", "word_there"),
        (name, (), "  ", "word_unusable"),
        (name, ("no",), "x", "not_found"),
        ("lexicons/none.yaml", (), "x", "not_found"),
        ("pack.yaml", ("languages",), "fr", "draft_broken"),
        ("../../etc/passwd", (), "x", "not_found"),
        ("requirements/NONE-01.yaml", (0, "with"), "x", "not_found"),
    ]
    for file, place, word, code in tries:
        with refusal(code):
            draft_words.add_word(services, who, draft.id, file, place, word)
    with refusal("not_found"):
        draft_words.remove_word(services, who, draft.id, name, (), "没有这个词")


def test_a_mark_without_words_of_its_own_gets_its_first(scene: Scene, author: Person, draft: PackDraft) -> None:
    services, who = scene.house.services, author.principal
    _, book = draft_words.book(services, who, draft.id, "documents", "F01")
    mark = next(one for one in book.lists if one.title.zh == "投保人签名")
    assert mark.words == ()
    row = draft_words.add_word(services, who, draft.id, mark.file, mark.place, "要保人亲签")
    ((name, text),) = row.files.items()
    base = drafts.base_files(services, row)[name]
    assert sum(one != other for one, other in zip(text.splitlines(), base.splitlines(), strict=True)) == 1
    assert drafts.check(services, who, draft.id) == []
    assert draft_words.remove_word(services, who, draft.id, mark.file, mark.place, "要保人亲签").files == {}


def test_words_over_http(author: Person, draft: PackDraft) -> None:
    path = f"/api/v1/drafts/{draft.id}/words"
    asked = {"file": "lexicons/inducements.yaml", "place": ["phrases"], "add": "返券"}
    assert author.client.patch(path, json=asked).json()["files"] == ["lexicons/inducements.yaml"]
    assert author.client.patch(path, json={**asked, "add": "", "remove": "返券"}).json()["files"] == []
    assert author.client.patch(path, json={**asked, "place": ["phrases", -1]}).status_code == 404


# --- labels, titles, signatures of a form -----------------------------------------------------------


def test_a_form_is_taught_its_title_its_labels_and_its_signature_lines(
    scene: Scene, author: Person, draft: PackDraft
) -> None:
    services, who = scene.house.services, author.principal
    for field, label in (
        ("titles", "安华投保书"),
        ("policyholder.name", "要保人姓名："),
        ("policyholder_signature", "要保人亲签"),
    ):
        row = labels.add(services, who, draft.id, document_type="F01", field=field, label=label)
    (name,) = row.files
    base = drafts.base_files(services, row)[name].splitlines()
    changed = [number for number, line in enumerate(row.files[name].splitlines()) if line != base[number]]
    assert len(changed) == 3
    choices = {one.name: one.labels for one in labels.sheet(services, who, draft.id, "F01").choices}
    assert choices["titles"][0] == "安华投保书"
    assert choices["policyholder.name"] == ("要保人姓名",)
    assert choices["policyholder_signature"] == ("要保人亲签",)
    assert drafts.check(services, who, draft.id) == []


def test_what_collides_is_told_in_both_languages_where_it_stands(
    scene: Scene, author: Person, draft: PackDraft
) -> None:
    services, who = scene.house.services, author.principal
    row = labels.add(services, who, draft.id, document_type="A02", field="titles", label="投保单")
    (fault,) = drafts.check(services, who, draft.id)
    assert fault.message.zh == "标题“投保单”同时属于 A02、F01"
    assert (fault.file, fault.line) == (next(iter(row.files)), 1)


# --- how it stands ----------------------------------------------------------------------------------


def test_the_next_step_is_told_from_the_beginning_to_the_end(
    scene: Scene, author: Person, draft: PackDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, who = scene.house.services, author.principal
    publisher = scene.house.person(scene.tenant_id, Role.APPROVER).principal
    scene.case("C-1")
    some = draft_trials.scenarios
    monkeypatch.setattr(draft_trials, "scenarios", lambda folder, check: some(folder, "CONT-01"))

    def step(person: Principal = who) -> str:
        return draft_overview.overview(services, person, draft.id).next

    assert step() == "change"
    drafts.put_file(services, who, draft.id, "parameters.yaml", "bmi: {least: 1}\n")
    assert step() == "mend"
    drafts.put_file(services, who, draft.id, "parameters.yaml", "shared_phone_max: 1\n")
    assert step() == "test"
    draft_trials.begin_test(services, who, draft.id)
    assert step() == "running"
    scene.house.queue.run(worker(services))
    assert step() == "look"
    drafts.put_file(services, who, draft.id, "parameters.yaml", "shared_phone_max: 4\n")
    drafts.put_file(
        services, who, draft.id, "scenarios/CONT-01.shared-by-four.fail.yaml", "{base: sound, documents: {F01: null}}\n"
    )
    draft_trials.begin_test(services, who, draft.id)
    scene.house.queue.run(worker(services))
    assert step() in ("look", "try")
    drafts.put_file(services, who, draft.id, "parameters.yaml", "risk_test: {valid_months: 11}\n")
    drafts.remove_file(services, who, draft.id, "scenarios/CONT-01.shared-by-four.fail.yaml")
    draft_trials.begin_test(services, who, draft.id)
    scene.house.queue.run(worker(services))
    assert step() == "try"
    draft_trials.try_on(services, who, draft.id, draft_trials.Scope(), {})
    scene.house.queue.run(worker(services))
    assert step() == "propose"
    (trial,) = draft_trials.trials(services, who, draft.id)
    assert (trial.now, trial.running) == (True, False)
    drafts.propose(services, who, draft.id)
    assert (step(), step(publisher)) == ("wait", "publish")
    told = draft_overview.overview(services, publisher, draft.id)
    assert told.test.state == "done"  # it was proposed, not changed
    drafts.publish(services, publisher, draft.id)
    assert step() == ""


# --- one requirement --------------------------------------------------------------------------------


def test_the_severity_and_the_numbers_of_a_requirement(scene: Scene, author: Person, draft: PackDraft) -> None:
    services, who = scene.house.services, author.principal
    known = {one.key: one for one in draft_requirements.values(services, who, draft.id, "PRIV-01")}
    severity, enough = (next(key for key in known if key.endswith(part)) for part in ("severity", "enough"))
    assert known[severity].written == "major"
    row = draft_requirements.set_values(services, who, draft.id, "PRIV-01", {severity: "minor", enough: "4"})
    (text,) = row.files.values()
    assert [yaml_text.read(text)[0][key] for key in ("id", "severity")] == ["PRIV-01", "minor"]
    assert "# art 13 item 2" in text
    assert drafts.check(services, who, draft.id) == []
    _, (changed,) = draft_changes.changes(services, who, draft.id)
    assert [(one.place.zh, one.before and one.before.zh, one.after and one.after.zh) for one in changed.changes] == [
        ("级别", "重要", "轻微"),
        ("设置 › 至少写明几个要点才判为缺少", "3", "4"),
    ]
    again = {one.key: one for one in draft_requirements.values(services, who, draft.id, "PRIV-01")}
    back = {
        next(key for key in again if key.endswith(part)): value
        for part, value in (("severity", "major"), ("enough", "3"))
    }
    assert draft_requirements.set_values(services, who, draft.id, "PRIV-01", back).files == {}
    with refusal("figure_unusable"):
        draft_requirements.set_values(services, who, draft.id, "PRIV-01", {severity: "grave"})


def test_a_requirement_stays_in_the_file_that_holds_it(scene: Scene, author: Person, draft: PackDraft) -> None:
    services, who = scene.house.services, author.principal
    whole = drafts.base_files(services, draft)["requirements/S1-prospecting.yaml"]
    drafts.put_file(services, who, draft.id, "requirements/our.yaml", whole)
    keys = [one.key for one in draft_requirements.values(services, who, draft.id, "PRIV-02")]
    row = draft_requirements.set_values(
        services, who, draft.id, "PRIV-02", {next(key for key in keys if key.endswith("severity")): "critical"}
    )
    assert list(row.files) == ["requirements/our.yaml"]
    _, (changed,) = draft_changes.changes(services, who, draft.id)
    assert [(one.place.zh, one.after and one.after.zh) for one in changed.changes] == [("PRIV-02 › 级别", "关键")]
