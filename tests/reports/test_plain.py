"""Is every requirement told in plain words of both languages, without codes that people have words for?"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache

import pytest

from verifier.checks import CHECKS
from verifier.packs.load import DEFAULT_HOME, Pack, Requirement, load_pack, read_yaml
from verifier.reports.plain import (
    Setting,
    Speech,
    condition,
    english,
    figure_title,
    logic,
    settings,
    term,
    words_of,
)
from verifier.reports.scenario_words import expectation, scenario_words

PACKS = sorted(path.parent.name for path in DEFAULT_HOME.glob("*/pack.yaml"))
CODE = re.compile(r"[a-z]{2,}[._][a-z]|\b[a-z]{4,}\b|\b[A-Z]{1,2}-?\d{2,3}\b")


@cache
def pack(name: str) -> Pack:
    return load_pack(DEFAULT_HOME / name)


ALL = [(name, one) for name in PACKS for one in pack(name).requirements]


def told(setting: Setting) -> Iterator[str]:
    """All Chinese that is said, but the words that papers print."""
    yield setting.label.zh
    if not setting.quoted:
        yield from (value.zh for value in setting.values)
    for one in setting.inside:
        yield from told(one)


@pytest.mark.parametrize(("name", "one"), ALL, ids=[f"{name}/{one.id}" for name, one in ALL])
def test_a_requirement_is_told_in_chinese_without_codes(name: str, one: Requirement) -> None:
    speech = Speech(pack(name))
    lines = [
        condition(one.spec.applies, speech).zh,
        *(line for each in settings(one.spec, pack(name)) for line in told(each)),
    ]
    assert [line for line in lines if CODE.search(line)] == []
    said = logic(one.spec.check)
    assert said.what.zh
    assert all(part.zh and part.en for part in said.parts.values() if part.en)


def test_both_languages_of_every_check_have_the_same_parts() -> None:
    assert set(words_of("logic")) == set(CHECKS)
    for check in CHECKS:
        _, _, en = english(check)
        zh = set(words_of("logic")[check]) - {"what", "note"}
        assert {"pass", "fail", "review"} <= set(en), check
        assert set(en) <= zh, check
        assert zh - set(en) <= {"none"}, check


def test_no_sentence_of_a_docstring_is_lost() -> None:
    for check in CHECKS:
        what, note, parts = english(check)
        whole = " ".join(inspect.cleandoc(CHECKS[check].__doc__ or "").split())
        assert " ".join([what, *([note] if note else []), *parts.values()]).split() == whole.split(), check


def test_a_condition_is_a_phrase() -> None:
    speech = Speech(pack("cn-insurance"))
    found = pack("cn-insurance").requirement("SIGN-02")
    assert found is not None
    said = condition(found.spec.applies, speech)
    assert said.zh.startswith("业务类别为人身保险，且被保险人不是投保人，且含身故给付")
    assert "年龄低于18" in said.zh
    assert "age of the insured below 18" in said.en
    assert condition({}, speech).zh == "所有案件"
    assert condition({"any": [{"channel": "bank"}, {"policyholder.age": {"min": 65}}]}, speech).zh == (
        "销售渠道为银行，或投保人年龄不低于65"
    )


@pytest.mark.parametrize("name", PACKS)
def test_every_figure_and_word_list_has_a_title(name: str) -> None:
    assert [path for path in _leaves(pack(name).parameters.values) if _untitled(path)] == []
    assert [one for one in pack(name).lexicons if term("list", one, "figures") is None] == []


def _untitled(path: str) -> bool:
    group = path.split(".", maxsplit=1)[0]
    return term("group", group, "figures") is None or (group != "jurisdictions" and figure_title(path) is None)


def _leaves(values: object, path: str = "") -> Iterator[str]:
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(values, list) and values and isinstance(values[0], dict):
        for number, value in enumerate(values):
            yield from _leaves(value, f"{path}.{number}")
    else:
        yield path


@pytest.mark.parametrize("name", PACKS)
def test_every_scenario_says_what_happens(name: str) -> None:
    speech = Speech(pack(name))
    for path in sorted((DEFAULT_HOME / name / "scenarios").glob("*.yaml")):
        given = read_yaml(path) or {}
        lines = [*scenario_words(given, speech), *expectation(given)]
        assert lines, path.name
        assert all(line.zh.strip() and line.en.strip() for line in lines), path.name


def test_a_scenario_in_words() -> None:
    speech = Speech(pack("cn-insurance"))
    given = {
        "base": "older",
        "declared": {"channel": "bank"},
        "documents": {"F09": None, "D-202[insured]": {"fields": {"valid_to": {"state": "unreadable"}}}},
        "references": {"sellers": None},
        "unread": True,
        "expect": {"says": "2026"},
    }
    assert [line.zh for line in scenario_words(given, speech)] == [
        "老年客户",
        "系统申报销售渠道为银行",
        "没有双录文件/双录质检表",
        "身份证明文件（被保险人）：有效期至无法辨认",
        "没有提供销售人员名单",
        "案卷中有一页未能读取",
    ]
    assert expectation(given)[0].zh == "说明中提到“2026”"
