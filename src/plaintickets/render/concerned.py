"""A service or an asset as text and as JSON, and what a ticket concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.jsonform import FORMAT, dumps, ticket_object
from plaintickets.render.listing import ready_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.actions.services import Concerned


def page(found: Concerned) -> str:
    """Return the page of a service or asset."""
    rows = dict(found.values)
    if found.assets:
        rows["assets"] = " ".join(found.assets)
    for day, name, title in found.next:
        rows[f"next {name}"] = f"{day}  {title}"
    wide = max(map(len, rows), default=0)
    lines = [safe.line(f"{found.name}  {found.called}".rstrip())]
    lines += [f"{safe.line(key):<{wide}}  {safe.line(text)}" for key, text in rows.items()]
    if found.text:
        lines += ["", safe.block(found.text)]
    count = len(found.tickets)
    lines += ["", f"{count:,} open ticket{'s' if count != 1 else ''}", *map(ready_line, found.tickets)]
    return "\n".join(lines)


def page_json(found: Concerned) -> str:
    """Return the page as JSON."""
    tickets = [ticket_object(ticket) for ticket in found.tickets]
    dates = [{"date": day, "recurring": name, "title": title} for day, name, title in found.next]
    about = {"name": found.name, "called": found.called, "values": found.values, "text": found.text}
    more = {"assets": found.assets, "next_maintenance": dates, "tickets": tickets}
    return dumps({"format": FORMAT, found.kind: {**about, **more}})


def section(rows: Sequence[tuple[str, str, str, str]]) -> str:
    """Return the section Concerns of a ticket, empty without rows."""
    if not rows:
        return ""
    lines = [f"- {name} [{status or kind}] {called}".rstrip() for name, kind, called, status in rows]
    return "\n## Concerns\n\n" + "".join(safe.line(line) + "\n" for line in lines)


def section_json(rows: Sequence[tuple[str, str, str, str]]) -> list[dict[str, str | None]]:
    """Return what a ticket concerns, for JSON."""
    return [
        {"name": name, "kind": kind, "called": called or None, "status": status or None}
        for name, kind, called, status in rows
    ]
