"""Find tickets that concern services and assets that do not exist, and assets that name what does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import Finding, shell
from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.assets import CONCERNS, is_used
from plaintickets.core.servicedesk.people import called, teams_of
from plaintickets.core.suggestions import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.core.checks.finding import Examined
    from plaintickets.core.servicedesk.assets import Asset


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each unknown name in `concerns`, and each unknown name in an asset's keys."""
    if not is_used(examined.config):
        return
    known = [*examined.config.services, *examined.assets.ids]
    for ticket in examined.tickets:
        for name in ticket.items(CONCERNS) if CONCERNS in ticket.keys else ():
            if name not in known:
                near = nearest(name, known, 1)
                wanted = [f"{CONCERNS}-={name}", *(f"{CONCERNS}+={one}" for one in near)]
                remedy = f"{shell('tk', 'set', ticket.id, *wanted)}, or describe it in assets/{name}.md"
                message = f"concerns {quoted(name)}, which is no service and no asset"
                yield examined.at(ticket, CONCERNS, "unknown-concern", message, remedy)
    for asset in examined.assets.known.values():
        yield from _check_asset(asset, examined)


def _check_asset(asset: Asset, examined: Examined) -> Iterator[Finding]:
    config = examined.config
    if asset.id in config.services:
        message = f"{quoted(asset.id)} is also the name of a service"
        yield Finding("broken-asset", message, "rename one of the two", asset.path)
    if any(sign.isspace() or sign == "," for sign in asset.id):
        message = "the name has a space or a comma, so no ticket can name it"
        yield Finding("broken-asset", message, "rename the file", asset.path)
    people = {form for name, person in config.people_details.items() for form in called(name, person)}
    allowed: tuple[tuple[str, Iterable[str]], ...] = (
        ("service", config.services),
        ("team", teams_of(config.people_details)),
        ("maintenance", config.recurring),
    )
    for key, names in allowed:
        given = asset.maintenance if key == "maintenance" else (asset.text(key),)
        for name in given:
            if name and name not in names and (names or key != "team"):
                yield _unknown(asset, key, name, names)
    owner = asset.text("owner")
    if owner and people and owner.casefold() not in people:
        yield _unknown(asset, "owner", owner, config.people_details)


def _unknown(asset: Asset, key: str, name: str, names: Iterable[str]) -> Finding:
    what = "recurring ticket" if key == "maintenance" else "person" if key == "owner" else key
    remedy = did_you_mean(name, names) or f"correct `{key}` in the file, or name it in the settings"
    message = f"{key}: no {what} is named {quoted(name)}"
    return Finding("unknown-name-in-asset", message, remedy, asset.path, asset.lines.get(key, 0))
