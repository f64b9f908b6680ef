"""How are bytes encrypted so that no part can be cut off, swapped or moved without being noticed?

A stream is a header and chunks of 256 KiB, each sealed with AES-256-GCM (the STREAM construction):

    header   "VBLB", version 1, packing (0 none, 1 zlib), two zero bytes, serial of the data key (4),
             salt (32), the key of this stream (32) sealed under the data key, with its tag (16)
    chunk    up to 256 KiB and a tag of 16 bytes; every chunk but the last is full, and the last is marked as such

The stream's key is random. What seals it is derived from the data key and the salt, and bound to the rest of the
header and to the name the stream is kept under: a changed header or another name does not open. The nonce of a
chunk is its number and the mark of the last: chunks cut off, repeated or reordered do not open. The header is
made after the chunks, because the name of an original is known only when all of it has been read.
"""

from __future__ import annotations

import secrets
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.keys import KEY_BYTES, TenantKey, derive

CHUNK = 256 * 1024
TAG = 16
SEALED = CHUNK + TAG
MAGIC = b"VBLB"
VERSION = 1
HEADER = struct.Struct(">4sBBHI32s48s")


class Packing(IntEnum):
    NONE = 0
    ZLIB = 1


class Broken(Exception):
    """The bytes are not what was written here."""


@dataclass(frozen=True, slots=True)
class Header:
    packing: Packing
    serial: int
    salt: bytes
    sealed_key: bytes


def new_stream_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def make_header(key: TenantKey, name: str, stream_key: bytes, packing: Packing) -> bytes:
    salt = secrets.token_bytes(32)
    sealed = _lock(key, salt).encrypt(_nonce(0, last=True), stream_key, _bound_to(packing, key.serial, name))
    return HEADER.pack(MAGIC, VERSION, packing, 0, key.serial, salt, sealed)


def read_header(data: bytes) -> Header:
    if len(data) < HEADER.size:
        raise Broken("too short")
    magic, version, packing, zero, serial, salt, sealed_key = HEADER.unpack_from(data)
    if magic != MAGIC or version != VERSION or zero or packing not in tuple(Packing):
        raise Broken("not a sealed stream of a known version")
    return Header(Packing(packing), serial, salt, sealed_key)


def plain_size(sealed_size: int) -> int:
    """How many bytes went into a stream that is not packed."""
    body = sealed_size - HEADER.size
    chunks = -(-body // SEALED)
    if chunks < 1 or body - chunks * TAG < 0:
        raise Broken("too short")
    return body - chunks * TAG


def seal(data: Iterable[bytes], stream_key: bytes, packing: Packing = Packing.NONE) -> Iterator[bytes]:
    """The sealed chunks that follow the header; at most two are in memory."""
    cipher = AESGCM(stream_key)
    held, number = bytearray(), 0
    for piece in _packed(data) if packing is Packing.ZLIB else data:
        view = memoryview(piece)
        for start in range(0, len(view), CHUNK):
            held += view[start : start + CHUNK]
            if len(held) > CHUNK:  # more follows, so this chunk is not the last
                yield cipher.encrypt(_nonce(number, last=False), bytes(held[:CHUNK]), None)
                del held[:CHUNK]
                number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(held), None)


def unseal(parts: Iterable[bytes], key_of: Callable[[int], TenantKey], name: str) -> Iterator[bytes]:
    """The plain bytes; Broken as soon as something does not open, at the end when the end is missing."""
    source = _sized(parts)
    header = read_header(next(source))
    key = key_of(header.serial)
    bound = _bound_to(header.packing, header.serial, name)
    try:
        stream_key = _lock(key, header.salt).decrypt(_nonce(0, last=True), header.sealed_key, bound)
    except InvalidTag:
        raise Broken("the header does not open") from None
    plain = _opened(source, AESGCM(stream_key))
    return _unpacked(plain) if header.packing is Packing.ZLIB else plain


def _opened(sealed: Iterator[bytes], cipher: AESGCM) -> Iterator[bytes]:
    chunk, number = next(sealed, b""), 0
    while chunk:
        following = next(sealed, b"")
        try:
            yield cipher.decrypt(_nonce(number, last=not following), chunk, None)
        except (InvalidTag, ValueError):
            raise Broken(f"chunk {number} does not open") from None
        chunk, number = following, number + 1
    if not number:
        raise Broken("no chunk at all")


def _sized(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The header, then pieces as they were sealed, however the store cuts its answer."""
    held, wanted = bytearray(), HEADER.size
    for part in parts:
        held += part
        while len(held) >= wanted:
            yield bytes(held[:wanted])
            del held[:wanted]
            wanted = SEALED
    if held or wanted == HEADER.size:
        yield bytes(held)


def _lock(key: TenantKey, salt: bytes) -> AESGCM:
    return AESGCM(derive(key.secret, salt, b"stream"))


def _bound_to(packing: Packing, serial: int, name: str) -> bytes:
    return HEADER.pack(MAGIC, VERSION, packing, 0, serial, b"", b"") + name.encode()


def _nonce(number: int, *, last: bool) -> bytes:
    return struct.pack(">xxxQB", number, last)


def _packed(data: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(3)
    for piece in data:
        yield packer.compress(piece)
    yield packer.flush()


def _unpacked(data: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for piece in data:
        yield unpacker.decompress(piece)
    yield unpacker.flush()
