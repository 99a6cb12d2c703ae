"""A rule in words: one line for lists, and what its parts say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.servicedesk.automation.effects import BARE, listed, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def triggers_text(rule: Mapping[str, Any]) -> str:
    """Return the triggers of a rule as one text."""
    return ", ".join(one.replace(":", ": ", 1) for one in rule["on"])


def effects_text(rule: Mapping[str, Any]) -> str:
    """Return the effects of a rule as one text."""
    return "; ".join(_effect(effect) for effect in rule["do"])


def _effect(effect: Mapping[str, Any]) -> str:
    name = name_of(effect)
    value = effect[name]
    if name in BARE:
        return name
    if name == "set":
        return "set " + ", ".join(f"{field}={text}" for field, text in value.items())
    if name == "status":
        more = f" ({effect['resolution']})" if "resolution" in effect else ""
        return f"status {value}{more}"
    if name == "comment":
        kind = "internal comment" if value.get("internal") else "comment"
        return f"{kind} {value['reply']}" if "reply" in value else kind
    if name == "create":
        return f"create {value.get('as', 'linked')} {value['title']}"
    return f"{name} {', '.join(listed(value))}"
