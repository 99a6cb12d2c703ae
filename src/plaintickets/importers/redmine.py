"""Import Redmine's issues: replies of the REST API with journals, relations, children and attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.imported import FieldChange
from plaintickets.importers import textile
from plaintickets.importers.exports import Found, Side, System, inner, read_export
from plaintickets.importers.fields import (
    Fields,
    attachments,
    mapping,
    moment,
    objects,
    person,
    plain,
    prose,
    record,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.comments import Comment
    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

# A relation as it reads from `issue_id`; from `issue_to_id` it reads the other way.
RELATED = {
    "blocks": ("blocks", "deps"),
    "precedes": ("blocks", "deps"),
    "blocked": ("deps", "blocks"),
    "follows": ("deps", "blocks"),
    "duplicates": ("duplicate-of", "duplicated-by"),
    "duplicated": ("duplicated-by", "duplicate-of"),
}
# The fields of a journal whose values are ids: the key of an issue that has the name, and the field here.
_NAMED = {
    "status_id": ("status", "status"),
    "tracker_id": ("tracker", "type"),
    "priority_id": ("priority", "priority"),
    "assigned_to_id": ("assigned_to", "assignee"),
    "category_id": ("category", "component"),
    "fixed_version_id": ("fixed_version", "milestone"),
}
_OTHERS = {"subject": "title", "description": "text", "due_date": "due"}
_LISTS = {
    "issue_statuses": "status",
    "trackers": "tracker",
    "issue_priorities": "priority",
    "issue_categories": "category",
    "versions": "fixed_version",
    "memberships": "assigned_to",
}
_QUIET = {"is_private": False, "done_ratio": 0, "spent_hours": 0.0, "total_spent_hours": 0.0}


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the issues of an export."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    return {"id", "subject", "status"} <= found.value.keys() and isinstance(found.value["status"], dict)


def _unwrap(found: Found) -> Iterator[Found]:
    if found.array == "" and isinstance(found.value.get("issue"), dict) and len(found.value) == 1:
        yield from inner(found, "issue")
    else:
        yield found


def _side(found: Found, side: Side) -> bool:
    value = found.value
    if {"issue_id", "issue_to_id"} <= value.keys():
        side.add("relation", value["issue_id"], value)
    elif "id" in value and ({"login", "firstname"} & value.keys()):
        name = f"{plain(value.get('firstname'))} {plain(value.get('lastname'))}"
        side.add("person", value["id"], {"name": name.strip() or value.get("login"), "mail": value.get("mail")})
    elif known := _LISTS.get(found.array):
        row = mapping(value.get("user") or value.get("group")) if known == "assigned_to" else value
        side.learn("named", f"{known} {plain(row.get('id'))}", {"name": row.get("name")})
    elif found.array:
        side.others[f"records of {found.array}"] += 1
    else:
        return False
    return True


def _learn(found: Found, side: Side) -> None:
    """Learn the names of ids from an issue, and whether it is a whole one: pages of issues have no journals."""
    for name, _ in _NAMED.values():
        row = mapping(found.value.get(name))
        if row.get("id") and row.get("name"):
            side.learn("named", f"{name} {plain(row['id'])}", {"name": row["name"]})
    if "journals" in found.value:
        side.learn("whole", found.value["id"], {})


def _name(value: Any) -> str:
    return plain(mapping(value).get("name"))


def _person(side: Side, value: Any) -> str:
    row = mapping(value)
    known = side.one("person", row.get("id"))
    return person(row.get("name") or known.get("name") or row.get("id"), known.get("mail"))


def _ticket(where: str, value: dict[str, Any], side: Side) -> Imported | None:
    if "journals" not in value and side.rows("whole", value["id"]):
        return None
    fields = Fields("redmine", where, value, _QUIET)
    key, status = fields.text("id"), mapping(fields.take("status"))
    created, updated = fields.moment("created_on"), fields.moment("updated_on")
    closed = fields.moment("closed_on")
    is_done = status.get("is_closed") is True or ("is_closed" not in status and bool(closed))
    journals = objects(fields.take("journals"))
    raw = fields.prose("description")
    values = {
        "status": plain(status.get("name")),
        "type": _name(fields.take("tracker")),
        "priority": _name(fields.take("priority")),
        "assignee": _person(side, fields.take("assigned_to")),
        "reporter": _person(side, fields.take("author")),
        "component": _name(fields.take("category")),
        "milestone": _name(fields.take("fixed_version")),
        "due": fields.date("due_date"),
        "visibility": "internal" if value.get("is_private") is True else "",
    }
    relations = _relations(fields, side, key)
    _extras(fields)
    return record(
        fields,
        key,
        fields.text("subject"),
        text=_markdown(fields, side, raw),
        values=values,
        created=created,
        updated=updated,
        closed=(closed or updated) if is_done else "",
        status_class="done" if is_done else "",
        relations=relations,
        comments=[_comment(fields, side, row) for row in journals if prose(row.get("notes"))],
        attachments=attachments(fields.take("attachments"), "filename", "filesize", "content_url"),
        changes=list(_changes(fields, side, journals)),
        raw=raw,
    )


def _extras(fields: Fields) -> None:
    fields.keep("project", _name(fields.take("project")))
    for row in objects(fields.take("custom_fields")):
        fields.keep(plain(row.get("name")) or f"field-{plain(row.get('id'))}", row.get("value"))
    for name in ("watchers", "changesets", "allowed_statuses"):
        fields.lose(name, len(objects(fields.take(name))))


def _comment(fields: Fields, side: Side, row: dict[str, Any]) -> Comment:
    date, raw = moment(fields.where, row.get("created_on")), prose(row.get("notes"))
    is_internal = row.get("private_notes") is True
    text = _markdown(fields, side, raw)
    return fields.comment(date, _person(side, row.get("user")), text, internal=is_internal, raw=raw)


def _markdown(fields: Fields, side: Side, raw: str) -> str:
    """Return a text as Markdown; one that may as well be Markdown stays as it is, and is counted."""
    if not (side.markup or textile.looks(raw) or textile.to_markdown(raw) == raw):
        fields.lose("texts as they are, Textile or Markdown: --markup NAME says which")
    return _converted(side, raw)


def _converted(side: Side, raw: str) -> str:
    return textile.to_markdown(raw) if (side.markup or textile.looks(raw)) == textile.TEXTILE else raw


def _relations(fields: Fields, side: Side, key: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"parent": [plain(mapping(fields.take("parent")).get("id"))]}
    found["children"] = [plain(row.get("id")) for row in objects(fields.take("children"))]
    for row in [*objects(fields.take("relations")), *side.rows("relation", key)]:
        kind = RELATED.get(plain(row.get("relation_type")), ("links", "links"))
        here, there = plain(row.get("issue_id")), plain(row.get("issue_to_id"))
        found.setdefault(kind[0] if here == key else kind[1], []).append(there if here == key else here)
    return found


def _changes(fields: Fields, side: Side, journals: list[dict[str, Any]]) -> Iterator[FieldChange]:
    for row in journals:
        at, author = moment(fields.where, row.get("created_on")), _person(side, row.get("user"))
        for one in objects(row.get("details")):
            before, after = plain(one.get("old_value")), plain(one.get("new_value"))
            field = plain(one.get("name")) if one.get("property") == "attr" else f"{one.get('property')}"
            if field in _NAMED:
                name, field = _NAMED[field]
                before, after = (_named(side, name, id_) for id_ in (before, after))
            elif field == "description":
                before, after = (_converted(side, prose(one.get(name))) for name in ("old_value", "new_value"))
            elif field == "parent_id":
                field, before, after = "parent", *(f"redmine:{id_}" if id_ else "" for id_ in (before, after))
            yield FieldChange(at, author, _OTHERS.get(field, field), before, after)


def _named(side: Side, name: str, id_: str) -> str:
    """Return the name of an id, or the id where the export does not have it; people have their mail address too."""
    if not id_:
        return ""
    shown = plain(side.one("named", f"{name} {id_}").get("name"))
    return _person(side, {"id": id_, "name": shown}) if name == "assigned_to" else shown or id_


SYSTEM = System(
    "redmine",
    ("issues", "relations", "users", *_LISTS),
    _is_ticket,
    _side,
    _ticket,
    _unwrap,
    frozenset(("total_count", "offset", "limit")),
    "an issue has `id`, `subject` and a `status` with a name",
    learn=_learn,
)
