"""What does an answer say that was typed or written as a word, and what was said beside it?"""

from __future__ import annotations

import re

from verifier.documents.layout import Sheet
from verifier.documents.options import nearest_tick
from verifier.documents.phrases import fold
from verifier.documents.pieces import Span
from verifier.documents.question_blocks import Asked
from verifier.documents.values import Value
from verifier.model import FieldState
from verifier.packs.document_type import QuestionsSpec
from verifier.values.canonical import is_blank

_PROMPT = re.compile(r"^(?:答|回答|答复|答案|您的回答|客户回答|客户答复):")


def bare_answer(asked: Asked, spec: QuestionsSpec) -> Value | None:
    """The answer printed as a word in its own place, behind the question."""
    options = {fold(word): value for value, printed in spec.options.words.items() for word in printed}
    for piece in reversed(asked.pieces):
        text = piece.text.rstrip("。.;")
        for start in (0, text.rfind(":") + 1, text.rfind("?") + 1, text.rfind(")") + 1):
            word = text[start:].strip("()[]:。")
            if word in options and (start or len(asked.pieces) > 1 or len(word) == len(text)):
                span = piece.cut(start, len(piece.text))
                return Value(FieldState.READ, options[word], word, span.box, piece.confidence)
    return None


def prompted_answer(asked: Asked, spec: QuestionsSpec) -> Value | None:
    """The one word behind 答: or 回答:, typed or written."""
    options = {fold(word): value for value, printed in spec.options.words.items() for word in printed}
    for number, piece in enumerate(asked.pieces):
        prompt = _PROMPT.match(piece.text)
        if prompt is None:
            continue
        word = piece.text[prompt.end() :].strip("。.;")
        at = piece
        if not word and number + 1 < len(asked.pieces):
            at = asked.pieces[number + 1]
            word = at.text.strip("。.;")
        if word in options:
            start = len(at.text) - len(at.text[prompt.end() :] if at is piece else at.text)
            return Value(FieldState.READ, options[word], word, at.cut(start, len(at.text)).box, at.confidence)
    return None


def _detail_beside(asked: Asked, spec: QuestionsSpec) -> Value | None:
    """What stands on behind an answer that was written out (答：是  偶尔饮酒)."""
    answer = prompted_answer(asked, spec) if spec.detail else None
    if answer is None or answer.box is None:
        return None
    prompt = next(p for p in asked.pieces if _PROMPT.match(p.text))
    rest = [p for p in asked.pieces if p.at.left > prompt.at.right and abs(p.at.middle[1] - prompt.at.middle[1]) < 0.6 * prompt.at.height
            and p.box.left >= answer.box.right]  # fmt: skip
    span = Span(tuple(p.cut(0, len(p.text)).parts[0] for p in rest))
    return Value(FieldState.READ, span.text.strip(), span.text, span.box, span.confidence) if span else None


def detail_of(asked: Asked, spec: QuestionsSpec, sheet: Sheet) -> Value | None:
    beside = _detail_beside(asked, spec)
    if beside is not None:
        return beside
    labels = sorted((fold(label) for label in spec.detail), key=len, reverse=True)
    for number, piece in enumerate(asked.pieces):
        for label in labels:
            place = piece.text.find(label + ":")
            if place < 0:
                continue
            start = place + len(label) + 1
            span = Span(((piece, start, len(piece.text)),))
            for more in asked.pieces[number + 1 :]:
                if not nearest_tick(sheet.ticks, more.at) and len(more.text) > 1:
                    span = span + more.cut(0, len(more.text))
            if is_blank(span.text):
                return Value(FieldState.EMPTY, "", "", piece.box, piece.confidence)
            return Value(FieldState.READ, span.text.strip(), span.text, span.box, span.confidence)
    return None
