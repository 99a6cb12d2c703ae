"""The terms that a policy of the settings gives a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.servicedesk.clocks import CLOCKS, Terms
from plaintickets.core.servicedesk.duration import seconds_of
from plaintickets.core.servicedesk.presets import DEFAULT, PRESETS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.config import Status
    from plaintickets.core.servicedesk.calendar import Calendar


def switches(policy: Mapping[str, Any]) -> dict[str, Any]:
    """Return the switches of a policy: its own over those of its preset over the defaults."""
    found = {**DEFAULT, **PRESETS.get(policy.get("preset", ""), {})}
    targets = policy.get("targets", {})
    own = {
        "pauses": policy.get("pauses"),
        "response": policy.get("response"),
        "after": targets.get("update", {}).get("after"),
        "reopen": targets.get("resolution", {}).get("reopen"),
    }
    return {**found, **{name: value for name, value in own.items() if value is not None}}


def terms_of(policy: Mapping[str, Any], calendar: Calendar, statuses: Sequence[Status], priority: str) -> Terms:
    """Return the terms of a policy for a priority, by its name in the settings."""
    own = switches(policy)
    targets = {}
    for name in CLOCKS:
        by_priority = policy["targets"].get(name, {})
        text = by_priority.get(priority) or by_priority.get("default")
        seconds = seconds_of(text, calendar.workday) if text else None
        if seconds:
            targets[name] = seconds
    pause = policy.get("pause", ["waiting"])
    paused = frozenset(one.name for one in statuses if one.name in pause or one.kind in pause)
    warn = policy.get("warn", ["75%"])
    shares = tuple(int(text[:-1]) / 100 for text in warn if text.endswith("%"))
    left = tuple(seconds_of(text, calendar.workday) or 0 for text in warn if not text.endswith("%"))
    pauses, after, reopen = frozenset(own["pauses"]), own["after"], own["reopen"]
    return Terms(policy["name"], calendar, targets, paused, pauses, after, reopen, own["response"], shares, left)
