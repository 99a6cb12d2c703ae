"""Services and assets: what a ticket concerns. An asset is a file `assets/<id>.md` of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.paths import is_other_name, is_safe_id
from plaintickets.core.ticket import list_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from plaintickets.core.config import Config
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.problem import Problem
    from plaintickets.core.ticket import Ticket

FOLDER = "assets"
CONCERNS = "concerns"
"""The field of a ticket that names services and assets."""
KEYS = {
    "name": "What people call it; else its heading.",
    "kind": "What it is: printer, laptop, licence, …",
    "service": "The service that it is a part of.",
    "owner": "The person who owns it.",
    "team": "The team that looks after it.",
    "location": "Where it is.",
    "serial": "Its serial number.",
    "status": "How it is: in-use, in-repair, retired, …",
    "maintenance": "Recurring tickets that concern it, by name.",
}
"""The keys of an asset that `tk` knows; all others are kept and shown as they are."""


class Asset(NamedTuple):
    """One asset: its id, store path, front matter and heading, and the lines of its keys."""

    id: str
    path: str
    keys: Mapping[str, Value]
    title: str
    lines: Mapping[str, int]

    @property
    def name(self) -> str:
        """Return what people call it."""
        return self.text("name") or self.title

    @property
    def maintenance(self) -> tuple[str, ...]:
        """Return the names of the recurring tickets that concern it."""
        return list_of(self.keys.get("maintenance"))

    def text(self, key: str) -> str:
        """Return the text of a key, empty without one."""
        value = self.keys.get(key)
        return value if isinstance(value, str) else ", ".join(list_of(value))


class Assets(NamedTuple):
    """The assets of a store by id, and the problems of files that cannot be read."""

    known: Mapping[str, Asset] = {}
    problems: tuple[Problem, ...] = ()

    @property
    def broken(self) -> set[str]:
        """Return the ids of files that cannot be read."""
        return {asset_id(problem.path) for problem in self.problems}

    @property
    def ids(self) -> list[str]:
        """Return the ids of all asset files."""
        return sorted({*self.known, *self.broken})


def asset_id(path: str) -> str:
    """Return the id of an asset by the store path of its file, empty for any other file."""
    folder, _, name = path.rpartition("/")
    is_asset = folder == FOLDER and name.endswith(".md") and is_safe_id(name[:-3]) and not is_other_name(name[:-3])
    return name[:-3] if is_asset else ""


def is_used(config: Config) -> bool:
    """Tell whether `concerns` means services and assets, and is not a field of the store's own."""
    return all(field.name != CONCERNS for field in config.fields)


def service_of(ticket: Ticket, services: Mapping[str, Any], assets: Mapping[str, Asset]) -> str:
    """Return the service of a ticket: its field `service`, else the first that it concerns, else an asset's."""
    own = str(ticket.get("service") or "")
    if own:
        return own
    concerned = ticket.items(CONCERNS)
    direct = next((name for name in concerned if name in services), "")
    of_assets = (assets[name].text("service") for name in concerned if name in assets)
    return direct or next((name for name in of_assets if name), "")


def maintained(recurring: str, services: Mapping[str, Any], assets: Iterable[Asset]) -> list[str]:
    """Return the services and assets whose maintenance is a recurring ticket."""
    found = [name for name, entry in services.items() if recurring in entry.get("maintenance", ())]
    return [*found, *sorted(asset.id for asset in assets if recurring in asset.maintenance)]


def concerns_any(ticket: Ticket, names: Collection[str]) -> bool:
    """Tell whether a ticket concerns one of these services and assets."""
    return not set(ticket.items(CONCERNS)).isdisjoint(names)
