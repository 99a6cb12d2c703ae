"""Changes in the settings as sentences, in pieces of text that each format escapes and styles itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core import settings_report
from plaintickets.render.diffs.wording import LONGEST_VALUE, Span, cut

if TYPE_CHECKING:
    from plaintickets.core.settings_report import Plain, SettingChange

# How much of what two long values have in common is shown before their first difference.
_BEFORE = 40
_PHRASES = {
    settings_report.BROKEN: " cannot be read, so it is not compared: ",
    settings_report.MENDED: " could not be read before, so it is not compared: ",
    settings_report.PROBLEM: " has a problem: ",
    settings_report.SOLVED: " no longer has the problem: ",
}


def setting(change: SettingChange) -> list[Span]:
    """Return `key: before → after`, or a sentence about a file that has a problem or had one."""
    if change.kind in _PHRASES:
        reason = change.before if change.after is None else change.after
        return [Span(change.file, "value"), Span(_PHRASES[change.kind]), Span(cut(str(reason)))]
    before, after = _shown(change.before), _shown(change.after)
    if max(len(before), len(after)) > LONGEST_VALUE:
        same = max(0, _common(before, after) - _BEFORE)
        before, after = (("…" if same else "") + text[same:] for text in (before, after))
    values = [
        Span(cut(text), "" if value is None else "value")
        for text, value in ((before, change.before), (after, change.after))
    ]
    return [Span(f"{cut(change.key)}: "), values[0], Span(" → "), values[1]]


def _common(before: str, after: str) -> int:
    """Return how many characters both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((place for place, (old, new) in pairs if old != new), min(len(before), len(after)))


def _shown(value: Plain) -> str:
    """Return a value on one line; an item of a list that holds a comma is quoted."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(f'"{item}"' if "," in item else item for item in value) or "none"
    return str(value) or '""'
