"""Where may this service connect to, when a customer names the address? Public hosts only, by the address that was checked.

The name is resolved once; every address it has must be public, and the connection goes to the one that was looked at,
so that a name cannot change its mind in between. Redirects are not followed. A stopwatch ends what takes too long.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from api.errors import ServiceError, invalid
from verifier.model import Text

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
FETCH_SECONDS = 600.0
ANSWER_BYTES = 16 * 1024
CHUNK = 256 * 1024
LONGEST_URL = 1000
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: the address that was checked, and the name for TLS and the Host header."""

    secure: bool
    host: str
    port: int
    address: str
    path: str


class Unreachable(Exception):
    """The other side did not answer as it should; the reason is one word for records, never its words."""


def target(url: str, *, private: bool, hosts: frozenset[str] | None = None) -> Target:
    """The checked target of an address. `private`: whether private and loopback addresses are allowed, and plain HTTP
    with them. `hosts`: the only ones allowed. ServiceError `address_refused`; Unreachable when the name is not known."""
    parts = checked(url, private=private)
    host = str(parts.hostname).rstrip(".").lower()
    if hosts is not None and host not in hosts:
        raise refused("该主机不在允许的名单内", "this host is not on the list of those allowed")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = _resolve(host, port)
    if not private and not all(is_public(one) for one in addresses):
        raise refused("地址位于内部网络", "it lies in a private network")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port, str(addresses[0]), path)


def checked(url: str, *, private: bool) -> SplitResult:
    """What can be said of an address without asking anybody."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refused("格式有误", "it is malformed") from None
    schemes = ("https", "http") if private else ("https",)
    if parts.scheme not in schemes:
        raise refused("必须使用 https", "it has to be https")
    if not parts.hostname or parts.username is not None or parts.password is not None or port == 0:
        raise refused("缺少主机名，或含有用户名", "it has no host, or names a user")
    if len(url) > LONGEST_URL or not url.isascii() or any(one <= " " or one == "\x7f" for one in url):
        raise refused("过长或含有不可用字符", "it is too long or holds characters that have to be escaped")
    if not private and (literal := _literal(parts.hostname)) is not None and not is_public(literal):
        raise refused("地址位于内部网络", "it lies in a private network")
    return parts


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _resolve(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        raise Unreachable("name_unknown") from None
    return [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet, looking through the wrappings of IPv4 in IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None and not is_public(inner):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def refused(zh: str, en: str) -> ServiceError:
    return invalid(
        "address_refused",
        Text(f"不能使用该地址：{zh}", f"This address cannot be used: {en}"),
        Text("请使用公网 https 地址，或请管理员放行", "Use a public https address, or ask the operator to allow it"),
    )


# --- talking to it ----------------------------------------------------------------------------------


class _Plain(http.client.HTTPConnection):
    def __init__(self, to: Target) -> None:
        super().__init__(to.host, to.port, timeout=CONNECT_SECONDS)
        self._to = to

    def connect(self) -> None:
        self.sock = socket.create_connection((self._to.address, self._to.port), self.timeout)


class _Secure(http.client.HTTPSConnection):
    def __init__(self, to: Target) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(to.host, to.port, timeout=CONNECT_SECONDS, context=self._tls)
        self._to = to

    def connect(self) -> None:
        plain = socket.create_connection((self._to.address, self._to.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self._to.host)


@contextmanager
def _connection(to: Target, seconds: float, idle: float) -> Iterator[http.client.HTTPConnection]:
    """A connection that is cut after so many seconds in all, or so many without a byte. Faults become Unreachable."""
    connection: http.client.HTTPConnection = _Secure(to) if to.secure else _Plain(to)
    late = threading.Event()

    def cut() -> None:
        late.set()
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    stopwatch = threading.Timer(seconds, cut)
    stopwatch.daemon = True
    try:
        connection.connect()
        connection.sock.settimeout(idle)
        stopwatch.start()
        yield connection
    except ssl.SSLError:
        raise Unreachable("timeout" if late.is_set() else "tls_failed") from None
    except TimeoutError:
        raise Unreachable("timeout") from None
    except ConnectionRefusedError:
        raise Unreachable("connection_refused") from None
    except (OSError, http.client.HTTPException, UnicodeError):
        raise Unreachable("timeout" if late.is_set() else "connection_failed") from None
    finally:
        stopwatch.cancel()
        connection.close()


def post(to: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Send; the status of the answer. What it says beside is not looked at."""
    with _connection(to, ANSWER_SECONDS, ANSWER_SECONDS) as connection:
        connection.request("POST", to.path, body, {**headers, "Connection": "close"})
        answer = connection.getresponse()
        answer.read(ANSWER_BYTES)
        return answer.status


def fetch(to: Target) -> Iterator[bytes]:
    """The bytes at an address. Unreachable when the answer is not 200 or ends early."""
    with _connection(to, FETCH_SECONDS, 30.0) as connection:
        connection.request("GET", to.path, headers={"Connection": "close", "Accept": "*/*"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise Unreachable(f"status_{answer.status}")
        declared = answer.length
        told = 0
        while chunk := answer.read(CHUNK):
            told += len(chunk)
            yield chunk
        if declared is not None and told != declared:
            raise Unreachable("ended_early")
