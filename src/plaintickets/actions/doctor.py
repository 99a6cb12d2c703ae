"""Check a store, its clone and the installation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions import forms, inspection, installation
from plaintickets.actions.check_articles import readable_findings
from plaintickets.actions.safe_repairs import complete_links
from plaintickets.core.checks import links
from plaintickets.core.checks.finding import Finding
from plaintickets.core.paths import git_lead
from plaintickets.errors import SPARSE, GitRefusedError, TicketsError
from plaintickets.history import undone_changes
from plaintickets.store import names
from plaintickets.write import leftovers
from plaintickets.write.writer import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project
    from plaintickets.store.all_files import Survey


class CheckUp(NamedTuple):
    """The problems, then the advice; the number of readable tickets, and the versions of the programs used."""

    found: list[Finding]
    tickets: int
    versions: dict[str, str]
    derived_bytes: int

    @property
    def problems(self) -> list[Finding]:
        """Return the findings that are not only advice."""
        return [finding for finding in self.found if finding.level == "problem"]


def check_up(project: Project) -> CheckUp:
    """Return the problems and the advice; an error that can be a finding is not raised."""
    found = [*inspection.settings_findings(project.tolerate_config())]
    found += _undone_ticks(project) if not found else ()
    surveyed = inspection.survey_of(project)
    found += _ticket_findings(project, surveyed)
    found += leftovers.check(project.place, project.now.timestamp())
    git = project.git
    try:
        versions = installation.versions(git)
        found += _clone_findings(project, git, surveyed) if git else []
    except GitRefusedError as refused:
        versions = installation.versions(None)
        found.append(Finding("no-git", str(refused), refused.hint or ""))
    found += installation.check(versions)
    found += _hiding_plugins(project)
    found.sort(key=lambda finding: (finding.level != "problem", finding.path, finding.line))
    return CheckUp(found, len(surveyed.tickets), versions, leftovers.derived_size(project.place))


def _undone_ticks(project: Project) -> Iterator[Finding]:
    """Yield what is due and not done: where nobody calls `tk tick`, rules on time never run."""
    from plaintickets.actions.tick import PARTS, due

    try:
        waiting = [*due(project, [part for part in PARTS if part != "archive"])]
    except TicketsError:
        return  # such as in a shallow clone, which cannot know
    if waiting:
        first, more = waiting[0], f", and {len(waiting) - 1} more" if len(waiting) > 1 else ""
        about = " ".join(part for part in (first.name, first.ticket) if part)
        message = f"what `tk tick` has to do is not done: {about}: {first.why}{more}"
        remedy = "nothing runs in the background: call `tk tick` by cron or in scheduled CI, as in examples/ci"
        yield Finding("overdue-tick", message, remedy, level="advice")


def _hiding_plugins(project: Project) -> Iterator[Finding]:
    from plaintickets.plugins import hiding

    for plugin in hiding(project.around.environ):
        message = f"the plug-in {plugin.path} hides the built-in command `tk {plugin.name}`"
        remedy = f"`tk super {plugin.name}` runs the built-in; rename the plug-in if that is not wanted"
        yield Finding("hiding-plugin", message, remedy, level="advice")


def _ticket_findings(project: Project, surveyed: Survey) -> Iterator[Finding]:
    lead = os.path.basename(project.place.store) + "/"
    found = [*inspection.store_findings(project, surveyed, project.config), *forms.check(project, project.config)]
    found += readable_findings(project, surveyed)
    for finding, level in inspection.judged(project.config, found).found:
        yield finding._replace(path=lead + finding.path, level="problem" if level == "error" else "advice")


def _left_out(project: Project) -> Iterator[Finding]:
    for path in project.left_out[:1]:
        count = len(project.left_out)
        message = f"the sparse checkout leaves out {count} ticket{'s' * (count != 1)}, this one for instance"
        yield Finding("not-checked-out", message, SPARSE.format(project.place.prefix), project.place.git_path(path))


def _clone_findings(project: Project, git: GitProcess, surveyed: Survey) -> Iterator[Finding]:
    place = project.place
    if project.config.commit_mode == "off":
        return
    from plaintickets.git import depth, health, merge_driver, upstream

    yield from health.check_locks((place.git_dir, place.common_dir), project.now.timestamp())
    yield from health.check_under_way(place.git_dir)
    yield from health.check_ignored(git, place.prefix)
    yield from health.check_flags(git, place.prefix)
    yield from _left_out(project)
    yield from health.check_attributes(git, _git_paths(project))
    if surveyed.has_crlf:
        yield from health.check_line_ends(git, place.prefix)
    yield from merge_driver.check(git, place.prefix)
    yield from health.check_identity(git)
    yield from undone_changes.check(git, place.prefix)
    yield from health.check_uncommitted(git, place.prefix)
    yield from upstream.check(place.top, place.prefix)
    yield from depth.check(git, place.common_dir)
    if project.config.commit_verify:
        yield from health.check_hooks(place.top)


def _git_paths(project: Project) -> list[str]:
    lead = git_lead(project.place.prefix)
    return [lead + path for path in names.ticket_paths(project.place.store).values()]


def repair(project: Project, found: Iterable[Finding], *, subject: str = "") -> list[str]:
    """Make the safe repairs that findings name; return a line for each.

    Raise GitRefusedError if git refuses.
    """
    wanted = {finding.fix for finding in found}
    done = []
    if wanted & {links.FIX, leftovers.FIX, undone_changes.FIX, "journal"}:
        # Taking the writer lock finishes or rolls back what a crashed command left in the journal.
        with project.edit("doctor") as edit:
            edit.subject = subject
            if links.FIX in wanted:
                done += complete_links(project, edit)
            removed = leftovers.remove_leftovers(project.place, project.now.timestamp())
            done += [f"removed {path}" for path in removed]
            if undone_changes.FIX in wanted:
                done += _restore(project)
    done += _write_graph(project.git, wanted)
    return done


def _restore(project: Project) -> list[str]:
    """Commit undone changes again, unless the open edit has done so already."""
    git = project.git
    if git is None:
        return []
    from plaintickets.write.recommit import restore

    found = undone_changes.in_store(git, project.place.prefix)
    return restore(git, settings_of(project.config, project.place), found)


def _write_graph(git: GitProcess | None, wanted: set[str]) -> list[str]:
    from plaintickets.git import depth

    if git is None or depth.FIX not in wanted:
        return []
    depth.write_commit_graph(git)
    return ["wrote the commit graph with changed paths"]
