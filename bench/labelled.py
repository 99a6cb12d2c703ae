"""Labelled tickets for the duplicate benchmark, read from any tracker's data of this shape."""

from __future__ import annotations

import gzip
import json
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.known_duplicates import Problem, known_problems
from plaintickets.core.similar import Entry
from plaintickets.search.schema import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class Labelled(NamedTuple):
    """Tickets oldest first, and for every known duplicate the older tickets of its cluster."""

    entries: dict[str, Entry]
    older: dict[str, frozenset[str]]
    text_bytes: int
    skipped: dict[str, int]
    links: list[tuple[str, str]]

    def known_before(self, name: str) -> dict[str, Problem]:
        """What a store knows when a ticket is filed: the links between two tickets that are older."""
        created = {entry.id: entry.created for entry in self.entries.values()}
        now = created[name] or 0.0
        originals: dict[str, str] = {}
        for link in self.links:
            if all((created[one] or 0.0) < now for one in link):
                older, newer = sorted((_end(originals, one) for one in link), key=lambda end: created[end] or 0.0)
                if older != newer:
                    originals[newer] = older
        return known_problems(originals, created.get)


class Entries:
    """Labelled tickets as the index takes them."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries

    def begin(self, _note: str, _count: int) -> bool:
        return False

    def stamps(self) -> Mapping[str, tuple[int, int, int, int]]:
        return dict.fromkeys(self._entries, (1, 1, 1, 1))

    def load(self, key: str) -> tuple[tuple[int, int, int, int], Document] | None:
        entry = self._entries[key]
        return (1, 1, 1, 1), Document((entry.title,), (entry.body,), ids=(entry.id,), alike=entry)

    def progress(self, _done: int, _total: int) -> None:
        return None


def read_labelled(tickets: Path, pairs: Path, limit: int = 0) -> Labelled:
    """The data of the two files; with a limit only the oldest so many tickets."""
    skipped = {"lines": 0, "pairs": 0}
    rows = list(rows_of(tickets, skipped))
    dates = _dates([row.get("created") for row in rows])
    order = sorted(range(len(rows)), key=lambda place: (dates[place], place))
    entries: dict[str, Entry] = {}
    last = -math.inf
    for place in order[: limit or None]:
        # one after another even when created in the same second
        last = dates[place] if dates[place] > last else last + 1e-3
        entry = _entry(rows[place], last)
        if entry.id in entries:
            skipped["lines"] += 1
        else:
            entries[entry.id] = entry
    text_bytes = sum(len((e.title + e.body).encode("utf-8", "replace")) for e in entries.values())
    links = _links(pairs, entries, skipped)
    return Labelled(entries, _clusters(links, entries), text_bytes, skipped, links)


def rows_of(path: Path, skipped: dict[str, int] | None = None) -> Iterable[Mapping[str, Any]]:
    skipped = {"lines": 0} if skipped is None else skipped
    packed = path.open("rb").read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as lines:
        for line in lines:
            text = line.decode("utf-8-sig", "replace").strip()
            if not text:
                continue
            try:
                row = json.loads(text)
            except ValueError:
                row = None
            if isinstance(row, dict) and row.get("id") not in (None, ""):
                yield row
            else:
                skipped["lines"] += 1


def _entry(row: Mapping[str, Any], created: float) -> Entry:
    return Entry(
        id=str(row["id"]).strip(),
        title=_text(row.get("title") or row.get("summary")),
        body=_text(row.get("body") or row.get("description")),
        created=created,
        component=_text(row.get("component") or row.get("components")),
        type=_text(row.get("type")),
    )


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if value is None or isinstance(value, dict):
        return ""
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _dates(values: list[object]) -> list[float]:
    """Epoch seconds; what is missing follows the ticket before it in the file."""
    found = [_date(value) for value in values]
    known = [date for date in found if date is not None]
    last = min(known, default=0.0) - 1
    filled = []
    for date in found:
        last = last + 1e-3 if date is None else date
        filled.append(last)
    return filled


def _date(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
        return (number / 1000 if abs(number) > 1e11 else number) if math.isfinite(number) else None
    text = str(value or "").strip()
    if re.fullmatch(r"\d{9,13}(\.\d+)?", text):
        return _date(float(text))
    text = re.sub(r"\s*(?:UTC|GMT)$", "+00:00", text)
    text = re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", text)
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.timestamp()
    return None


def _end(originals: Mapping[str, str], name: str) -> str:
    while name in originals:
        name = originals[name]
    return name


def _links(path: Path, entries: Mapping[str, Entry], skipped: dict[str, int]) -> list[tuple[str, str]]:
    found = []
    for line in path.read_text("utf-8-sig", errors="replace").splitlines():
        fields = [field.strip().strip('"') for field in re.split(r"[\t,; ]+", line.strip())]
        if len(fields) < 2:
            continue
        one, other = fields[:2]
        if one in entries and other in entries and one != other:
            found.append((one, other))
        else:
            skipped["pairs"] += 1
    return found


def _clusters(links: list[tuple[str, str]], entries: Mapping[str, Entry]) -> dict[str, frozenset[str]]:
    home: dict[str, list[str]] = {}
    for one, other in links:
        merged = {id(g): g for g in (home.get(one, [one]), home.get(other, [other]))}
        group = [member for members in merged.values() for member in members]
        for member in group:
            home[member] = group
    place = {name: number for number, name in enumerate(entries)}
    older = {member: frozenset(m for m in group if place[m] < place[member]) for member, group in home.items()}
    return {name: older[name] for name in sorted(older, key=place.__getitem__) if older[name]}
