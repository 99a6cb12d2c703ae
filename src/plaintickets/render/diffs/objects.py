"""What happened to tickets as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.change import COMMENT
from plaintickets.core.change_report import TEXT, tally
from plaintickets.render.jsonform import document

if TYPE_CHECKING:
    from plaintickets.core.change_report import ChangedTicket, Fact
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.settings_report import SettingChange
    from plaintickets.render.diffs import DiffOptions, TicketDiff


def render(difference: TicketDiff, _options: DiffOptions) -> str:
    """Return one object with the two states, the numbers of the summary, and the tickets."""
    more = {
        "base": difference.base,
        "head": difference.head,
        "summary": tally(difference.tickets),
        "others": list(difference.others),
        "settings": [_setting_object(change) for change in difference.settings],
    }
    return document("tickets", map(ticket_object, difference.tickets), **more) + "\n"


def _setting_object(change: SettingChange) -> dict[str, object]:
    return {**change._asdict(), "file": change.file or None, "key": change.key or None}


def ticket_object(changed: ChangedTicket) -> dict[str, object]:
    """Return one ticket and its facts."""
    return {
        "id": changed.ticket,
        "was": changed.was or None,
        "title": changed.title,
        "path": changed.path,
        "categories": list(changed.categories),
        "facts": [fact_object(fact) for fact in changed.facts],
    }


def fact_object(fact: Fact) -> dict[str, object]:
    """Return one fact; `internal` of a comment is a boolean."""
    row: dict[str, object] = {
        "kind": fact.kind,
        "field": fact.field.removeprefix("key:") or None,
        "before": _value(fact, fact.before),
        "after": _value(fact, fact.after),
    }
    if fact.more:
        row["resolution"] = fact.more
    if fact.kind == TEXT:
        row["lines"] = {"removed": fact.lines[0], "added": fact.lines[1]}
        row["hunks"] = [{"line": at + 1, "removed": removed, "added": added} for at, removed, added in fact.hunks]
    return row


def _value(fact: Fact, value: Value | None) -> object:
    if fact.field == COMMENT and isinstance(value, dict):
        return {**value, "internal": value.get("internal") == "true"}
    return value
