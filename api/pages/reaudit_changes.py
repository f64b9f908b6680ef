"""What changed under a re-audit, as a page draws it: verdicts before and after, checks by how often they moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.pages.selling import VERDICTS
from api.tables import CaseRow, ReAuditCase
from api.workflow.reaudits import Compared
from verifier.model import Text

GRADE = {"non_compliant": 0, "fail": 0, "incomplete": 1, "review": 1, "compliant": 2, "pass": 2, "not_applicable": 2}
INKS = {"fail": "fail", "non_compliant": "fail", "review": "review", "incomplete": "review", "pass": "pass",
        "compliant": "pass"}  # fmt: skip
ORDER = ("worse", "other", "better")


@dataclass(frozen=True, slots=True)
class Changed:
    """One way in which an outcome or a verdict moved. `tone`: worse, better, other."""

    before: str
    after: str
    number: int

    @property
    def ink(self) -> str:
        """By where it went."""
        return INKS.get(self.after, "excluded")

    @property
    def tone(self) -> str:
        if not self.before or not self.after:
            return "other"
        step = GRADE[self.after] - GRADE[self.before]
        return "better" if step > 0 else "worse" if step < 0 else "other"


@dataclass(frozen=True, slots=True)
class CheckMoved:
    """A check whose outcome is another in some cases. `bars`: ink, left and width in thousandths of the longest."""

    code: str
    title: Text
    moves: Sequence[Changed]
    bars: Sequence[tuple[str, float, float]]

    @property
    def number(self) -> int:
        return sum(one.number for one in self.moves)


def moved(verdicts: Mapping[str, int]) -> int:
    """How many cases came to another verdict."""
    return sum(number for move, number in verdicts.items() if move.partition(">")[0] != move.partition(">")[2])


def matrix(found: Compared) -> list[tuple[str, list[Changed]]]:
    """Verdicts before, each with what became of them."""
    told = found.standing.verdicts
    return [(old, [Changed(old, new, told.get(f"{old}>{new}", 0)) for new in VERDICTS]) for old in VERDICTS]


def sides(found: Compared) -> list[tuple[Text, list[tuple[str, int, float, float]]]]:
    """All judged cases as one bar, before and after: verdict, number, left and width in thousandths."""
    total = sum(found.standing.verdicts.values())
    made = []
    for title, side in ((Text("原来", "Before"), 0), (Text("重审", "After"), 2)):
        left, pieces = 0.0, []
        for code in VERDICTS:
            number = sum(told for move, told in found.standing.verdicts.items() if move.partition(">")[side] == code)
            width = 1000 * number / (total or 1)
            pieces.append((code, number, round(left, 2), round(width, 2)))
            left += width
        made.append((title, pieces))
    return made


def checks(found: Compared, titles: Mapping[str, Text]) -> list[CheckMoved]:
    """The checks that moved, the most often first."""
    longest = max((sum(told.values()) for told in found.tally.values()), default=1)
    made = []
    for code, told in found.tally.items():
        pairs = [(move.partition(">"), number) for move, number in told.items()]
        moves = [Changed(pair[0], pair[2], number) for pair, number in pairs]
        moves.sort(key=lambda one: (ORDER.index(one.tone), -one.number))
        left, bars = 0.0, []
        for one in moves:
            width = 1000 * one.number / longest
            bars.append((one.ink, round(left, 2), round(width, 2)))
            left += width
        made.append(CheckMoved(code, titles.get(code, Text("", "")), moves, bars))
    return sorted(made, key=lambda one: (-one.number, one.code))


@dataclass(frozen=True, slots=True)
class Line:
    """A case, with those of its changes that this person may know of."""

    row: ReAuditCase
    case: CaseRow
    changes: Sequence[tuple[str, Changed]]


def line(row: ReAuditCase, case: CaseRow, hidden: frozenset[str]) -> Line:
    told = [(check, Changed(pair[0], pair[1], 1)) for check, pair in row.changes.items() if check not in hidden]
    return Line(row, case, sorted(told, key=lambda one: (ORDER.index(one[1].tone), one[0])))
