"""How were the numbered questions of a form answered?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from verifier.documents.answer_places import TICKED_BY_INK, AnswerPlaces
from verifier.documents.forms import Form
from verifier.documents.labels import BOXES_OPEN, BOXES_TICKED, Hit
from verifier.documents.layout import Sheet
from verifier.documents.option_words import Tick
from verifier.documents.options import Choice, compared, nearest_tick, options_in
from verifier.documents.phrases import fold
from verifier.documents.pieces import Piece, Span, union
from verifier.documents.question_blocks import Asked, number_of, question_blocks
from verifier.documents.table_rows import Read
from verifier.documents.values import Value
from verifier.documents.written_answers import bare_answer, detail_of, prompted_answer
from verifier.ink import unpack
from verifier.model import Box, FieldState, Mark, MarkState, TextFrom
from verifier.packs.document_type import QuestionsSpec

ONE_INKED = 0.9  # how sure an answer is whose place alone holds ink
_TICK_SIGNS = "√✓✔☑☒■●◉✅v"


def read_questions(sheet: Sheet, form: Form, hits: Sequence[Hit], counted: dict[str, int]) -> list[Read]:
    """The answers on this page; `counted` holds how many were read on the pages before."""
    found: list[Read] = []
    for spec in form.kind.questions:
        words = {fold(word) for printed in spec.options.words.values() for word in printed}
        asked = question_blocks(sheet, hits, words)
        heads = _heads(sheet, spec, asked)
        behind = _side(asked, spec, sheet)
        answered = _all_of_them([(one, _answers(one, spec, sheet, heads, behind)) for one in asked])
        if not heads:
            answered = _by_places(answered, spec, sheet, behind)
        for one, answers in answered:
            _without_labels(one, hits)
            counted[spec.name] = counted.get(spec.name, 0) + 1
            name = f"{spec.name}[{counted[spec.name]}]"
            for owner, value in answers.items():
                found.append(Read(f"{owner}{name}", "choice", value))
            detail = detail_of(one, spec, sheet)
            if detail is not None:
                found.append(Read(f"{name}.detail", "text", detail))
    return found


Answered = list[tuple[Asked, dict[str, Value]]]


def _all_of_them(asked: Answered) -> Answered:
    """The questions with an answer, and those between them: one whose answer could not be read still counts."""
    places = [number for number, (_, answers) in enumerate(asked) if answers]
    if not places:
        return []
    kept = asked[places[0] : places[-1] + 1]
    numbers = [one.number for one, _ in kept]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return [(one, answers) for one, answers in kept if answers]
    unread = {id(one): Value(FieldState.UNREADABLE, "", "", union([p.box for p in one.pieces]), 0.5) for one, _ in kept}
    return [(one, answers or {"": unread[id(one)]}) for one, answers in kept]


def _by_places(answered: Answered, spec: QuestionsSpec, sheet: Sheet, behind: bool | None) -> Answered:
    """The answers with those that only the ink in their places tells; what these places contradict is unreadable."""
    if behind or sheet.page.text_from is TextFrom.LAYER or len(answered) < 3:
        return answered
    places = AnswerPlaces(sheet, [_option_words(one, spec) for one, _ in answered])
    made: Answered = []
    for one, answers in answered:
        value = answers.get("")
        told = places.told(one.top - 0.3 * sheet.line_height, one.top + 1.3 * sheet.line_height)
        if value is None or told is None or (value.state is FieldState.READ and value.value == told.value):
            made.append((one, answers))
        elif value.state is FieldState.READ and value.confidence >= TICKED_BY_INK:
            made.append((one, {**answers, "": replace(value, state=FieldState.UNREADABLE, value="", confidence=0.5)}))
        else:
            read = Value(FieldState.READ, told.value, told.value, told.place, TICKED_BY_INK)
            made.append((one, {**answers, "": read}))
    return made


def _option_words(asked: Asked, spec: QuestionsSpec) -> list[tuple[str, Box]]:
    """The options of a question that were read as words of their own, with their boxes or without."""
    options = {fold(word): value for value, printed in spec.options.words.items() for word in printed}
    words = [(options.get(p.text.strip(BOXES_OPEN + BOXES_TICKED)), p.at) for p in asked.pieces]
    return [(value, at) for value, at in words if value is not None and at.middle[1] < asked.top + 2 * at.height]


def _without_labels(asked: Asked, hits: Sequence[Hit]) -> None:
    """Words of a question are no label with its value behind it (被保险人同意, 销售人员出示证件)."""
    own = {id(piece) for piece in asked.pieces}
    for hit in hits:
        if hit.glued and all(id(piece) in own for piece, _, _ in hit.span.parts):
            hit.used = True


@dataclass
class _Head:
    """A column header of the answers: an option, or a person."""

    value: str
    at: Box
    owner: str


def _heads(sheet: Sheet, spec: QuestionsSpec, asked: Sequence[Asked]) -> list[_Head]:
    """Option words that stand alone in a header row (是 | 否), twice where two persons answer."""
    options = {fold(word): value for value, printed in spec.options.words.items() for word in printed}
    for row in sheet.rows:
        if number_of(row[0], row) is not None:
            continue
        if not asked or row[0].at.bottom > asked[0].top + 0.5 * sheet.line_height:
            return []
        heads = [(p, options[p.text]) for p in row if p.text in options]
        if len({value for _, value in heads}) >= 2:
            owners = _owners(sheet, spec, [p for p, _ in heads])
            return [_Head(value, p.at, owner) for (p, value), owner in zip(heads, owners, strict=True)]
    return []


def _owners(sheet: Sheet, spec: QuestionsSpec, heads: Sequence[Piece]) -> list[str]:
    """Whose column each is, by the persons named above; the first person has no prefix."""
    people: list[tuple[float, str]] = []
    for place, (person, words) in enumerate(spec.people.items()):
        for row in sheet.rows:
            for piece in row:
                near_top = piece.at.bottom <= heads[0].at.bottom + 0.002 and heads[0].at.top - piece.at.bottom < 0.04
                if near_top and piece.text in {fold(word) for word in words}:
                    people.append((piece.at.middle[0], "" if place == 0 else f"{person}."))
    if len(people) < 2:
        return ["" for _ in heads]
    return [min(people, key=lambda one: abs(one[0] - head.at.middle[0]))[1] for head in heads]


def _side(asked: Sequence[Asked], spec: QuestionsSpec, sheet: Sheet) -> bool | None:
    """On which side of their words the boxes of all the questions stand: one table has one way."""
    before: list[float] = []
    after: list[float] = []
    words = {fold(word) for printed in spec.options.words.values() for word in printed}
    signs = BOXES_OPEN + BOXES_TICKED
    texts = [piece.text for one in asked for piece in one.pieces]
    signed_before = sum(1 for t in texts if t[:1] in tuple(signs) and t[1:] in words)
    signed_behind = sum(1 for t in texts if t[-1:] in tuple(signs) and t[:-1] in words)
    if signed_before != signed_behind:
        return signed_behind > signed_before
    for piece in (piece for one in asked for piece in one.pieces if piece.text in words):
        for behind, gaps in ((False, before), (True, after)):
            mark = nearest_tick(sheet.ticks, piece.at, behind)
            if mark is not None and mark.at.overlap(piece.at) < 0.3:
                gaps.append(max(0.0, mark.at.left - piece.at.right if behind else piece.at.left - mark.at.right))
    return compared(before, after, sheet.em) if before or after else None


def _answers(
    asked: Asked, spec: QuestionsSpec, sheet: Sheet, heads: Sequence[_Head], behind: bool | None
) -> dict[str, Value]:
    span = Span(tuple((piece, 0, len(piece.text)) for piece in asked.pieces))
    if heads:
        columns = _by_column(asked, heads, sheet)
        if any(value.state is not FieldState.EMPTY for value in columns.values()):
            return columns
    choices = options_in(span, spec.options, sheet, behind=behind, apart=True)
    answered = prompted_answer(asked, spec)
    if answered is not None:
        return {"": answered}
    boxed = _last_group([c for c in choices if c.tick is not Tick.NONE])
    group = _last_group(choices)
    alone = len({c.value for c in group}) < 2 <= len(spec.options.words)
    if boxed and (len(group) > len(boxed) or alone) and not any(c.tick is Tick.TICKED for c in boxed):
        # the box of one of the options was not found: it may be the one that is ticked
        return {"": Value(FieldState.UNREADABLE, "", span.text, group[0].span.box, 0.5)}
    if boxed:
        answer = _value(boxed, span)
        smeared = answer.state is FieldState.EMPTY and _smeared(asked, boxed, sheet)
        return {"": replace(answer, state=FieldState.UNREADABLE) if smeared else answer}
    if heads:
        columns = _by_column(asked, heads, sheet)
        if columns:
            return columns
    if spec.bare:
        bare = bare_answer(asked, spec)
        return {"": bare} if bare is not None else {}
    return {}


def _smeared(asked: Asked, boxed: Sequence[Choice], sheet: Sheet) -> bool:
    """Is there ink beside the open boxes, in the answer's own line, that no box was found for?"""
    left = min(c.span.at.left for c in boxed if c.span.at is not None) - 4 * sheet.em
    middle = asked.top + 0.5 * sheet.line_height
    return any(m.at.right > left and m.at.top < middle < m.at.bottom for m in sheet.ink)


def _last_group(choices: list[Choice]) -> list[Choice]:
    """The boxes of the answer itself: the last ones with different values (texts may name options too)."""
    group: list[Choice] = []
    for choice in reversed(choices):
        if any(choice.value == other.value for other in group):
            break
        group.insert(0, choice)
    return group


def _value(group: Sequence[Choice], span: Span) -> Value:
    ticked = [c for c in group if c.tick is Tick.TICKED]
    doubt = any(c.tick is Tick.DOUBTFUL for c in group)
    at = Span(tuple(part for c in group for part in c.span.parts))
    if doubt or len(ticked) > 1:
        return Value(FieldState.UNREADABLE, "", at.text, at.box, 0.5, tuple(c.value for c in ticked))
    if not ticked:
        return Value(FieldState.EMPTY, "", "", at.box, span.confidence)
    only = ticked[0]
    return Value(FieldState.READ, only.value, only.printed, only.span.box, only.confidence)


def _by_column(asked: Asked, heads: Sequence[_Head], sheet: Sheet) -> dict[str, Value]:
    """Ticks under the headers 是 and 否, as signs or as boxes on the picture."""
    top = asked.top - 0.3 * sheet.line_height
    bottom = asked.bottom + 0.3 * sheet.line_height
    found: dict[str, Value] = {}
    for owner in dict.fromkeys(head.owner for head in heads):
        mine = [head for head in heads if head.owner == owner]
        ticked: list[tuple[_Head, Box, float]] = []
        doubtful: list[tuple[_Head, Box, float]] = []
        for head in mine:
            state, box, sure = _column_state(head, asked, sheet, top, bottom)
            if box is not None and state in (Tick.TICKED, Tick.DOUBTFUL):
                (ticked if state is Tick.TICKED else doubtful).append((head, box, sure))
        if not ticked:
            ticked = doubtful
        alone = _inked_alone(mine, asked, sheet)
        if not ticked and alone is not None:
            ticked = [(alone, _answer_place(alone, asked, sheet), ONE_INKED)]
        if len(ticked) == 1:
            head, box, sure = ticked[0]
            sure = max(sure, ONE_INKED) if head is alone else sure
            found[owner] = Value(FieldState.READ, head.value, head.value, box, sure)
        elif len(ticked) > 1:
            found[owner] = Value(FieldState.UNREADABLE, "", "", union([b for _, b, _ in ticked]), 0.5)
        else:
            area = union([p.box for p in asked.pieces])
            # on a scan a faint tick may have been missed: not sure enough to say that nobody answered
            sure = 0.95 if sheet.page.text_from is TextFrom.LAYER else 0.75
            found[owner] = Value(FieldState.EMPTY, "", "", area, sure)
    return found


def _inked_alone(heads: Sequence[_Head], asked: Asked, sheet: Sheet) -> _Head | None:
    """The one answer of a question whose place holds ink: an engine reads a column of ticks as one word, or not at
    all, but the pixels of the row tell."""
    pixels = unpack(sheet.page.ink)
    if pixels is None or len(heads) < 2:
        return None
    places = [_answer_place(head, asked, sheet) for head in heads]
    inked = [pixels.inked(place) for place in places]
    most = max(range(len(heads)), key=lambda n: inked[n])
    bare = all(pixels.is_blank(place) and 4 * inked[n] <= inked[most] for n, place in enumerate(places) if n != most)
    whole = min(pixels.size(place) for place in places) >= 12
    return heads[most] if whole and bare and not pixels.is_blank(places[most]) else None


def _answer_place(head: _Head, asked: Asked, sheet: Sheet) -> Box:
    """Where the answer under a head would stand: its cell without the rim, else the height of the question."""
    x, y = head.at.middle[0], (asked.top + asked.bottom) / 2
    cell = sheet.cell_at(x, y)
    if cell is not None and cell.width < 0.25 and cell.height < 6 * sheet.line_height:
        side, lid = 0.12 * cell.width, 0.12 * cell.height
        return Box(cell.left + side, cell.top + lid, cell.right - side, cell.bottom - lid)
    reach = max(head.at.width, 1.5 * sheet.em)
    return Box(max(0.0, x - reach), asked.top, min(1.0, x + reach), asked.bottom)


def _column_state(head: _Head, asked: Asked, sheet: Sheet, top: float, bottom: float) -> tuple[Tick, Box | None, float]:
    reach = max(head.at.width, 1.5 * sheet.em)
    for mark in sheet.ticks:
        x, y = mark.at.middle
        if abs(x - head.at.middle[0]) <= reach and top <= y <= bottom:
            states = {MarkState.PRESENT: Tick.TICKED, MarkState.ABSENT: Tick.OPEN}
            return states.get(mark.state, Tick.DOUBTFUL), mark.box, mark.confidence
    for piece in asked.pieces:
        if abs(piece.at.middle[0] - head.at.middle[0]) <= reach and len(piece.text) <= 2:
            if piece.text[:1] in _TICK_SIGNS:
                return Tick.TICKED, piece.box, piece.confidence
            return Tick.OPEN, piece.box, piece.confidence
    ink = _ink_in(sheet.ink, head.at.middle[0], reach, top, bottom)
    return (Tick.TICKED, ink.box, max(0.8, ink.confidence * 0.9)) if ink else (Tick.NONE, None, 1.0)


def _ink_in(ink: Sequence[Mark], x: float, reach: float, top: float, bottom: float) -> Mark | None:
    return next(
        (
            m
            for m in ink
            if abs(m.at.middle[0] - x) <= reach and top <= m.at.middle[1] <= bottom and m.at.width < 3 * reach
        ),
        None,
    )
