"""Who is told of what happens to tickets, in `config.yml` or in `notify.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.servicedesk.notices import EVENTS, ROLES
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.guards import read_listed
from plaintickets.core.settings.model import Setting, Shape

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

DIGEST, CALENDAR = "digest", "calendar"
SETTINGS = (
    Setting(
        "notify", "notify",
        f"Who is told of which event by `tk notify`: the events {', '.join(f'`{one}`' for one in EVENTS)}, each with a "
        f"list of {', '.join(f'`{one}`' for one in ROLES)}; an event that is not named keeps its usual list. With "
        "`digest: true` each person gets one message about all tickets. With `calendar: NAME` mails are sent in the "
        "hours of that calendar only. The file `notify.yml` can hold it instead.",
        example="notify:\n  commented: [reporter, assignee, watchers, mentioned]\n  assigned: []",
    ),
)  # fmt: skip


def read_notify(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the roles by event, whether messages are joined, and the calendar of sending, as plain values."""
    found: dict[str, Any] = {}
    for key, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, key)
        if key == DIGEST:
            found[key] = findings.boolean(spot, value) or False
        elif key == CALENDAR:
            found[key] = findings.text(spot, value) or ""
        elif key not in EVENTS:
            findings.unknown(spot, "key", key, (*EVENTS, DIGEST, CALENDAR))
        else:
            found[key] = [one for one in read_listed(findings, spot, value) if findings.choice(spot, one, ROLES)]
    return found


def _schema(_: Setting) -> Json:
    roles: Json = {"type": "array", "items": {"enum": [*ROLES]}, "uniqueItems": True}
    return schema_parts.closed(
        {**dict.fromkeys(EVENTS, roles), DIGEST: {"type": "boolean"}, CALENDAR: schema_parts.NAME}
    )


SHAPES = {"notify": Shape("roles by event", read_notify, _schema)}
