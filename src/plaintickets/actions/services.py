"""The services and assets of a project, with the tickets that concern them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.actions.arrange import urgent_first
from plaintickets.actions.listing import not_done
from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.assets import CONCERNS, KEYS, Asset, concerns_any
from plaintickets.core.suggestions import did_you_mean
from plaintickets.core.table import Column, Table
from plaintickets.errors import RefusedError, UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from plaintickets.core.table import Cell
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

SERVICE_KEYS = ("owner", "team", "queue", "sla", "maintenance", "description")
_COUNTS = ("assets", "open")


class Concerned(NamedTuple):
    """A service or an asset: its values by key, its text, its assets, its open tickets, and its next maintenance."""

    name: str
    kind: str
    called: str
    values: dict[str, str]
    text: str
    assets: list[str]
    tickets: list[Ticket]
    next: list[tuple[str, str, str]]


def services_table(project: Project, columns: str = "") -> Table:
    """Return the services with the numbers of their assets and open tickets.

    Raise UsageError for an unknown column.
    """
    assets = project.assets.known.values()
    tickets = not_done(project)
    rows: list[dict[str, Cell]] = []
    for name, entry in project.config.services.items():
        own = [asset.id for asset in assets if asset.text("service") == name]
        counts = (len(own), len(_of_service(tickets, name, own)))
        rows.append({"name": name, **_words(entry), **dict(zip(_COUNTS, counts, strict=True))})
    usual = ("name", "owner", "team", "queue", "assets", "open", "description")
    headings = {"name": "service"}
    return _table("Services", rows, usual, columns, ("name", *SERVICE_KEYS, *_COUNTS), headings)


def assets_table(project: Project, columns: str = "") -> Table:
    """Return the assets with the numbers of their open tickets; a column can be any key that an asset has.

    Raise UsageError for an unknown column.
    """
    count = Counter(name for ticket in not_done(project) for name in set(ticket.items(CONCERNS)))
    rows: list[dict[str, Cell]] = []
    others: dict[str, None] = {}
    for asset in sorted(project.assets.known.values(), key=lambda asset: asset.id):
        others |= dict.fromkeys(asset.keys)
        texts: dict[str, Cell] = {key: asset.text(key) for key in asset.keys}
        rows.append({**texts, "id": asset.id, "name": asset.name, "open": count[asset.id]})
    usual = ("id", "name", "kind", "service", "status", "owner", "location", "open")
    return _table("Assets", rows, usual, columns, ("id", *KEYS, "open", *others), {"id": "asset"})


def _table(
    title: str,
    rows: Sequence[dict[str, Cell]],
    usual: Sequence[str],
    asked: str,
    known: Iterable[str],
    headings: dict[str, str],
) -> Table:
    names = [name.strip() for name in asked.split(",") if name.strip()] or usual
    known = list(dict.fromkeys(known))
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"Known: {', '.join(known)}."
            raise UsageError(f"unknown column {quoted(name)}", hint=hint)
    columns = [Column(name, headings.get(name, name), "count" if name in _COUNTS else "text") for name in names]
    return Table(title, columns, [[row.get(name, "") for name in names] for row in rows])


def service(project: Project, name: str) -> Concerned:
    """Return a service.

    Raise RefusedError if there is none of the name.
    """
    services = project.config.services
    if name not in services:
        hint = did_you_mean(name, services) or f"Known: {' '.join(services) or 'none; `services` in the settings'}."
        if name in project.assets.ids:
            hint = f"{name} is an asset: `tk assets {name}` shows it."
        raise RefusedError(f"no service is named {quoted(name)}", hint=hint)
    assets = sorted(asset.id for asset in project.assets.known.values() if asset.text("service") == name)
    entry = services[name]
    tickets = urgent_first(_of_service(not_done(project), name, assets))
    dates = _next(project, entry.get("maintenance", ()))
    called = entry.get("description", "")
    values = {key: text for key, text in _words(entry).items() if key != "description" and text}
    return Concerned(name, "service", called, values, "", assets, tickets, dates)


def asset(project: Project, name: str) -> Concerned:
    """Return an asset.

    Raise RefusedError if there is none of the name, UnreadableError if its file cannot be read.
    """
    assets = project.assets
    if name not in assets.ids:
        hint = did_you_mean(name, assets.ids) or "`tk assets` lists them; a file assets/<id>.md describes one."
        if name in project.config.services:
            hint = f"{name} is a service: `tk services {name}` shows it."
        raise RefusedError(f"no asset is named {quoted(name)}", hint=hint)
    if name in assets.broken:
        raise UnreadableError(f"the asset {quoted(name)} cannot be read", hint="`tk check` says what is wrong with it.")
    found = assets.known[name]
    tickets = urgent_first([ticket for ticket in not_done(project) if concerns_any(ticket, (name,))])
    values = {key: found.text(key) for key in found.keys if key not in ("name", "title") and found.text(key)}
    text = _body(project, found)
    return Concerned(name, "asset", found.name, values, text, [], tickets, _next(project, found.maintenance))


def _body(project: Project, asset: Asset) -> str:
    """Return the text of an asset without its heading."""
    document = project.document_at(asset.path)
    heading = f"# {document.title}"
    return document.body.strip().removeprefix(heading).strip() if document.title else document.body.strip()


def _words(entry: dict[str, Any]) -> dict[str, str]:
    """Return the values of a service as text."""
    texts = {key: entry.get(key, "") for key in SERVICE_KEYS}
    return {key: text if isinstance(text, str) else " ".join(text) for key, text in texts.items()}


def _of_service(tickets: Iterable[Ticket], name: str, assets: Sequence[str]) -> list[Ticket]:
    """Return the tickets of a service: it is their `service`, or they concern it or one of its assets."""
    names = {name, *assets}
    return [one for one in tickets if str(one.get("service") or "") == name or concerns_any(one, names)]


def _next(project: Project, names: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return the next day of each recurring ticket, with its name and title, soonest first."""
    found = []
    for name in names:
        entry = project.config.recurring.get(name)
        day = _next_day(entry, project.moment.date()) if entry else None
        if entry and day is not None:
            iso = day.isoformat()
            found.append((iso, name, entry["title"].replace("{date}", iso)))
    return sorted(found)


def _next_day(entry: dict[str, Any], today: date) -> date | None:
    from plaintickets.core.servicedesk.automation.recurrence import SEARCHED_YEARS, days, recurrence_of, start_of

    start = start_of(entry["start"])
    if start is None:
        return None
    last = today.replace(year=today.year + SEARCHED_YEARS, day=min(today.day, 28))
    return next((day for day in days(recurrence_of(entry["rrule"]), start, last) if day > today), None)
