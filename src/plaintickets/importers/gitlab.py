"""Import GitLab's issues: replies of the API, bodies of webhooks, the CSV export, a project export."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plaintickets.core.comments import Comment
from plaintickets.core.imported import FieldChange
from plaintickets.importers.exports import Found, Side, System, flag, inner, number_in_name, once, read_export
from plaintickets.importers.fields import Fields, items, mapping, moment, objects, person, plain, prose, record, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

# The columns of the CSV export, and the keys of the API that they are.
COLUMNS = {
    "Issue ID": "iid",
    "URL": "web_url",
    "Title": "title",
    "State": "state",
    "Description": "description",
    "Author": "author",
    "Author Username": "author_username",
    "Assignee": "assignee",
    "Assignee Username": "assignee_username",
    "Confidential": "confidential",
    "Locked": "discussion_locked",
    "Due Date": "due_date",
    "Created At (UTC)": "created_at",
    "Updated At (UTC)": "updated_at",
    "Closed At (UTC)": "closed_at",
    "Milestone": "milestone",
    "Weight": "weight",
    "Labels": "labels",
    "Time Estimate": "time_estimate",
    "Time Spent": "total_time_spent",
}
LINKS = {"relates_to": "links", "blocks": "blocks", "is_blocked_by": "deps"}
# What a project export and its folder hold beside issues and people; merge requests and milestones look like issues.
_OTHERS = ("merge_requests", "milestones")
_FILE = re.compile(r"(?:^|/)tree/project/(?!issues\b|project_members\b)(\w+)\.ndjson(?:\.gz)?$")
_ISSUE = re.compile(r"^https?://[^/]+/(.+?)(?:/-)?/(?:issues|work_items)/(\d+)")
_INNER: tuple[str, ...] = ("id", "_links", "web_url", "url", "references", "project_id", "user_notes_count", "iid")
_INNER += ("author_id", "updated_by_id", "last_edited_at", "last_edited_by_id", "relative_position", "state_id")
_INNER += ("milestone_id", "imported_from", "issue_assignees", "assignee_ids", "assignee_id", "action", "closed_by")
_INNER += ("task_completion_status", "human_time_estimate", "human_total_time_spent", "namespace_id", "has_tasks")
_INNER += ("assignee", "assignees", "author", "author_username", "assignee_username", "task_status", "milestone")
_INNER += ("position", "branch_name", "type", "closed_by_id", "moved_to_id", "duplicated_to_id")
_QUIET = {
    **dict.fromkeys(("confidential", "discussion_locked", "subscribed", "imported", "has_tasks"), False),
    **dict.fromkeys(("upvotes", "downvotes", "merge_requests_count", "time_estimate", "total_time_spent"), 0),
    **dict.fromkeys(("time_change", "blocking_issues_count"), 0),
    "issue_type": "issue",
    "severity": "UNKNOWN",
}
_TABLE_QUIET = {"confidential": "No", "discussion_locked": "No", "time_estimate": "0", "total_time_spent": "0"}


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the issues of an export."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    if found.array in _OTHERS or _FILE.search(found.file) or {"link_type", "target_branch"} & found.value.keys():
        return False
    return {"iid", "title", "state"} <= found.value.keys()


def _unwrap(found: Found) -> Iterator[Found]:
    value = found.value
    if "Issue ID" in value or "Author Username" in value:
        yield found._replace(value={COLUMNS.get(name, name): cell for name, cell in value.items()})
    elif "object_kind" in value:
        yield from _webhook(found)
    elif "individual_note" in value:
        yield from inner(found, "notes")
    else:
        yield found


def _webhook(found: Found) -> Iterator[Found]:
    value = found.value
    kind, attributes = plain(value["object_kind"]), mapping(value.get("object_attributes"))
    path = plain(mapping(value.get("project")).get("web_url"))
    if kind == "issue":
        people = {name: value[name] for name in ("assignees", "assignee") if value.get(name)}
        found_labels = {"labels": value["labels"]} if value.get("labels") else {}
        yield found._replace(array="issue", value={**attributes, **found_labels, **people})
    elif kind == "note" and isinstance(value.get("issue"), dict):
        issue = value["issue"]
        note = {**attributes, "author": value.get("user")}
        yield found._replace(
            array="issue", value={"web_url": f"{path}/issues/{plain(issue.get('iid'))}", **issue, "notes": [note]}
        )


def _side(found: Found, side: Side) -> bool:
    value = found.value
    of_project = _FILE.search(found.file)
    if of_project or found.array in _OTHERS or _is_about_project(value):
        side.others[f"records of {of_project[1] if of_project else found.array or 'the project'}"] += 1
    elif "body" in value and "noteable_iid" in value:
        side.add("note", value["noteable_iid"], value)
    elif "link_type" in value and "source_issue" in value:
        side.add("link", mapping(value["source_issue"]).get("iid"), value)
    elif "link_type" in value and "iid" in value:
        side.add("linked", number_in_name(found), value)
    elif "resource_type" in value and {"label", "state", "milestone"} & value.keys():
        side.add("event", number_in_name(found), value)
    elif isinstance(value.get("user"), dict) and "access_level" in value:
        side.add("person", value.get("user_id") or value["user"].get("id"), value["user"])
    elif "username" in value and "id" in value:
        side.add("person", value["id"], value)
    elif {"color", "priority", "is_project_label"} & value.keys():
        side.others["labels"] += 1
    else:
        return False
    return True


def _is_about_project(value: dict[str, Any]) -> bool:
    """Tell whether a record is what a project export says of the project or of GitLab, or a merge request."""
    return bool({"gitlab_revision", "visibility_level", "target_branch"} & value.keys())


def _person(side: Side, value: Any, user_name: str = "") -> str:
    row = value if isinstance(value, dict) else side.one("person", value)
    name = row.get("name") or row.get("username") or (value if isinstance(value, str | int) else "") or user_name
    return person(name, row.get("public_email") or row.get("email"))


def _key(value: dict[str, Any]) -> str:
    at = next((at for name in ("web_url", "url") if (at := _ISSUE.match(plain(value.get(name))))), None)
    if at:
        return f"{at[1]}#{at[2]}"
    full = plain(mapping(value.get("references")).get("full"))
    return full if "#" in full else plain(value.get("iid"))


def _ticket(where: str, value: dict[str, Any], side: Side) -> Imported:
    fields = Fields("gitlab", where, value, _TABLE_QUIET if isinstance(value.get("labels"), str) else _QUIET)
    if isinstance(value.get("discussion_locked"), str):
        fields = Fields("gitlab", where, value, _TABLE_QUIET)
    key, number, state = _key(value), plain(value.get("iid")), fields.text("state").lower()
    is_closed = state == "closed"
    created, updated = fields.moment("created_at"), fields.moment("updated_at")
    people = _people(side, value)
    labels = fields.take("labels")
    label_links = [mapping(row.get("label")).get("title") for row in objects(fields.take("label_links"))]
    rows = once([*objects(fields.take("notes")), *side.rows("note", number)])
    values = {"status": "closed" if is_closed else "open", **_values(side, fields, value, people)}
    changes = _changes(fields, side, number)
    relations = _relations(side, value, key, number)
    _extras(fields, people)
    notes = [row for row in rows if row.get("system") is not True]
    fields.lose("notes of the system", len(rows) - len(notes))
    count = value.get("user_notes_count")
    fields.lose("comments that the export does not hold", count - len(notes) if isinstance(count, int) else 0)
    return record(
        fields,
        key,
        fields.text("title"),
        text=fields.prose("description"),
        values=values,
        tags=tags([*_labels(labels), *label_links]),
        created=created,
        updated=updated,
        closed=(fields.moment("closed_at") or updated) if is_closed else "",
        status_class="done" if is_closed else "open",
        relations=relations,
        comments=[_comment(fields, side, row) for row in notes],
        changes=changes,
    )


def _values(side: Side, fields: Fields, value: dict[str, Any], people: list[str]) -> dict[str, str]:
    milestone = value.get("milestone")
    return {
        "type": fields.text("issue_type"),
        "assignee": people[0] if people else "",
        "reporter": _author(side, value),
        "milestone": plain(milestone.get("title") if isinstance(milestone, dict) else milestone),
        "due": fields.date("due_date"),
        "visibility": "internal" if flag(value.get("confidential")) else "",
    }


def _labels(value: Any) -> list[Any]:
    if isinstance(value, str):
        return value.split(",")
    return [one.get("title") or one.get("name") if isinstance(one, dict) else one for one in items(value)]


def _people(side: Side, value: dict[str, Any]) -> list[str]:
    rows = items(value.get("assignees")) or items(value.get("issue_assignees")) or items(value.get("assignee_ids"))
    rows = rows or [value.get("assignee") or value.get("assignee_id")]
    found = [
        _person(side, one.get("user_id") if isinstance(one, dict) and "user_id" in one else one) for one in rows if one
    ]
    return list(dict.fromkeys(filter(None, found)))


def _author(side: Side, value: dict[str, Any]) -> str:
    author = value.get("author") or value.get("author_id")
    return _person(side, author, plain(value.get("author_username"))) if author else ""


def _relations(side: Side, value: dict[str, Any], key: str, number: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in side.rows("link", number):
        name = LINKS.get(plain(row.get("link_type")), "links")
        found.setdefault(name, []).append(_key(mapping(row.get("target_issue"))))
    # The links of an issue are the issues at the other ends.
    for row in side.rows("linked", number):
        found.setdefault(LINKS.get(plain(row.get("link_type")), "links"), []).append(_key(row))
    epic = mapping(value.get("epic"))
    if url := plain(epic.get("url")):
        found["parent"] = [url.rpartition("/groups/")[2].replace("/-/epics/", "&")]
    lead = key.rpartition("#")[0]
    return {name: [f"{lead}#{one}" if one.isdigit() and lead else one for one in keys] for name, keys in found.items()}


def _extras(fields: Fields, people: list[str]) -> None:
    stats = mapping(fields.take("time_stats"))
    for name in ("time_estimate", "total_time_spent"):
        fields.keep(name, fields.take(name) or stats.get(name) or None)
    fields.keep("assignees", people if len(people) > 1 else None)
    fields.take(*_INNER)
    fields.keep("epic", mapping(fields.take("epic")).get("title"))
    fields.take("epic_iid")
    spent = [row.get("time_spent") for row in objects(fields.take("timelogs"))]
    fields.keep("time-spent", sum(one for one in spent if isinstance(one, int)) or None)


def _comment(fields: Fields, side: Side, row: dict[str, Any]) -> Comment:
    text = prose(row.get("body") or row.get("note"))
    author = _person(side, row.get("author") or row.get("author_id"))
    is_internal = flag(row.get("internal")) or flag(row.get("confidential"))
    return Comment(moment(fields.where, row.get("created_at")), author, is_internal, text)


def _changes(fields: Fields, side: Side, number: str) -> list[FieldChange]:
    found = []
    given = [row for kind in ("label", "state", "milestone") for row in objects(fields.take(f"resource_{kind}_events"))]
    for row in [*given, *side.rows("event", number)]:
        at = moment(fields.where, row.get("created_at"))
        author = _person(side, row.get("user") or row.get("user_id"))
        kind = next((kind for kind in ("label", "milestone") if isinstance(row.get(kind), dict)), "")
        if kind:
            name = plain(row[kind].get("title") or row[kind].get("name"))
            ends = ("", name) if row.get("action") == "add" else (name, "")
            found.append(FieldChange(at, author, "labels" if kind == "label" else kind, *ends))
        elif state := plain(row.get("state")):
            found.append(FieldChange(at, author, "state", "", state))
    return found


SYSTEM = System(
    "gitlab",
    # Before version 13 a project export was one object.
    ("issues", "project_members", *_OTHERS),
    _is_ticket,
    _side,
    _ticket,
    _unwrap,
    needs="an issue has `iid`, `title` and `state`",
    page_sizes=(20, 100),
)
