"""Findings of `tk check`, as text for a person and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.reported import LEVELS, verdict
from plaintickets.core.checks.rules import RULES
from plaintickets.render import safe
from plaintickets.render.jsonform import FORMAT, dumps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from plaintickets.core.checks.reported import Checked, Reported

_STYLES = {"error": "error", "warning": "waiting", "note": "quiet"}


def text_lines(
    found: Sequence[Reported], checked: Checked, silenced: int, paint: Callable[[str, str], str], *, brief: bool
) -> Iterator[str]:
    """Yield `path:line: level: message [code]` for each finding; without `brief`, also its repair, and a total."""
    for one in found:
        place = f"{one.path}:{one.line}: " if one.line and one.path else f"{one.path}: " if one.path else ""
        yield f"{safe.line(place)}{paint(one.level, _STYLES[one.level])}: {safe.line(one.message)} [{one.code}]"
        if one.remedy and not brief:
            yield paint(safe.line(f"    {one.remedy}"), "quiet")
    if brief:
        return
    if found:
        yield ""
    fixable = sum(RULES[one.code].is_fixable for one in found if one.code in RULES)
    more = f"; {silenced} silenced" if silenced else ""
    more += f"; `tk check --fix` fixes {fixable} of these" if fixable else ""
    yield f"{verdict(found, checked).capitalize()}{more}"


def json_text(found: Sequence[Reported], checked: Checked, silenced: int, repaired: Sequence[str]) -> str:
    """Return the findings as one JSON object."""
    levels = [one.level for one in found]
    shown = {
        "format": FORMAT,
        "findings": [_object(one) for one in found],
        "counts": {level: levels.count(level) for level in LEVELS},
        "silenced": silenced,
        "repaired": list(repaired),
        "tickets": checked.tickets,
    }
    return dumps(shown)


def _object(one: Reported) -> dict[str, object]:
    return {
        "code": one.code,
        "level": one.level,
        "message": one.message,
        "ticket": one.ticket or None,
        "path": one.path or None,
        "line": one.line or None,
        "mend": one.remedy,
        "fixable": one.code in RULES and RULES[one.code].is_fixable,
        "page": one.page or None,
        "help": one.manual or None,
    }
