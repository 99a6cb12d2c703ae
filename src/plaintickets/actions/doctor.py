"""What a check-up means: everything that is wrong with a store, its clone and the installation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions import forms, inspection, installation
from plaintickets.actions.mending import mend_links
from plaintickets.core.checks import links
from plaintickets.core.checks.finding import Finding
from plaintickets.errors import SPARSE, GitRefusedError
from plaintickets.history import reversals
from plaintickets.store import names, remains
from plaintickets.transaction import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.history.process import GitProcess
    from plaintickets.store.survey import Survey
    from plaintickets.tracker import Tracker


class CheckUp(NamedTuple):
    """Problems first, then advice; how many tickets can be read, and what the program runs on."""

    found: list[Finding]
    tickets: int
    versions: dict[str, str]
    derived_bytes: int

    @property
    def problems(self) -> list[Finding]:
        """What is wrong, without what is advice only."""
        return [finding for finding in self.found if finding.level == "problem"]


def check_up(tracker: Tracker) -> CheckUp:
    """What is wrong; raises nothing for what it can name instead."""
    found = [*inspection.settings_findings(tracker.tolerate_config())]
    surveyed = inspection.survey_of(tracker)
    found += _ticket_findings(tracker, surveyed)
    found += remains.check(tracker.place, tracker.now.timestamp())
    git = tracker.git
    try:
        versions = installation.versions(git)
        found += _clone_findings(tracker, git, surveyed) if git else []
    except GitRefusedError as refused:
        versions = installation.versions(None)
        found.append(Finding("no-git", str(refused), refused.hint or ""))
    found += installation.check(versions)
    found.sort(key=lambda finding: (finding.level != "problem", finding.path, finding.line))
    return CheckUp(found, len(surveyed.tickets), versions, remains.derived_size(tracker.place))


def _ticket_findings(tracker: Tracker, surveyed: Survey) -> Iterator[Finding]:
    lead = os.path.basename(tracker.place.store) + "/"
    found = [*inspection.store_findings(tracker, surveyed, tracker.config), *forms.check(tracker, tracker.config)]
    for finding, level in inspection.judged(tracker.config, found).found:
        yield finding._replace(path=lead + finding.path, level="problem" if level == "error" else "advice")


def _left_out(tracker: Tracker) -> Iterator[Finding]:
    for path in tracker.left_out[:1]:
        count = len(tracker.left_out)
        message = f"the sparse checkout leaves out {count} ticket{'s' * (count != 1)}, this one for instance"
        yield Finding("not-checked-out", message, SPARSE.format(tracker.place.prefix), tracker.place.git_path(path))


def _clone_findings(tracker: Tracker, git: GitProcess, surveyed: Survey) -> Iterator[Finding]:
    place = tracker.place
    if tracker.config.commit_mode == "off":
        return
    from plaintickets.history import depth, driver, health, upstream

    yield from health.check_locks((place.git_dir, place.common_dir), tracker.now.timestamp())
    yield from health.check_under_way(place.git_dir)
    yield from health.check_ignored(git, place.prefix)
    yield from health.check_flags(git, place.prefix)
    yield from _left_out(tracker)
    yield from health.check_attributes(git, _git_paths(tracker))
    if surveyed.has_crlf:
        yield from health.check_line_ends(git, place.prefix)
    yield from driver.check(git, place.prefix)
    yield from health.check_identity(git)
    yield from reversals.check(git, place.prefix)
    yield from health.check_uncommitted(git, place.prefix)
    yield from upstream.check(place.top, place.prefix)
    yield from depth.check(git, place.common_dir)
    if tracker.config.commit_verify:
        yield from health.check_hooks(place.top)


def _git_paths(tracker: Tracker) -> list[str]:
    lead = "" if tracker.place.prefix == "." else tracker.place.prefix + "/"
    return [lead + path for path in names.ticket_paths(tracker.place.store).values()]


def repair(tracker: Tracker, found: Iterable[Finding], *, subject: str = "") -> list[str]:
    """Makes the safe repairs that findings name; returns what was done. Raises GitRefusedError."""
    wanted = {finding.fix for finding in found}
    done = []
    if wanted & {links.FIX, remains.FIX, reversals.FIX, "journal"}:
        # To take the writer lock settles what a dead command left in the journal.
        with tracker.edit("doctor") as edit:
            edit.subject = subject
            if links.FIX in wanted:
                done += mend_links(tracker, edit)
            removed = remains.remove_leftovers(tracker.place, tracker.now.timestamp())
            done += [f"removed {path}" for path in removed]
            if reversals.FIX in wanted:
                done += _restore(tracker)
    done += _write_graph(tracker.git, wanted)
    return done


def _restore(tracker: Tracker) -> list[str]:
    """Commits again what was taken back, unless the edit that is open has done so already."""
    git = tracker.git
    if git is None:
        return []
    from plaintickets.restoring import restore

    found = reversals.in_store(git, tracker.place.prefix)
    return restore(git, settings_of(tracker.config, tracker.place), found)


def _write_graph(git: GitProcess | None, wanted: set[str]) -> list[str]:
    from plaintickets.history import depth

    if git is None or depth.FIX not in wanted:
        return []
    depth.write_commit_graph(git)
    return ["wrote the commit graph with changed paths"]
