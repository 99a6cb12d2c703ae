"""What happened to a ticket, in the words that people are told it in, and whom it concerns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import event as kinds
from plaintickets.core.servicedesk.contacts import ASSIGNEE, MENTIONED, OF_TEAM, REPORTER, WATCHER

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from plaintickets.core.config import Config
    from plaintickets.core.event import Event

CREATED, COMMENTED, ASSIGNED, STATUS, CLOSED, REOPENED, CHANGED = EVENTS = (
    *("created", "commented", "assigned", "status", "closed", "reopened", "changed"),
)
ROLES = (REPORTER, ASSIGNEE, WATCHER, OF_TEAM, MENTIONED)
USUAL: Mapping[str, tuple[str, ...]] = {
    CREATED: (REPORTER, ASSIGNEE, OF_TEAM),
    COMMENTED: (REPORTER, ASSIGNEE, WATCHER, MENTIONED),
    ASSIGNED: (ASSIGNEE,),
    STATUS: (REPORTER, ASSIGNEE, WATCHER),
    CLOSED: (REPORTER, ASSIGNEE, WATCHER),
    REOPENED: (ASSIGNEE, WATCHER, OF_TEAM),
    CHANGED: (),
}
FOR_EVERYBODY = frozenset((CREATED, COMMENTED, STATUS, CLOSED, REOPENED))
"""The events that people outside the team are told of."""
_MENTION = re.compile(r"(?<![\w@.])@([\w.-]*\w)")
_UNTOLD = frozenset(("closed", "resolution", "created", "fired", "id", "conflicts", "approvals", "rejections"))


class Notice(NamedTuple):
    """One thing that happened: its event, who did it, a line about it, a text, and whether it is for the team only."""

    event: str
    author: str
    line: str
    text: str
    is_internal: bool


class Notification(NamedTuple):
    """What one person is told of one ticket: each notice with what identifies it, and the newest commit of them.

    `is_requester` says that the person asked and is not one of the people.
    """

    person: str
    address: str
    ticket: str
    title: str
    status: str
    notices: tuple[tuple[str, Notice], ...]
    commit: str
    asks_rating: bool
    is_requester: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """Return what identifies the contents."""
        return tuple(key for key, _ in self.notices)


def notice_of(event: Event, config: Config) -> Notice | None:
    """Return what is told of an event; None for one that nobody is told of."""
    author = event.author
    if event.kind == kinds.CREATED:
        return Notice(CREATED, author, "The ticket was created.", "", is_internal=False)
    if event.kind == kinds.COMMENTED and isinstance(event.after, dict) and event.before is None:
        who = str(event.after.get("author") or author)
        internal = str(event.after.get("internal", "")).casefold() not in ("", "false")
        return Notice(COMMENTED, who, f"{who} commented:", str(event.after.get("text", "")), is_internal=internal)
    if event.kind != kinds.CHANGED or event.field in _UNTOLD:
        return None
    before, after = _plain(event.before), _plain(event.after)
    if event.field == "status":
        is_done, was_done = config.is_done(after), config.is_done(before)
        name = CLOSED if is_done and not was_done else REOPENED if was_done and not is_done else STATUS
        said = {CLOSED: "The ticket is closed.", REOPENED: "The ticket is open again."}.get(name)
        return Notice(name, author, said or f"The status is {after} now.", "", is_internal=False)
    if event.field == ASSIGNEE:
        line = f"{author} gave the ticket to {after}." if after else f"{author} took the ticket from {before}."
        return Notice(ASSIGNED, author, line, "", is_internal=True)
    line = f"{author} changed {event.field} from {before or 'nothing'} to {after or 'nothing'}."
    return Notice(CHANGED, author, line, "", is_internal=True)


def _plain(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return " ".join(text.split())[:200]


def mentioned(text: str, people: Collection[str]) -> list[str]:
    """Return the people whom a text mentions as `@name`."""
    names = {name.casefold() for name in _MENTION.findall(text)}
    return [one for one in people if one.casefold() in names] if names else []


def roles_for(event: str, settings: Mapping[str, Any]) -> Collection[str]:
    """Return the roles that are told of an event."""
    found: Collection[str] = settings.get(event, USUAL[event])
    return found
