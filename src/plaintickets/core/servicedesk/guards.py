"""Guards: what a ticket must have before it enters a status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.builtinfields import described_fields
from plaintickets.core.config import NO_GUARDS
from plaintickets.core.pipelines import pipeline_of, statuses_of
from plaintickets.core.servicedesk.approvals import counted
from plaintickets.core.shortened import shortened
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from plaintickets.core.config import Config
    from plaintickets.core.servicedesk.approvals import Approvals, Count
    from plaintickets.core.ticket import Ticket

COMMENT = "comment"
SHOWN = 5


class Demand(NamedTuple):
    """What a ticket must have to enter a status."""

    fields: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    comment: bool = False
    checklist: bool = False
    children: bool = False
    deps: bool = False
    approvals: tuple[Mapping[str, Any], ...] = ()


NOTHING = Demand()


class Facts(NamedTuple):
    """What a ticket has: headings with text in lower case, open items and tickets, a comment with the change.

    The approvals are read only for a guard that asks for them.
    """

    headings: AbstractSet[str]
    unticked: Sequence[str]
    is_commented: bool
    open_children: Sequence[str]
    open_deps: Sequence[str]
    approvals: Callable[[], Approvals]


class Unmet(NamedTuple):
    """Something that a ticket lacks, in words, and the command that adds it."""

    what: str
    command: str


class GuardError(RefusedError):
    """A ticket that lacks something that a status needs; `forced_by` is the option that enters it all the same."""

    def __init__(self, ticket: str, status: str, lacks: Sequence[Unmet], *, forced_by: str = "--force") -> None:
        self.ticket = ticket
        self.status = status
        self.lacks = lacks
        rows = [f"  {one.what}" for one in lacks]
        super().__init__("\n".join([f"ticket '{ticket}' cannot become {status} yet:", *rows]))
        commands = dict.fromkeys(one.command for one in lacks if one.command)
        more = f"{forced_by} does it all the same, and the commit says so." if forced_by else ""
        self.hint = "\n      ".join([*commands, *([more] if more else [])])


def forced_line(ticket: str, status: str, lacks: Sequence[Unmet]) -> str:
    """Return the line of a commit's message for a guard that was not met."""
    return f"forced: {ticket} -> {status} without its guards: {'; '.join(one.what for one in lacks)}"


def demand_at(status: str, ticket: Ticket, config: Config) -> Demand:
    """Return what a ticket must have to enter a status: by its type, by the status, and by its pipeline.

    A duplicate may be closed as it is, because the work goes on in the other ticket.
    """
    if config.is_done(status) and ticket.text("duplicate-of"):
        return NOTHING
    kind, known = config.ticket_type(ticket.type), config.status(status)
    required = kind.required_at.get(status) if kind else None
    own = known.guards if known else NO_GUARDS
    pipeline = pipeline_of(ticket, config)
    stage = next((one.guards for one in statuses_of(pipeline, config) if one.name == status), {}) if pipeline else {}
    if not (required or own or stage):
        return NOTHING
    items = dict.fromkeys([*(required or ()), *own.get("require", ()), *stage.get("require", ())])
    fields, sections, comment = sorted_out(items, described_fields(config))
    guards = [guard for guard in (own, stage) if guard]
    return Demand(
        fields,
        sections,
        comment,
        checklist=any("checklist" in guard for guard in guards),
        children=any("children" in guard for guard in guards),
        deps=any("deps" in guard for guard in guards),
        approvals=tuple(guard["approvals"] for guard in guards if "approvals" in guard),
    )


def sorted_out(items: Iterable[str], known: AbstractSet[str]) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Return the fields, the headings, and whether a comment is required."""
    fields, sections, comment = [], [], False
    for item in items:
        if item == COMMENT:
            comment = True
        elif item in known:
            fields.append(item)
        else:
            sections.append(item.lstrip("# "))
    return tuple(fields), tuple(sections), comment


def unmet(ticket: Ticket, status: str, demand: Demand, facts: Facts, config: Config) -> list[Unmet]:
    """Return what a ticket lacks, in the order of the guards."""
    found = []
    keys = {**ticket.keys, "title": ticket.title}
    missing = [name for name in demand.fields if not keys.get(name)]
    if missing:
        command = " ".join([_shell("tk", "set", ticket.id), *(f"{_shell(name)}=…" for name in missing)])
        found.append(Unmet(f"{_list('field', missing)} missing: {' '.join(missing)}", command))
    lacking = (heading for heading in demand.sections if heading.casefold() not in facts.headings)
    edit = _shell("tk", "edit", ticket.id)
    found += [Unmet(f"no text below a heading '{heading}'", edit) for heading in lacking]
    if demand.comment and not facts.is_commented:
        command = _shell("tk", "status", ticket.id, status, "-m") + " …"
        found.append(Unmet("no comment with the change", command))
    if demand.checklist and facts.unticked:
        what = f"not ticked in its checklist: {shortened(facts.unticked, SHOWN, '; ')}"
        found.append(Unmet(what, edit))
    for words, is_asked, tickets in (
        ("open children", demand.children, facts.open_children),
        ("open dependencies", demand.deps, facts.open_deps),
    ):
        if is_asked and tickets:
            found.append(Unmet(f"{words}: {shortened(tickets, SHOWN)}", _shell("tk", "close", *tickets[:SHOWN])))
    for guard in demand.approvals:
        count = counted(guard, ticket, facts.approvals(), config)
        if not count.is_met:
            found.append(Unmet(_approvals(guard, count, facts.approvals()), _shell("tk", "approve", ticket.id)))
    return found


def _list(word: str, items: Sequence[str]) -> str:
    return word if len(items) == 1 else f"{word}s"


def _approvals(guard: Mapping[str, Any], count: Count, approvals: Approvals) -> str:
    """Return how far an approval guard is, in words."""
    of = f" of {', '.join(guard['from'])}" if guard.get("from") else ""
    without = f", not by {' or '.join(guard['not'])}" if guard.get("not") else ""
    word = "approval" if count.needed == 1 else "approvals"
    rows = [f"{len(count.approved)} of {count.needed} {word}{of}{without}"]
    if count.approved:
        rows.append(f"approved by {', '.join(count.approved)}")
    if count.rejected:
        rows.append(f"rejected by {', '.join(count.rejected)}")
    rows += [f"{one.entry} does not count: {one.reason}" for one in approvals.found if not one.is_valid][:SHOWN]
    if count.others is not None and len(count.approved) < count.needed:
        rows.append(f"may approve: {shortened(count.others, SHOWN) or 'nobody else'}")
    return "; ".join(rows)


def _shell(*words: str) -> str:
    import shlex

    return shlex.join(words)
