"""Another institution that has a row in every table, and how to ask every route for what is in them.

Both are made from the tables and routes themselves, so that one added later is asked as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any

from fastapi import params
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import TypeAdapter
from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, String, Table
from sqlmodel import AutoString, SQLModel

from api.clock import now, today
from api.database import UtcDateTime
from api.tables import TrailHead
from tests.api.house import House

MARK = "乙机构机密"  # in every text of the other institution


# --- rows --------------------------------------------------------------------------------------


def settle(house: House) -> dict[str, str]:
    """The other institution, with a row in every table; the key of each row by table name."""
    models = {model.__table__.name: model for model in _models(SQLModel)}
    keys: dict[str, str] = {}
    with house.services.writing() as session:
        for table in SQLModel.metadata.sorted_tables:
            row = models[table.name](**_values(table, models[table.name], keys))
            session.add(row)
            session.flush()
            keys[table.name] = str(getattr(row, next(iter(table.primary_key)).name))
        head = session.get_one(TrailHead, keys["tenant"])
        head.seq, head.sha256 = 1, MARK  # the chain goes on after the event that was made
        session.add(head)
    return keys


def bound_to_branches() -> set[str]:
    """Tables whose rows belong to a branch, by a column of their own or through what they are about."""
    found: set[str] = set()
    for table in SQLModel.metadata.sorted_tables:
        about = {key.column.table.name for column in table.columns for key in column.foreign_keys}
        if table.name not in STAFF and (about & found or "branch" in about):
            found.add(table.name)
    return found


# of people and programs, which are named wherever they did something
STAFF = {"account", "api_key", "sign_in"}


def _models(base: Any) -> Iterator[Any]:
    for model in base.__subclasses__():
        if hasattr(model, "__table__"):
            yield model
        yield from _models(model)


def _values(table: Table, model: Any, keys: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for column in table.columns:
        field = model.model_fields[column.name]
        if column.foreign_keys:
            given[column.name] = keys.get(next(iter(column.foreign_keys)).column.table.name)
        elif column.name == "tenant_id":
            given[column.name] = keys["tenant"]
        elif field.default_factory is None and (field.is_required() or field.default in (None, "")):
            given[column.name] = _value(table, column)
    return given


def _value(table: Table, column: Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, UtcDateTime):
        # what ended long ago is often left out of lists: only what has to be there is filled in
        return None if column.nullable else now()
    if isinstance(kind, Date):
        return None if column.nullable else today()
    if isinstance(kind, AutoString | String):
        return f"{MARK}-{table.name}-{column.name}"[: kind.length or 200]
    made: Any
    for known, made in ((Boolean, False), (Integer, 1), (Float, 1.0), (LargeBinary, MARK.encode()), (JSON, None)):
        if isinstance(kind, known):
            return made
    raise AssertionError(f"how is a {kind!r} filled in?")


# --- routes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """A route with one of its methods."""

    method: str
    path: str
    dependant: Dependant

    def fields(self, place: str) -> list[Any]:
        """What it takes in `path_params`, `query_params` or `body_params`, also through what it depends on."""
        return _fields(self.dependant, place)


def _fields(dependant: Dependant, place: str) -> list[Any]:
    return [*getattr(dependant, place), *(one for inner in dependant.dependencies for one in _fields(inner, place))]


def ways(house: House) -> list[Way]:
    found = []
    for context in iter_route_contexts(house.app.routes):
        dependant = getattr(context, "dependant", None) if _has_dependant(context) else None
        for method in sorted((context.methods or set()) - {"HEAD", "OPTIONS"}):
            found.append(Way(method, context.path or "", dependant or Dependant()))
    return found


def _has_dependant(context: RouteContext) -> bool:
    return hasattr(context._effective_route, "dependant")


def guards(dependant: Dependant) -> Iterator[Any]:
    """Everything that a route depends on, however deep."""
    for inner in dependant.dependencies:
        yield inner.call
        yield from guards(inner)


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    json: Any = None
    form: dict[str, str] | None = None
    content: bytes | None = None


def requests_for(way: Way, keys: Mapping[str, str]) -> list[Asked]:
    """Requests that name the other institution's rows wherever this route takes an id: in path, query and body."""
    tries: list[dict[str, str]] = [{}]
    for field in way.fields("path_params"):
        tries = [one | {field.alias: value} for one in tries for value in _ids(field.alias, _schema(field), keys)]
    query = {
        field.alias: str(_example(field.alias, _schema(field), _schema(field).get("$defs", {}), keys))
        for field in way.fields("query_params")
        if field.alias.endswith("_id") or field.field_info.is_required()
    }
    asked = []
    for values in tries:
        path = way.path
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", value).replace(f"{{{name}:path}}", value)
        asked.append(Asked(way.method, path, query, **_body(way.fields("body_params"), keys)))
    return asked


def _body(fields: list[Any], keys: Mapping[str, str]) -> dict[str, Any]:
    if not fields:
        return {}
    if any(isinstance(field.field_info, params.Form) for field in fields):
        return {
            "form": {
                field.alias: str(_example(field.alias, _schema(field), _schema(field).get("$defs", {}), keys))
                for field in fields
                if not isinstance(field.field_info, params.File)
            }
        }
    made = {
        field.alias: _example(field.alias, _schema(field), _schema(field).get("$defs", {}), keys) for field in fields
    }
    return {"json": next(iter(made.values())) if len(made) == 1 else made}


@cache
def _adapted(annotation: Any) -> dict[str, Any]:
    return TypeAdapter(annotation).json_schema()


def _schema(field: Any) -> dict[str, Any]:
    info = field.field_info
    try:
        return _adapted(Annotated[info.annotation, info] if not isinstance(info, params.Body) else info.annotation)
    except Exception:
        return {"type": "string"}


def _ids(name: str, schema: Mapping[str, Any], keys: Mapping[str, str]) -> list[str]:
    """Keys of the tables that a parameter's name speaks of; of all tables where none is meant plainly."""
    if schema.get("type") == "integer":
        return ["1"]
    if schema.get("enum"):
        return [str(schema["enum"][0])]
    if name in NOT_ROWS:
        return [NOT_ROWS[name]]
    stem = ALIASES.get(name.removesuffix("_id"), name.removesuffix("_id"))
    meant = [key for table, key in keys.items() if table == stem or (len(stem) > 3 and stem in table)]
    return meant or (list(keys.values()) if name.endswith("_id") or name == "id" else ["nothing"])


ALIASES = {
    "case": "sale_case",
    "key": "api_key",
    "institution": "tenant",
    "user": "account",
    "sample": "draw",
    "request": "paper_request",
}
# what every institution shares: the checklists that are shipped
NOT_ROWS = {"pack": "cn-insurance", "requirement_id": "KYC-03", "document_id": "D-202", "check_id": "KYC-03"}


def _example(name: str, schema: Mapping[str, Any], defs: Mapping[str, Any], keys: Mapping[str, str]) -> Any:
    """A value that the schema takes; the other institution's ids where it speaks of ids."""
    if "$ref" in schema:
        return _example(name, defs[schema["$ref"].rsplit("/", 1)[-1]], defs, keys)
    if name.endswith("_id"):
        return _ids(name, {}, keys)[0]
    if name.endswith("_ids") and "items" in str(schema):
        return [_ids(name.removesuffix("s"), {}, keys)[0]]
    if schema.get("examples"):
        return schema["examples"][0]
    for many in ("anyOf", "oneOf", "allOf"):
        if many in schema:
            kinds = [one for one in schema[many] if one.get("type") != "null"]
            return _example(name, kinds[0], defs, keys)
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("default") is not None:
        return schema["default"]
    if "properties" in schema:
        wanted = {
            key for key in schema["properties"] if key in schema.get("required", ()) or key.endswith(("_id", "_ids"))
        }
        return {key: _example(key, schema["properties"][key], defs, keys) for key in sorted(wanted)}
    return _plain(schema, defs, keys)


def _plain(schema: Mapping[str, Any], defs: Mapping[str, Any], keys: Mapping[str, str]) -> Any:
    match schema.get("type"):
        case "array":
            return [_example("", schema.get("items", {}), defs, keys)] if schema.get("minItems") else []
        case "object":
            return {}
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
    match schema.get("format"):
        case "date":
            return date(2026, 6, 1).isoformat()
        case "date-time":
            return datetime(2027, 6, 1, tzinfo=now().tzinfo).isoformat()
    return "x" * max(1, min(20, int(schema.get("minLength", 8))))
