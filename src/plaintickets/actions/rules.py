"""The automation rules of a project: named, taken from a file, and applied to what was changed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.fire_rules import HEARD, fire_for
from plaintickets.core.message import COMMAND_TRAILER
from plaintickets.core.servicedesk.automation.triggers import Occurrence
from plaintickets.core.shortened import shortened
from plaintickets.core.suggestions import did_you_mean
from plaintickets.core.ticket import id_of
from plaintickets.errors import GitRefusedError, RefusedError, UnreadableError

if TYPE_CHECKING:
    from plaintickets.actions.rule_effects import Fired
    from plaintickets.core.event import Event
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project
    from plaintickets.write.writer import Outcome

APPLIED_TRAILER = "Tk-Rules-Applied"
BY_HAND = ("commit",)
"""The verbs of commits in which no rules ran although the changes are a person's."""


class Applied(NamedTuple):
    """The rules that fired for changes by hand, how many tickets had such changes, and the commit, if any."""

    fired: list[Fired]
    changed: int
    outcome: Outcome | None


def require_rule(project: Project, name: str) -> None:
    """Raise RefusedError for a rule that there is not, with the nearest name."""
    rules = project.config.rules
    if name in rules:
        return
    if not rules:
        raise RefusedError("no rule is defined", hint="`rules` in the settings holds them; see `tk help config`.")
    raise RefusedError(f"no rule '{name}'. Known: {' '.join(rules)}", hint=did_you_mean(name, rules) or None)


def with_rules_of(project: Project, content: bytes) -> None:
    """Use the rules of a file that is not in force, instead of those of `rules.yml`.

    Raise UnreadableError for a file with problems.
    """
    from plaintickets.store.settings import ConfigError, read_contents

    problems = project.use_settings({**read_contents(project.place.store), "rules.yml": content})
    if problems:
        raise ConfigError(problems)


def apply_rules(project: Project, range_: str, *, dry_run: bool = False, subject: str = "") -> Applied:
    """Fire the rules on a change for what commits of a range changed without them: by hand, or by another tool.

    The queries are asked about the tickets as they are now. What was applied is recorded in the commit, so that
    applying a range twice changes nothing more. Raise UnreadableError if a sparse checkout leaves out one of the
    tickets: the record would keep the rules from it for good.
    """
    from plaintickets.actions.sla import events_of

    if not project.config.rules:
        raise RefusedError("no rule is defined", hint="`rules` in the settings holds them; see `tk help config`.")
    commits, end = _commits(project, range_)
    changes: dict[str, list[Occurrence]] = {}
    hidden = set(map(id_of, project.left_out))
    unseen = []
    for ticket, events in events_of(project, end).items():
        rows = [_occurrence(event) for event in events if event.commit in commits and _is_by_hand(event)]
        if rows and ticket in hidden:
            unseen.append(ticket)
        elif rows and project.existing_path(ticket):
            changes[ticket] = rows
    if unseen:
        raise UnreadableError(
            f"the sparse checkout leaves out {shortened(unseen, 10)}, so the rules cannot be applied",
            hint=f"git sparse-checkout add {project.place.prefix}",
        )
    if not changes:
        return Applied([], 0, None)
    with project.edit("rules") as edit:
        edit.subject = subject
        edit.standard = f"tk: rules for changes of {len(changes)} ticket{'s' if len(changes) != 1 else ''}"
        fired = fire_for(edit, changes)
        if dry_run or not fired:
            return Applied(fired, len(changes), None)
        edit.trailers.append(f"{APPLIED_TRAILER}: {end}")
        return Applied(fired, len(changes), edit.commit())


def _occurrence(event: Event) -> Occurrence:
    writer = (event.author, event.author_email)
    return Occurrence(event.kind, event.field, event.before, event.after, (), event.ticket, writer)


def _is_by_hand(event: Event) -> bool:
    """Tell whether rules hear of an event, and its commit is not one of a command that fired them."""
    verbs = [
        line.partition(":")[2].strip()
        for line in event.revision.trailers.splitlines()
        if line.startswith(f"{COMMAND_TRAILER}:")
    ]
    return event.kind in HEARD and all(verb in BY_HAND for verb in verbs)


def _commits(project: Project, range_: str) -> tuple[set[str], str]:
    """Return the commits of a range that rules were not applied to yet, and its end.

    Raise UsageError for what is no range.
    """
    from plaintickets.git.revisions import commit_named, commit_range

    git = project.git
    if git is None:
        raise GitRefusedError("not a git repository, so there are no commits")
    start, end = commit_range(git, range_)
    done = _applied(git, start, commit_named(git, "HEAD"))
    return set(git.read("rev-list", end, f"^{start}", *(f"^{one}" for one in done), "--").decode().split()), end


def _applied(git: GitProcess, start: str, head: str) -> list[str]:
    """Return the ends of the ranges that were applied since a commit."""
    words = ("log", "--format=%B", "--fixed-strings", f"--grep={APPLIED_TRAILER}: ", f"{start}..{head}", "--")
    rows = git.read(*words).decode(errors="replace").splitlines()
    found = [row.partition(": ")[2].strip() for row in rows if row.startswith(f"{APPLIED_TRAILER}: ")]
    return [
        one for one in found if len(one) in (40, 64) and set(one) <= set("0123456789abcdef") and _is_known(git, one)
    ]


def _is_known(git: GitProcess, commit: str) -> bool:
    from plaintickets.git.revisions import commit_named

    try:
        return commit_named(git, commit) == commit
    except RefusedError:
        return False
