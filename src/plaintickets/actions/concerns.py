"""The services and assets that tickets concern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.assets import CONCERNS, is_used, maintained
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project


def known_names(project: Project) -> list[str]:
    """Return the names of all services and assets; none if `concerns` is a field of the store's own."""
    if not is_used(project.config):
        return []
    return [*project.config.services, *project.asset_ids]


def refuse_unknown(project: Project, names: Sequence[str]) -> None:
    """Raise RefusedError for a name in `concerns` that no service and no asset has."""
    known = known_names(project) if is_used(project.config) else names
    for name in names:
        if name not in known:
            where = f"`services` in the settings and the files assets/<id>.md name them; {quoted(name)} is in neither."
            message = f"no service and no asset is named {quoted(name)}"
            raise RefusedError(message, hint=did_you_mean(name, known) or where)


def with_maintained(project: Project, recurring: str) -> dict[str, Any]:
    """Return the entries of a recurring ticket, which concerns each service and asset that it maintains."""
    values = dict(project.config.recurring[recurring])
    names = maintained(recurring, project.config.services, project.assets.known.values())
    if names and is_used(project.config):
        fields = dict(values.get("set", {}))
        given = [name.strip() for name in str(fields.get(CONCERNS, "")).split(",") if name.strip()]
        values["set"] = {**fields, CONCERNS: ",".join(dict.fromkeys([*given, *names]))}
    return values


def concerned_rows(project: Project, ticket: Ticket) -> list[tuple[str, str, str, str]]:
    """Return what a ticket concerns: name, kind (service, asset or missing), what people call it, its status."""
    rows = []
    for name in ticket.items(CONCERNS) if is_used(project.config) else ():
        asset = project.assets.known.get(name)
        if name in project.config.services:
            rows.append((name, "service", project.config.services[name].get("description", ""), ""))
        elif asset is not None:
            rows.append((name, "asset", asset.name, asset.text("status")))
        else:
            rows.append((name, "unreadable" if name in project.assets.broken else "missing", "", ""))
    return rows
