"""Fire the automation rules on a change, in the edit of the command that makes the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.rule_context import RuleTests
from plaintickets.actions.rule_effects import Fired, perform
from plaintickets.core import event as kinds
from plaintickets.core.servicedesk.automation.engine import Asked, Performed, run
from plaintickets.core.servicedesk.automation.triggers import Occurrence, is_timed, is_triggered
from plaintickets.core.servicedesk.facts import creator_of, side_of, team_of
from plaintickets.core.ticket_parts import comment_from
from plaintickets.errors import TicketsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from plaintickets.write.edit import Edit
    from plaintickets.write.edit_events import EditEvent

SILENT = frozenset(
    (
        *("archive", "check", "doctor", "init", "merge-driver", "migrate-format", "mv", "resolve", "rm", "rules"),
        *("setup", "sync", "tick", "undo"),
    )
)
"""The verbs of edits that fire no rules: they move, repair, merge or take back what was there."""
HEARD = frozenset((kinds.CREATED, kinds.CHANGED, kinds.COMMENTED, kinds.TEXT))
NOTIFY_TRAILER = "Tk-Notify"


def fire(edit: Edit) -> None:
    """Let the rules on a change add their changes to an edit before it is committed.

    Raise TicketsError with nothing changed.
    """
    if edit.verb in SILENT or not any(set(rule["on"]) - {"time"} for rule in edit.project.config.rules.values()):
        return
    changes = occurrences(edit.events())
    if not changes:
        return
    about = edit.about or {ticket.id for ticket in edit.changed()}
    if fire_for(edit, changes, imported=edit.verb == "import"):
        edit.about = about


def occurrences(events: Iterable[EditEvent], path: tuple[str, ...] = ()) -> dict[str, list[Occurrence]]:
    """Return what rules can hear of the events of an edit, by ticket; `path` names the rules that led to them."""
    found: dict[str, list[Occurrence]] = {}
    for event in events:
        if event.kind in HEARD:
            row = Occurrence(event.kind, event.field, event.before, event.after, path, event.ticket)
            found.setdefault(event.ticket, []).append(row)
    return found


def fire_for(
    edit: Edit, changes: Mapping[str, list[Occurrence]], *, imported: bool = False, day: date | None = None
) -> list[Fired]:
    """Fire the rules for changes of tickets, and note in the edit which fired and what they did.

    `day` is that of a tick, which changes the same in every clone.
    """
    config = edit.project.config
    rules = config.rules
    tests = RuleTests(edit.project, edit)
    fired: list[Fired] = []

    def side(what: Occurrence) -> str:
        return _side(edit, what)

    def triggers(rule: str, what: Occurrence) -> bool:
        on = rules[rule]["on"]
        return any(is_triggered(one, what, config.is_done, side, imported=imported) for one in on)

    def matches(rule: str, ticket: str) -> bool:
        try:
            found = edit.ticket(ticket)
        except TicketsError:
            return False  # an earlier rule or the command itself has left it unreadable or removed it
        return tests.matches(rule, found)

    def performed(rule: str, ticket: str, why: Occurrence) -> Performed:
        state = edit.state()
        done = perform(edit, rule, ticket, why, day)
        fired.append(done)
        return Performed(occurrences(edit.events_since(state)), done.stops)

    on_change = [name for name, rule in rules.items() if not is_timed(rule["on"]) or len(rule["on"]) > 1]
    run(Asked(on_change, triggers, matches, performed, lambda rule: config.source(f"rules.{rule}")), changes.items())
    note(edit, fired)
    return fired


def _side(edit: Edit, what: Occurrence) -> str:
    """Return whose a comment is, the requester's or the team's, as the clocks of `tk sla` take it."""
    from plaintickets.actions.log import history

    project, comment = edit.project, comment_from(what.after)
    if comment is None:
        return ""
    ticket = edit.ticket(what.ticket)
    creator: tuple[str, ...] = project.identity if what.ticket in edit.new_ids() else ()
    # Who created it is asked for only where the ticket does not name its reporter.
    if not creator and project.git is not None and not ticket.text("reporter"):
        past = history(project, what.ticket)
        creator = creator_of(past.events if past.complete else ())
    return side_of(comment, what.writer or project.identity, team_of(project.config, ticket, creator))


def note(edit: Edit, fired: Iterable[Fired], *, tells: bool = True) -> None:
    """Note the rules that fired in the message of an edit, and tell the user."""
    for one in fired:
        what = ", ".join(one.changes) or "nothing to change"
        line = f"rule {one.rule}: {one.ticket} {what}"
        edit.details.append(line)
        edit.trailers.append(f"{kinds.RULE_TRAILER}: {one.rule}: {what} in {one.ticket}")
        edit.trailers += [f"{NOTIFY_TRAILER}: {who} about {one.ticket} by {one.rule}" for who in one.notified]
        more = f"; to notify: {', '.join(one.notified)}" if one.notified else ""
        if tells:
            edit.project.around.notify(line + more)
