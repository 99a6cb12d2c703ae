"""Read JSON of any length record by record: lines, arrays, pages of an API, several documents after each other."""

from __future__ import annotations

import codecs
import json
import re
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.imported import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_RECORD = 64 * 1024 * 1024
_PIECE = 1 << 16
_BLANK = re.compile(r"[ \t\n\r]*")


class Record(NamedTuple):
    """A value of a source: the array that held it (empty at the top), where it is, and the value."""

    array: str
    where: str
    value: Any


def json_records(file: IO[bytes], name: str, arrays: tuple[str, ...] = ()) -> Iterator[Record]:
    """Yield the elements of arrays at the top, and of those that `arrays` names inside an object at the top.

    Any other value at the top is yielded whole; an object whose named arrays were yielded comes last, without
    them. Memory holds one record. Raise RecordError, with the record's number, for what is not JSON.
    """
    yield from _Reader(file, name, arrays).records()


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of JSON's pairs; raise ValueError for a key that is there twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


class _Reader:
    """A text of which the part that is being read is in memory."""

    def __init__(self, file: IO[bytes], name: str, arrays: tuple[str, ...]) -> None:
        self._file = file
        self._name = name
        self._arrays = arrays
        self._text = ""
        self._at = 0
        self._ended = False
        self._number = 0
        start = file.read(_PIECE)
        wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        self._decode = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")().decode
        self._is_broken = False
        self._add(start)
        self._parse = json.JSONDecoder(object_pairs_hook=unique).raw_decode

    @property
    def _where(self) -> str:
        return f"{self._name}: record {self._number}" if self._name else f"record {self._number}"

    def _fail(self, message: str) -> RecordError:
        return RecordError(self._where, message)

    def _add(self, piece: bytes) -> None:
        if self._is_broken:
            raise self._fail("is not UTF-8; `iconv -f NAME -t UTF-8` converts it")
        self._ended = not piece
        try:
            text = self._decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            # What stands before it may be whole records, so that the error is that of the record which has it.
            text = error.object[: error.start].decode(error.encoding, "ignore")
            self._is_broken, self._ended = True, False
        self._text = self._text[self._at :] + text
        self._at = 0

    def _sign(self) -> str:
        """Return the next sign that is not blank, empty at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._add(self._file.read(_PIECE))

    def _value(self) -> Any:
        """Return the value that begins here, and go behind it."""
        self._sign()
        while True:
            try:
                value, end = self._parse(self._text, self._at)
                if end < len(self._text) or self._ended:
                    self._at = end
                    return value
            except RecursionError:
                raise self._fail("is nested too deep") from None
            except ValueError as error:
                if "stands twice" in str(error):
                    raise self._fail(f"is not JSON: {error}") from None
                if self._ended:
                    why = "the file ends inside it" if self._is_cut(error) else str(error).partition(": line")[0]
                    raise self._fail(f"is not JSON: {why}") from None
                if _is_certain(error, len(self._text)):
                    raise self._fail(f"is not JSON: {str(error).partition(': line')[0]}") from None
            held = len(self._text) - self._at
            if held > LONGEST_RECORD:
                raise self._fail(f"is longer than {LONGEST_RECORD} bytes")
            self._add(self._file.read(max(_PIECE, held)))

    def _is_cut(self, error: ValueError) -> bool:
        at = getattr(error, "pos", len(self._text))
        return at >= len(self._text.rstrip()) or "Unterminated" in str(error)

    def records(self) -> Iterator[Record]:
        """Yield the records.

        Raise RecordError for an empty file whose name says that it holds one value; one of lines may have none.
        """
        if not self._sign() and self._name.lower().removesuffix(".gz").endswith(".json"):
            raise RecordError(self._name, "is empty; an answer without records would be `[]`")
        while sign := self._sign():
            if sign == "[":
                yield from self._elements("")
            elif sign == "{" and self._arrays:
                yield from self._object()
            else:
                self._number += 1
                yield Record("", self._where, self._value())
            # Older versions of Taskwarrior write the elements of an array without its brackets.
            if self._sign() == "," and self._number:
                self._at += 1

    def _elements(self, array: str) -> Iterator[Record]:
        self._at += 1
        if self._sign() == "]":
            self._at += 1
            return
        while True:
            self._number += 1
            yield Record(array, self._where, self._value())
            sign = self._sign()
            if sign not in (",", "]") or not sign:
                raise self._fail("is not JSON: " + ("a comma is missing behind it" if sign else "the file ends"))
            self._at += 1
            if sign == "]":
                return

    def _object(self) -> Iterator[Record]:
        rest: dict[str, Any] = {}
        self._number += 1
        where, streamed = self._where, False
        self._at += 1
        sign = self._sign()
        while sign != "}":
            key = self._value()
            if not isinstance(key, str) or self._sign() != ":":
                raise self._fail("is not JSON: a key is missing")
            self._at += 1
            if key in rest:
                raise self._fail("is not JSON: a key stands twice")
            if key in self._arrays and self._sign() == "[":
                self._number -= 0 if streamed else 1
                streamed = True
                yield from self._elements(key)
            else:
                rest[key] = self._value()
            sign = self._sign()
            if sign not in (",", "}") or not sign:
                raise self._fail("is not JSON: " + ("a comma is missing" if sign else "the file ends inside it"))
            if sign == ",":
                self._at += 1
                self._sign()
        self._at += 1
        yield Record("", where, rest)


def _is_certain(error: ValueError, length: int) -> bool:
    """Tell whether more text cannot correct an error; a string that has no end yet is reported at its beginning."""
    if not isinstance(error, json.JSONDecodeError) or "Unterminated" in error.msg:
        return False
    return error.pos < length - 2 * _PIECE
