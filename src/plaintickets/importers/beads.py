"""Import the issues of beads: `.beads/issues.jsonl`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.comments import Comment
from plaintickets.importers.exports import Found, Side, System, read_export
from plaintickets.importers.fields import Fields, items, moment, objects, person, plain, prose, record, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

CLASSES = {
    "open": "open",
    "pinned": "open",
    "in_progress": "active",
    "hooked": "active",
    "blocked": "waiting",
    "deferred": "waiting",
    "closed": "done",
    "tombstone": "done",
}
DEPENDENCIES = {"blocks": "deps", "parent-child": "parent", "duplicates": "duplicate-of"}
_SECTIONS = {"design": "Design", "acceptance_criteria": "Acceptance criteria", "notes": "Working notes"}
# What stands in the folder `.beads` beside issues.
_OTHERS = {"deletion": {"id", "ts", "by"}, "interaction": {"kind", "actor", "created_at"}, "metadata": {"database"}}
_QUIET = {"ephemeral": False, "pinned": False, "compaction_level": 0, "estimated_minutes": 0}


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the issues of a store."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    return {"id", "title", "issue_type", "status"} <= found.value.keys()


def _side(found: Found, side: Side) -> bool:
    """Count what an export of everything has beside issues, such as the memories of agents."""
    kind = plain(found.value.get("_type"))
    for name, keys in _OTHERS.items():
        if keys <= found.value.keys():
            kind = name
    if kind in {"", "issue"}:
        return False
    side.others[f"records of the kind {kind}"] += 1
    return True


def _ticket(where: str, value: dict[str, Any], _side: Side) -> Imported:
    fields = Fields("beads", where, value, _QUIET)
    key, status = fields.text("id"), fields.text("status")
    kind = CLASSES.get(status, "")
    updated, closed = fields.moment("updated_at"), fields.moment("closed_at")
    text = fields.prose("description")
    for name, title in _SECTIONS.items():
        part = fields.prose(name)
        text += f"\n\n## {title}\n\n{part}" if part else ""
    values = _values(fields, status)
    owner = fields.text("owner")
    fields.keep("owner", _person(owner))
    relations = _relations(fields, key)
    comments = [
        Comment(moment(where, row.get("created_at")), _person(plain(row.get("author"))), False, prose(row.get("text")))
        for row in objects(fields.take("comments"))
    ]
    count = fields.take("comment_count")
    fields.lose("comments that the export does not hold", count - len(comments) if isinstance(count, int) else 0)
    fields.take("_type", "dependency_count", "dependent_count", "content_hash")
    reference = fields.take("external_ref")
    fields.keep("external-ref", reference)
    return record(
        fields,
        key,
        fields.text("title"),
        text=text.strip(),
        values=values,
        tags=tags(items(fields.take("labels"))),
        created=fields.moment("created_at"),
        updated=updated,
        closed=(closed or updated) if kind == "done" else "",
        status_class=kind,
        relations=relations,
        comments=comments,
    )


def _values(fields: Fields, status: str) -> dict[str, str]:
    return {
        "status": status,
        "type": fields.text("issue_type"),
        "priority": fields.text("priority"),
        "assignee": person(fields.take("assignee")),
        "reporter": _person(fields.text("created_by", "sender")),
        "due": fields.date("due_at"),
    }


def _relations(fields: Fields, key: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"parent": [fields.text("parent")]}
    for row in objects(fields.take("dependencies")):
        kind = plain(row.get("type"))
        if plain(row.get("issue_id")) in {key, ""}:
            found.setdefault(DEPENDENCIES.get(kind, "links"), []).append(plain(row.get("depends_on_id")))
        if kind not in {*DEPENDENCIES, "related", "relates-to"}:
            fields.lose(f"kind of a dependency: {kind}")
    return found


def _person(text: str) -> str:
    return person("", text) if "@" in text else person(text)


SYSTEM = System(
    "beads",
    (),
    _is_ticket,
    _side,
    _ticket,
    needs="an issue has `id`, `title` and `issue_type`",
)
