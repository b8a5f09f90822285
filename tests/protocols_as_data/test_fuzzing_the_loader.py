"""Nothing that anybody can upload makes the loader fail or hang: bytes, mutated real files, depth, anchors, sizes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.protocol_file import LARGEST, read_protocol
from tests.protocols_as_data.shipped import SLUGS, text_of
from tests.protocols_as_data.test_loading_a_protocol import sensible

REAL = {slug: text_of(slug).encode() for slug in SLUGS}
CLEVER = st.sampled_from(
    [
        b"&a", b"*a", b"&a &b", b"<<: *a", b"!!python/name:os.system", b"!!map", b"!<x>", b"%TAG ! x", b"---\n", b"...\n", b"? ",
        b"|", b">-", b"{", b"}", b"[", b"]", b"\t", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\x1b[31m",
        b"\xe2\x80\xa8", b"\r", b"'", b'"', b"#", b": :", b"- - -", b"0o17", b".inf", b"1e999", b"2027-02-30", b"=", b"~",
    ]
)  # fmt: skip


@given(st.binary(max_size=4_000))
@settings(max_examples=25, deadline=None)
def test_random_bytes(content: bytes) -> None:
    sensible(content)


@given(st.sampled_from(SLUGS), st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 60), CLEVER), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_a_real_file_with_something_clever_put_into_it(slug: str, changes: list[tuple[int, int, bytes]]) -> None:
    content = REAL[slug]
    for start, length, new in changes:
        at = start % (len(content) + 1)
        content = content[:at] + new + content[at + length :]
    sensible(content)


@given(st.sampled_from(SLUGS), st.sampled_from(SLUGS), st.integers(0, 40_000), st.integers(0, 40_000))
@settings(max_examples=25, deadline=None)
def test_half_of_one_real_file_and_half_of_another(one: str, other: str, cut: int, joint: int) -> None:
    sensible(REAL[one][: cut % len(REAL[one])] + REAL[other][joint % len(REAL[other]) :])


@given(st.sampled_from(["[", "{a: ", "- ", "? ", "- - ", "a:\n ", "!x [", "&a ["]), st.integers(1, 3_000), st.booleans())
@settings(max_examples=25, deadline=None)
def test_any_depth(opening: str, times: int, within: bool) -> None:
    deep = opening * times
    sensible(f"title: A title\nstages:\n  - {deep}" if within else deep)


@given(st.integers(1, 60), st.integers(1, 60), st.booleans())
@settings(max_examples=15, deadline=None)
def test_any_net_of_anchors(rungs: int, width: int, merged: bool) -> None:
    lines = [f"a0: &a0 [{', '.join('x' * width)}]"]
    for n in range(1, rungs):
        again = ", ".join([f"*a{n - 1}"] * width)
        lines.append(f"a{n}: &a{n} {{'<<': [{again}]}}" if merged else f"a{n}: &a{n} [{again}]")
    sensible("\n".join(lines))


BOMBS = {
    "a text as long as is allowed": b"title: " + b"a" * (LARGEST - 7),
    "as many lines as fit": b"a:\n" * (LARGEST // 3),
    "as many items as fit": b"- 1\n" * (LARGEST // 4),
    "one name again and again": b"title: a\n" * (LARGEST // 9),
    "names without end": b"? " * (LARGEST // 2),
    "quotation marks": b'"' * LARGEST,
    "colons": b": " * (LARGEST // 2),
    "comments": b"# a\n" * (LARGEST // 4),
    "five megabytes": b"a: b\n" * 1_048_576,
    "half a letter again and again": b"\xc3" * LARGEST,
    "one anchor used without end": b"a: &a [x]\nb: [" + b"*a, " * (LARGEST // 8) + b"*a]",
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=list(BOMBS))
def test_whatever_its_size_it_is_answered_soon(content: bytes) -> None:
    began = time.monotonic()
    reading = read_protocol(content, name="it.yml")
    took = time.monotonic() - began
    assert reading.protocol is None
    assert 1 <= len(reading.problems) <= 501
    assert took < 20
