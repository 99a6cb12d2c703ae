"""The clocks of all tickets as derived state, so that a list of them reads no history and no file that is unchanged.

A row holds the clocks as the last fact about the ticket left them, in a form from which they are known at any later
moment. It counts while the ticket's files, the settings, the hours of the calendars and the commits that touched the
ticket are the same. The file can be deleted at any time.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.paths import ticket_path
from plaintickets.core.servicedesk.clocks import Clock, standing_at
from plaintickets.core.ticket import id_of
from plaintickets.store import comment_files, derived_parts
from plaintickets.store.files import digest, trusted_until
from plaintickets.store.holiday_dates import package_stamp
from plaintickets.store.zone_stamps import zone_stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from plaintickets.core.servicedesk.calendar import Calendar
    from plaintickets.core.servicedesk.clocks import StandingClock, Terms
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.store.files import Found

SCHEMA = 4
NAME = "clocks.parts"
# A clock: the number of its kind, then what it has of its own.
_CLOCK = Struct("<I5q")
_NONE = -(1 << 63)


class Row(NamedTuple):
    """The clocks of a ticket, its policy of today, and when the last fact about it happened."""

    last: int
    policy: str
    clocks: list[StandingClock]


class _Kind(NamedTuple):
    """What many clocks have in common: the name, which of several, the state, the policy, the target, the reason."""

    name: str
    number: int
    state: str
    policy: str
    target: int
    reason: str


class _Kept(NamedTuple):
    """When the last fact about a ticket happened, its policy, and its clocks, packed."""

    last: int
    policy: str
    clocks: bytes | memoryview


class KeptClocks:
    """The rows of the tickets of a project under its settings; `conditions` tell these settings from others."""

    def __init__(self, project: Project, conditions: str) -> None:
        self._project = project
        where = project.place
        self._key = [SCHEMA, where.prefix, project.config.format_max_file_size, conditions]
        self._path = f"{project.cache}/{NAME}"
        self._head = _head(project)
        self._files = project.reading.files
        self._comments = comment_files.stamps(where.store)
        self._whole = f"{digest(self._files)} {sorted(self._comments.items())}"
        self._trusted_until = trusted_until()
        self._zones: dict[str, str] = {}
        self._holidays = ""
        self._is_written = False
        self._kinds: list[_Kind] = []
        self._numbers: dict[_Kind, int] = {}
        self._terms: dict[str, Terms] = {}
        self._stamps: dict[str, list[Any]] = {}
        self._rows = self._read()

    def stale(self) -> list[Ticket]:
        """Return the tickets whose row does not count, and forget the rows of those and of tickets that are gone."""
        if self._is_written:
            return []
        kept, old, tickets = self._rows, self._stamps, self._project.reading.tickets
        stamp = self._stamp if self._comments else lambda found: [[*found], []]
        # Of two files of one id the first one counts.
        self._stamps = {id_of(found[0]): stamp(found) for found in reversed(self._files)}
        stale = [name for name, found in self._stamps.items() if name not in kept or old[name] != found]
        for name in (*stale, *(kept.keys() - self._stamps.keys())):
            kept.pop(name, None)
        self._numbers = {kind: number for number, kind in enumerate(self._kinds)}
        return [tickets[name] for name in stale if name in tickets]

    def clocks(self, ticket_id: str, now: int, terms: Callable[[str], Terms]) -> tuple[str, list[Clock]] | None:
        """Return the policy of a ticket and its clocks at a moment, None if they are not kept for it.

        `terms` are those of a policy today.
        """
        kept = self._rows.get(ticket_id)
        if kept is None or now < kept[0]:
            return None
        return kept[1], [self._clock(packed, now, terms) for packed in _CLOCK.iter_unpack(kept[2])]

    def _clock(self, packed: tuple[int, ...], now: int, terms: Callable[[str], Terms]) -> Clock:
        kind, elapsed, reached, started, ended, since = packed
        name, number, state, policy, target, reason = self._kinds[kind]
        due = None if reached == _NONE else reached
        if ended != _NONE:
            return Clock(name, number, state, policy, target, elapsed, due, False, started, ended, ())
        if policy not in self._terms:
            self._terms[policy] = terms(policy)
        state, elapsed, due, warns = standing_at(target, elapsed, due, since, reason, self._terms[policy], now)
        return Clock(name, number, state, policy, target, elapsed, due, warns, started, None, ())

    def add(self, ticket_id: str, row: Row, now: int) -> None:
        """Add a row, if it counts later than now and the files of the ticket cannot change without being seen."""
        stamp = self._stamps.get(ticket_id)
        if stamp is None or row.last >= now or _youngest(stamp) >= self._trusted_until:
            return
        self._rows[ticket_id] = _Kept(row.last, row.policy, b"".join(map(self._packed, row.clocks)))

    def _packed(self, standing: StandingClock) -> bytes:
        clock = standing.clock
        kind = _Kind(clock.name, clock.number, clock.state, clock.policy, clock.target, standing.reason)
        if kind not in self._numbers:
            self._numbers[kind] = len(self._kinds)
            self._kinds.append(kind)
        seconds = (clock.elapsed, clock.due, clock.started, clock.ended, standing.since)
        return _CLOCK.pack(self._numbers[kind], *(_NONE if one is None else one for one in seconds))

    def write(self, calendars: Iterable[Calendar]) -> None:
        """Keep the rows, unless they are kept; `calendars` are those by which the added ones were computed."""
        if self._is_written:
            return
        for hours, zone in ((calendar.hours, str(calendar.zone)) for calendar in calendars):
            if hours is not None:
                self._zones[zone] = zone_stamp(zone)
                self._holidays = self._holidays or (package_stamp() if hours.closed_in else "")
        rows = self._rows
        depends = {"key": self._key, "head": self._head, "zones": self._zones, "holidays": self._holidays}
        depends["whole"] = self._whole if len(rows) == len(self._stamps) else ""
        lasts, policies = [row.last for row in rows.values()], [row.policy for row in rows.values()]
        clocks = [bytes(row.clocks) for row in rows.values()]
        columns = [[*rows], lasts, policies, [len(packed) for packed in clocks]]
        parts = [depends, self._kinds, columns, [self._stamps[name] for name in rows]]
        derived_parts.write(self._path, [*map(derived_parts.packed, parts), b"".join(clocks)])
        self._is_written = True

    def _read(self) -> dict[str, _Kept]:
        """Return the rows that were kept under the same conditions, without those of tickets touched since."""
        parts = derived_parts.read(self._path) or [memoryview(b"")]
        try:
            kept = derived_parts.unpacked(parts[0])
        except ValueError:
            return {}
        # Another version may have written other parts: nothing is taken from them before the key.
        if not isinstance(kept, dict) or kept.get("key") != self._key:
            return {}
        if any(zone_stamp(zone) != stamp for zone, stamp in kept["zones"].items()):
            return {}
        if kept["holidays"] and kept["holidays"] != package_stamp():
            return {}
        self._zones, self._holidays = kept["zones"], kept["holidays"]
        self._kinds = [_Kind(*kind) for kind in derived_parts.unpacked(parts[1])]
        names, *columns = derived_parts.unpacked(parts[2])
        rows = dict(zip(names, _rows(parts[4], *columns), strict=True))
        self._is_written = kept["head"] == self._head and kept["whole"] == self._whole
        if not self._is_written:
            self._stamps = dict(zip(names, derived_parts.unpacked(parts[3]), strict=True))
        if kept["head"] != self._head:
            touched = self._touched(kept["head"])
            return {} if touched is None else {name: row for name, row in rows.items() if name not in touched}
        return rows

    def _touched(self, old: str) -> set[str] | None:
        """Return the tickets that commits after an old one touched; None if they may have changed any ticket."""
        from plaintickets.core.config import SETTINGS_FILES
        from plaintickets.git.revisions import touched_paths

        project = self._project
        place = project.place
        paths = touched_paths(project.git, old, self._head, place.prefix) if project.git is not None else None
        if paths is None or not paths.isdisjoint(place.git_path(name) for name in SETTINGS_FILES):
            return None
        return {id_of(ticket_path(path)) for path in paths}

    def _stamp(self, found: Found) -> list[Any]:
        return [[*found], self._comments.get(comment_files.folder_of(found[0]), [])]


def _head(project: Project) -> str:
    from plaintickets.git.head import commit

    return commit(project.place.git_dir, project.place.common_dir) or ""


def can_keep(project: Project) -> bool:
    """Tell whether the clocks of a project can be kept: it is that of today, with a cache and a known HEAD."""
    return bool(project.cache and project.git is not None and not project.is_past and _head(project))


def _rows(clocks: memoryview, lasts: list[int], policies: list[str], sizes: list[int]) -> Iterator[_Kept]:
    """Yield the rows whose clocks stand one after the other."""
    start = 0
    for last, policy, size in zip(lasts, policies, sizes, strict=True):
        yield _Kept(last, policy, clocks[start : start + size])
        start += size


def _youngest(stamp: list[Any]) -> int:
    """Return when the youngest file of a stamp changed, in nanoseconds."""
    return max(int(when) for file in (stamp[0], *stamp[1]) for when in file[1:3])
