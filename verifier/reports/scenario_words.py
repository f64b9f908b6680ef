"""What happens in a scenario, in words? What its file changes of the case that it begins with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from verifier.model import Text
from verifier.reports.plain import Speech, term
from verifier.reports.wording import known

LONGEST = 60  # characters of a text that is quoted
MOST = 4  # entries of a list that are told one by one


def scenario_words(given: Mapping[str, Any], speech: Speech) -> list[Text]:
    """One line for each thing that the file says; a file that changes nothing says what it begins with."""
    told = [*_begin(given), *_declared(given.get("declared") or {}, speech)]
    for key, spec in (given.get("documents") or {}).items():
        told.append(_document(key, spec, speech))
    told += _references(given.get("references") or {})
    told += _references({"history": given["history"]} if given.get("history") else {})
    if given.get("unread"):
        told.append(Text("案卷中有一页未能读取", "a page of the file was not read"))
    return told


def expectation(given: Mapping[str, Any]) -> list[Text]:
    """What the result has to say beside its outcome."""
    expect = given.get("expect") or {}
    told = []
    if reason := expect.get("reason"):
        said = known("reason", str(reason))
        told.append(Text(f"原因：{said.zh}", f"reason: {said.en}"))
    if severity := expect.get("severity"):
        said = known("severity", str(severity))
        told.append(Text(f"级别：{said.zh}", f"severity: {said.en}"))
    if says := expect.get("says"):
        told.append(Text(f"说明中提到“{says}”", f"the sentence names “{says}”"))
    return told


def _begin(given: Mapping[str, Any]) -> Iterator[Text]:
    base = str(given.get("base") or "")
    if base and base != "sound":
        yield term("base", base) or Text(base, base.replace("_", " "))
    elif base and not set(given) - {"base", "expect"}:
        yield term("base", base) or Text(base, base)
    if as_of := given.get("as_of"):
        yield Text(f"审核日为{as_of}", f"judged as of {as_of}")


def _declared(declared: Mapping[str, Any], speech: Speech) -> Iterator[Text]:
    for key, value in declared.items():
        name = term("declared", key) or term("fact", key) or speech.field(key) or Text(key, key)
        if value is None:
            yield Text(f"系统没有申报{name.zh}", f"{name.en} is not declared")
        elif isinstance(value, (list, Mapping)):
            yield Text(f"系统申报了{name.zh}", f"{name.en} declared")
        else:
            said = _value(value)
            yield Text(f"系统申报{name.zh}为{said.zh}", f"{name.en} declared: {said.en}")


def _value(value: Any) -> Text:
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    return term("value", str(value)) or _short(str(value))


def _short(text: str) -> Text:
    said = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return Text(said, said)


def _document(key: str, spec: Mapping[str, Any] | None, speech: Speech) -> Text:
    paper = speech.paper(key)
    if spec is None:
        return Text(f"没有{paper.zh}", f"no {paper.en}")
    parts = [*_properties(spec), *_fields(spec.get("fields") or {}, speech), *_marks(spec.get("marks") or {}, speech)]
    if lines := spec.get("text"):
        parts.append(_said(lines))
    for message in (spec.get("messages") or [])[:MOST]:
        speaker, words = message.get("speaker", ""), _short(message["text"])
        parts.append(Text(f"{speaker}说“{words.zh}”", f"{speaker} says “{words.en}”"))
    if not parts:
        return Text(f"有{paper.zh}", f"{paper.en} is there")
    return Text(
        f"{paper.zh}：{'；'.join(one.zh for one in parts)}", f"{paper.en}: {'; '.join(one.en for one in parts)}"
    )


def _said(lines: Sequence[Any]) -> Text:
    words = _short("｜".join(str(line) for line in lines))
    return Text(f"印有“{words.zh}”", f"prints “{words.en}”")


def _properties(spec: Mapping[str, Any]) -> Iterator[Text]:
    if variant := spec.get("variant"):
        said = known("variant", str(variant))
        said = said if said.zh != variant else term("value", str(variant)) or Text(variant, variant.replace("_", " "))
        yield Text(f"为{said.zh}", f"a {said.en}")
    if source := spec.get("text_from"):
        yield term("value", str(source)) or Text(source, source)
    if (legible := spec.get("legibility")) is not None:
        yield Text(f"清晰度{legible}", f"legibility {legible}")
    if signed := spec.get("esignatures"):
        yield Text(f"带{len(signed)}个电子签名", f"{len(signed)} electronic signatures")
    if spec.get("picture_hashes"):
        yield Text("带图像", "with a picture")
    if producer := spec.get("producer"):
        yield Text(f"由{producer}制作", f"made by {producer}")
    if spec.get("revisions"):
        yield Text("制作后有修改", "changed after it was made")
    if spec.get("problems"):
        yield Text("文件有异常", "something is wrong with the file")


def _fields(fields: Mapping[str, Any], speech: Speech) -> Iterator[Text]:
    for name, value in fields.items():
        said = speech.field(name) or Text(name, name.replace("_", " "))
        if value is None:
            yield Text(f"没有印{said.zh}", f"{said.en} not printed")
            continue
        spec = value if isinstance(value, Mapping) else {"value": value}
        state = str(spec.get("state", "read"))
        if state != "read":
            how = term("value", state) or Text(state, state)
            yield Text(f"{said.zh}{how.zh}", f"{said.en} {how.en}")
            continue
        words = _value(spec["value"])
        sure = f"（把握{spec['confidence']:.0%}）" if "confidence" in spec else ""
        yield Text(f"{said.zh}为{words.zh}{sure}", f"{said.en}: {words.en}{' ' + sure if sure else ''}")


def _marks(marks: Mapping[str, Any], speech: Speech) -> Iterator[Text]:
    for name, value in marks.items():
        said = speech.field(name) or Text(name, name.replace("_", " "))
        for one in value if isinstance(value, list) else [value]:
            spec = {"state": one} if isinstance(one, str) else one
            if not spec:
                yield Text(f"没有印{said.zh}栏", f"no place for {said.en}")
                continue
            state = term("value", str(spec["state"])) or Text(str(spec["state"]), str(spec["state"]))
            text = f"“{spec['text']}”" if spec.get("text") else ""
            yield Text(f"{said.zh}：{state.zh}{text}", f"{said.en}: {state.en}{' ' + text if text else ''}")


def _references(references: Mapping[str, Any]) -> Iterator[Text]:
    for name, rows in references.items():
        said = term("reference", name) or Text(name, name)
        if rows is None:
            yield Text(f"没有提供{said.zh}", f"{said.en}: not supplied")
        elif not rows:
            yield Text(f"{said.zh}为空", f"{said.en}: empty")
        else:
            words = [[_value(value) for value in row.values() if value not in ("", None)] for row in rows[:MOST]]
            more = "…" if len(rows) > MOST else ""
            zh = "；".join("，".join(value.zh for value in row) for row in words)
            en = "; ".join(", ".join(value.en for value in row) for row in words)
            yield Text(f"{said.zh}：{zh}{more}", f"{said.en}: {en}{more}")
