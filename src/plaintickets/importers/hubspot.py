"""Import HubSpot's tickets: replies of the CRM's API, tables of its properties, its export page's table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plaintickets.core.imported import FieldChange, Imported
from plaintickets.importers.exports import Found, Side, System, read_export
from plaintickets.importers.fields import Fields, mapping, moment, objects, person, plain, prose, record
from plaintickets.importers.html_markdown import to_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.comments import Comment
    from plaintickets.importers.sources import Sources

STAGES = {"1": ("New", "open"), "2": ("Waiting on contact", "waiting"), "3": ("Waiting on us", "active")}
STAGES |= {"4": ("Closed", "done")}
# The columns of the export page, in English, and the properties that they show.
LABELS = {
    "Ticket ID": "hs_object_id",
    "Record ID": "hs_object_id",
    "Ticket name": "subject",
    "Ticket description": "content",
    "Pipeline": "hs_pipeline",
    "Ticket status": "hs_pipeline_stage",
    "Priority": "hs_ticket_priority",
    "Category": "hs_ticket_category",
    "Source": "source_type",
    "Ticket owner": "hubspot_owner_id",
    "Create date": "createdate",
    "Close date": "closed_date",
    "Last modified date": "hs_lastmodifieddate",
    "Associated Contact": "contact",
    "Associated Company": "company",
}
# The names of properties in the history that are others here.
CHANGED = {
    "hs_pipeline_stage": "status",
    "hs_ticket_priority": "priority",
    "hubspot_owner_id": "assignee",
    "content": "text",
}
# A person in a table: Ann Lee (ann@example.org).
_NAMED = re.compile(r"([^()]{1,200}) \(([^()\s]{1,200}@[^()\s]{1,200})\)")
_BODIES = ("hs_note_body", "hs_email_html", "hs_email_text", "hs_communication_body")


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the tickets of an export."""
    yield from read_export(sources, SYSTEM)


def _unwrap(found: Found) -> Iterator[Found]:
    value = found.value
    if "Ticket ID" in value or "Ticket name" in value:
        value = {LABELS.get(name, name): cell for name, cell in value.items()}
        # A stage has the name of its pipeline behind it.
        stage, pipeline = (plain(value.get(name)) for name in ("hs_pipeline_stage", "hs_pipeline"))
        value["hs_pipeline_stage"] = stage.removesuffix(f" ({pipeline})")
    elif any(name.startswith("property_") for name in value):
        value = {name.removeprefix("property_"): one for name, one in value.items()}
    yield found._replace(value=value)


def _properties(value: dict[str, Any]) -> dict[str, Any]:
    return {**mapping(value.get("properties"))} if isinstance(value.get("properties"), dict) else value


def _all_keys(value: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a record and the keys beside them."""
    outer = {name: one for name, one in value.items() if name != "properties"}
    return {**outer, **_properties(value)} if "properties" in value else value


def _is_ticket(found: Found) -> bool:
    names = _properties(found.value).keys()
    return bool({"hs_pipeline_stage", "hs_ticket_priority", "hs_pipeline"} & names) and bool(
        {"subject", "content"} & names
    )


def _side(found: Found, side: Side) -> bool:
    value, properties = found.value, _properties(found.value)
    if _beside(value, side) or _of_ticket(value, properties, side):
        return True
    if {"firstName", "email"} & value.keys() or {"firstname", "email", "name"} & properties.keys():
        others = {name: one for name, one in value.items() if name != "properties"}
        side.add("person", value.get("id"), {**properties, **others})
    elif found.array:
        side.others[f"records of {found.array}"] += 1
    else:
        return False
    return True


def _beside(value: dict[str, Any], side: Side) -> bool:
    """Take a pipeline or a stage."""
    if isinstance(value.get("stages"), list):
        side.add("pipeline", value.get("id"), value)
        for stage in objects(value["stages"]):
            state = mapping(stage.get("metadata"))
            side.add("stage", stage.get("id"), {**stage, "ticket_state": state.get("ticketState")})
    elif "stage_id" in value:
        side.add("stage", value["stage_id"], value)
    elif "pipeline_id" in value:
        side.add("pipeline", value["pipeline_id"], value)
    else:
        return False
    return True


def _of_ticket(value: dict[str, Any], properties: dict[str, Any], side: Side) -> bool:
    """Take a note, a mail, a row of the history, or a row that associates a ticket."""
    if any(properties.get(name) for name in _BODIES):
        tickets = _associated(value, "tickets")
        for ticket in tickets:
            side.add("engagement", ticket, properties)
        side.others["notes and mails of no ticket"] += 0 if tickets else 1
    elif {"ticket_id", "name", "timestamp_instant"} <= value.keys():
        side.add("history", value["ticket_id"], value)
    elif "ticket_id" in value:
        for name in ("contact", "company", "engagement"):
            if f"{name}_id" in value:
                side.add(f"ticket-{name}", value["ticket_id"], value)
    else:
        return False
    return True


def _associated(value: dict[str, Any], name: str) -> list[str]:
    rows = mapping(mapping(value.get("associations")).get(name)).get("results")
    return list(dict.fromkeys(key for row in objects(rows) if (key := plain(row.get("id")))))


def _person(side: Side, key: Any) -> str:
    row = side.one("person", key)
    names = (row.get("firstName") or row.get("firstname"), row.get("lastName") or row.get("lastname"))
    name = " ".join(filter(None, map(plain, names))) or plain(row.get("name"))
    return person(name or ("" if row.get("email") else plain(key)), row.get("email"))


def _shown(text: str) -> str:
    """Return a person, whom a table names with the mail address in brackets."""
    named = _NAMED.fullmatch(text)
    return person(*named.groups()) if named else text


def _stage(side: Side, code: str) -> tuple[str, str]:
    """Return the name and the class of a stage; an account's own are in its pipelines."""
    row = side.one("stage", code)
    name, kind = STAGES.get(code, (code, next((kind for name, kind in STAGES.values() if name == code), "")))
    if not row:
        return name, kind
    state = plain(row.get("ticket_state")).upper()
    kind = "done" if state == "CLOSED" else kind if kind and kind != "done" else "open"
    return plain(row.get("label")) or name, kind


def _ticket(where: str, value: dict[str, Any], side: Side) -> Imported:
    fields = Fields("hubspot", where, _all_keys(value), {"is_deleted": "FALSE", "archived": False})
    fields.take("createdAt", "updatedAt", "associations", "url")
    key = plain(value.get("id")) or fields.text("hs_object_id", "id")
    fields.take("hs_object_id", "id", "_fivetran_synced")
    stage, kind = _stage(side, fields.text("hs_pipeline_stage"))
    raw = fields.prose("content")
    created = fields.moment("createdate") or moment(where, value.get("createdAt"))
    updated = fields.moment("hs_lastmodifieddate") or moment(where, value.get("updatedAt"))
    closed = fields.moment("closed_date")
    contacts = [
        *_associated(value, "contacts"),
        *(plain(row["contact_id"]) for row in side.rows("ticket-contact", key)),
    ]
    values = _values(fields, side, stage, contacts)
    _extras(fields, value, side, key, contacts)
    rows = [*side.rows("engagement", key)]
    return record(
        fields,
        key,
        fields.text("subject"),
        text=to_markdown(raw),
        values=values,
        created=created,
        updated=updated,
        closed=closed or updated if kind == "done" else "",
        status_class=kind,
        comments=[_comment(fields, side, row) for row in rows],
        changes=list(_changes(fields, side, key)),
        raw=raw,
    )


def _values(fields: Fields, side: Side, stage: str, contacts: list[str]) -> dict[str, str]:
    shown = _shown(person(fields.text("contact")))
    return {
        "status": stage,
        "priority": fields.text("hs_ticket_priority"),
        "assignee": _shown(_person(side, fields.take("hubspot_owner_id"))),
        "reporter": _person(side, contacts[0]) if contacts else shown,
    }


def _extras(fields: Fields, value: dict[str, Any], side: Side, key: str, contacts: list[str]) -> None:
    pipeline = fields.text("hs_pipeline")
    fields.keep("pipeline", side.name("pipeline", pipeline, "label") if pipeline else "")
    fields.keep("category", fields.take("hs_ticket_category"))
    fields.keep("channel", fields.take("source_type"))
    fields.keep("contacts", [_person(side, one).replace(",", " ") for one in contacts[1:]])
    companies = [
        *_associated(value, "companies"),
        *(plain(row["company_id"]) for row in side.rows("ticket-company", key)),
    ]
    fields.keep("company", [_person(side, one).replace(",", " ") for one in companies])
    known = {"contacts", "companies", *(("notes", "emails") if side.rows("engagement", key) else ())}
    for name in mapping(value.get("associations")):
        if name not in known:
            fields.lose(f"associated {name}", len(_associated(value, name)))
    fields.lose("engagements", len(side.rows("ticket-engagement", key)))


def _comment(fields: Fields, side: Side, row: dict[str, Any]) -> Comment:
    name = next(name for name in _BODIES if row.get(name))
    # A note is for the team; of a mail everybody in it has seen the text.
    is_internal = name == "hs_note_body"
    date = moment(fields.where, row.get("hs_timestamp") or row.get("hs_createdate"))
    author = _person(side, row.get("hubspot_owner_id")) or person("", row.get("hs_email_from_email"))
    raw = prose(row[name])
    return fields.comment(date, author, to_markdown(raw), internal=is_internal, raw=raw)


def _changes(fields: Fields, side: Side, key: str) -> Iterator[FieldChange]:
    """Yield the changes of properties, from rows of a table and from `propertiesWithHistory` of a reply."""
    inside = mapping(fields.take("propertiesWithHistory"))
    rows = [
        {"name": name, "timestamp_instant": row.get("timestamp"), "source_id": row.get("sourceId"), **row}
        for name, rows in inside.items()
        for row in objects(rows)
    ]
    rows = [row for row in [*side.rows("history", key), *rows] if row.get("timestamp_instant")]
    dated = [(moment(fields.where, row["timestamp_instant"]), row) for row in rows]
    now = dict[str, str]()
    for at, row in sorted(dated, key=lambda pair: pair[0]):
        field, after = plain(row["name"]), plain(row.get("value"))
        if field == "hs_pipeline_stage":
            after = _stage(side, after)[0]
        elif field == "hubspot_owner_id":
            after = _person(side, after)
        elif field == "content":
            after = to_markdown(prose(row.get("value")))
        field = CHANGED.get(field, field)
        user = row.get("updatedByUserId")
        author = _person(side, user) if user else plain(row.get("source_id"))
        yield FieldChange(at, author, field, now.get(field, ""), after)
        now[field] = after


SYSTEM = System(
    "hubspot",
    ("results",),
    _is_ticket,
    _side,
    _ticket,
    _unwrap,
    frozenset(("paging", "total", "status", "startedAt", "completedAt")),
    "a ticket has `properties` with `hs_pipeline_stage`, or the columns `Ticket ID` and `Ticket name`",
)
