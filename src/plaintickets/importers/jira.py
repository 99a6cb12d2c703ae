"""Import Jira's issues: REST v2 with wiki markup, REST v3 with rich text, search pages, CSV of all fields."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from plaintickets.core.imported import RecordError
from plaintickets.importers.exports import looks_like
from plaintickets.importers.fields import dashed
from plaintickets.importers.jira_csv import EPIC, EPIC_FIELD, keys_by_id, rows
from plaintickets.importers.jira_issue import SYSTEM, TAKEN, issue
from plaintickets.importers.jira_xml import items
from plaintickets.importers.json_records import json_records
from plaintickets.importers.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plaintickets.core.imported import Imported
    from plaintickets.importers.json_records import Record
    from plaintickets.importers.sources import SourceFile, Sources

_NEEDS = "an issue has `key` and `fields`"
_ENDINGS = (".json", ".jsonl", ".ndjson", ".csv", ".xml")
_PAGE = frozenset(("startAt", "total", "isLast", "maxResults", "expand", "nextPageToken"))
# Replies that hold no issue, and what their lists are.
_BESIDE = ("comments", "worklogs", "transitions", "issueLinkTypes", "watchers", "histories")
_FIELDS_FILE = re.compile(r"(^|/)fields\.json(\.gz)?$", re.IGNORECASE)


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the issues of JSON replies and exports; raise RecordError for what is none.

    A file `fields.json`, the reply of `/field`, names the fields that the instance added.
    """
    names = _field_names(sources)
    found = _Others(Pages(SYSTEM, "issues"))
    last: Imported | None = None
    for one in _issues(sources, names, found):
        if last is not None:
            yield last
        last = one
        found.pages.count(one.key)
    if last is not None:
        yield last._replace(lost={**last.lost, **found.counts, **found.pages.missing()})
    elif names:
        raise RecordError("fields.json", f"and what stands beside it hold no issue; {_NEEDS}")
    elif found.counts:
        raise RecordError(SYSTEM, f"the source holds no issue; {_NEEDS}")


class _Others:
    """The parts of an export that are no issues: the pages around issues, and the counts of other records."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.counts: Counter[str] = Counter()
        self.are_in_page = False

    def count(self, name: str, number: int = 1) -> None:
        """Count records that the search for issues would have inside of issues, or that say nothing of any."""
        self.counts[f"{SYSTEM}: {name} that stand outside of their issues"] += number


def _issues(sources: Sources, names: Mapping[str, Any], others: _Others) -> Iterator[Imported]:
    for source in sources.files(*_ENDINGS):
        ending = source.name.lower().removesuffix(".gz").rpartition(".")[2]
        keys = _keys_by_id(source, sources.columns) if ending == "csv" else {}
        with source.open() as file:
            if ending == "csv":
                yield from (issue(*row) for row in rows(file, source.name, sources.columns, keys))
                continue
            if ending == "xml":
                yield from (issue(*item) for item in items(file, source.name))
                continue
            for record in json_records(file, source.name, ("issues", "values")):
                yield from _of(record, names, others)


def _keys_by_id(source: SourceFile, columns: Mapping[str, str]) -> dict[str, str]:
    with source.open() as file:
        return keys_by_id(file, source.name, columns)


def _field_names(sources: Sources) -> dict[str, str]:
    """Return the names of fields by their ids, from a file `fields.json`."""
    names: dict[str, str] = {}
    for source in sources.files(*_ENDINGS):
        if not _FIELDS_FILE.search(source.name):
            continue
        with source.open() as file:
            for record in json_records(file, source.name):
                if _is_field(record.value):
                    schema = record.value["schema"]
                    is_epic = isinstance(schema, dict) and schema.get("custom") == EPIC_FIELD
                    names[str(record.value["id"])] = EPIC if is_epic else record.value["name"]
    return names


def _is_field(value: Any) -> bool:
    """Tell whether a record describes a field of Jira, and is no issue."""
    if not isinstance(value, dict) or not {"id", "name", "schema"} <= value.keys() or "fields" in value:
        return False
    return isinstance(value["id"], str)


def _with_names(fields: dict[str, Any], names: Mapping[str, Any]) -> None:
    """Give added fields the names that Jira's tables and XML have for them; the id stays where a name is taken."""
    for field in [field for field in fields if field.startswith("customfield_") and names.get(field)]:
        name = dashed(str(names[field]))
        if name and name not in fields and name not in TAKEN:
            fields[name] = fields.pop(field)


def _of(record: Record, names: Mapping[str, Any], others: _Others) -> Iterator[Imported]:
    value = record.value
    if not isinstance(value, dict):
        raise RecordError(record.where, "is no JSON object")
    if isinstance(value.get("fields"), dict) and isinstance(value.get("key"), str):
        own = value.get("names")
        _with_names(value["fields"], {**names, **own} if isinstance(own, dict) else names)
        yield issue(record.where, value)
    elif _is_field(value) and names.get(str(value["id"])):
        others.are_in_page = bool(record.array)
    elif record.array and {"created", "items"} <= value.keys():
        others.count("changes")
        others.are_in_page = True
    elif record.array == "" and (beside := _beside(value)):
        for name, number in beside.items():
            others.count(name, number)
    elif record.array == "" and _PAGE & value.keys():
        if not others.are_in_page:
            others.pages.note(value)
        others.are_in_page = False
    elif value:
        raise RecordError(record.where, f"is no Jira issue; {looks_like(value, SYSTEM, _NEEDS)}")


def _beside(value: Mapping[str, Any]) -> dict[str, int]:
    """Return what a reply without issues holds, counted: its lists, or a text of REST v3."""
    if value.get("type") == "doc" and isinstance(value.get("content"), list):
        return {"texts": 1}
    return {name: len(value[name]) for name in _BESIDE if isinstance(value.get(name), list)}
