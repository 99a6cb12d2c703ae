"""The versions that an imported record had, from its changelog: backwards from the present one, then forwards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.core.comments import Comment
    from plaintickets.core.imported import FieldChange, Imported

FIELDS = frozenset(
    (
        *("assignee", "component", "due", "milestone", "parent", "priority", "reporter", "resolution", "status"),
        *("tags", "text", "title", "type"),
    )
)
"""The fields whose changes are replayed."""
_MANY = frozenset(("component", "milestone", "tags"))
"""Fields of which a source may have several values; a change removes some and adds some."""
_NAMES = {"issuetype": "type", "labels": "tags", "list": "status", "state": "status", "subject": "title"}
"""The names of fields in the changelogs of systems."""
_LONGEST_VALUE = 40
_BETWEEN = re.compile(r"[\s,]+")


class Version(NamedTuple):
    """A record as it was from a moment on, and who made it so; `what` says in words what changed."""

    at: str
    author: str
    what: str
    record: Imported


class _Moment(NamedTuple):
    at: str
    author: str
    changes: Sequence[FieldChange]
    comment: Comment | None


def versions(record: Imported) -> Iterator[Version]:
    """Yield the versions of a record, oldest first; the last one is the record itself, without its changelog.

    The last change of a field leads to what the record has now, however the changelog names that.
    """
    changes = replayed(record)
    moments = _moments(record, changes)
    created = record.created or min((one.at for one in moments if one.at), default="")
    present = record._replace(changes=())
    values = _first_values(present, changes)
    left = {field: sum(change.field == field for change in changes) for field in {one.field for one in changes}}
    comments: list[Comment] = []
    author = record.values.get("reporter", "")
    yield _version(created, author, "created", present, values, comments, is_last=not moments)
    for number, one in enumerate(moments, 1):
        for change in one.changes:
            left[change.field] -= 1
            _apply(values, change, present, is_last=not left[change.field])
        if one.comment is not None:
            comments.append(one.comment)
        what = ", ".join(map(_words, one.changes)) or "comment"
        at = max(one.at, created)
        yield _version(at, one.author, what, present, values, comments, is_last=number == len(moments))


def replayed(record: Imported) -> list[FieldChange]:
    """Return the changes of a record that can be replayed, oldest first, with the names of fields here."""
    named = map(_with_own_name, record.changes)
    return sorted((change for change in named if change.field in FIELDS), key=lambda change: change.at)


def _with_own_name(change: FieldChange) -> FieldChange:
    """Return a change with the name of its field here; mostly that is the same one, as many are kept in memory."""
    plain = change.field.casefold()
    name = _NAMES.get(plain, plain)
    return change if name == change.field else change._replace(field=name)


def _moments(record: Imported, changes: Sequence[FieldChange]) -> list[_Moment]:
    """Return the changes of one moment and author together, and each comment, in order."""
    grouped: dict[tuple[str, str], list[FieldChange]] = {}
    for change in changes:
        grouped.setdefault((change.at, change.author), []).append(change)
    found = [_Moment(at, author, rows, None) for (at, author), rows in grouped.items()]
    found += [_Moment(one.date, one.author, (), one) for one in record.comments]
    return sorted(found, key=lambda one: one.at)


def _first_values(record: Imported, changes: Sequence[FieldChange]) -> dict[str, list[str]]:
    """Return the changed fields as they were before the first change."""
    values = {change.field: _present(record, change.field) for change in changes}
    for change in reversed(changes):
        values[change.field] = _changed(change.field, values[change.field], change.after, change.before)
    return values


def _apply(values: dict[str, list[str]], change: FieldChange, record: Imported, *, is_last: bool) -> None:
    if is_last:
        values[change.field] = _present(record, change.field)
    else:
        values[change.field] = _changed(change.field, values[change.field], change.before, change.after)


def _changed(field: str, values: list[str], before: str, after: str) -> list[str]:
    """Return values after a change from one text to another."""
    if field not in _MANY:
        return [after] if after else []
    gone, new = (_BETWEEN.split(text.strip()) if field == "tags" else [text] for text in (before, after))
    return [*(one for one in values if one not in gone), *(one for one in new if one)]


def _present(record: Imported, field: str) -> list[str]:
    if field == "tags":
        return list(record.tags)
    if field == "parent":
        return list(record.relations.get("parent", ()))
    text = record.title if field == "title" else record.text if field == "text" else record.values.get(field, "")
    return [text] if text else []


def _version(
    at: str,
    author: str,
    what: str,
    present: Imported,
    values: dict[str, list[str]],
    comments: list[Comment],
    *,
    is_last: bool,
) -> Version:
    if is_last:
        return Version(at, author, what, present)
    held = {name: text for name, text in present.values.items() if name not in values}
    own = ("tags", "title", "text", "parent")
    held.update({name: found[0] for name, found in values.items() if found and name not in own})
    relations = dict(present.relations)
    if "parent" in values:
        relations["parent"] = values["parent"]
    is_now = held.get("status") == present.values.get("status")
    record = present._replace(
        title=(values.get("title") or [present.title])[0],
        text="".join(values["text"]) if "text" in values else present.text,
        values=held,
        tags=values.get("tags", present.tags),
        relations=relations,
        status_class=present.status_class if is_now else "",
        closed=present.closed if is_now else at,
        comments=tuple(comments),
    )
    return Version(at, author, what, record)


def _words(change: FieldChange) -> str:
    """Return a change in words; of a long text only that it changed."""
    if change.field == "text" or max(len(change.before), len(change.after)) > _LONGEST_VALUE:
        return change.field
    return f"{change.field} {change.before or 'none'} → {change.after or 'none'}"
