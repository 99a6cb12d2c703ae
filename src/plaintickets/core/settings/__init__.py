"""The table of settings, from which the check, the schema, the reference and the template are made.

Each section is a module here with `SETTINGS`, its keys. If its values have a shape of their own, `SHAPES` check and
describe them. `PAGES` are the parts of the reference page about the entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.settings import (
    aliases,
    apprise,
    approvals,
    blockers,
    calendars,
    check,
    commit,
    dashboards,
    defaults,
    duplicates,
    fields,
    guards,
    ignore,
    intake,
    layout,
    limits,
    merge,
    notify,
    people,
    personal,
    pipelines,
    policy,
    prefix,
    priorities,
    queries,
    queues,
    recurring,
    resolutions,
    routes,
    rules,
    services,
    sla,
    smtp,
    statuses,
    sync,
    trailers,
    triage,
    types,
)

if TYPE_CHECKING:
    from plaintickets.core.settings.model import Page, Setting, Shape

# In the order of the template and of the reference page.
SECTIONS = {
    "prefix": prefix,
    "statuses": statuses,
    "limits": limits,
    "types": types,
    "pipelines": pipelines,
    "priorities": priorities,
    "resolutions": resolutions,
    "fields": fields,
    "queries": queries,
    "dashboards": dashboards,
    "defaults": defaults,
    "commit": commit,
    "format": layout,
    "merge": merge,
    "duplicates": duplicates,
    "blockers": blockers,
    "trailers": trailers,
    "approvals": approvals,
    "policy": policy,
    "people": people,
    "queues": queues,
    "services": services,
    "calendars": calendars,
    "sla": sla,
    "routes": routes,
    "triage": triage,
    "rules": rules,
    "recurring": recurring,
    "intake": intake,
    "notify": notify,
    "check": check,
    "ignore": ignore,
    "sync": sync,
    "personal": personal,
    "smtp": smtp,
    "apprise": apprise,
    "aliases": aliases,
}
SETTINGS: dict[str, Setting] = {setting.key: setting for section in SECTIONS.values() for setting in section.SETTINGS}
SHAPES: dict[str, Shape] = {
    name: shape for section in SECTIONS.values() for name, shape in getattr(section, "SHAPES", {}).items()
}
PAGES: list[Page] = [page for section in (*SECTIONS.values(), guards) for page in getattr(section, "PAGES", ())]
