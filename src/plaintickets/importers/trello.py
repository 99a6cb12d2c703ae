"""Import the cards of a Trello board: the JSON export of the board's menu."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from plaintickets.core.comments import Comment
from plaintickets.core.imported import FieldChange
from plaintickets.importers.exports import Found, Side, System, read_export
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

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

_SIDE = {"lists": "list", "members": "member", "labels": "label", "checklists": "checklist", "customFields": "field"}
_INNER: tuple[str, ...] = ("idBoard", "idShort", "url", "shortUrl", "shortLink", "pos", "badges", "labels", "idMembers")
_INNER += ("descData", "idAttachmentCover", "manualCoverAttachment", "cover", "checkItemStates", "limits", "email")
_INNER += ("idChecklists", "checklists", "idMembersVoted", "nodeId", "mirrorSourceId", "closed", "dueReminder")
_INNER += ("idOrganization",)
_MOST_ACTIONS = 1000
_OLDER = "actions before the newest 1,000, which an export leaves out"
_CARD = re.compile(r"https?://trello\.com/c/(\w+)")
# The names of what an action changed, and of fields here; the others say nothing about a ticket.
_CHANGED = {"name": "title", "desc": "text", "due": "due"}
# What closes a card in whatever list it is, and the status that this is.
_CLOSING = {"closed": "archived", "dueComplete": "complete"}
_QUIET = {
    **dict.fromkeys(("subscribed", "isTemplate", "pinned", "dueComplete"), False),
    "cardRole": "",
    "dueReminder": -1,
}


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the cards of a board."""
    yield from read_export(sources, SYSTEM)


def _is_ticket(found: Found) -> bool:
    return {"idList", "name"} <= found.value.keys() and "data" not in found.value


def _side(found: Found, side: Side) -> bool:
    value = found.value
    data = mapping(value.get("data"))
    if kind := _SIDE.get(found.array):
        side.add(kind, value.get("id"), value)
        if kind == "checklist":
            side.add("checklist of", value.get("idCard"), value)
    elif "data" in value and "type" in value:
        _add_action(value, data, side)
    elif found.array or {"idOrganization", "prefs", "shortUrl"} & value.keys():
        side.others[f"records of {found.array or 'the board'}"] += 1
    else:
        return False
    return True


def _add_action(value: dict[str, Any], data: dict[str, Any], side: Side) -> None:
    """Put an action beside its card, and notice the number of actions that an export does not exceed."""
    side.learn("named", "actions", {"count": 0})
    counter = side.one("named", "actions")
    counter["count"] += 1
    side.others[_OLDER] = 1 if counter["count"] == _MOST_ACTIONS else 0
    if isinstance(data.get("card"), dict):
        side.add("action", data["card"].get("id"), value)
    else:
        side.others["actions of the board"] += 1


def _learn(found: Found, side: Side) -> None:
    """Learn the short name of a card, by which attachments of others link to it."""
    side.learn("named", f"card {plain(found.value.get('shortLink'))}", {"id": found.value.get("id")})


def _created(key: str) -> str:
    """Return when a card was made: the first eight digits of its id are seconds in base 16."""
    try:
        return datetime.fromtimestamp(int(key[:8], 16), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if len(key) == 24 else ""
    except ValueError:
        return ""


def _member(side: Side, value: Any) -> str:
    row = value if isinstance(value, dict) else side.one("member", value)
    return person(row.get("fullName") or row.get("username") or (value if isinstance(value, str) else ""))


def _ticket(where: str, value: dict[str, Any], side: Side) -> Imported:
    fields = Fields("trello", where, value, _QUIET)
    key = fields.text("id")
    place = side.one("list", fields.text("idList"))
    is_archived = value.get("closed") is True or place.get("closed") is True
    actions = list({plain(row.get("id")) or str(n): row for n, row in enumerate(side.rows("action", key))}.values())
    created = next((moment(where, row.get("date")) for row in actions if row.get("type") == "createCard"), "")
    maker = next((row for row in actions if plain(row.get("type")) in {"createCard", "copyCard"}), {})
    updated = fields.moment("dateLastActivity")
    people = [name for one in items(value.get("idMembers")) if (name := _member(side, one))]
    labels = [plain(one.get("name")) or plain(one.get("color")) for one in objects(value.get("labels"))]
    if not labels:
        labels = [side.name("label", one, "name", "color") for one in items(value.get("idLabels"))]
    fields.take("idLabels")
    text = fields.prose("desc") + _checklists(value, side, key)
    status = "archived" if is_archived else "complete" if value.get("dueComplete") is True else ""
    fields.keep("list", plain(place.get("name")) if status else "")
    values = _values(fields, side, status or plain(place.get("name")), people, maker)
    count = mapping(value.get("badges")).get("comments")
    _extras(fields, side, people)
    said = [row for row in actions if plain(row.get("type")) in {"commentCard", "copyCommentCard"}]
    fields.lose("comments that the export does not hold", count - len(said) if isinstance(count, int) else 0)
    files = objects(fields.take("attachments"))
    known = {"commentCard", "copyCommentCard", "createCard", "updateCard"}
    fields.lose("actions of other kinds", sum(1 for row in actions if plain(row.get("type")) not in known))
    return record(
        fields,
        key,
        fields.text("name"),
        text=text.strip(),
        values=values,
        tags=tags(labels),
        created=created or _created(key) or updated,
        updated=updated,
        closed=updated if status else "",
        status_class="done" if status else "",
        comments=[_comment(where, side, row) for row in said],
        relations={"links": _cards(side, files)},
        attachments=attachments(files, "name", "bytes", "url"),
        changes=list(_changes(where, side, actions)),
    )


def _values(fields: Fields, side: Side, place: str, people: list[str], maker: dict[str, Any]) -> dict[str, str]:
    return {
        "status": place,
        "assignee": people[0] if people else "",
        "reporter": _member(side, maker.get("memberCreator") or fields.left.get("idMemberCreator")),
        "due": fields.date("due"),
    }


def _extras(fields: Fields, side: Side, people: list[str]) -> None:
    fields.keep("members", people if len(people) > 1 else None)
    fields.keep("start", fields.moment("start"))
    fields.take(*_INNER, "dueComplete", "idMemberCreator")
    for row in objects(fields.take("customFieldItems")):
        field = side.one("field", row.get("idCustomField"))
        options = {plain(one.get("id")): mapping(one.get("value")) for one in objects(field.get("options"))}
        chosen = options.get(plain(row.get("idValue"))) or mapping(row.get("value"))
        fields.keep(
            plain(field.get("name") or row.get("idCustomField")), next(iter(chosen.values()), row.get("idValue"))
        )
    fields.lose("plugin data", len(items(fields.take("pluginData"))))


def _comment(where: str, side: Side, row: dict[str, Any]) -> Comment:
    text = prose(mapping(row["data"]).get("text"))
    return Comment(moment(where, row.get("date")), _member(side, row.get("memberCreator")), False, text)


def _checklists(value: dict[str, Any], side: Side, key: str) -> str:
    """Return the checklists of a card as Markdown."""
    rows = objects(value.get("checklists")) or side.rows("checklist of", key)
    text = ""
    for row in rows:
        text += f"\n\n## {plain(row.get('name')) or 'Checklist'}\n\n"
        for one in sorted(objects(row.get("checkItems")), key=_place):
            told = (plain(one.get("name")), _member(side, one.get("idMember")), plain(one.get("due"))[:10])
            text += f"- [{'x' if one.get('state') == 'complete' else ' '}] {' · '.join(filter(None, told))}\n"
    return text


def _cards(side: Side, files: list[dict[str, Any]]) -> list[str]:
    """Return the cards that attachments link to."""
    found = (match[1] for row in files if (match := _CARD.match(plain(row.get("url")))))
    return [plain(side.one("named", f"card {short}").get("id")) for short in found]


def _place(row: dict[str, Any]) -> float:
    place = row.get("pos")
    return float(place) if isinstance(place, float) or (isinstance(place, int) and abs(place) < 10**15) else 0.0


def _changes(where: str, side: Side, actions: list[dict[str, Any]]) -> Iterator[FieldChange]:
    for row in actions:
        data = mapping(row.get("data"))
        at, author = moment(where, row.get("date")), _member(side, row.get("memberCreator"))
        if isinstance(data.get("listAfter"), dict):
            before, after = (plain(mapping(data.get(name)).get("name")) for name in ("listBefore", "listAfter"))
            yield FieldChange(at, author, "list", before, after)
        elif row.get("type") == "updateCard":
            for name, old in mapping(data.get("old")).items():
                if name in _CLOSING and isinstance(old, bool):
                    ends = (plain(mapping(data.get("list")).get("name")), _CLOSING[name])
                    yield FieldChange(at, author, "list", *(ends[::-1] if old else ends))
                if name in _CHANGED:
                    before, after = (_old(name, one) for one in (old, mapping(data.get("card")).get(name)))
                    yield FieldChange(at, author, _CHANGED[name], before, after)


def _old(name: str, value: Any) -> str:
    return prose(value) if name == "desc" else plain(value)[:10] if name == "due" else plain(value)


SYSTEM = System(
    "trello",
    ("cards", "lists", "members", "labels", "checklists", "customFields", "actions", "memberships", "pluginData"),
    _is_ticket,
    _side,
    _ticket,
    needs="a board has `cards`, `lists` and `actions`",
    learn=_learn,
)
