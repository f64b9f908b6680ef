"""Can a customer's address lead this service into a private network?"""

from __future__ import annotations

import ipaddress
import socket
import threading

import pytest

from api import outbound
from api.errors import ServiceError
from api.outbound import Unreachable, is_public, target
from tests.api.listener import listening

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_in_every_wrapping_are_none(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *(f"https://{'[' + one + ']' if ':' in one else one}/x" for one in PRIVATE),
        "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/", "https://localhost/",
        "http://1.1.1.1/", "ftp://1.1.1.1/", "file:///etc/passwd", "//1.1.1.1/", "https:///x", "https://user@1.1.1.1/",
        "https://1.1.1.1:0/", "https://1.1.1.1:99999/", "https://[::1", "https://1.1.1.1/\r\nX: y", "https://1.1.1.1/ x",
        f"https://1.1.1.1/{'a' * 1001}",
    ],
)  # fmt: skip
def test_addresses_that_lead_inside_or_nowhere_are_refused(url: str) -> None:
    with pytest.raises(ServiceError, match="address_refused"):
        target(url, private=False)


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with a public address first and a private one later is connected to as it was first."""
    answers = iter(["1.1.1.1", "127.0.0.1"])

    def changing(host: str, port: int, **more: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    to = target("https://rebinding.example/hook?x=1", private=False)
    assert (to.address, to.host, to.port, to.path) == ("1.1.1.1", "rebinding.example", 443, "/hook?x=1")
    with pytest.raises(ServiceError, match="address_refused"):
        target("https://rebinding.example/hook", private=False)


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(host: str, port: int, **more: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("1.1.1.1", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(ServiceError, match="address_refused"):
        target("https://two.example/", private=False)


def test_only_hosts_on_the_list() -> None:
    with listening() as other:
        assert target(f"{other.url}/a", private=True, hosts=frozenset({"127.0.0.1"})).port == other.port
        with pytest.raises(ServiceError, match="address_refused"):
            target(f"{other.url}/a", private=True, hosts=frozenset({"files.example"}))


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with listening() as other:
        other.answers = [302]
        assert outbound.post(target(f"{other.url}/a", private=True), b"{}", {}) == 302
        assert other.paths == ["/a"]


def test_who_does_not_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "ANSWER_SECONDS", 0.3)
    with listening() as other:
        other.stall = threading.Event()
        with pytest.raises(Unreachable, match="timeout"):
            outbound.post(target(other.url, private=True), b"{}", {})


def test_nobody_there_is_said_in_one_word() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        to = target(f"http://127.0.0.1:{closed.getsockname()[1]}/", private=True)
        with pytest.raises(Unreachable, match="connection_refused"):
            outbound.post(to, b"", {})
        with pytest.raises(Unreachable, match="connection_refused"):
            list(outbound.fetch(to))


def test_files_are_fetched_whole_or_not_at_all() -> None:
    with listening() as other:
        other.files["/f.pdf"] = b"x" * 700_000
        assert b"".join(outbound.fetch(target(f"{other.url}/f.pdf", private=True))) == other.files["/f.pdf"]
        with pytest.raises(Unreachable, match="status_404"):
            list(outbound.fetch(target(f"{other.url}/none", private=True)))
