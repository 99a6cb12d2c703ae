"""Import Jira's issues: REST v2 with wiki markup, REST v3 with rich text, search pages, CSV of all fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plaintickets.core.comments import Comment
from plaintickets.core.dates import utc_text
from plaintickets.core.imported import Attachment, FieldChange, Imported, RecordError
from plaintickets.importers import adf, jira_wiki
from plaintickets.importers.exports import looks_like
from plaintickets.importers.fields import dashed
from plaintickets.importers.jira_csv import rows
from plaintickets.importers.jira_xml import Prose, items
from plaintickets.importers.json_records import json_records
from plaintickets.importers.markup import address, is_safe
from plaintickets.importers.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plaintickets.importers.json_records import Record
    from plaintickets.importers.sources import Sources

SYSTEM = "jira"
CLASSES = {"new": "open", "indeterminate": "active", "done": "done", "undefined": "open"}
# Link phrases, as they read from this issue: what the other issue is to it.
PHRASES = {
    "is blocked by": "deps",
    "depends on": "deps",
    "requires": "deps",
    "blocks": "blocks",
    "is depended on by": "blocks",
    "is a dependency of": "blocks",
    "is dependent of": "blocks",
    "is required by": "blocks",
    "has to be done after": "deps",
    "has to be done before": "blocks",
    "duplicates": "duplicate-of",
    "is duplicated by": "duplicated-by",
}
_TAKEN = frozenset(
    (
        *("summary", "description", "issuetype", "status", "priority", "resolution", "assignee", "reporter"),
        *("created", "updated", "resolutiondate", "labels", "components", "fixVersions", "duedate", "parent"),
        *("subtasks", "issuelinks", "comment", "attachment", "project"),
    )
)
# Values without meaning outside of Jira, or that repeat others.
_DROPPED = frozenset(
    (
        *("watches", "watcher", "votes", "workratio", "lastViewed", "progress", "aggregateprogress", "statusCategory"),
        *("aggregatetimespent", "aggregatetimeestimate", "aggregatetimeoriginalestimate", "thumbnail", "sub-tasks"),
        *("timetracking", "statuscategorychangedate", "issuerestriction", "flagged"),
    )
)

_NEEDS = "an issue has `key` and `fields`"
# Fields of the changelog, and their names here.
_CHANGED = {
    "summary": "title",
    "description": "text",
    "issuetype": "type",
    "labels": "tags",
    "fix version": "milestone",
    "duedate": "due",
    "epic link": "parent",
    "issueparentassociation": "parent",
}
_ENDINGS = (".json", ".jsonl", ".ndjson", ".csv", ".xml")
_PAGE = frozenset(("startAt", "total", "isLast", "maxResults", "expand", "nextPageToken"))
_FIELDS_FILE = re.compile(r"(^|/)fields\.json(\.gz)?$", re.IGNORECASE)
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}-[0-9]{1,9}")


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the issues of JSON replies and exports; raise RecordError for what is none.

    A file `fields.json`, the reply of `/field`, names the fields that the instance added.
    """
    names = _field_names(sources)
    pages = Pages(SYSTEM, "issues")
    last: Imported | None = None
    for one in _issues(sources, names, pages):
        if last is not None:
            yield last
        last = one
        pages.count(one.key)
    if last is not None:
        yield last._replace(lost={**last.lost, **pages.missing()})
    elif names:
        raise RecordError("fields.json", f"and what stands beside it hold no issue; {_NEEDS}")


def _issues(sources: Sources, names: Mapping[str, Any], pages: Pages) -> Iterator[Imported]:
    for source in sources.files(*_ENDINGS):
        ending = source.name.lower().removesuffix(".gz").rpartition(".")[2]
        with source.open() as file:
            if ending == "csv":
                yield from (issue(*row) for row in rows(file, source.name, sources.columns))
                continue
            if ending == "xml":
                yield from (issue(*item) for item in items(file, source.name))
                continue
            for record in json_records(file, source.name, ("issues", "values")):
                yield from _of(record, names, pages)


def _field_names(sources: Sources) -> dict[str, str]:
    """Return the names of fields by their ids, from a file `fields.json`."""
    names: dict[str, str] = {}
    for source in sources.files(*_ENDINGS):
        if not _FIELDS_FILE.search(source.name):
            continue
        with source.open() as file:
            for record in json_records(file, source.name):
                if _is_field(record.value):
                    names[record.value["id"]] = record.value["name"]
    return names


def _is_field(value: Any) -> bool:
    """Tell whether a record describes a field of Jira, and is no issue."""
    return isinstance(value, dict) and {"id", "name", "schema"} <= value.keys() and "fields" not in value


def _with_names(fields: dict[str, Any], names: Mapping[str, Any]) -> None:
    """Give added fields the names that Jira's tables and XML have for them; the id stays where a name is taken."""
    for field in [field for field in fields if field.startswith("customfield_") and names.get(field)]:
        name = dashed(str(names[field]))
        if name and name not in fields and name not in _TAKEN:
            fields[name] = fields.pop(field)


def _of(record: Record, names: Mapping[str, Any], pages: Pages) -> Iterator[Imported]:
    value = record.value
    if not isinstance(value, dict):
        raise RecordError(record.where, "is no JSON object")
    if isinstance(value.get("fields"), dict) and isinstance(value.get("key"), str):
        own = value.get("names")
        _with_names(value["fields"], {**names, **own} if isinstance(own, dict) else names)
        yield issue(record.where, value)
    elif _is_field(value) and names.get(str(value["id"])):
        return
    elif record.array == "" and _PAGE & value.keys():
        pages.note(value)
    elif value:
        raise RecordError(record.where, f"is no Jira issue; {looks_like(value, SYSTEM, _NEEDS)}")


def issue(where: str, value: Mapping[str, Any]) -> Imported:
    """Return the record of an issue of REST v2 or v3."""
    fields: dict[str, Any] = value["fields"]
    title = fields.get("summary")
    has_title = isinstance(title, str) and bool(title.strip())
    status = fields.get("status")
    category = status.get("statusCategory") if isinstance(status, dict) else None
    status_class = CLASSES.get(str(category.get("key")), "") if isinstance(category, dict) else ""
    extra, lost = _others(fields)
    comments, originals, lost_comments = _comments(fields.get("comment"))
    lost.update(lost_comments)
    if not has_title:
        lost[f"{SYSTEM}: no summary, so the key is the title"] = 1
    attachments = _attachments(fields.get("attachment"))
    raw = fields.get("description")
    text = markdown(raw) + attachment_list(attachments)
    return Imported(
        where,
        str(title) if has_title else value["key"],
        text,
        f"{SYSTEM}:{value['key']}",
        _values(fields, extra),
        tags=[str(one).replace(",", " ") for one in _list(fields.get("labels"))],
        created=moment(where, fields.get("created")),
        closed=moment(where, fields.get("resolutiondate")),
        relations=_relations(fields),
        comments=comments,
        status_class=status_class,
        updated=moment(where, fields.get("updated")),
        extra=extra,
        lost=lost,
        attachments=attachments,
        changes=_changes(where, value.get("changelog")),
        raw=raw if isinstance(raw, str) and raw.strip() != text.strip() else "",
        raw_comments=originals,
    )


def markdown(text: Any) -> str:
    """Return wiki markup or rich text as Markdown, and prose as it is."""
    if isinstance(text, Prose):
        return text
    return adf.to_markdown(text) if isinstance(text, dict) else jira_wiki.to_markdown(text) if text else ""


def attachment_list(attachments: list[Attachment]) -> str:
    """Return the section that links the attachments, empty for none."""
    if not attachments:
        return ""
    rows = []
    for one in attachments:
        name = one.name.replace("[", "(").replace("]", ")")
        link = f"[{name}]({address(one.link)})" if one.link and is_safe(one.link) else name
        rows.append(f"- {link}" + (f" ({one.size} bytes)" if one.size else ""))
    return "\n\n## Attachments\n\n" + "\n".join(rows)


def moment(where: str, text: Any) -> str:
    """Return a moment in UTC; raise RecordError for a text that is none."""
    if not text or isinstance(text, int):  # a number stands where Jira's manual has an example without a time
        return ""
    from datetime import datetime

    try:
        return utc_text(datetime.fromisoformat(str(text)))
    except (ValueError, OverflowError):
        raise RecordError(where, f"'{str(text)[:40]}' is no moment") from None


def person(value: Any) -> str:
    """Return the name of a person, with the mail address if the export has it."""
    if not isinstance(value, dict):
        return ""
    name = str(value.get("displayName") or value.get("name") or value.get("accountId") or "").replace(",", " ")
    mail = value.get("emailAddress")
    is_mail = isinstance(mail, str) and "@" in mail and " " not in mail
    return " ".join(name.split()) + (f" <{mail}>" if is_mail else "")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _name(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("value") or value.get("displayName") or value.get("key")
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _values(fields: Mapping[str, Any], extra: dict[str, str]) -> dict[str, str]:
    values = {
        "status": _name(fields.get("status")),
        "type": _name(fields.get("issuetype")),
        "priority": _name(fields.get("priority")),
        "resolution": _name(fields.get("resolution")),
        "assignee": person(fields.get("assignee")),
        "reporter": person(fields.get("reporter")),
        "due": _name(fields.get("duedate")),
    }
    for field, source in (("component", "components"), ("milestone", "fixVersions")):
        names = [name for one in _list(fields.get(source)) if (name := _name(one))]
        if names:
            values[field] = names[0]
        if len(names) > 1:
            extra[f"{SYSTEM}-{source.lower()}"] = ", ".join(names)
    return {name: text for name, text in values.items() if text}


def _others(fields: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, int]]:
    """Return the other fields as texts, and those that are no text, counted."""
    extra: dict[str, str] = {}
    lost: dict[str, int] = {}
    for name, value in fields.items():
        if name in _TAKEN or value in (None, "", [], {}):
            continue
        text = _plain(value)
        if name in _DROPPED or not text:
            lost[f"{SYSTEM}: {name}"] = 1
        else:
            extra[f"{SYSTEM}-{name.lower().replace('_', '-')}"] = text
    if fields.get("creator") == fields.get("reporter"):
        extra.pop(f"{SYSTEM}-creator", None)
    return extra, lost


def _plain(value: Any) -> str:
    if isinstance(value, list):
        names = [_plain(one) for one in value]
        return ", ".join(names) if all(names) else ""
    if isinstance(value, dict):
        return adf.to_markdown(value) if value.get("type") == "doc" else person(value) or _name(value)
    return value.strip() if isinstance(value, str) else _name(value)


def _comments(value: Any) -> tuple[list[Comment], dict[Comment, str], dict[str, int]]:
    """Return the comments, the texts of those that were converted, and how many are not there."""
    rows = _list(value.get("comments") if isinstance(value, dict) else value)
    found = []
    originals = dict[Comment, str]()
    for row in rows:
        if not isinstance(row, dict):
            continue
        date, raw = moment("", row.get("created")) if row.get("created") else "", row.get("body")
        found.append(Comment(date, person(row.get("author")), _is_internal(row), markdown(raw)))
        if isinstance(raw, str) and raw.strip() != found[-1].text.strip():
            originals[found[-1]] = raw
    total = value.get("total") if isinstance(value, dict) else None
    missing = total - len(rows) if isinstance(total, int) else 0
    return found, originals, {f"{SYSTEM}: comments that the export does not hold": missing} if missing > 0 else {}


def _is_internal(row: Mapping[str, Any]) -> bool:
    if row.get("jsdPublic") is False or row.get("visibility"):
        return True
    properties = [one for one in _list(row.get("properties")) if isinstance(one, dict)]
    values = [one.get("value") for one in properties if one.get("key") == "sd.public.comment"]
    return any(isinstance(one, dict) and one.get("internal") in (True, "true") for one in values)


def _attachments(value: Any) -> list[Attachment]:
    rows = [one for one in _list(value) if isinstance(one, dict)]
    return [
        Attachment(
            _name(one.get("filename")) or "file",
            one["size"] if isinstance(one.get("size"), int) else 0,
            link=str(one.get("content") or ""),
        )
        for one in rows
    ]


def _relations(fields: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}

    def add(name: str, other: Any) -> None:
        if isinstance(other, dict) and isinstance(other.get("key"), str):
            found.setdefault(name, []).append(f"{SYSTEM}:{other['key']}")

    add("parent", fields.get("parent"))
    for other in _list(fields.get("subtasks")):
        add("children", other)
    for link in _list(fields.get("issuelinks")):
        if isinstance(link, dict):
            named = link.get("type")
            kind = named if isinstance(named, dict) else {}
            for side, phrase in (("outwardIssue", "outward"), ("inwardIssue", "inward")):
                add(PHRASES.get(str(kind.get(phrase, "")).lower(), "links"), link.get(side))
    return found


def _changes(where: str, value: Any) -> list[FieldChange]:
    """Return the changelog, oldest first."""
    found = []
    for history in _list(value.get("histories") if isinstance(value, dict) else None):
        at, author = moment(where, history.get("created")), person(history.get("author"))
        items = [item for item in _list(history.get("items")) if isinstance(item, dict)]
        found += [FieldChange(at, author, *_changed(item)) for item in items]
    return sorted(found, key=lambda change: change.at)


def _changed(item: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the field of an item of the changelog, by its name here if there is one, and its values."""
    name = _name(item.get("field"))
    field = _CHANGED.get(name.lower(), name)
    sides = ("from", "to") if field == "due" else ("fromString", "toString")
    before, after = (_name(item.get(side)) for side in sides)
    if field == "text":
        return field, markdown(before), markdown(after)
    if field == "parent":
        before, after = (f"{SYSTEM}:{one}" if _KEY.fullmatch(one) else "" for one in (before, after))
    return field, before, after
