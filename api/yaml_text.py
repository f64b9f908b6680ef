"""How is one value changed in a YAML text so that everything else stays: comments, order, the way it is written?

ruamel.yaml was tried first: of the 1,455 files of the two packs its round trip writes 154 otherwise than they were, the sheets
of requirements above all, and fails on 46; a change of one figure would show as a change of a page.

A place is a path of keys and positions. Only the characters of the changed value are replaced. What that leads to is
read again; a text in which it would say something else is written anew as a whole, which is right but not pretty.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import date
from typing import Any, cast

import yaml

Place = tuple[str | int, ...]
ALIAS = re.compile(r"\*[A-Za-z0-9_-]")
WIDTH = 100_000  # a value stays on its line
Node = yaml.ScalarNode | yaml.SequenceNode | yaml.MappingNode


def read(text: str) -> Any:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def at(value: Any, place: Place) -> Any:
    """What stands at a place; KeyError where there is nothing."""
    for part in place:
        if isinstance(value, dict):
            value = value[_key(value, part)]
        elif isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
            value = value[part]
        else:
            raise KeyError(part)
    return value


def has(value: Any, place: Place) -> bool:
    try:
        at(value, place)
    except KeyError:
        return False
    return True


def put(text: str, place: Place, value: Any) -> str:
    """The text with this value at this place; keys on the way that are not there yet are made."""

    def change(whole: Any) -> Any:
        if not place:
            return value
        whole = {} if whole is None else whole
        below = whole
        for part in place[:-1]:
            if isinstance(below, dict):
                below = below.setdefault(_key(below, part), {})
            else:
                below = below[part]
        below[_key(below, place[-1]) if isinstance(below, dict) else place[-1]] = value
        return whole

    return _checked(text, change, lambda: _put(text, place, value))


def drop(text: str, place: Place) -> str:
    """The text without what stands at this place. A mapping that is empty then goes as well; a list stays, empty."""

    def change(whole: Any) -> Any:
        above = at(whole, place[:-1])
        del above[_key(above, place[-1]) if isinstance(above, dict) else place[-1]]
        if isinstance(above, dict) and not above and place[:-1]:
            return change_at(whole, place[:-1])
        return whole or (None if isinstance(whole, dict) else whole)

    def change_at(whole: Any, shorter: Place) -> Any:
        nonlocal place
        place = shorter
        return change(whole)

    wanted = place
    return _checked(text, change, lambda: _drop(text, wanted))


def insert(text: str, place: Place, value: Any, *, before: int | None = None) -> str:
    """The text with one more entry in the list at this place: before the one of that number, or as the last."""

    def change(whole: Any) -> Any:
        there = at(whole, place)
        there.insert(len(there) if before is None else before, value)
        return whole

    return _checked(text, change, lambda: _insert(text, place, value, before))


def entries(text: str) -> list[str]:
    """The text of each entry of a list that is a file: `- id: …` up to the next, with the comments inside it."""
    node = _composed(text)
    if not isinstance(node, yaml.SequenceNode):
        return []
    lines = text.splitlines(keepends=True)
    return [
        "".join(lines[one.start_mark.line : text.count("\n", 0, _end(text, one)) + 1]).rstrip() + "\n"
        for one in node.value
    ]


def without_aliases(text: str) -> str:
    """The text with what `*name` stands for in its place."""
    if not ALIAS.search(text):
        return text
    loader = yaml.CSafeLoader(text)
    try:
        root: Any = loader.get_single_node()
        marks: list[Any] = [one for one in yaml.parse(text, Loader=yaml.CSafeLoader) if getattr(one, "anchor", None)]
        said = _by_start(root, loader)
    finally:
        loader.dispose()
    named: dict[str, str] = {}
    made, last = [], 0
    for mark in marks:
        start = _mark(mark.start_mark)
        if isinstance(mark, yaml.AliasEvent):
            made += [text[last:start], named[str(mark.anchor)]]
            last = _mark(mark.end_mark)
        else:
            named[mark.anchor] = said[start]
            made.append(text[last:start])
            last = start + 1 + len(mark.anchor)
    return "".join([*made, text[last:]])


def _by_start(root: Node | None, loader: Any) -> dict[int, str]:
    """Each value inside by where it begins, as it can stand inside brackets."""
    found: dict[int, str] = {}
    waiting = [root] if root is not None else []
    while waiting:
        node = waiting.pop()
        found.setdefault(_start(node), flow(loader.construct_object(node, deep=True)))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            waiting += [value for _, value in node.value]
    return found


# --- checking -----------------------------------------------------------------------------------------


def _checked(text: str, change: Callable[[Any], Any], edit: Callable[[], str]) -> str:
    wanted = change(copy.deepcopy(read(text)))
    try:
        made = edit()
        if _same(read(made), wanted):
            return made
    except (yaml.YAMLError, ValueError, KeyError, IndexError):
        pass
    return "" if wanted is None else _dumped(wanted)


def _same(one: Any, other: Any) -> bool:
    """Equal, and of the same kinds: 1 is not true, and no 1.0."""
    return bool(one == other) and repr(one) == repr(other)


def _dumped(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=None)


def flow(value: Any) -> str:
    """A value as it can stand inside brackets."""
    return yaml.safe_dump([value], allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=True)[1:-2]


def _key(mapping: dict[Any, Any], part: str | int) -> Any:
    """The key of a mapping by what it looks like in the text: a day or a number is one too."""
    if part in mapping:
        return part
    return next((key for key in mapping if _written(key) == str(part)), _typed(part))


def _written(key: Any) -> str:
    return key.isoformat() if isinstance(key, date) else str(key)


# --- the text -----------------------------------------------------------------------------------------


def _composed(text: str) -> Node | None:
    return cast(Node | None, yaml.compose(text, Loader=yaml.CSafeLoader))


def _below(node: Node, part: str | int) -> tuple[Node | None, Node] | None:
    """Key (of a mapping) and value at a part of a place."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return None, node.value[part]
    return None


def _found(root: Node, place: Place) -> Node:
    for part in place:
        pair = _below(root, part)
        if pair is None:
            raise KeyError(part)
        root = pair[1]
    return root


def _end(text: str, node: Node) -> int:
    """Where the last character of a node stands; a block's own mark lies behind what follows it."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        return _mark(node.end_mark)
    last = node.value[-1]
    return _end(text, last[1] if isinstance(node, yaml.MappingNode) else last)


def _mark(mark: Any) -> int:
    return int(mark.index)


def _start(node: Node) -> int:
    return _mark(node.start_mark)


def _line_end(text: str, index: int) -> int:
    found = text.find("\n", index)
    return len(text) if found < 0 else found


def _put(text: str, place: Place, value: Any) -> str:
    root = _composed(text)
    if root is None or (isinstance(root, yaml.ScalarNode) and root.value == ""):
        return _joined(text, f"{_nested(place, value)}\n")
    node, done, key = root, 0, None
    for part in place:
        pair = _below(node, part)
        if pair is None:
            break
        (key, node), done = pair, done + 1
    if done == len(place):
        return _over(text, node, key, value)
    if not isinstance(node, yaml.MappingNode):
        raise KeyError(place[done])
    line = _nested(place[done:], value)
    if node.flow_style:
        close = _mark(node.end_mark) - 1
        return text[:close].rstrip() + (", " if node.value else "") + line + text[close:]
    behind = _line_end(text, _end(text, node))
    return _joined(text[:behind], " " * node.start_mark.column + line) + (text[behind:] or "\n")


def _over(text: str, node: Node, key: Node | None, value: Any) -> str:
    """The value over what stands there; a block of lines becomes a value on the line of its key."""
    if key is None or isinstance(node, yaml.ScalarNode) or node.flow_style:
        return text[: _start(node)] + flow(value) + text[_end(text, node) :]
    return text[: _mark(key.end_mark)] + ": " + flow(value) + text[_end(text, node) :]


def _nested(place: Place, value: Any) -> str:
    for part in reversed(place[1:]):
        value = {_typed(part): value}
    return f"{flow(_typed(place[0]))}: {flow(value)}"


def _typed(part: str | int) -> Any:
    """A key that is a day is written as one."""
    try:
        return date.fromisoformat(str(part))
    except ValueError:
        return part


def _joined(before: str, line: str) -> str:
    return before + ("" if not before or before.endswith("\n") else "\n") + line


def _drop(text: str, place: Place) -> str:
    root = _composed(text)
    assert root is not None
    above = _found(root, place[:-1])
    assert not isinstance(above, yaml.ScalarNode)
    if isinstance(above, yaml.MappingNode) and len(above.value) == 1:
        return _drop(text, place[:-1]) if place[:-1] else ""
    pair = _below(above, place[-1])
    if pair is None:
        raise KeyError(place[-1])
    first = pair[0] or pair[1]
    if above.flow_style:
        return _cut(text, _start(first), _end(text, pair[1]))
    if len(above.value) == 1:
        return _put(text, place[:-1], [])
    start = text.rfind("\n", 0, _start(first)) + 1
    return text[:start] + text[_line_end(text, _end(text, pair[1])) + 1 :]


def _cut(text: str, start: int, end: int) -> str:
    """Out of brackets, with the comma on its one side or the other."""
    behind = end + len(text[end:]) - len(text[end:].lstrip())
    if text[behind : behind + 1] == ",":
        rest = text[behind + 1 :]
        return text[:start] + rest.lstrip(" ")
    before = text[:start].rstrip()
    return before.removesuffix(",") + text[end:]


def _insert(text: str, place: Place, value: Any, before: int | None) -> str:
    root = _composed(text)
    assert root is not None
    node = _found(root, place)
    assert isinstance(node, yaml.SequenceNode)
    said = flow(value)
    next_ = node.value[before] if before is not None and before < len(node.value) else None
    if node.flow_style or not node.value:
        if next_ is not None:
            start = _start(next_)
            return text[:start] + said + ", " + text[start:]
        close = _mark(node.end_mark) - 1
        return text[:close].rstrip() + (", " if node.value else "") + said + text[close:]
    line = f"{' ' * node.start_mark.column}- {said}"
    if next_ is not None:
        start = text.rfind("\n", 0, _start(next_)) + 1
        return text[:start] + line + "\n" + text[start:]
    behind = _line_end(text, _end(text, node))
    return _joined(text[:behind], line) + (text[behind:] or "\n")
