"""Exports of one system: replies of its API and its tables, in any order; what belongs to a ticket is found first."""

from __future__ import annotations

import re
from collections import Counter
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.imported import Imported, RecordError
from plaintickets.importers.fields import items, mapping, plain
from plaintickets.importers.json_records import json_records
from plaintickets.importers.pages import Pages
from plaintickets.importers.tables import MAPPED, read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from plaintickets.importers.sources import Sources

_STDIN = "standard input"
_DEEPEST_SIGN = 3
_UNKNOWN = "records of "
# Keys that together only one system's tickets have, the most telling first.
SIGNS: dict[str, frozenset[str]] = {
    name: frozenset(keys.split())
    for name, keys in {
        "jira": "key fields",
        "otrs": "TicketNumber",
        "helpscout": "mailboxId subject",
        "hubspot": "properties createdAt",
        "gitlab": "iid title",
        "freshdesk": "requester_id responder_id subject",
        "zendesk": "requester_id submitter_id",
        "github": "html_url number title",
        "redmine": "tracker subject",
        "bugzilla": "summary assigned_to product",
        "trello": "cards lists",
        "beads": "issue_type title",
        "git-bug": "human_id create_time",
        "taskwarrior": "uuid entry description",
    }.items()
}


class Found(NamedTuple):
    """A record of an export: the array and the file that held it, where it is, and its keys."""

    array: str
    file: str
    where: str
    value: dict[str, Any]


# Kinds of rows that only give names to ids; one that no ticket needs is no loss.
NAMES = frozenset(
    (
        *("user", "group", "organization", "field", "person", "company", "product", "statuses", "mailbox", "other"),
        *("stage", "pipeline", "list", "member", "label", "checklist", "named", "whole"),
    )
)


class Side:
    """What an export has beside its tickets: rows by kind and by the key that they belong to.

    `markup` is that of the texts, where the user named one; `contents` are those of attachments.
    """

    def __init__(self, sources: Sources) -> None:
        self.markup = sources.markup
        self.contents = sources.contents
        self._used: set[tuple[str, str]] = set()
        self._rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.others: Counter[str] = Counter()

    def add(self, kind: str, key: Any, row: dict[str, Any]) -> None:
        """Add a row."""
        self._rows.setdefault((kind, plain(key)), []).append(row)

    def learn(self, kind: str, key: Any, row: dict[str, Any]) -> None:
        """Add a row that many tickets repeat, once."""
        self._rows.setdefault((kind, plain(key)), [row])

    def rows(self, kind: str, key: Any) -> list[dict[str, Any]]:
        """Return the rows of a kind for a key, in their order."""
        self._used.add((kind, plain(key)))
        return self._rows.get((kind, plain(key)), [])

    def count_unused(self) -> None:
        """Count the rows that belong to tickets which the export does not have."""
        for place, rows in self._rows.items():
            if place not in self._used and place[0] not in NAMES:
                self.others[f"{place[0]} of tickets that are not here"] += len(rows)

    def one(self, kind: str, key: Any) -> dict[str, Any]:
        """Return the last row of a kind for a key, an empty one where there is none."""
        return (self.rows(kind, key) or [{}])[-1]

    def name(self, kind: str, key: Any, *names: str) -> str:
        """Return the name of a row, or the key where the export has no such row."""
        row = self.one(kind, key)
        return next((text for name in names or ("name",) if (text := plain(row.get(name)))), plain(key))


class System(NamedTuple):
    """How a system's exports are read.

    `arrays` are the keys of the lists in its replies, `unwrap` gives the records inside one. `side` puts a record
    that is no ticket where tickets find it, and says whether it knew it. `page_sizes` are the usual lengths of pages
    that are plain lists. `learn` puts beside the tickets what one ticket says for all, such as names of ids;
    `hold` takes the contents of attachments out of a ticket.
    """

    name: str
    arrays: tuple[str, ...]
    is_ticket: Callable[[Found], bool]
    side: Callable[[Found, Side], bool]
    ticket: Callable[[str, dict[str, Any], Side], Imported | None]
    unwrap: Callable[[Found], Iterable[Found]] = lambda found: [found]
    pages: frozenset[str] = frozenset()
    needs: str = ""
    page_sizes: tuple[int, ...] = ()
    learn: Callable[[Found, Side], None] = lambda _found, _side: None
    hold: Callable[[Found, Side], None] = lambda _found, _side: None

    def looks(self, found: Found) -> str:
        """Return which other system a record seems to be of, else what one of this system has."""
        looks = looks_like(found.value, self.name, self.needs)
        return f"{looks}; {MAPPED}" if found.array == "table" else looks


def read_export(sources: Sources, system: System) -> Iterator[Imported]:
    """Yield the tickets of an export.

    What is no ticket and belongs to none is counted with the last ticket. Raise RecordError for a record of another
    system.
    """
    side = Side(sources)
    pages = Pages(system.name, sizes=system.page_sizes)
    held, beside = _sides(sources, system, side, pages)
    tickets = (found for found in _found(sources, system, None, stdin=False) if system.is_ticket(found))
    last: Imported | None = None
    for found in _all(held, tickets):
        system.hold(found, side)
        record = system.ticket(found.where, found.value, side)
        if record is not None:
            if last is not None:
                yield last
            last = record
    is_known = any(not name.startswith(_UNKNOWN) for name in side.others)
    if last is None and beside is not None and not (is_known or held):
        message = f"and what stands behind it hold no ticket of {system.name}; {system.looks(beside)}"
        raise RecordError(beside.where, message)
    if last is not None:
        side.count_unused()
        others = {f"{system.name}: {name}": count for name, count in side.others.items() if count}
        yield last._replace(lost={**others, **pages.missing(), **last.lost})


def _sides(sources: Sources, system: System, side: Side, pages: Pages) -> tuple[list[Found], Found | None]:
    """Put what is no ticket where tickets find it; return the tickets of standard input, and the first other record."""
    held = list[Found]()
    beside: Found | None = None
    for found in _found(sources, system, pages, stdin=True):
        if system.is_ticket(found):
            system.learn(found, side)
            if found.file == _STDIN:
                system.hold(found, side)
                held.append(found)
        elif found.array == "" and _is_page(found.value, system):
            continue
        elif system.side(found, side):
            beside = beside or found
        else:
            raise RecordError(found.where, f"is no record of {system.name}; {system.looks(found)}")
    return held, beside


def _all(*parts: Iterable[Found]) -> Iterator[Found]:
    for part in parts:
        yield from part


def _is_page(value: Mapping[str, Any], system: System) -> bool:
    """Say whether an object is what is left of a page when its list is read."""
    return value.keys() <= system.pages | set(system.arrays)


def looks_like(value: Mapping[str, Any], system: str, needs: str = "") -> str:
    """Return which other system a record seems to be of, else what one of this system has: `needs`, or its signs."""
    for one in _with_inner(value):
        for name, keys in SIGNS.items():
            if name != system and keys <= one.keys():
                return f"it looks like one of {name}"
    return needs or f"a ticket has {' and '.join(f'`{key}`' for key in sorted(SIGNS.get(system, ())))}"


def _with_inner(value: Mapping[str, Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield an object, and the first ones that it holds."""
    yield value
    for inside in value.values() if depth < _DEEPEST_SIGN else ():
        first = inside[0] if isinstance(inside, list) and inside else inside
        if isinstance(first, dict):
            yield from _with_inner(first, depth + 1)


def _found(sources: Sources, system: System, pages: Pages | None, *, stdin: bool) -> Iterator[Found]:
    """Yield the records of all files, and note their pages; standard input can be read only once."""
    for source in sources.files(".json", ".jsonl", ".ndjson", ".csv"):
        if source.name == _STDIN and not stdin:
            continue
        with source.open() as file:
            if source.name.lower().removesuffix(".gz").endswith(".csv"):
                for where, row in read_table(file, source.name, sources.columns):
                    cells = {name: cell for name, cell in row.items() if cell.strip()}
                    if cells:
                        yield from system.unwrap(Found("table", source.name, where, cells))
                continue
            yield from _in_json(file, source.name, system, pages or Pages(system.name))


def _in_json(file: IO[bytes], name: str, system: System, pages: Pages) -> Iterator[Found]:
    """Yield the records of a file, and note each page behind its tickets, which are then known."""
    is_empty, in_page = True, 0
    for array, where, value in json_records(file, name, system.arrays):
        is_empty = False
        for one in value if isinstance(value, list) and array == "" else [value]:
            if not isinstance(one, dict):
                raise RecordError(where, "is no JSON object")
            raw = Found(array, name, where, one)
            for found in system.unwrap(raw):
                if system.is_ticket(found) or "result_type" in found.value:
                    pages.count(found.value.get("id"))
                    in_page += 1
                yield found
            is_page = array == "" and (not one or one.keys() & system.pages) and not system.is_ticket(raw)
            if in_page and is_page:
                pages.note(one)
                in_page = 0
    if is_empty or in_page:
        pages.length(name, in_page)


def once(rows: Iterable[dict[str, Any]], name: str = "id") -> list[dict[str, Any]]:
    """Return rows without those that come again: inside a ticket and beside it, or on pages that overlap.

    `name` is the key that has the identity of a row; rows without it are all different.
    """
    return list({plain(row.get(name)) or f"row {number}": row for number, row in enumerate(rows)}.values())


def number_in_name(found: Found) -> str:
    """Return the last number in the name of a file: replies without their ticket's number are saved under it."""
    numbers = re.findall(r"\d+", found.file.rpartition(".")[0])
    if not numbers:
        raise RecordError(
            found.where, "does not say which ticket it belongs to; name the file after it: comments-5.json"
        )
    return str(numbers[-1])


def inner(found: Found, *names: str) -> Iterator[Found]:
    """Yield the objects under some keys of a record, each a record of its own."""
    for name in names:
        value = found.value.get(name)
        for one in value if isinstance(value, list) else [value] if value else []:
            if not isinstance(one, dict):
                raise RecordError(found.where, f"'{name}' holds something that is no JSON object")
            yield Found(name, found.file, found.where, one)


def embedded(found: Found, *names: str) -> Iterator[Found]:
    """Yield the objects that a page holds under `_embedded`."""
    yield from inner(found._replace(value=mapping(found.value.get("_embedded"))), *names)


def flag(value: Any) -> bool:
    """Say whether a value means yes, in JSON or in a table."""
    return value is True or plain(value).lower() in {"true", "yes", "1"}


def ids(value: Any) -> list[str]:
    """Return the ids in a list, which tables write as `[1,2]`."""
    if isinstance(value, str):
        return re.findall(r"[\w-]+", value)
    return [plain(one) for one in items(value) if plain(one)]
