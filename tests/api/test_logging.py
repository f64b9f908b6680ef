"""Log lines: one JSON object each, ids but no customer's data, whoever logs and whatever fails."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import create_engine, text

from api.errors import not_found
from api.logging import FIELDS, Lines, scrubbed, set_up
from api.settings import Settings

PERSONAL = (
    "张三",
    "110105194912310021",
    "11010519491231002X",
    "13800000000",
    "zhang.san@example.com",
    "6222 0200 0000 0000",
)


class Written:
    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    made = Written()
    set_up(Settings(data_dir=tmp_path, log_level="DEBUG"), made.stream)
    yield made
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


def test_a_line_says_when_how_grave_who_and_what(written: Written) -> None:
    logging.getLogger("api.jobs").warning("worker %s is gone", 3, extra={"batch_id": "b-1", "count": 7})
    (line,) = written.lines
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "WARNING",
        "from": "api.jobs",
        "says": "worker 3 is gone",
        "batch_id": "b-1",
        "count": 7,
    }


@pytest.mark.parametrize("value", PERSONAL)
def test_personal_data_is_struck_out_of_every_part(written: Written, value: str) -> None:
    logging.getLogger("some.library").info(f"got {value}")
    logging.getLogger("some.library").info("got %s", value)
    logging.getLogger("api.x").info("done", extra={"route": f"/cases/{value}", "policyholder": value})
    try:
        raise ValueError(value)
    except ValueError:
        logging.getLogger("api.x").exception("failed")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"odd {value}", stacklevel=1)
    assert len(written.lines) == 5
    assert value not in written.stream.getvalue()
    assert all("policyholder" not in line for line in written.lines)


def test_faults_that_quote_what_they_were_given_are_told_by_kind_and_place(written: Written) -> None:
    class Person(BaseModel):
        age: int

    for fail in (
        lambda: Person.model_validate({"age": "Zhang San"}),
        lambda: create_engine("sqlite://").connect().execute(text("select :name from nowhere"), {"name": "Zhang San"}),
        lambda: int("Zhang San"),
    ):
        try:
            try:
                fail()
            except Exception as fault:
                raise RuntimeError("Zhang San") from fault
        except RuntimeError:
            logging.getLogger("api.x").exception("failed")
    assert "Zhang San" not in written.stream.getvalue()
    for line in written.lines:
        assert line["fault"][0] == "builtins.RuntimeError"
        assert any("test_logging.py" in part for part in line["fault"])
    told = [part for line in written.lines for part in line["fault"]]
    assert {"pydantic_core._pydantic_core.ValidationError", "sqlalchemy.exc.OperationalError"} <= set(told)


def test_our_own_faults_give_their_code(written: Written) -> None:
    try:
        raise not_found("案件", "case")
    except Exception:
        logging.getLogger("api.x").exception("failed")
    assert written.lines[0]["fault"][0] == "api.errors.ServiceError not_found"


def test_ids_times_and_counts_are_left_whole() -> None:
    for text_ in (
        "0193a1b2-1234-7890-8123-123456789012 took 12.5 s",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "127.0.0.1:8000 on 2026-11-22",
        "read 123456 of 999999",
    ):
        assert scrubbed(text_) == text_


def test_a_broken_format_loses_no_line() -> None:
    record = logging.makeLogRecord({"msg": "%d of %d", "args": ("x",), "name": "some.library"})
    assert json.loads(Lines().format(record))["says"] == "%d of %d"


def test_plain_lines_hide_the_same(tmp_path: Path, written: Written) -> None:
    stream = io.StringIO()
    set_up(Settings(data_dir=tmp_path, log_format="plain"), stream)
    logging.getLogger("api.x").info("got 张三", extra={"batch_id": "b-1", "name_of": "张三"})
    assert "got … batch_id=b-1" in stream.getvalue()
    assert "张三" not in stream.getvalue()


def test_no_field_is_one_that_records_have_anyway() -> None:
    assert not FIELDS & set(vars(logging.makeLogRecord({})))
