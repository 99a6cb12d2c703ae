"""What `tk doctor` found, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render.jsonform import FORMAT, dumps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.actions.doctor import CheckUp
    from plaintickets.core.checks.finding import Finding


def json_text(found: CheckUp, done: Sequence[str], proposed: Sequence[str]) -> str:
    """Return the problems, the advice, what was repaired, and the proposed lines of settings."""
    shown = {
        "format": FORMAT,
        "problems": [_object(finding) for finding in found.problems],
        "advice": [_object(finding) for finding in found.found if finding.level == "advice"],
        "repaired": done,
        "proposed": proposed,
        "tickets": found.tickets,
        "versions": found.versions,
        "derived_bytes": found.derived_bytes,
    }
    return dumps(shown)


def _object(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "message": finding.message,
        "path": finding.path or None,
        "line": finding.line or None,
        "mend": finding.remedy,
        "fixable": bool(finding.fix),
    }
