"""GitLab's Code Quality report: findings shown in the merge request and beside its lines.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.reported import fingerprints
from plaintickets.render import safe
from plaintickets.render.jsonform import dumps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.checks.reported import Checked, Reported

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(found: Sequence[Reported], checked: Checked) -> str:
    """Return a list of issues; a finding without a file is placed at line 1 of the store's folder."""
    names = fingerprints(found)
    return dumps([_issue(one, checked, name) for one, name in zip(found, names, strict=True)])


def _issue(one: Reported, checked: Checked, fingerprint: str) -> dict[str, object]:
    remedy = f" ({safe.line(one.remedy)})" if one.remedy else ""
    return {
        "type": "issue",
        "check_name": one.code,
        "description": safe.line(one.message) + remedy,
        "categories": ["Style"],
        "severity": _SEVERITIES[one.level],
        "fingerprint": fingerprint,
        "location": {"path": safe.line(one.path or checked.store), "lines": {"begin": max(one.line, 1)}},
    }
