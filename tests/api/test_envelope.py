"""Sealed streams: what went in comes out, and no change of the bytes goes unnoticed."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.envelope import (
    CHUNK,
    HEADER,
    SEALED,
    Broken,
    Packing,
    make_header,
    new_stream_key,
    plain_size,
    seal,
    unseal,
)
from api.keys import TenantKey

KEY = TenantKey(7, os.urandom(32), os.urandom(32))
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5)


def sealed(data: bytes, name: str = "n", packing: Packing = Packing.NONE, cut: int | None = None) -> bytes:
    stream_key = new_stream_key()
    pieces = [data[at : at + cut] for at in range(0, len(data), cut)] if cut else [data]
    return make_header(KEY, name, stream_key, packing) + b"".join(seal(pieces, stream_key, packing))


def opened(data: bytes, name: str = "n", part: int = 1 << 20) -> bytes:
    parts = (data[at : at + part] for at in range(0, len(data), part))
    return b"".join(unseal(parts, lambda serial: KEY if serial == 7 else TenantKey(serial, bytes(32), b""), name))


@pytest.mark.parametrize("packing", Packing)
@pytest.mark.parametrize("size", SIZES)
def test_what_went_in_comes_out_however_it_is_cut(size: int, packing: Packing) -> None:
    data = os.urandom(size)
    for cut, part in ((None, 1 << 20), (1000, 999), (CHUNK, SEALED), (CHUNK + 3, HEADER.size)):
        assert opened(sealed(data, packing=packing, cut=cut), part=part) == data
    if packing is Packing.NONE:
        assert plain_size(len(sealed(data))) == size


@pytest.mark.parametrize("size", SIZES)
def test_every_truncation_shows(size: int) -> None:
    whole = sealed(os.urandom(size))
    ends = {0, 1, HEADER.size - 1, HEADER.size, HEADER.size + 15, len(whole) - 1}
    ends |= {HEADER.size + number * SEALED for number in range(3)}
    for end in sorted(one for one in ends if one < len(whole)):
        with pytest.raises(Broken):
            opened(whole[:end])


def test_added_repeated_and_exchanged_chunks_show() -> None:
    whole = sealed(os.urandom(3 * CHUNK))
    head, body = whole[: HEADER.size], whole[HEADER.size :]
    one, two, three = (body[at : at + SEALED] for at in range(0, len(body), SEALED))
    for changed in (
        one + two + three + three,
        two + one + three,
        one + one + three,
        one + three,
        one + two + three + b"x",
    ):
        with pytest.raises(Broken):
            opened(head + changed)
    other = sealed(os.urandom(3 * CHUNK))
    for changed in (head + other[HEADER.size :], other[: HEADER.size] + body):
        with pytest.raises(Broken):
            opened(changed)


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, HEADER.size + 60), bit=st.integers(0, 7), packing=st.sampled_from(Packing))
def test_every_changed_bit_shows(at: int, bit: int, packing: Packing) -> None:
    whole = bytearray(sealed(b"x" * 45, packing=packing))
    at %= len(whole)
    whole[at] ^= 1 << bit
    with pytest.raises(Broken):
        opened(bytes(whole))


def test_a_stream_opens_only_under_its_own_name() -> None:
    with pytest.raises(Broken):
        opened(sealed(b"abc", name="t/a/originals/1"), name="t/b/originals/1")


def test_equal_content_looks_different_each_time() -> None:
    assert sealed(b"abc")[HEADER.size :] != sealed(b"abc")[HEADER.size :]
