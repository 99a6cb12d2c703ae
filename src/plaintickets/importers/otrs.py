"""Import tickets of OTRS, Znuny and OTOBO: replies of TicketGet and TicketHistoryGet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.imported import FieldChange, Imported
from plaintickets.importers.attachment_contents import held_images
from plaintickets.importers.exports import Found, Side, System, inner, once, read_export
from plaintickets.importers.fields import Fields, attachments, moment, objects, person, plain, prose, record
from plaintickets.importers.html_markdown import to_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.comments import Comment
    from plaintickets.importers.sources import Sources

CLASSES = {
    "new": "open",
    "open": "active",
    "pending reminder": "waiting",
    "pending auto": "waiting",
    "closed": "done",
    "removed": "done",
    "merged": "done",
}
_IDS: tuple[str, ...] = (
    "PriorityID",
    "StateID",
    "TypeID",
    "QueueID",
    "OwnerID",
    "ResponsibleID",
    "LockID",
    "GroupID",
    "ServiceID",
)
_IDS += ("SLAID", "TicketID", "CreateBy", "CreatedBy", "ChangeBy", "ChangedBy", "PriorityBackgroundColor")
_IDS += ("PriorityForgroundColor", "CreateTimeUnix", "Age", "UntilTime", "UnlockTimeout", "TimeUnit")
_QUIET = {"Lock": "unlock", "ArchiveFlag": "n", "RealTillTimeNotUsed": 0}
_TIMERS = ("EscalationTime", "EscalationUpdateTime", "EscalationResponseTime", "EscalationSolutionTime")
# The parts of `%%a%%b` in the name of a history entry that are the values before and after.
HISTORY = {
    "StateUpdate": ("State", 0, 1),
    "PriorityUpdate": ("priority", 0, 2),
    "OwnerUpdate": ("assignee", None, 0),
    "ResponsibleUpdate": ("Responsible", None, 0),
    "Move": ("Queue", 2, 0),
    "TypeUpdate": ("type", 2, 0),
    "TitleUpdate": ("title", 0, 1),
}


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the tickets of an export."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    return "TicketNumber" in found.value and "State" in found.value


def _unwrap(found: Found) -> Iterator[Found]:
    if found.array == "" and {"Ticket", "TicketHistory"} & found.value.keys():
        yield from inner(found, "Ticket", "TicketHistory")
    else:
        yield found


def _side(found: Found, side: Side) -> bool:
    value = found.value
    if isinstance(value.get("History"), list):
        for row in objects(value["History"]):
            side.add("history", value.get("TicketID") or row.get("TicketID"), row)
    elif "ArticleID" in value:
        _hold_contents(found.where, value, side)
        side.add("article", value.get("TicketID"), value)
    else:
        return False
    return True


def _hold(found: Found, side: Side) -> None:
    for row in objects(found.value.get("Article")):
        _hold_contents(found.where, row, side)


def _hold_contents(where: str, row: dict[str, Any], side: Side) -> None:
    side.contents.hold(where, row.get("Attachment"), "Filename", "Content")


def _ticket(where: str, value: dict[str, Any], side: Side) -> Imported:
    fields = Fields("otrs", where, value, _QUIET)
    number, internal_id = fields.text("TicketNumber"), fields.text("TicketID")
    state, state_type = fields.text("State"), fields.text("StateType")
    kind = CLASSES.get(state_type) or CLASSES.get(state) or ("done" if state.startswith("closed") else "")
    created, updated = fields.moment("Created", "CreateTime"), fields.moment("Changed", "ChangeTime")
    rows = once([*objects(fields.take("Article")), *side.rows("article", internal_id)], "ArticleID")
    first = rows[0] if rows and not _is_internal(rows[0]) else {}
    raw = prose(first.get("Body"))
    customer = fields.text("CustomerUserID", "CustomerUser")
    responsible = fields.text("Responsible")
    values = {
        "status": state,
        "type": fields.text("Type"),
        "priority": _priority(fields.text("Priority")),
        "assignee": _account(fields.text("Owner")),
        "reporter": _account(customer) or _sender(first),
        "due": _pending(fields),
    }
    fields.keep("responsible", _account(responsible))
    _extras(fields)
    changes = [one for row in side.rows("history", internal_id) if (one := _change(where, row))]
    closed = next((one.at for one in reversed(changes) if one.field == "State" and one.after.startswith("closed")), "")
    return record(
        fields,
        number,
        fields.text("Title"),
        text=_text(first),
        values=values,
        created=created or moment(where, first.get("CreateTime")),
        updated=updated,
        closed=closed or updated if kind == "done" else "",
        status_class=kind,
        comments=[_comment(fields, row) for row in rows if row is not first],
        attachments=attachments(first.get("Attachment"), "Filename", "FilesizeRaw", "link"),
        changes=changes,
        raw=raw,
    )


def _extras(fields: Fields) -> None:
    fields.take(*_IDS)
    for name in _TIMERS:
        if fields.take(name) not in (None, 0, "0"):
            fields.lose(name)
    customer = fields.take("CustomerID")
    fields.keep("customer", customer)
    for row in objects(fields.take("DynamicField")):
        fields.keep(plain(row.get("Name")), row.get("Value"))
    for name in [one for one in list(fields.left) if one.startswith("DynamicField_")]:
        fields.keep(name.removeprefix("DynamicField_"), fields.take(name))


def _pending(fields: Fields) -> str:
    """Return the day until which a ticket waits."""
    until = fields.text("RealTillTimeNotUsed", "PendingTime")
    return moment(fields.where, int(until))[:10] if until.isdecimal() and len(until) < 12 and int(until) else ""


def _priority(name: str) -> str:
    """Return the name of a priority without the number before it."""
    return name.lstrip("0123456789 ")


def _account(name: str) -> str:
    return person("", name) if "@" in name and "localhost" not in name else person(name)


def _sender(row: dict[str, Any]) -> str:
    from email.utils import parseaddr

    shown = plain(row.get("From"))
    name, mail = parseaddr(shown)
    return person(name, mail) if "@" in mail else person(shown)


def _is_internal(row: dict[str, Any]) -> bool:
    """Say whether customers do not see an article; one whose visibility is not told stays inside."""
    if "IsVisibleForCustomer" in row:
        return plain(row["IsVisibleForCustomer"]) not in {"1", "true"}
    kind = plain(row.get("ArticleType"))
    return not kind or kind.endswith("-internal")


def _text(row: dict[str, Any]) -> str:
    """Return the text of an article as Markdown, with the images that came with it."""
    text = prose(row.get("Body"))
    if row.get("MimeType") != "text/html":
        return text
    return to_markdown(text, held_images(row.get("Attachment"), "ContentID"))


def _comment(fields: Fields, row: dict[str, Any]) -> Comment:
    text, raw = _text(row), prose(row.get("Body"))
    raw = raw if raw != text else ""
    subject = plain(row.get("Subject"))
    text = f"**{subject}**\n\n{text}" if subject else text
    files = attachments(row.get("Attachment"), "Filename", "FilesizeRaw", "link")
    fields.lose("mail headers of articles", 1 if row.get("MessageID") or row.get("Cc") else 0)
    date = moment(fields.where, row.get("CreateTime"))
    return fields.comment(date, _sender(row), text, internal=_is_internal(row), raw=raw, files=files)


def _change(where: str, row: dict[str, Any]) -> FieldChange | None:
    known = HISTORY.get(plain(row.get("HistoryType")))
    if known is None:
        return None
    field, before, after = known
    parts = plain(row.get("Name")).split("%%")[1:]

    shown = {"priority": _priority, "assignee": _account}.get(field, str)

    def part(place: int | None) -> str:
        return shown(parts[place]) if place is not None and place < len(parts) else ""

    return FieldChange(
        moment(where, row.get("CreateTime")), plain(row.get("CreateBy")), field, part(before), part(after)
    )


SYSTEM = System(
    "otrs",
    ("Ticket", "TicketHistory"),
    _is_ticket,
    _side,
    _ticket,
    _unwrap,
    frozenset(("Error", "ErrorMessage")),
    "a ticket has `TicketNumber` and `State`",
    hold=_hold,
)
