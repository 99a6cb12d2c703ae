"""Lines and messages, apart from pipes."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as some
from mcp import types

from plaintickets.mcp.connection import lines_of, message_of

LONGEST = 8


@given(
    some.lists(some.binary(max_size=20).map(lambda line: line.replace(b"\n", b""))),
    some.integers(1, 40),
    some.booleans(),
)
def test_lines_are_those_of_the_stream_however_it_arrives_and_long_ones_are_none(
    lines: list[bytes], step: int, ends: bool
) -> None:
    whole = b"\n".join(lines) + (b"\n" if ends and lines else b"")
    stream = io.BytesIO(whole)
    expected = whole.split(b"\n")
    if not expected[-1]:
        expected.pop()
    found = list(lines_of(lambda: stream.read(step), LONGEST))
    assert found == [line if len(line) <= LONGEST else None for line in expected]


@pytest.mark.parametrize(
    ("line", "request_id", "code"),
    [
        (None, None, types.INVALID_REQUEST),
        (b"{", None, types.PARSE_ERROR),
        (b"\xff", None, types.PARSE_ERROR),
        (b"[]", None, types.INVALID_REQUEST),
        (b"7", None, types.INVALID_REQUEST),
        (b'{"id": true}', None, types.INVALID_REQUEST),
        (b'{"id": 5, "method": "x"}', 5, types.INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": "a", "method": {}}', "a", types.INVALID_REQUEST),
    ],
)
def test_what_is_no_message_is_answered_with_an_error(line: bytes | None, request_id: object, code: int) -> None:
    found = message_of(line)
    assert isinstance(found, types.JSONRPCError)
    assert (found.id, found.error.code) == (request_id, code)


def test_a_request_is_a_message() -> None:
    found = message_of(b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}\r')
    assert isinstance(found, types.JSONRPCRequest)
