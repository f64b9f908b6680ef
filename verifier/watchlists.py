"""Which people and organisations stand on the published lists that were supplied? Their own formats to `Listed`.

OpenSanctions `targets.simple.csv` is read by `references`; here are the consolidated list of the UN Security Council
(XML) and the list of specially designated nationals of OFAC (sdn.csv with alt.csv and add.csv, which have no header).
A row that cannot be used is named and left out. XML that declares entities or a document type is refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from verifier.context import Listed
from verifier.errors import InputError
from verifier.model import Text

NULL = "-0-"
DATED_NAME = re.compile(r"(20\d\d)-?([01]\d)-?([0-3]\d)")


def day_in_name(file: str) -> str:
    """The day that a file's name states (`sdn-2026-11-20.csv`); lists without a date of their own need it."""
    found = DATED_NAME.search(file)
    return "-".join(found.groups()) if found else ""


# --- UN Security Council, consolidated list -------------------------------------------------------


def read_un(file: str, data: bytes) -> tuple[list[Listed], list[tuple[int, str]]]:
    """Individuals and entities, and (number, reason) of those without a name."""
    root = _root(file, data)
    if root.tag != "CONSOLIDATED_LIST":
        raise _refused(file, "watchlist_format", f"根元素 {root.tag} 不是联合国综合名单", f"its root is {root.tag}")
    dated = (root.get("dateGenerated") or "")[:10]
    good: list[Listed] = []
    problems: list[tuple[int, str]] = []
    for number, item in enumerate((*root.iter("INDIVIDUAL"), *root.iter("ENTITY")), start=1):
        listed = _un_entry(item, file, dated)
        if listed.name:
            good.append(listed)
        else:
            problems.append((number, f"{listed.id or item.tag}: FIRST_NAME"))
    return good, problems


def _root(file: str, data: bytes) -> Element:
    try:
        root: Element = fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise _refused(
            file, "watchlist_entities", "XML 含有文档类型或实体声明", "the XML declares a document type or entities"
        ) from None
    except (ParseError, ValueError, LookupError) as fault:
        raise _refused(file, "watchlist_format", "不是可用的 XML", f"it is no usable XML ({fault})") from None
    return root


def _refused(file: str, code: str, zh: str, en: str) -> InputError:
    return InputError(
        code,
        Text(f"名单 {file} 不能使用：{zh}", f"The list {file} cannot be used: {en}"),
        Text("请使用名单发布机构的原始文件", "Use the file as its publisher issued it"),
    )


def _texts(item: Element, path: str) -> list[str]:
    return [text for found in item.findall(path) if (text := " ".join("".join(found.itertext()).split()))]


def _un_entry(item: Element, file: str, dated: str) -> Listed:
    person = item.tag == "INDIVIDUAL"
    prefix = "INDIVIDUAL" if person else "ENTITY"
    parts = [text for part in ("FIRST", "SECOND", "THIRD", "FOURTH") for text in _texts(item, f"{part}_NAME")]
    aliases = [*_texts(item, "NAME_ORIGINAL_SCRIPT")]
    for text in _texts(item, f"{prefix}_ALIAS/ALIAS_NAME"):
        aliases += [one.strip() for one in text.split(";") if one.strip()]
    changed = max([*_texts(item, "LAST_DAY_UPDATED/VALUE"), *_texts(item, "LISTED_ON")], default="")
    return Listed(
        id=next(iter([*_texts(item, "REFERENCE_NUMBER"), *_texts(item, "DATAID")]), ""),
        schema="Person" if person else "Organization",
        name=" ".join(parts),
        aliases=tuple(dict.fromkeys(aliases)),
        birth_date=";".join(dict.fromkeys(_un_births(item))),
        countries=tuple(_texts(item, "NATIONALITY/VALUE") + _texts(item, f"{prefix}_ADDRESS/COUNTRY")),
        identifiers=tuple(_texts(item, f"{prefix}_DOCUMENT/NUMBER")),
        dataset=" ".join(_texts(item, "UN_LIST_TYPE")) or "UN",
        last_change=dated or changed,
        source=file,
    )


def _un_births(item: Element) -> Iterator[str]:
    """Days and years as stated; of a span every year."""
    for birth in item.findall("INDIVIDUAL_DATE_OF_BIRTH"):
        yield from (text[:10] for text in _texts(birth, "DATE") + _texts(birth, "YEAR"))
        span = _texts(birth, "FROM_YEAR")[:1] + _texts(birth, "TO_YEAR")[:1]
        if len(span) == 2 and all(one.isdecimal() for one in span) and 0 <= int(span[1]) - int(span[0]) <= 20:
            yield from (str(year) for year in range(int(span[0]), int(span[1]) + 1))


# --- OFAC -----------------------------------------------------------------------------------------


def read_ofac(
    file: str, text: str, aliases: str = "", addresses: str = ""
) -> tuple[list[Listed], list[tuple[int, str]]]:
    """The entries of sdn.csv with the names of alt.csv and the countries of add.csv."""
    also, where = _by_entry(aliases, 3), _by_entry(addresses, 4)
    good: list[Listed] = []
    problems: list[tuple[int, str]] = []
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells == ["\x1a"]:
            continue
        if len(cells) < 12 or not cells[0].isdecimal() or cells[1] in ("", NULL):
            problems.append((number, (",".join(cells))[:80]))
            continue
        good.append(_sdn(cells, file, also.get(cells[0], []), where.get(cells[0], [])))
    return good, problems


def _by_entry(text: str, column: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in csv.reader(io.StringIO(text)):
        if len(row) > column and (value := row[column].strip()) not in ("", NULL):
            found.setdefault(row[0].strip(), []).append(value)
    return found


def _sdn(cells: list[str], file: str, aliases: Iterable[str], countries: Iterable[str]) -> Listed:
    person = cells[2].casefold() == "individual"
    remarks = cells[11]
    nationalities = re.findall(r"(?:nationality|citizen) ([A-Z][A-Za-z ]+?)(?=[;.(]|$)", remarks)
    quoted = re.findall(r"(?:a\.k\.a\.|f\.k\.a\.|n\.k\.a\.) '([^']+)'", remarks)
    return Listed(
        id=f"OFAC-{cells[0]}",
        schema="Person" if person else {"vessel": "Vessel", "aircraft": "Airplane"}.get(cells[2], "Organization"),
        name=cells[1],
        aliases=tuple(dict.fromkeys([*aliases, *quoted])),
        birth_date=";".join(dict.fromkeys(_ofac_births(remarks))),
        countries=tuple(dict.fromkeys([*nationalities, *countries])),
        identifiers=tuple(re.findall(r"(?:No\.|Passport|Number|ID) #?([A-Z]{0,3}\d[\dA-Z\-]{4,})", remarks)),
        dataset="us_ofac_sdn",
        last_change=day_in_name(file),
        sanctions=cells[3],
        source=file,
    )


def _ofac_births(remarks: str) -> Iterator[str]:
    """`DOB 12 Dec 1963`, `DOB Dec 1963`, `DOB circa 1963`, `alt. DOB 1963`."""
    for text in re.findall(r"DOB (?:circa )?([^;.]+)", remarks):
        for shape, written in (("%d %b %Y", "%Y-%m-%d"), ("%b %Y", "%Y-%m"), ("%Y", "%Y")):
            try:
                yield datetime.strptime(text.strip(), shape).strftime(written)
                break
            except ValueError:
                continue


def is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True
