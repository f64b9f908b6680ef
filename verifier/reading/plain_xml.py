"""How is XML from outside read without its traps?

No document type, so no entities: nothing expands, nothing is fetched. Names are compared without their
namespaces, for issuers use several.
"""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from verifier.reading.rejections import Refused


def parsed(data: bytes) -> Xml.Element:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or "<!DOCTYPE".encode("utf-16-le") in data:
        raise Refused("unsupported_type", "XML with a document type")
    try:
        return Xml.fromstring(data)
    except (Xml.ParseError, ValueError, LookupError) as error:
        raise Refused("corrupt") from error


def local(element: Xml.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def named(root: Xml.Element, name: str) -> list[Xml.Element]:
    """All elements of that local name beneath, and the root itself."""
    return [element for element in root.iter() if local(element) == name]
