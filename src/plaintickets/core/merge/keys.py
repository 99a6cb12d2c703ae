"""Merge one key of the front matter that two sides may have changed, by the rule of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.frontmatter import comment_start
from plaintickets.core.merge.lists import Entry, lost_comments, merged_lists
from plaintickets.core.merge.sides import Referee, merged_order, trivial_merge
from plaintickets.core.ticket import list_of

if TYPE_CHECKING:
    from plaintickets.core.frontmatter import Value

# Keys that are lists even if they hold one word or are absent.
LISTS = frozenset(("affects", "aliases", "approvals", "concerns", "deps", "fired", "links", "rejections", "tags"))
_CLOSING = ("closed", "resolution")


class Merging:
    """The keys of three versions; `merged` returns the result for each."""

    def __init__(
        self, base: dict[str, Entry], one: dict[str, Entry], other: dict[str, Entry], referee: Referee
    ) -> None:
        self._sides = base, one, other
        self._referee = referee
        self._status = self._merged_status()

    def merged(self, key: str) -> Entry | None:
        """Return the merged key, None if it is removed."""
        if key == "status":
            return self._status
        if key in _CLOSING:
            return self._merged_closing(key)
        base, one, other = self._three(key)
        if self._is_list(key):
            return self.merged_list(key)
        if key == "created" and one and other:
            return _by_value(base, one, other, latest=False)
        return self._merged_scalar(key, base, one, other)

    def _three(self, key: str) -> tuple[Entry | None, Entry | None, Entry | None]:
        base, one, other = self._sides
        return base.get(key), one.get(key), other.get(key)

    def _is_list(self, key: str) -> bool:
        entries = [entry for entry in self._three(key) if entry]
        if key in LISTS:
            return all(isinstance(entry.value, str) or _is_flat(entry.value) for entry in entries)
        flat = [_is_flat(entry.value) for entry in entries]
        return any(flat) and all(is_flat or entry.value == "" for is_flat, entry in zip(flat, entries, strict=True))

    def merged_list(self, key: str) -> Entry | None:
        """Return the merged list without items that one side removed, with items that one side added."""
        base, one, other = self._three(key)
        result, is_trivial = trivial_merge(base, one, other)
        if is_trivial:
            return result
        was, left, right = (list_of(entry.value) if entry else () for entry in (base, one, other))
        stays = set(left) & set(right) | (set(left) | set(right)) - set(was)
        values: list[Value] = [item for item in merged_order(was, left, right, str) if item in stays]
        values = list(dict.fromkeys(values))
        if not values and (one is None or other is None):
            return None
        return merged_lists(key, values, base, one, other)

    def _merged_scalar(self, key: str, base: Entry | None, one: Entry | None, other: Entry | None) -> Entry | None:
        result, is_trivial = trivial_merge(base, one, other)
        if is_trivial:
            return result
        if one is None or other is None:
            # Removed on one side and changed on the other: keep the change.
            return self._choose(key, one, other, first=int(one is None))
        if one.value == other.value:
            return _with_both_comments(base, *sorted((one, other), key=lambda entry: entry.lines))
        parted = _merged_parts(key, base, one, other)
        return parted or self._choose(key, one, other, first=int(_sorting(other) < _sorting(one)))

    def _choose(self, key: str, one: Entry | None, other: Entry | None, first: int) -> Entry | None:
        lost = tuple(entry.record if entry else key for entry in (one, other))
        return self._referee.choose(key, (one, other), (lost[0], lost[1]), first)

    def _merged_status(self) -> Entry | None:
        """Return the later status if both moved forward; else record a conflict and keep the earlier one."""
        base, one, other = self._three("status")
        result, is_trivial = trivial_merge(base, one, other)
        if is_trivial:
            return result
        if one is None or other is None or one.value == other.value:
            return self._merged_scalar("status", base, one, other)
        parted = _merged_parts("status", base, one, other)
        if parted:
            return parted
        was = self._rank(base) if base else (False, -1)
        left, right = self._rank(one), self._rank(other)
        if left is None or right is None or was is None:
            return self._choose("status", one, other, first=int(_sorting(other) < _sorting(one)))
        if left >= was and right >= was:
            return max((left, one), (right, other), key=lambda pair: pair[0])[1]
        chosen = self._choose("status", one, other, first=int(right < left))
        self._record_closing(one if chosen is other else other)
        return chosen

    def _record_closing(self, loser: Entry) -> None:
        """Record how and when a status that lost was closed."""
        side = self._sides[1 if self._sides[1].get("status") is loser else 2]
        for key in _CLOSING:
            entry = side.get(key)
            if entry and entry != self._sides[0].get(key):
                self._referee.choose(key, (entry, entry), (entry.record, entry.record))

    def _rank(self, entry: Entry) -> tuple[bool, int] | None:
        rules = self._referee.rules
        value = entry.value
        if not isinstance(value, str) or value not in rules.statuses:
            return None
        return value in rules.done, rules.statuses.index(value)

    def _merged_closing(self, key: str) -> Entry | None:
        """Return `closed` or `resolution`, never for a ticket that the merge leaves open."""
        base, one, other = self._three(key)
        statuses = [self._is_done(entry) for entry in self._three("status")]
        if any(statuses) and not self._is_done(self._status) and not base == one == other:
            # A reopening drops a change beside it, so record it; a rejected status has already done so.
            noted = {conflict.lost for conflict in self._referee.conflicts}
            for entry, side in ((one, statuses[1]), (other, statuses[2])):
                if entry and side and base and entry != base and entry.record not in noted:
                    self._referee.choose(key, (None, None), (entry.record, entry.record))
            return None
        if key == "closed" and one and other:
            return _by_value(base, one, other, latest=True)
        return self._merged_scalar(key, base, one, other)

    def _is_done(self, entry: Entry | None) -> bool:
        return entry is not None and entry.value in self._referee.rules.done


def _is_flat(value: Value) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _sorting(entry: Entry) -> tuple[str, list[str]]:
    return (str(entry.value), entry.lines)


def _by_value(base: Entry | None, one: Entry, other: Entry, *, latest: bool) -> Entry:
    result, is_trivial = trivial_merge(base, one, other)
    if is_trivial and result is not None:
        return result
    return sorted((one, other), key=_sorting)[-1 if latest else 0]


def _with_both_comments(base: Entry | None, kept: Entry, lost: Entry) -> Entry:
    """Return one of two entries of equal value, with a comment of the other side on a line below."""
    return Entry([*kept.lines, *lost_comments(base, kept, lost)], kept.value)


def _merged_parts(key: str, base: Entry | None, one: Entry, other: Entry) -> Entry | None:
    """Return a one-line entry whose value one side changed, and whose layout or comment the other changed."""
    if base is None or any(len(entry.lines) != 1 for entry in (base, one, other)):
        return None
    if not all(entry.lines[0].startswith(f"{key}:") for entry in (base, one, other)):
        return None
    parts = [_split(entry.lines[0]) for entry in (base, one, other)]
    merged = [trivial_merge(*three) for three in zip(*parts, strict=True)]
    if not all(is_trivial for _, is_trivial in merged):
        return None
    value = next(entry.value for entry, part in zip((base, one, other), parts, strict=True) if part[1] == merged[1][0])
    return Entry(["".join(text for text, _ in merged)], value)


def _split(line: str) -> tuple[str, str, str]:
    """Split a line into key with blanks, value, and trailing comment with its blanks."""
    bare = line.removesuffix("\r")
    end = comment_start(bare)
    start = bare.index(":") + 1
    while start < end and bare[start] in " \t":
        start += 1
    return line[:start], line[start:end], line[end:]
