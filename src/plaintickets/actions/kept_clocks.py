"""The clocks of all tickets as derived state, so that a list of them reads no history and no file that is unchanged.

A row holds the clocks as the last fact about the ticket left them, in a form from which they are known at any later
moment. It counts while the ticket's files, the settings, the hours of the calendars and the commits that touched the
ticket are the same. The file can be deleted at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.paths import ticket_path
from plaintickets.core.servicedesk.clocks import CLOCKS, Clock, standing_at
from plaintickets.core.ticket import id_of
from plaintickets.store import comment_files, derived_json
from plaintickets.store.cached_tickets import decoder
from plaintickets.store.files import trusted_until
from plaintickets.store.holiday_dates import package_stamp
from plaintickets.store.zone_stamps import zone_stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from plaintickets.core.servicedesk.calendar import Calendar
    from plaintickets.core.servicedesk.clocks import StandingClock, Terms
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.store.files import Found

SCHEMA = 2
NAME = "clocks.json"


class Row(NamedTuple):
    """The clocks of a ticket, its policy of today, and when the last fact about it happened."""

    last: int
    policy: str
    clocks: list[StandingClock]


class KeptClocks:
    """The rows of the tickets of a project under its settings; `conditions` tell these settings from others."""

    def __init__(self, project: Project, conditions: str) -> None:
        self._project = project
        where = project.place
        self._key = [SCHEMA, where.prefix, project.config.format_max_file_size, conditions]
        self._path = f"{project.cache}/{NAME}"
        self._head = _head(project)
        self._comments = comment_files.stamps(where.store)
        self._trusted_until = trusted_until()
        self._zones: dict[str, str] = {}
        self._holidays = ""
        self._is_written = False
        self._words: dict[str, int] = {}
        self._rows = self._read()
        self._names = [*self._words]
        files = project.reading.files
        # Of two files of one id the first one counts.
        stamp = self._stamp if self._comments else lambda found: [[*found], []]
        self._stamps = {id_of(found[0]): stamp(found) for found in reversed(files)}

    def stale(self) -> list[Ticket]:
        """Return the tickets whose row does not count, and forget the rows of those and of tickets that are gone."""
        kept, tickets = self._rows, self._project.reading.tickets
        stale = [name for name, stamp in self._stamps.items() if name not in kept or kept[name][:2] != stamp]
        gone = kept.keys() - self._stamps.keys()
        for name in (*stale, *gone):
            self._is_written &= kept.pop(name, None) is None
        return [tickets[name] for name in stale if name in tickets]

    def clocks(self, ticket_id: str, now: int, terms: Callable[[str], Terms]) -> tuple[str, list[Clock]] | None:
        """Return the policy of a ticket and its clocks at a moment, None if they are not kept for it.

        `terms` are those of a policy today.
        """
        kept = self._rows.get(ticket_id)
        if kept is None or now < kept[2]:
            return None
        names = self._names
        return kept[3], [_clock(clock, names, now, terms) for clock in decoder()(kept[4])[0]]

    def add(self, ticket_id: str, row: Row, now: int) -> None:
        """Add a row, if it counts later than now and the files of the ticket cannot change without being seen."""
        stamp = self._stamps.get(ticket_id)
        if stamp is None or row.last >= now or _youngest(stamp) >= self._trusted_until:
            return
        self._is_written = False
        clocks = ",".join(self._packed(one) for one in row.clocks)
        self._rows[ticket_id] = [*stamp, row.last, row.policy, f"[{clocks}]"]

    def _packed(self, standing: StandingClock) -> str:
        """Return a clock as a JSON list without strings, which is read when it is asked for."""
        clock = standing.clock
        facts = (CLOCKS.index(clock.name), clock.number, self._number(clock.state), self._number(clock.policy))
        times = (clock.target, clock.elapsed, clock.due, clock.started, clock.ended, standing.since)
        numbers = (*facts, *times, self._number(standing.reason))
        return f"[{','.join('null' if one is None else str(one) for one in numbers)}]"

    def _number(self, word: str) -> int:
        if word not in self._words:
            self._words[word] = len(self._names)
            self._names.append(word)
        return self._words[word]

    def write(self, calendars: Iterable[Calendar]) -> None:
        """Keep the rows, unless they are kept; `calendars` are those by which the added ones were computed."""
        if self._is_written:
            return
        for hours, zone in ((calendar.hours, str(calendar.zone)) for calendar in calendars):
            if hours is not None:
                self._zones[zone] = zone_stamp(zone)
                self._holidays = self._holidays or (package_stamp() if hours.closed_in else "")
        depends = {"key": self._key, "head": self._head, "zones": self._zones, "holidays": self._holidays}
        depends["words"] = self._names
        derived_json.write_checked(self._path, {**depends, "rows": self._rows})
        self._is_written = True

    def _read(self) -> dict[str, list[Any]]:
        """Return the rows that were kept under the same conditions, without those of tickets touched since."""
        kept = derived_json.read_checked(self._path)
        if kept is None or kept["key"] != self._key:
            return {}
        if any(zone_stamp(zone) != stamp for zone, stamp in kept["zones"].items()):
            return {}
        if kept["holidays"] and kept["holidays"] != package_stamp():
            return {}
        self._zones, self._holidays = kept["zones"], kept["holidays"]
        self._words = {word: number for number, word in enumerate(kept["words"])}
        self._is_written = kept["head"] == self._head
        rows: dict[str, list[Any]] = kept["rows"]
        if not self._is_written:
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


def _youngest(stamp: list[Any]) -> int:
    """Return when the youngest file of a stamp changed, in nanoseconds."""
    return max(int(when) for file in (stamp[0], *stamp[1]) for when in file[1:3])


def _clock(packed: list[Any], names: list[str], now: int, terms: Callable[[str], Terms]) -> Clock:
    place, number, state, policy, target, elapsed, due, started, ended, since, reason = packed
    shown, policy, is_warning = names[state], names[policy], False
    if ended is None:
        shown, elapsed, due, is_warning = standing_at(target, elapsed, due, since, names[reason], terms(policy), now)
    return Clock(CLOCKS[place], number, shown, policy, target, elapsed, due, is_warning, started, ended, ())
