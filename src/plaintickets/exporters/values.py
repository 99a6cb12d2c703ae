"""Values of tickets as texts, and rows of CSV, as several formats write them."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

from plaintickets.core.moments import span, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.core.frontmatter import Value

# Control characters that no format needs; line ends and tabs stay.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def flat(value: Value | None) -> str:
    """Return a value as one text: the words of a list with commas, anything deeper as JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list) and not any(isinstance(item, (list, dict)) or "," in item for item in value):
        return ",".join(str(item) for item in value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def moment(text: str, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    """Return a moment in UTC, empty for a text that is none."""
    when = timestamp(text) or (found[0] if (found := span(text)) else None)
    # Not every C library writes a year before 1000 with four digits.
    return when.strftime(form.replace("%Y", f"{when.year:04}")) if when else ""


def day(text: str) -> str:
    """Return the day of a date or a moment, empty for a text that is none."""
    return moment(text, "%Y-%m-%d")


def plain(text: str) -> str:
    """Return a text without control characters, its line ends as LF."""
    return _CONTROL.sub("", text.replace("\r\n", "\n"))


class CsvLines:
    """Rows of CSV (RFC 4180), one after the other."""

    def __init__(self) -> None:
        self._out = io.StringIO()
        self._writer = csv.writer(self._out, lineterminator="\n")

    def row(self, cells: Iterable[str]) -> str:
        """Return a row with its line end."""
        self._writer.writerow([plain(cell) for cell in cells])
        text = self._out.getvalue()
        self._out.seek(0)
        self._out.truncate()
        return text
