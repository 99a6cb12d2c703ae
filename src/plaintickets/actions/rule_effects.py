"""Perform the effects of automation rules on the tickets of an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.actions.change_status import unarchive
from plaintickets.actions.guards import hold_guards
from plaintickets.actions.set import Setting, refuse_consequences, setting_changes
from plaintickets.core.change import Change
from plaintickets.core.comments import Comment
from plaintickets.core.person_names import TEAM
from plaintickets.core.servicedesk.automation.effects import is_step, listed, name_of, stepped
from plaintickets.core.servicedesk.automation.placeholders import filled
from plaintickets.core.servicedesk.facts import RULE_AUTHOR
from plaintickets.core.ticket import list_of
from plaintickets.core.workflow import move
from plaintickets.errors import RefusedError, TicketsError
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from plaintickets.core.servicedesk.automation.triggers import Occurrence
    from plaintickets.core.ticket import Ticket
    from plaintickets.write.edit import Edit


class Fired(NamedTuple):
    """A rule that fired for a ticket: the fields that it changed, who is to be told, and what else it did."""

    rule: str
    ticket: str
    changes: list[str]
    notified: list[str]
    stops: bool = False


class Effects:
    """The effects of one rule on one ticket.

    With `day`, for `tk tick`, everything that is written depends on the day and the ticket alone, so that two clones
    write the same.
    """

    def __init__(
        self, edit: Edit, rule: str, ticket: str, why: Occurrence | None = None, day: date | None = None
    ) -> None:
        self._edit = edit
        self._project = edit.project
        self._rule = rule
        self._ticket = ticket
        self._why = why
        self._day = day
        self.comments = 0
        self.notified: list[str] = []
        self.stops = False

    def perform(self, effects: Sequence[Mapping[str, Any]]) -> None:
        """Perform effects in order.

        Raise TicketsError for one that is refused; the caller drops the changes.
        """
        for effect in effects:
            name = name_of(effect)
            _PERFORM[name](self, effect[name], effect)

    def _set(self, values: Mapping[str, str], _: Mapping[str, Any]) -> None:
        for name, given in values.items():
            ticket = self._edit.ticket(self._ticket)
            if name == "assignee":
                self._assign(given, {})
                continue
            setting = Setting(name, "=", self._stepped(ticket, given) if is_step(name, given) else given)
            self._edit.apply(setting_changes(self._project, ticket, setting, force=False))
            refuse_consequences(self._project, self._edit, self._ticket, setting)

    def _stepped(self, ticket: Ticket, step: str) -> str:
        if ticket.priority is None:
            raise RefusedError(f"the priority of {ticket.id} cannot be read")
        return stepped(step, ticket.priority, len(self._project.config.priorities))

    def _status(self, status: str, effect: Mapping[str, Any]) -> None:
        ticket, config = self._edit.ticket(self._ticket), self._project.config
        if ticket.status == status:
            return
        self._edit.apply(move(ticket, status, config, now=self._project.now, resolution=effect.get("resolution")))
        unarchive(self._edit, self._ticket)

    def _assign(self, person: str, _: Mapping[str, Any]) -> None:
        ticket = self._edit.ticket(self._ticket)
        person = ticket.text("reporter") if person == "reporter" else person
        if person.casefold().startswith(TEAM):
            self._put("assignee", person)
        else:
            self._edit.apply(setting_changes(self._project, ticket, Setting("assignee", "=", person), force=False))

    def _route(self, _value: bool, _: Mapping[str, Any]) -> None:
        from plaintickets.actions.route import route_in

        route_in(self._edit, [self._ticket])

    def _tag(self, tags: Sequence[str], _: Mapping[str, Any]) -> None:
        present = self._edit.ticket(self._ticket).tags
        if added := [tag for tag in dict.fromkeys(tags) if tag not in present]:
            self._put("tags", [*present, *added])

    def _untag(self, tags: Sequence[str], _: Mapping[str, Any]) -> None:
        present = self._edit.ticket(self._ticket).tags
        kept = [tag for tag in present if tag not in tags]
        if len(kept) < len(present):
            self._put("tags", kept or None)

    def _put(self, key: str, value: Any) -> None:
        before = self._edit.document(self._ticket).keys.get(key)
        if before != value:
            self._edit.apply([Change(self._ticket, key, before, value)])

    def _comment(self, value: Mapping[str, Any], _: Mapping[str, Any]) -> None:
        from plaintickets.actions.replies import reply_text

        text = value["text"] if "text" in value else reply_text(self._project, value["reply"])
        text = filled(text, self._value_of)
        self.comments += 1
        token = f"{_checksum(f'{self._rule} {self.comments} {text}'):06x}"[-6:] if self._day is not None else ""
        comment = Comment(self._moment(), RULE_AUTHOR + self._rule, bool(value.get("internal")), text)
        self._edit.add_comment(self._ticket, comment, token)

    def _moment(self) -> str:
        """Return the date of a comment: now; in a tick the day, or what is later in the ticket."""
        if self._day is None:
            return self._project.stamp
        document = self._edit.document(self._ticket)
        dates = [str(document.keys.get("created", "")), *(comment.date for comment in document.comments)]
        return max(
            [f"{self._day.isoformat()}T00:00:00Z", *(one for one in dates if one.endswith("Z") and len(one) == 20)]
        )

    def _link(self, part: str, _: Mapping[str, Any]) -> None:
        self._relate(self._edit.ticket(part).id)

    def _relate(self, other: str) -> None:
        if other == self._ticket:
            return
        for one, two in ((self._ticket, other), (other, self._ticket)):
            before = self._edit.document(one).keys.get("links")
            if two not in (links := list_of(before)):
                self._edit.apply([Change(one, "links", before, [*links, two])])

    def _create(self, value: Mapping[str, Any], _: Mapping[str, Any]) -> None:
        from plaintickets.actions.rule_tickets import create

        made = create(
            self._edit, value, lambda text: filled(text, self._value_of), f"rule:{self._rule}:{self._ticket}", self._day
        )
        if made is None:
            return
        if value.get("as") == "child":
            self._edit.apply([Change(made, "parent", self._edit.document(made).keys.get("parent"), self._ticket)])
        else:
            self._relate(made)

    def _notify(self, whom: Sequence[str], _: Mapping[str, Any]) -> None:
        ticket = self._edit.ticket(self._ticket)
        for one in listed(whom):
            name = ticket.text(one) if one in {"assignee", "reporter"} else one
            if name and name not in self.notified:
                self.notified.append(name)

    def _stop(self, _value: bool, _: Mapping[str, Any]) -> None:
        self.stops = True

    def _value_of(self, name: str) -> str:
        """Return the value of a placeholder, empty for a field that the ticket does not have."""
        ticket = self._edit.ticket(self._ticket)
        if name == "id":
            return ticket.id
        if name == "field":
            return self._why.field if self._why is not None else ""
        if name == "left":
            return self._left()
        value = ticket.get(name)
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")

    def _left(self) -> str:
        from plaintickets.actions.rule_context import RuleContext
        from plaintickets.core.servicedesk.duration import DAY, written

        clocks = RuleContext(self._project, self._edit).clocks(self._edit.ticket(self._ticket))
        left = [clock.left for clock in clocks if clock.is_live]
        return written(min(left), DAY * 366) if left else ""


_PERFORM: dict[str, Callable[[Effects, Any, Mapping[str, Any]], None]] = {
    "assign": Effects._assign,  # noqa: SLF001 - the table of this class
    "comment": Effects._comment,  # noqa: SLF001
    "create": Effects._create,  # noqa: SLF001
    "link": Effects._link,  # noqa: SLF001
    "notify": Effects._notify,  # noqa: SLF001
    "route": Effects._route,  # noqa: SLF001
    "set": Effects._set,  # noqa: SLF001
    "status": Effects._status,  # noqa: SLF001
    "stop": Effects._stop,  # noqa: SLF001
    "tag": Effects._tag,  # noqa: SLF001
    "untag": Effects._untag,  # noqa: SLF001
}


def perform(edit: Edit, rule: str, ticket: str, why: Occurrence | None = None, day: date | None = None) -> Fired:
    """Let a rule fire for a ticket: all its effects, or none.

    Raise RefusedError, which names the rule, if an effect is refused.
    """
    state = edit.state()
    config = edit.project.config
    effects = Effects(edit, rule, ticket, why, day)
    before = {ticket: edit.ticket(ticket)}
    try:
        effects.perform(config.rules[rule]["do"])
        hold_guards(edit, before, commented=before if effects.comments else (), forced_by="")
    except TicketsError as error:
        edit.return_to(state)
        source = config.source(f"rules.{rule}")
        hint = f"{error.hint} " if error.hint else ""
        raise RefusedError(
            f"{source}: the rule {rule} cannot fire for {ticket}: {error}; nothing was changed",
            hint=f"{hint}--no-rules leaves the rules out.",
        ) from None
    events = edit.events_since(state)
    changes = list(dict.fromkeys(event.field or event.kind for event in events if event.ticket == ticket))
    changes += [f"{event.kind} {event.ticket}" for event in events if event.ticket != ticket and not event.field]
    return Fired(rule, files.id_of(edit.document(ticket).path), changes, effects.notified, effects.stops)


def _checksum(text: str) -> int:
    from zlib import crc32

    return crc32(text.encode())
