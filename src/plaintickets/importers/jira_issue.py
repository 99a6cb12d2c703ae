"""An issue of Jira as a neutral record; what tables and XML hold becomes an issue of REST v2 first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plaintickets.core.dates import utc_text
from plaintickets.core.imported import Attachment, FieldChange, Imported, RecordError
from plaintickets.importers import adf, jira_wiki
from plaintickets.importers.fields import Fields, dated, objects
from plaintickets.importers.jira_csv import EPIC
from plaintickets.importers.jira_xml import Prose
from plaintickets.importers.markup import address, is_safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plaintickets.core.comments import Comment

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
TAKEN = frozenset(
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
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}-[0-9]{1,9}")


def issue(where: str, value: Mapping[str, Any]) -> Imported:
    """Return the record of an issue of REST v2 or v3."""
    fields: dict[str, Any] = value["fields"]
    title = fields.get("summary")
    has_title = isinstance(title, str) and bool(title.strip())
    status = fields.get("status")
    category = status.get("statusCategory") if isinstance(status, dict) else None
    status_class = CLASSES.get(str(category.get("key")), "") if isinstance(category, dict) else ""
    extra, lost = _others(fields)
    relations = _relations(fields, extra)
    told = Fields(SYSTEM, where, {})
    created = moment(where, fields.get("created"))
    comments = dated(told, _comments(told, fields.get("comment")), created)
    changes = _changes(told, value.get("changelog"))
    lost |= told.lost
    if not has_title:
        lost[f"{SYSTEM}: no summary, so the key is the title"] = 1
    attachments = _attachments(fields.get("attachment"))
    raw = fields.get("description")
    text = (markdown(raw) + attachment_list(attachments)).lstrip("\n")
    return Imported(
        where,
        str(title) if has_title else value["key"],
        text,
        f"{SYSTEM}:{value['key']}",
        _values(fields, extra),
        tags=[str(one).replace(",", " ") for one in _list(fields.get("labels"))],
        created=created,
        closed=moment(where, fields.get("resolutiondate")),
        relations=relations,
        comments=comments,
        status_class=status_class,
        updated=moment(where, fields.get("updated")),
        extra=extra,
        lost=lost,
        attachments=attachments,
        changes=changes,
        raw=raw if isinstance(raw, str) and raw.strip() != text.strip() else "",
        raw_comments=told.originals,
    )


def markdown(text: Any) -> str:
    """Return wiki markup or rich text as Markdown, and prose as it is."""
    if isinstance(text, Prose):
        return text
    if isinstance(text, dict):
        return adf.to_markdown(text)
    return jira_wiki.to_markdown(text) if isinstance(text, str) else _name(text)


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
    if fields.get("security"):
        values["visibility"] = "internal"
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
        if name in TAKEN or value in (None, "", [], {}):
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


def _comments(told: Fields, value: Any) -> Iterator[Comment]:
    """Yield the comments, and count those that are not there."""
    rows = objects(value.get("comments") if isinstance(value, dict) else value)
    for row in rows:
        date, raw = moment(told.where, row.get("created")), row.get("body")
        author, text = person(row.get("author")), markdown(raw)
        yield told.comment(date, author, text, internal=_is_internal(row), raw=raw if isinstance(raw, str) else "")
    _lose_rest(told, "comments", value, len(rows))


def _lose_rest(told: Fields, name: str, page: Any, there: int) -> None:
    """Count what a list inside an issue promises and does not hold."""
    total = page.get("total") if isinstance(page, dict) else None
    told.lose(f"{name} that the export does not hold", total - there if isinstance(total, int) else 0)


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


def _relations(fields: Mapping[str, Any], extra: dict[str, str]) -> dict[str, list[str]]:
    """Return the relations; an epic that is the parent is taken out of `extra`."""
    found: dict[str, list[str]] = {}

    def add(name: str, other: Any) -> None:
        if isinstance(other, dict) and isinstance(other.get("key"), str):
            found.setdefault(name, []).append(f"{SYSTEM}:{other['key']}")

    add("parent", fields.get("parent"))
    epic = extra.get(f"{SYSTEM}-{EPIC}", "")
    if _KEY.fullmatch(epic) and found.setdefault("parent", [f"{SYSTEM}:{epic}"]) == [f"{SYSTEM}:{epic}"]:
        del extra[f"{SYSTEM}-{EPIC}"]
    for other in _list(fields.get("subtasks")):
        add("children", other)
    for link in _list(fields.get("issuelinks")):
        if isinstance(link, dict):
            named = link.get("type")
            kind = named if isinstance(named, dict) else {}
            for side, phrase in (("outwardIssue", "outward"), ("inwardIssue", "inward")):
                add(PHRASES.get(str(kind.get(phrase, "")).lower(), "links"), link.get(side))
    return found


def _changes(told: Fields, value: Any) -> list[FieldChange]:
    """Return the changelog, oldest first, and count the entries that are not there."""
    found = []
    histories = objects(value.get("histories") if isinstance(value, dict) else None)
    for history in histories:
        at, author = moment(told.where, history.get("created")), person(history.get("author"))
        found += [FieldChange(at, author, *_changed(item)) for item in objects(history.get("items"))]
    _lose_rest(told, "entries of the changelog", value, len(histories))
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
