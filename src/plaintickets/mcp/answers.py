"""The JSON schemas of the answers of tools: those of `--json`, with the notes that a command prints on stderr."""

from __future__ import annotations

Schema = dict[str, object]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
TEXTS: Schema = {"type": "array", "items": TEXT}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}


def answer(**fields: Schema) -> Schema:
    """Return the schema of an answer that has these fields; `_` at the end of a name marks one that may be absent."""
    own = {name.removesuffix("_"): schema for name, schema in fields.items()}
    return {
        "type": "object",
        "properties": {"format": {"const": 1}, **own, "notes": TEXTS},
        "required": ["format", *(name for name in fields if not name.endswith("_"))],
    }


def list_of(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def ticket(**more: Schema) -> Schema:
    """Return the schema of a ticket, whose front matter may have any other key."""
    usual: Schema = {
        "id": TEXT, "title": TEXT, "status": TEXT, "type": TEXT, "priority": {"type": ["integer", "null"]},
        "deps": TEXTS, "links": TEXTS, "tags": TEXTS, "path": TEXT,
    }  # fmt: skip
    return {"type": "object", "properties": {**usual, **more}, "required": [*usual, *more]}


TICKETS = answer(tickets=list_of(ticket()), total=COUNT, problems=TEXTS)
FOUND = answer(
    tickets=list_of(ticket(score={"type": "number"}, partial={"type": "boolean"}, missing=TEXTS)),
    total=COUNT,
    suggestions={"type": "object"},
    problems=TEXTS,
)
SIMILAR = answer(tickets=list_of(ticket(score={"type": "number"}, reasons=TEXTS)), problems=TEXTS)
SHOWN = answer(
    tickets=list_of(
        ticket(body=TEXT, comments=list_of({"type": "object"}), blockers=TEXTS, blocking=TEXTS, children=TEXTS)
    ),
    problems=TEXTS,
)
BLOCKERS = answer(blockers=list_of(ticket()), total=COUNT, query=TEXT, unreadable=TEXTS, problems=TEXTS)
_EVENT: Schema = {
    "type": "object",
    "properties": {"ticket": TEXT, "kind": TEXT, "field": _TEXT_OR_NULL, "author": TEXT, "commit": TEXT},
    "required": ["ticket", "kind", "field", "before", "after", "author", "date", "commit"],
}
EVENTS = answer(events=list_of(_EVENT), complete={"type": "boolean"}, total=COUNT)
PRIMED = answer(
    store=TEXT, me=TEXT, counts={"type": "object"}, mine=list_of({"type": "object"}),
    ready=list_of({"type": "object"}), blocked=list_of({"type": "object"}), other_stores=TEXTS, conventions=TEXTS,
    problems=TEXTS, unread=COUNT,
)  # fmt: skip
CREATED = answer(commit=_TEXT_OR_NULL, id=TEXT, articles_=list_of({"type": "object"}))
COMMENTED = answer(commit=_TEXT_OR_NULL, id=TEXT)
_CHANGE: Schema = {"type": "object", "required": ["ticket", "field", "before", "after"]}
CHANGED = answer(commit=_TEXT_OR_NULL, changes=list_of(_CHANGE))
MOVED = answer(
    commit=_TEXT_OR_NULL,
    tickets=list_of({"type": "object", "properties": {"id": TEXT, "status": TEXT}, "required": ["id", "status"]}),
    pushed_=TEXT,
)
RELATED = answer(commit=_TEXT_OR_NULL, id=TEXT, deps=TEXTS)
UNDONE = answer(commit=_TEXT_OR_NULL, undone=TEXT, tickets=TEXTS)
