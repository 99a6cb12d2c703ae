"""Import GitHub's issues: REST and search replies, `gh issue list --json`, recorded replies; Gitea and Forgejo too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plaintickets.core.imported import FieldChange, Imported
from plaintickets.importers.exports import Found, Side, System, inner, once, read_export
from plaintickets.importers.fields import (
    Fields,
    attachments,
    items,
    mapping,
    moment,
    objects,
    person,
    plain,
    prose,
    record,
    tags,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.comments import Comment
    from plaintickets.importers.sources import Sources

RESOLUTIONS = {"completed": "completed", "not_planned": "not planned", "duplicate": "duplicate"}
# The events that are changes, and the key with the value, taken away or added.
EVENTS = {
    "labeled": ("labels", "", "label.name"),
    "unlabeled": ("labels", "label.name", ""),
    "assigned": ("assignee", "", "assignee.login"),
    "unassigned": ("assignee", "assignee.login", ""),
    "milestoned": ("milestone", "", "milestone.title"),
    "demilestoned": ("milestone", "milestone.title", ""),
    "renamed": ("title", "rename.from", "rename.to"),
    "deadline": ("due", "due.from", "due.to"),
}
STATES = {"closed": ("open", "closed"), "reopened": ("closed", "open")}
# The length of a page that nobody asked for, and the longest one.
PAGE_SIZES = {"github": (30, 100), "gitea": (30, 50)}
OF_ISSUE = re.compile(r"^https?://[^/?#]+/(?:[^?#]*/)?([\w.-]+/[\w.-]+)/issues/(\d+)")
_OF_REPOSITORY = re.compile(r"^https?://[^/?#]+/(?:[^?#]*/)?([\w.-]+/[\w.-]+)/issues/events/")
_ADDRESSES: tuple[str, ...] = (
    "url",
    "html_url",
    "repository_url",
    "labels_url",
    "comments_url",
    "events_url",
    "timeline_url",
    "node_id",
)
_ADDRESSES += ("id", "user", "author", "assignee", "repository", "score", "original_author", "original_author_id")
_ADDRESSES += ("comments", "number", "closed", "closed_by", "performed_via_github_app", "text_matches")
_SUMMARIES = ("sub_issues_summary", "issue_dependencies_summary")
_QUIET = {
    **dict.fromkeys(("locked", "draft", "isPinned", "is_locked", "pinned", "closed"), False),
    "pin_order": 0,
    "ref": "",
    "time_estimate": 0,
}


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the issues of an export."""
    yield from read_export(sources, system("github"))


def system(name: str) -> System:
    """Return how exports are read whose issues have GitHub's shape."""

    def ticket(where: str, value: dict[str, Any], side: Side) -> Imported | None:
        return _ticket(name, where, value, side)

    return System(
        name,
        ("items",),
        _is_ticket,
        beside,
        ticket,
        _unwrap,
        frozenset(("total_count", "incomplete_results", "search_type")),
        "an issue has `number`, `title` and `state`",
        PAGE_SIZES[name],
    )


def _is_ticket(found: Found) -> bool:
    return {"number", "title", "state"} <= found.value.keys() and not {"iid", "open_issues"} & found.value.keys()


def _unwrap(found: Found) -> Iterator[Found]:
    if {"path", "status", "response"} <= found.value.keys():
        for one in inner(found, "response") if found.value["response"] != "" else ():
            if isinstance(one.value.get("items"), list):
                yield from inner(one, "items")
            else:
                yield one
    elif "search_results" in found.value or isinstance(found.value.get("issues"), list):
        yield from inner(found, "issues", "search_results")
    else:
        yield found


def beside(found: Found, side: Side) -> bool:
    """Put a comment or an event where its issue finds it, and tell whether a record is one that GitHub has."""
    value = found.value
    address = plain(value.get("issue_url") or value.get("url"))
    at = OF_ISSUE.match(address)
    if "body" in value and at and plain(value.get("event")) in {"", "commented"}:
        side.add("comment", f"{at[1]}#{at[2]}".lower(), value)
    elif "event" in value:
        issue = mapping(value.get("issue"))
        of = OF_ISSUE.match(plain(issue.get("url") or issue.get("html_url"))) or at
        event = plain(value["event"])
        key = f"{of[1]}#{of[2]}" if of else _key_by_file(found)
        if event not in EVENTS and event not in STATES:
            side.others["events of other kinds"] += 1
        elif not key:
            side.others["events of no issue"] += 1
        else:
            side.add("event", key.lower(), value)
    elif ("color" in value and "name" in value) or "open_issues" in value or found.array == "response":
        side.others["labels and other records"] += 1
    else:
        return False
    return True


def _key_by_file(found: Found) -> str:
    """Return the key of the issue whose number a file has in its name: its events and its timeline do not name it."""
    of = _OF_REPOSITORY.match(plain(found.value.get("url")))
    numbers = re.findall(r"\d+", found.file.rpartition("/")[2])
    return f"{of[1]}#{numbers[-1]}" if of and numbers else ""


def _key(value: dict[str, Any]) -> str:
    for name in ("html_url", "url"):
        if at := OF_ISSUE.match(plain(value.get(name))):
            return f"{at[1]}#{at[2]}"
    return plain(value.get("number"))


def _login(value: Any) -> str:
    row = mapping(value)
    return person(row.get("login") or row.get("name"), row.get("email") if row.get("login") is None else "")


def _author(value: dict[str, Any]) -> str:
    """Return who wrote something; a repository that was moved before names who wrote it there."""
    return person(value.get("original_author")) or _login(value.get("user") or value.get("author"))


def _day(fields: Fields, value: Any) -> str:
    """Return the day of a moment where it was written: Gitea means the end of a day in the zone of its server."""
    return plain(value)[:10] if moment(fields.where, value) else ""


def _ticket(name: str, where: str, value: dict[str, Any], side: Side) -> Imported | None:
    if value.get("pull_request"):
        side.others["pull requests"] += 1
        return None
    fields = Fields(name, where, value, _QUIET)
    key = _key(value)
    state = fields.text("state").lower()
    reason = fields.text("state_reason", "stateReason").lower()
    created = fields.moment("created_at", "createdAt")
    updated, closed = fields.moment("updated_at", "updatedAt"), fields.moment("closed_at", "closedAt")
    embedded = value.get("comments")
    rows = once([*objects(embedded), *side.rows("comment", key.lower())])
    missing = embedded - len(rows) if isinstance(embedded, int) else 0
    fields.lose("comments that the export does not hold", missing)
    people = [_login(one) for one in items(fields.take("assignees")) or [value.get("assignee")]]
    people = list(dict.fromkeys(filter(None, people)))
    milestone = mapping(fields.take("milestone"))
    values = _values(fields, value, people, plain(milestone.get("title")))
    values |= {"status": "closed" if state == "closed" else "open"}
    values |= {"resolution": RESOLUTIONS.get(reason, "") if state == "closed" else ""}
    relations = _relations(fields, key) | {"links": _linked(side.rows("dependency", key.lower()))}
    _extras(fields, people, milestone, reason)
    return record(
        fields,
        key,
        fields.text("title"),
        text=fields.prose("body"),
        values=values,
        tags=tags(mapping(one).get("name") if isinstance(one, dict) else one for one in items(fields.take("labels"))),
        created=created,
        updated=updated,
        closed=closed or updated if state == "closed" else "",
        status_class="done" if state == "closed" else "open",
        relations=relations,
        comments=[_comment(fields, row) for row in rows],
        attachments=attachments(fields.take("assets"), "name", "size", "browser_download_url"),
        changes=list(_changes(side, where, key)),
    )


def _values(fields: Fields, value: dict[str, Any], people: list[str], title: str) -> dict[str, str]:
    kind = fields.take("type", "issueType")
    return {
        "type": plain(mapping(kind).get("name") if isinstance(kind, dict) else kind),
        "assignee": people[0] if people else "",
        "reporter": _author(value),
        "milestone": title,
        "due": _day(fields, value.get("due_date")),
    }


def _linked(rows: list[dict[str, Any]]) -> list[str]:
    """Return the issues that were linked last, from events that add and remove links."""
    there = {_key(mapping(row.get("dependent_issue"))): row.get("type") == "add_dependency" for row in rows}
    return [key for key, is_there in there.items() if is_there]


def _relations(fields: Fields, key: str) -> dict[str, list[str]]:
    """Return the issue that this one is part of, and those that it waits for; numbers are of the same repository."""

    def keys(value: Any) -> list[str]:
        rows = [value] if isinstance(value, dict | str) else items(value)
        found = (_key(one) if isinstance(one, dict) else _key({"url": one}) for one in rows)
        lead = key.rpartition("#")[0]
        return [f"{lead}#{one}" if one.isdigit() and lead else one for one in found if one]

    return {
        "parent": keys(fields.take("parent", "parent_issue_url")),
        "children": keys(fields.take("sub_issues", "subIssues")),
        "deps": keys(fields.take("blocked_by", "blockedBy", "dependencies")),
        "blocks": keys(fields.take("blocking", "blocks")),
    }


def _extras(fields: Fields, people: list[str], milestone: dict[str, Any], reason: str) -> None:
    fields.take(*_ADDRESSES, "due_date")
    fields.keep("assignees", people if len(people) > 1 else None)
    fields.keep("milestone-due", _day(fields, milestone.get("due_on") or milestone.get("dueOn")))
    fields.keep("state-reason", reason if reason not in {*RESOLUTIONS, "", "reopened"} else "")
    reactions = fields.take("reactions", "reactionGroups")
    count = mapping(reactions).get("total_count")
    fields.lose("reactions", count if isinstance(count, int) else len(items(reactions)))
    for name in _SUMMARIES:
        fields.lose(name, 1 if any(mapping(fields.take(name)).values()) else 0)
    association = fields.text("author_association", "authorAssociation")
    fields.keep("author-association", association if association != "NONE" else "")


def _comment(fields: Fields, row: dict[str, Any]) -> Comment:
    count = mapping(row.get("reactions")).get("total_count")
    fields.lose("reactions", count if isinstance(count, int) else len(items(row.get("reactionGroups"))))
    if row.get("isMinimized") is True:
        fields.lose("minimized comments, which are shown here")
    files = attachments(row.get("assets"), "name", "size", "browser_download_url")
    date = moment(fields.where, row.get("created_at") or row.get("createdAt"))
    return fields.comment(date, _author(row), prose(row.get("body")), files=files)


def _changes(side: Side, where: str, key: str) -> Iterator[FieldChange]:
    for row in side.rows("event", key.lower()):
        event = plain(row.get("event"))
        at, author = moment(where, row.get("created_at")), _login(row.get("actor"))
        if event in STATES:
            yield FieldChange(at, author, "state", *STATES[event])
        elif event in EVENTS:
            field, before, after = EVENTS[event]
            yield FieldChange(at, author, field, _at(row, before), _at(row, after))


def _at(row: dict[str, Any], path: str) -> str:
    first, _, second = path.partition(".")
    return plain(mapping(row.get(first)).get(second)) if path else ""
