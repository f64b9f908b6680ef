"""Published lists in their own formats: what is taken over, what is named and left out, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.errors import InputError
from verifier.references import load_references
from verifier.watchlists import day_in_name, read_ofac, read_un

HEAD = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,"
    "dataset,first_seen,last_seen,last_change\n"
)
ROW = "N1,Person,赵某甲,ZHAO Moujia;Chao Mou-chia,1960-01-01,cn,,,,,,own,,,2026-11-20\n"
UN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-11-19T10:00:00Z"><INDIVIDUALS>
<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>QARIM</FIRST_NAME><SECOND_NAME>BELDANI</SECOND_NAME><UN_LIST_TYPE>X-List</UN_LIST_TYPE>
<REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER><NAME_ORIGINAL_SCRIPT>قريم بلداني</NAME_ORIGINAL_SCRIPT>
<NATIONALITY><VALUE>Iraq</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Karim Beldany; Abu Nothing</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1963-04-28</DATE></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DATE_OF_BIRTH><FROM_YEAR>1965</FROM_YEAR><TO_YEAR>1966</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>A1234567</NUMBER></INDIVIDUAL_DOCUMENT></INDIVIDUAL>
<INDIVIDUAL><DATAID>2</DATAID></INDIVIDUAL></INDIVIDUALS>
<ENTITIES><ENTITY><DATAID>3</DATAID><FIRST_NAME>MADE UP TRADING COMPANY</FIRST_NAME></ENTITY></ENTITIES></CONSOLIDATED_LIST>"""
SDN = (
    '36,"MADE-UP LINES S.A.",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
    "broken,row\n"
    '2674,"BELDANI, Qarim","individual","SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 12 Dec 1963; alt. DOB 1964; '
    "nationality Iraq; Passport A1234567 (Iraq); a.k.a. 'QARIM THE MADE UP'; Gender Male.\"\n\x1a"
)


def test_the_un_list() -> None:
    (man, company), problems = read_un("un.xml", UN.encode())
    assert (man.name, man.birth_date, man.countries, man.identifiers) == (
        "QARIM BELDANI", "1963-04-28;1965;1966", ("Iraq",), ("A1234567",))  # fmt: skip
    assert man.aliases == ("قريم بلداني", "Karim Beldany", "Abu Nothing")
    assert (man.last_change, man.source, company.schema) == ("2026-11-19", "un.xml", "Organization")
    assert problems == [(2, "2: FIRST_NAME")]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_xml_with_entities_is_refused(declaration: str) -> None:
    with pytest.raises(InputError) as error:
        read_un("un.xml", UN.replace("<CONSOLIDATED_LIST", declaration + "<CONSOLIDATED_LIST", 1).encode())
    assert error.value.code == "watchlist_entities"


@pytest.mark.parametrize("data", [b"", b"<html/>", b"<CONSOLIDATED_LIST>", "名单".encode("gb18030")])
def test_what_is_no_un_list_is_refused(data: bytes) -> None:
    with pytest.raises(InputError) as error:
        read_un("un.xml", data)
    assert error.value.code == "watchlist_format"


def test_the_ofac_list() -> None:
    alt = '2674,1,"aka","BELDANY, Karim",-0- \n'
    (ship, man), problems = read_ofac("sdn-2026-11-18.csv", SDN, alt, '2674,1,"Street","Basra","Iraq",-0- \n')
    assert (man.name, man.birth_date, man.aliases) == (
        "BELDANI, Qarim", "1963-12-12;1964", ("BELDANY, Karim", "QARIM THE MADE UP"))  # fmt: skip
    assert (man.countries, man.identifiers, man.last_change) == (("Iraq",), ("A1234567",), "2026-11-18")
    assert ship.schema == "Organization"
    assert [number for number, _ in problems] == [2]


def test_all_lists_of_the_folder_are_one(tmp_path: Path) -> None:
    (tmp_path / "watchlist.csv").write_text(HEAD + ROW + "N2,Person,,,,,,,,,,own,,,2026-11-20\n", encoding="utf-8")
    (tmp_path / "watchlist-own.csv").write_text(HEAD + ROW, encoding="gb18030")
    (tmp_path / "un.xml").write_text(UN, encoding="utf-8")
    (tmp_path / "sdn-20261118.csv").write_text(SDN, encoding="utf-8")
    (tmp_path / "alt-20261118.csv").write_text('2674,1,"aka","BELDANY, Karim",-0- \n', encoding="utf-8")
    references, problems = load_references(tmp_path)
    assert references.watchlist is not None
    assert [one.source for one in references.watchlist] == [
        "sdn-20261118.csv", "sdn-20261118.csv", "un.xml", "un.xml", "watchlist-own.csv", "watchlist.csv"]  # fmt: skip
    assert "BELDANY, Karim" in references.watchlist[1].aliases
    assert [(one.file, one.row) for one in problems] == [("sdn-20261118.csv", 2), ("un.xml", 2), ("watchlist.csv", 3)]


def test_an_empty_list_is_a_problem_and_clears_nobody(tmp_path: Path) -> None:
    (tmp_path / "watchlist.csv").write_text(HEAD, encoding="utf-8")
    references, problems = load_references(tmp_path)
    assert references.watchlist is None
    assert [one.file for one in problems] == ["watchlist.csv"]


def test_the_day_of_a_list_in_its_name() -> None:
    assert [day_in_name(one) for one in ("sdn-2026-11-18.csv", "sdn_20261118.csv", "sdn.csv")] == [
        "2026-11-18",
        "2026-11-18",
        "",
    ]
