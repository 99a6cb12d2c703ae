"""Jira's CSV of all fields, whose columns repeat: a row becomes an issue as REST v2 would give it."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.imported import RecordError
from plaintickets.importers.fields import dashed
from plaintickets.importers.sources import LONGEST_LINE, lines
from plaintickets.importers.tables import MAPPED, next_row, refuse_longer, renamed, separator_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The day and the hour as the exporting user's language writes them; without a zone, so they are read as UTC.
_FORMATS = (
    *("%d/%b/%y %I:%M %p", "%d/%b/%y %H:%M", "%d/%b/%Y %I:%M %p", "%d/%b/%Y %H:%M", "%d/%b/%y"),
    *("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%y %H:%M"),
)
_COLUMNS = {
    "summary": "summary",
    "description": "description",
    "environment": "environment",
    "issue type": "issuetype",
    "status": "status",
    "priority": "priority",
    "resolution": "resolution",
    "assignee": "assignee",
    "reporter": "reporter",
    "creator": "creator",
    "created": "created",
    "updated": "updated",
    "resolved": "resolutiondate",
    "due date": "duedate",
    "labels": "labels",
    "components": "components",
    "component/s": "components",
    "fix versions": "fixVersions",
    "fix version/s": "fixVersions",
    "affects versions": "versions",
    "affects version/s": "versions",
    "votes": "votes",
}
_MOMENTS = frozenset({"created", "updated", "resolutiondate"})
_LISTS = frozenset({"labels", "components", "fixVersions", "versions"})
_TEXTS = frozenset({"summary", "description", "environment", "votes"})
_PEOPLE = frozenset({"assignee", "reporter", "creator"})
_PARENT = ("parent key", "parent", "parent id")
"""The columns with the key or the number of the parent; what a version writes into each differs."""
_READ = frozenset({"issue key", "issue id", *_PARENT, "parent summary", "status category", "comment"})
EPIC = "epic-link"
"""The field that names the epic of an issue in older versions, where `parent` is only for sub-tasks."""
EPIC_FIELD = "com.pyxis.greenhopper.jira:gh-epic-link"
"""The kind of that field, whatever its name is."""
KNOWN = [name.capitalize() for name in (*_COLUMNS, *sorted(_READ), "attachment")]
"""The columns that are more than a value with a name, beside those of links and custom fields."""
_LINK = re.compile(r"(inward|outward) issue link \((.*)\)", re.IGNORECASE)
_CATEGORIES = {"to do": "new", "in progress": "indeterminate", "done": "done"}
# What a column's link is to the issue of the row, by the name of the kind; a kind that is not here is a plain link.
_KINDS = {
    "blocks": ("is blocked by", "blocks"),
    "depends": ("is depended on by", "depends on"),
    "duplicate": ("is duplicated by", "duplicates"),
}


class Row(NamedTuple):
    """A row: where it is, and the issue as REST v2 gives one."""

    where: str
    issue: dict[str, Any]


def keys_by_id(file: IO[bytes], name: str, columns: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the keys of issues by their numbers, if the parents of a table are named by numbers."""
    found = dict[str, str]()
    numbers = keys = -1
    for _, header, row in _table(file, name, columns):
        if not row:
            names = [one.casefold() for one in header]
            if not {"issue id", "issue key"} <= set(names) or set(_PARENT).isdisjoint(names):
                return {}
            numbers, keys = names.index("issue id"), names.index("issue key")
        elif len(row) > max(numbers, keys) and row[numbers].strip():
            found[row[numbers].strip()] = row[keys].strip()
    return found


def rows(
    file: IO[bytes], name: str, columns: Mapping[str, str] | None = None, keys: Mapping[str, str] | None = None
) -> Iterator[Row]:
    """Yield the issue of each row; `keys` are those of issues by their numbers.

    Raise RecordError for a table that is none of Jira's, and for a broken row.
    """
    for where, header, row in _table(file, name, columns):
        if not row:
            _refuse_others(header, f"{name}: line 1")
        elif any(cell.strip() for cell in row):
            refuse_longer(row, header, where)
            yield Row(where, _issue(where, header, row, keys or {}))


def _table(file: IO[bytes], name: str, columns: Mapping[str, str] | None) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield the place, the header and the cells of each row; first the header without a row."""
    csv.field_size_limit(LONGEST_LINE)
    text = (line for _, line in lines(file, name))
    first = next(text, "")
    reader = csv.reader(chain([first], text), delimiter=separator_of(first), strict=True)
    header: list[str] = []
    number = 0
    while True:
        where = f"{name}: row {number}"
        row = next_row(reader, where)
        if row is None:
            return
        if not header:
            header = renamed(row, columns)
            yield where, header, []
        elif row:
            yield where, header, row
        number += 1


def _refuse_others(header: list[str], where: str) -> None:
    names = {name.casefold() for name in header}
    if "summary" not in names or not {"issue key", "issue id"} & names:
        raise RecordError(
            where,
            f"is no table of Jira: it has no columns `Summary` and `Issue key`; {MAPPED}. "
            "Another table is for `tk import csv`",
        )


def _issue(where: str, header: list[str], row: list[str], keys: Mapping[str, str]) -> dict[str, Any]:
    cells: dict[str, list[str]] = {}
    for name, cell in zip(header, row, strict=False):
        if cell.strip():
            cells.setdefault(name, []).append(cell)
    fields: dict[str, Any] = {"issuelinks": [], "attachment": []}
    found = {name.casefold(): values for name, values in cells.items()}
    for name, values in cells.items():
        _take(fields, where, name, values)
    if parent := next((found[one][0].strip() for one in _PARENT if one in found), ""):
        key = parent if not parent.isdigit() else keys.get(parent, "")
        fields.update({"parent": {"key": key}} if key else {"parent-id": parent})
    category = _CATEGORIES.get(found.get("status category", [""])[0].casefold())
    if category and isinstance(fields.get("status"), dict):
        fields["status"]["statusCategory"] = {"key": category}
    comments = [_comment(where, cell) for cell in found.get("comment", [])]
    fields["comment"] = {"comments": [comment for comment in comments if comment["body"].strip()]}
    key = (found.get("issue key") or found.get("issue id") or [""])[0].strip()
    if not key:
        raise RecordError(where, "has no issue key")
    return {"key": key, "fields": fields}


def _take(fields: dict[str, Any], where: str, name: str, values: list[str]) -> None:
    """Put the cells of a column into the fields."""
    plain = name.casefold()
    link = _LINK.fullmatch(name)
    if link:
        side = link[1].lower()
        phrases = _KINDS.get(link[2].casefold(), ("", ""))
        kind = {"inward": phrases[0], "outward": phrases[1]}
        fields["issuelinks"] += [{"type": kind, f"{side}Issue": {"key": value.strip()}} for value in values]
    elif plain == "attachment":
        fields["attachment"] += [_attachment(value) for value in values]
    elif field := _COLUMNS.get(plain):
        fields[field] = _field(where, field, values)
    elif plain not in _READ:
        custom = re.fullmatch(r"custom field \((.*)\)", plain)
        key = dashed(custom[1] if custom else plain)
        if key:
            fields[key] = ", ".join(value.strip() for value in values)


def _field(where: str, field: str, values: list[str]) -> Any:
    """Return the cells of a column as the value of a field of REST v2."""
    if field in _MOMENTS:
        return moment(where, values[0])
    if field == "duedate":
        return moment(where, values[0])[:10]
    if field in _LISTS:
        return values if field == "labels" else [{"name": value} for value in values]
    if field in _PEOPLE:
        return {"displayName": values[0]}
    return values[0] if field in _TEXTS else {"name": values[0]}


def _comment(where: str, cell: str) -> dict[str, Any]:
    """Return the comment in a cell `date;author;text`."""
    date, _, rest = cell.partition(";")
    author, _, text = rest.partition(";")
    return {"created": moment(where, date), "author": {"displayName": author}, "body": text}


def _attachment(cell: str) -> dict[str, Any]:
    """Return the attachment in a cell `date;author;filename;url`."""
    parts = (*cell.split(";", 3), "", "", "")
    return {"filename": parts[2] or parts[0], "content": parts[3]}


def moment(where: str, text: str) -> str:
    """Return a moment as ISO 8601, in UTC; raise RecordError for a text in no form that Jira writes."""
    plain = text.strip()
    for form in _FORMATS:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=UTC).isoformat()
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(plain)
    except ValueError:
        raise RecordError(
            where, f"'{plain[:40]}' is no moment; export with the dates of English or as ISO 8601"
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()
