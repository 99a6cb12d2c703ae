"""A text to read: how many tickets there are of each status, then each ticket with its text and comments."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from plaintickets.core.markdown import COMMENT, START, step
from plaintickets.exporters.values import flat, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.exported import Export, Exported

_OWN = ("id", "title")
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|&~"})


def pieces(export: Export) -> Iterator[str]:
    """Yield the summary, then a section for each ticket."""
    counts = Counter(ticket.status for ticket in export.tickets)
    total = sum(counts.values())
    yield f"# {_line(export.repository)}: {total:,} ticket{'s' if total != 1 else ''}\n\n"
    yield f"As of {export.now:%Y-%m-%d %H:%M} UTC.\n\n"
    yield "".join(f"- {_line(status)}: {count:,}\n" for status, count in counts.most_common())
    for record in export.records():
        yield _section(export, record)


def _section(export: Export, record: Exported) -> str:
    ticket = record.ticket
    rows = [f"- {_line(key)}: {_line(flat(value))}" for key, value in ticket.keys.items() if value and key not in _OWN]
    parts = [f"\n## {_line(ticket.id)} {_line(ticket.title)}\n", "\n".join(rows)]
    if ticket.text("due") and not export.is_done(ticket.status) and ticket.text("due") < f"{export.now:%Y-%m-%d}":
        parts.insert(1, "**Overdue.**\n")
    if record.text.strip():
        parts.append("\n" + _lowered(plain(record.text)))
    for one in record.comments:
        head = " · ".join(part for part in (f"**{_line(one.date)}**", _line(one.author)) if part)
        head += " · internal" if one.internal else ""
        quoted = "\n".join(f"> {line}".rstrip() for line in plain(one.text).split("\n"))
        parts.append(f"\n{head}\n\n{quoted}")
    return "\n".join(parts) + "\n"


def _line(text: str) -> str:
    """Return a text on one line, without markup."""
    return " ".join(plain(text).split()).translate(_SPECIAL)


def _lowered(text: str) -> str:
    """Return a text whose headings are below that of the ticket, and whose code is closed."""
    lines = []
    state = START
    for line in text.strip("\n").split("\n"):
        state, is_example = step(state, line)
        lines.append(f"##{line}" if line.startswith("#") and not is_example else line)
    return "\n".join([*lines, *([state.fence if state.fence != COMMENT else "-->"] if state.fence else [])])
