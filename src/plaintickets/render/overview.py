"""The state of a store as lines for a screen of 24, or as one JSON object."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.render import safe
from plaintickets.render.jsonform import FORMAT, ticket_object
from plaintickets.render.styled import columns, contained, padded, painted, shortened, styled
from plaintickets.render.times import ago, due_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from plaintickets.actions.overview import Item, Overview, Recent, Section
    from plaintickets.git.checkout_state import CheckoutState
    from plaintickets.render.styled import Styled

MOST_LINES = 23
"""A terminal has 24 lines, and one is the next prompt."""
HEADINGS = {
    "problems": ("Problems", "tk doctor"),
    "in_work": ("In work, yours", ""),
    "waiting": ("Waiting for you", ""),
    "ready": ("Ready", "tk ready; tk start ID"),
    "blocked": ("Blocked", "tk blocked"),
    "overdue": ("Overdue", "tk ls is:overdue"),
    "changed": ("Changed since yesterday", "tk log --since yesterday"),
}
_ORDER = ("problems", "in_work", "waiting", "ready", "overdue", "blocked", "changed")
"""Which section gets the next line if there is room for more."""
_SHORTEST_TITLE = 12


class Line(NamedTuple):
    """A ticket of the overview: its id, priority and title, and what is said at the end of the line."""

    id: str
    priority: str
    title: Styled
    note: Styled = ()


class Terminal(NamedTuple):
    """The columns of the terminal, 0 for a program that reads whole lines, and how it colours a text."""

    columns: int
    paint: Callable[[str, str], str]


def lines(shown: Overview, now: datetime, terminal: Terminal) -> list[str]:
    """Return the overview, at most MOST_LINES lines."""
    head = [*_head(shown)]
    parts = {name: found for name in HEADINGS if (found := _rows(name, shown, now))[0]}
    room = MOST_LINES - len(head) - len(parts)
    counts = _counts({name: len(rows) for name, (_, rows) in parts.items()}, room)
    taken = len(head) + len(parts) + sum(counts.values())
    is_spaced = taken + len(parts) <= MOST_LINES
    text = [_fitted(styled(line), terminal) for line in head]
    for name, (total, rows) in parts.items():
        text += [""] * is_spaced
        text.append(_heading(name, total, counts[name], terminal))
        text += _laid_out(rows[: counts[name]], terminal)
    return text


def _counts(lengths: dict[str, int], room: int) -> dict[str, int]:
    """Return how many rows each section shows: one, then one more in turn while there is room."""
    counts = dict.fromkeys(lengths, 0)
    while room > 0:
        growing = [name for name in _ORDER if counts.get(name, 0) < lengths.get(name, 0)]
        if not growing:
            break
        for name in growing[:room]:
            counts[name] += 1
        room -= len(growing)
    return counts


def _head(shown: Overview) -> Iterator[str]:
    """Yield the branch, and what nobody else has yet."""
    checkout = shown.checkout
    if checkout is None:
        yield "Not in a git repository"
    else:
        yield "  ".join(_branch(checkout))
    if shown.uncommitted:
        names = ", ".join(shown.uncommitted[:3]) + (", …" if shown.uncommitted[3:] else "")
        yield f"{_counted(len(shown.uncommitted), 'ticket')} changed and not committed: {names}  (tk commit)"
    if not shown.is_known:
        yield "git does not know your name, so nothing is shown as yours  (git config user.name)"
    if not any(section.total for section in shown.sections.values()) and (shown.tickets or not shown.problems):
        yield "No ticket is open." if shown.tickets else "No tickets yet; `tk new TITLE` creates one."


def _branch(checkout: CheckoutState) -> Iterator[str]:
    yield f"On {checkout.branch}" if checkout.branch else "HEAD is detached"
    if checkout.unpushed:
        yield f"{_counted(checkout.unpushed, 'commit')} to push  (tk sync)"
    if checkout.behind:
        yield f"{_counted(checkout.behind, 'commit')} behind {checkout.upstream}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _heading(name: str, total: int, count: int, terminal: Terminal) -> str:
    title, command = HEADINGS[name]
    number = f"{count} of {total:,}" if count < total else f"{total:,}"
    more = ((f"  ({command})", "quiet"),) if command else ()
    return _fitted(((title, "bold"), (f": {number}", ""), *more), terminal)


def _rows(name: str, shown: Overview, now: datetime) -> tuple[int, Sequence[Line | Styled]]:
    """Return how many there are of a section, and the first of them."""
    if name == "problems":
        undecided = [f"{name}: values of a merge to decide; `tk resolve {name}`" for name in shown.conflicts]
        found = [*shown.problems, *undecided]
        return len(found), [styled(text, "error") for text in found[:MOST_LINES]]
    if name == "changed":
        return shown.changed[0], [_changed(recent, now) for recent in shown.changed[1]]
    section = shown.sections[name]
    return section.total, [_line(name, item, now) for item in section.items]


def _line(name: str, item: Item, now: datetime) -> Line:
    ticket = item.ticket
    number = ticket.priority
    notes: list[Styled] = []
    due = ticket.text("due")
    words, is_late = due_words(due, now) if due else ("", False)
    if is_late or name == "overdue":
        notes.append(styled(words, "urgent"))
    if name == "in_work":
        notes.append(styled(ticket.status, "active"))
    if item.others:
        sign, style = ("blocks ", "quiet") if name == "waiting" else ("⊘ ", "waiting")
        notes.append(styled(sign + " ".join(item.others[:3]) + (" …" if item.others[3:] else ""), style))
    elif item.reason and item.reason != "assigned to you":
        notes.append(styled(item.reason, "quiet"))
    if ticket.assignee and name in ("ready", "overdue", "blocked"):
        notes.append(styled(ticket.assignee, "quiet"))
    joined: Styled = ()
    for note in notes:
        joined += ((("  ", ""),) if joined else ()) + note
    return Line(ticket.id, f"P{'?' if number is None else number}", styled(ticket.title or "(no title)"), joined)


def _changed(recent: Recent, now: datetime) -> Line:
    when = datetime.fromtimestamp(recent.change.seconds, UTC).isoformat()
    note = styled(f"{recent.change.author}, {ago(when, now)}", "quiet")
    if recent.ticket is None:
        what = "(cannot be read)" if recent.exists else "(removed)"
        return Line(recent.id, "", ((what, "quiet"),), note)
    status = styled(recent.ticket.status, "quiet")
    return Line(recent.id, "", styled(recent.ticket.title or "(no title)"), (*status, ("  ", ""), *note))


def _laid_out(rows: Sequence[Line | Styled], terminal: Terminal) -> Iterator[str]:
    ids = [safe.line(row.id) for row in rows if isinstance(row, Line)]
    wide = max((columns(styled(name)) for name in ids), default=0)
    for row in rows:
        if not isinstance(row, Line):
            yield _fitted((("  ", ""), *row), terminal)
            continue
        start: Styled = (("  ", ""), *padded(styled(row.id, "id"), wide), ("  ", ""))
        if row.priority:
            start += ((row.priority, "urgent" if row.priority in ("P0", "P1") else "quiet"), ("  ", ""))
        end: Styled = (("  ", ""), *row.note) if row.note else ()
        title = row.title
        if terminal.columns:
            room = terminal.columns - columns(start) - columns(end)
            title = shortened(title, max(room, _SHORTEST_TITLE))
        yield _fitted((*start, *contained(title), *end), terminal)


def _fitted(text: Styled, terminal: Terminal) -> str:
    return painted(shortened(text, terminal.columns) if terminal.columns else text, terminal.paint)


def overview_object(shown: Overview) -> dict[str, object]:
    """Return the overview as an object: of each section the number of tickets, and the first of them."""
    checkout = shown.checkout
    git = None
    if checkout is not None:
        git = {
            "branch": checkout.branch or None,
            "upstream": checkout.upstream or None,
            "unpushed": checkout.unpushed,
            "behind": checkout.behind,
        }
    total, recent = shown.changed
    return {
        "format": FORMAT,
        **{name: _section_object(name, section) for name, section in shown.sections.items()},
        "changed": {"count": total, "tickets": [_recent_object(one) for one in recent]},
        "problems": [safe.line(problem) for problem in shown.problems],
        "conflicts": shown.conflicts,
        "uncommitted": shown.uncommitted,
        "git": git,
    }


def _section_object(name: str, section: Section) -> dict[str, object]:
    tickets = []
    for item in section.items:
        one = ticket_object(item.ticket)
        if name in ("in_work", "blocked"):
            one["waits_for"] = list(item.others)
        elif name == "waiting":
            one.update(blocks=list(item.others), reason=item.reason)
        tickets.append(one)
    return {"count": section.total, "tickets": tickets}


def _recent_object(recent: Recent) -> dict[str, object]:
    when = datetime.fromtimestamp(recent.change.seconds, UTC).isoformat().replace("+00:00", "Z")
    ticket = recent.ticket
    return {
        "id": recent.id,
        "title": ticket.title if ticket else None,
        "status": ticket.status if ticket else None,
        "author": recent.change.author,
        "date": when,
    }
