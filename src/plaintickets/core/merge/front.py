"""Merge the front matter key by key; comments and blank lines of each key are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.document import KEY_ORDER
from plaintickets.core.merge.keys import Merging
from plaintickets.core.merge.lists import Entry, merged_comments, without_repetitions
from plaintickets.core.merge.sides import Referee, merged_order
from plaintickets.core.scalar import entry_lines
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.core.document import Document
    from plaintickets.core.frontmatter import Value

CONFLICTS = "conflicts"
_LAST = ""


class _Front(NamedTuple):
    """Each key as it stands, and the comments and blank lines before each; `_LAST` names the end."""

    entries: dict[str, Entry]
    leads: dict[str, list[str]]


def merge_fronts(base: Document, one: Document, other: Document, referee: Referee) -> Callable[[], list[str]]:
    """Merge the keys; return a function that gives the lines with every conflict recorded until its call."""
    was, left, right = (_read(document) for document in (base, one, other))
    order = merged_order(was.entries, list(left.entries), list(right.entries), _rank)
    merging = Merging(was.entries, left.entries, right.entries, referee)
    recorded = CONFLICTS in left.entries or CONFLICTS in right.entries
    kept = {key: entry for key in order if key != CONFLICTS and (entry := merging.merged(key)) is not None}
    before = merging.merged_list(CONFLICTS) if recorded else None

    def lines() -> list[str]:
        found: list[tuple[str, bool]] = []
        entries = dict(kept)
        held = _with_conflicts(before, referee)
        if held is not None:
            entries[CONFLICTS] = held
        # Keep the lines before a removed key: the other side may have removed the key above them.
        for key in (*order, *[key for key in entries if key not in order], _LAST):
            leads = merged_comments(*(front.leads.get(key, []) for front in (was, left, right)))
            found += [(line, True) for line in leads]
            found += [(line, False) for line in (entries[key].lines if key in entries else [])]
        return without_repetitions(found, one._front, other._front)

    return lines


def _with_conflicts(before: Entry | None, referee: Referee) -> Entry | None:
    lost = [conflict.lost for conflict in referee.conflicts if conflict.lost]
    if not lost:
        return before
    old = before.value if before else []
    values: list[Value] = list(old) if isinstance(old, list) else [old] if old else []
    values = list(dict.fromkeys([*map(str, values), *sorted(lost)]))
    style = before.lines if before and isinstance(old, list) and old else []
    return Entry(entry_lines(CONFLICTS, values, style, old if style else None, block=True), values)


def _rank(key: str) -> tuple[int, str]:
    return (KEY_ORDER.index(key) if key in KEY_ORDER else len(KEY_ORDER), key)


def _read(document: Document) -> _Front:
    if not document._editable:
        raise UnreadableError("front matter without one key on each line is merged as text")
    entries: dict[str, Entry] = {}
    leads: dict[str, list[str]] = {}
    place = 0
    for key, start, end in document._entries:
        leads[key] = document._front[place:start]
        entries[key] = Entry(document._front[start:end], document.keys[key])
        place = end
    leads[_LAST] = document._front[place:]
    return _Front(entries, leads)
