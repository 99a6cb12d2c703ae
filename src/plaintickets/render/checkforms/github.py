"""Workflow commands of GitHub Actions: annotations on the lines of a pull request.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.reported import LEVELS, by_level, verdict
from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.checks.reported import Checked, Reported

# GitHub shows this many of each level for each step; the others are only in the log.
MOST_SHOWN = 10
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(found: Sequence[Reported], checked: Checked) -> str:
    """Return a command for each finding, the most severe first, and a line with their number."""
    levels = [one.level for one in found]
    crowded = any(levels.count(level) > MOST_SHOWN for level in LEVELS)
    end = f"; {MOST_SHOWN} of each level are shown in the files, all of them in this log" if crowded else ""
    return "\n".join([*map(_command, by_level(found)), f"tk check: {verdict(found, checked)}{end}"])


def _command(one: Reported) -> str:
    places = {"file": one.path, "line": str(one.line) if one.path and one.line else "", "title": _title(one)}
    properties = ",".join(f"{name}={_property(value)}" for name, value in places.items() if value)
    text = "\n".join(safe.line(part) for part in (one.message, one.remedy, one.documentation) if part)
    return f"::{_COMMANDS[one.level]} {properties}::{_message(text)}"


def _title(one: Reported) -> str:
    return f"{one.ticket}: {one.code}" if one.ticket else one.code


def _property(text: str) -> str:
    return _message(safe.line(text)).replace(":", "%3A").replace(",", "%2C")


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
