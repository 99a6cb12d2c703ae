"""The changes that a branch or the index makes to the tickets, compared with its base."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions import inspection
from plaintickets.core.checks import transitions
from plaintickets.core.checks.finding import Finding, shell
from plaintickets.core.config import SETTINGS_FILES
from plaintickets.core.document import parse
from plaintickets.core.paths import git_lead
from plaintickets.core.problem import Problem
from plaintickets.core.ticket import Ticket, id_of, list_of
from plaintickets.git import health
from plaintickets.git.reader import Reader
from plaintickets.git.revisions import blobs, changed_paths, commit_named, contents, differing_paths
from plaintickets.history import compare, staged_files
from plaintickets.history.status_changes import State, moves, state_in
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.core.comments import Comment
    from plaintickets.core.config import Config
    from plaintickets.git.process import GitProcess
    from plaintickets.history.compare import Difference, FilePair
    from plaintickets.history.status_changes import Move
    from plaintickets.past_project import PastProject
    from plaintickets.project import Project
    from plaintickets.store.all_files import Content, Survey

_WHY = {
    compare.TOO_LARGE: ("too-large", "larger than the limit"),
    compare.UNREADABLE: ("unreadable", "cannot be read"),
}


class Entered(NamedTuple):
    """A status that a ticket enters: the ticket's file as the changes leave it, and whether it gets a comment.

    `commit` is where it entered a status that it has left again.
    """

    path: str
    status: str
    content: bytes
    is_commented: bool
    is_new: bool
    commit: str


class Span:
    """The changes from the merge base with `base`, or else HEAD, to the work tree, or to the index if `staged`.

    Raises RefusedError for an unknown base, GitRefusedError.
    """

    def __init__(self, project: Project, git: GitProcess, base: str, *, staged: bool) -> None:
        self._tracker = project
        self._git = git
        self._asked = base
        self.is_staged = staged
        self.has_base = bool(base)
        self._goal = compare.INDEX if staged else compare.WORK_TREE
        self._prefix = project.place.prefix
        # The merge base comes first, so that nothing is read if there is none.
        self._base = compare.base_commit(git, base) if base else ""
        self._moves: list[Move] = []
        self._rules: Config | None = None

    def tolerate_config(self) -> tuple[Problem, ...]:
        """Return the problems of the settings in the work tree or the index; the check continues with them."""
        if not self.is_staged:
            return self._tracker.tolerate_config()
        lead = git_lead(self._prefix)
        found = blobs(self._git, [f":{lead}{name}" for name in SETTINGS_FILES])
        return self._tracker.use_settings({name: found.get(f":{lead}{name}") for name in SETTINGS_FILES})

    @property
    def base(self) -> str:
        """Return the commit with which the changes are compared if there is a base, else nothing."""
        return self._base

    @cached_property
    def _past(self) -> PastProject:
        """Return the project at the base."""
        from plaintickets.past_project import at

        return at(self._tracker, self._base)

    def judge_by_base(self) -> None:
        """Use the rules of the base's settings."""
        from plaintickets.actions.base_settings import judge_by

        base = self._past
        judge_by(self._tracker, base)
        if base.existed:
            # A branch cannot name its own people as approvers.
            people = base.config.people, base.config.people_details
            self._rules = self._tracker.config._replace(people=people[0], people_details=people[1])

    @property
    def rules(self) -> Config:
        """Return the settings by which guards and approvals are judged."""
        return self._rules or self._tracker.config

    @property
    def _max_bytes(self) -> int:
        return self._tracker.config.format_max_file_size

    @cached_property
    def staged_contents(self) -> dict[str, Content | None]:
        """Return the contents of the index for the paths where the work tree differs."""
        if not self.is_staged:
            return {}
        sides = staged_files.differing(self._git, self._prefix, self._max_bytes)
        return {path: _content(path, *side) for path, side in sides.items()}

    @cached_property
    def _changes(self) -> list[FilePair]:
        return compare.between(self._git, self._prefix, self._base, self._goal, self._max_bytes)

    @cached_property
    def _head(self) -> str:
        """Return HEAD, or the empty tree before the first commit."""
        return staged_files.head_or_nothing(self._git)

    @cached_property
    def _uncommitted(self) -> Difference:
        """Return what no commit has yet: in the work tree, or in the index."""
        return compare.difference(self._git, self._prefix, self._head, self._goal, self._max_bytes)

    def findings_at_base(self, surveyed: Survey) -> Iterator[Finding]:
        """Yield the findings at the merge base, judged by its settings."""
        sides = {change.path: _content(change.path, change.old, change.old_kind) for change in self._changes}
        then = self._past
        yield from inspection.settings_findings(then.tolerate_config())
        yield from inspection.store_findings(self._tracker, surveyed.replaced(sides), then.config, then.assets)

    def findings(self) -> Iterator[Finding]:
        """Yield the findings that only a change can have: forbidden transitions, and ids that both sides created."""
        if self._asked:
            yield from self._committed_moves()
            yield from self._double_ids()
        if self._asked or self.is_staged:
            yield from self._uncommitted_moves()

    def policy_findings(self) -> Iterator[Finding]:
        """Yield what the policy does not allow; the paths are store paths."""
        from plaintickets.actions import check_policy

        has_policy = self._past.existed and self._past.config.policy if self._asked else self._tracker.config.policy
        if not has_policy or not (self._asked or self.is_staged):
            return
        if self._asked:
            tip = commit_named(self._git, "HEAD")
            yield from check_policy.committed_findings(self._tracker, self._git, self._past, tip)
            yield from check_policy.uncommitted_findings(self._tracker, self._past, self._uncommitted)
        elif self._head == "HEAD":
            from plaintickets.past_project import at

            yield from check_policy.uncommitted_findings(self._tracker, at(self._tracker, "HEAD"), self._uncommitted)

    def entered(self) -> Iterator[Entered]:
        """Yield each status that a ticket enters, with the ticket's file before and after all changes."""
        goal = self._base if self._asked else self._head
        pairs = compare.between(self._git, self._prefix, goal, self._goal, self._max_bytes)
        old = {id_of(pair.path): pair.old for pair in pairs if pair.old and files.is_ticket_path(pair.path)}
        new = {id_of(pair.path): pair for pair in pairs if pair.new and files.is_ticket_path(pair.path)}
        commented = {id_of(files.ticket_path(pair.path)) for pair in pairs if not files.is_ticket_path(pair.path)}
        former = {_created_of(content): content for ticket, content in old.items() if content and ticket not in new}
        for ticket, pair in new.items():
            content = pair.new or b""
            was = old.get(ticket) or (former.get(_created_of(content)) if former else None) or b""
            before = state_in(was) if was else State("")
            is_commented = ticket in commented or len(_comments(content)) > len(_comments(was))
            after = state_in(content).status
            ways = {move.after: move.commit for move in self._moves if move.ticket == ticket}
            if after and (before.status != after or after in ways):
                yield Entered(pair.path, after, content, is_commented, not was, "")
            for status, commit in ways.items():
                if status != after:
                    yield Entered(pair.path, status, content, is_commented, is_new=False, commit=commit)

    def entries_at_base(self, fields: Sequence[str]) -> dict[str, set[tuple[str, str]]] | None:
        """Return, for each changed ticket, the items that these lists had before; None where all are to be checked."""
        if not self._asked and not self.is_staged:
            return None
        goal = self._base if self._asked else self._head
        found: dict[str, set[tuple[str, str]]] = {}
        for pair in compare.between(self._git, self._prefix, goal, self._goal, self._max_bytes):
            if files.is_ticket_path(pair.path):
                document = parse(pair.old or b"", pair.path)
                rows = found.setdefault(id_of(pair.path), set())
                rows |= {(field, item) for field in fields for item in list_of(document.keys.get(field))}
        return found

    def changed_below(self, folder: str) -> set[str]:
        """Return the store paths below a folder that differ from the base, or are new and not tracked."""
        lead = git_lead(self._prefix)
        paths = [*differing_paths(self._git, self._base), *changed_paths(self._git, lead + folder)]
        return {path.removeprefix(lead) for path in paths if path.startswith(f"{lead}{folder}/")}

    def staged_files(self, folder: str) -> dict[str, bytes]:
        """Return the Markdown files directly in a folder as the index has them, by their store paths."""
        from plaintickets.git.entries import in_index
        from plaintickets.git.trees import FILE, kind_of

        lead = git_lead(self._prefix)
        start = f"{lead}{folder}/"
        names = [
            f":{path}"
            for path, entry in in_index(self._git, [lead + folder]).items()
            if files.is_ticket_path(path.removeprefix(start)) and kind_of(entry.mode) == FILE
        ]
        return {name[1:].removeprefix(lead): text for name, text in blobs(self._git, names).items()}

    def removed_tickets(self) -> set[str]:
        """Return the ids of the tickets that the changes remove."""
        rows = (change for change in self._changes if change.new is None and files.is_ticket_path(change.path))
        return {id_of(change.path) for change in rows}

    def at_commit(self, commit: str, path: str) -> bytes | None:
        """Return a ticket's file at a commit, None if it was elsewhere."""
        name = self._tracker.place.git_path(path)
        return contents(self._git, commit, [name]).get(name)

    def _committed_moves(self) -> Iterator[Finding]:
        base = commit_named(self._git, self._asked)
        reader = Reader(self._git, self._tracker.place.common_dir)
        config = self._tracker.config
        self._moves = moves(reader, self._prefix, base, self._max_bytes)
        for move in self._moves:
            ticket = _ticket(move.path, move.type, move.queue)
            if not any(transitions.is_allowed(config, before, move.after, ticket) for before in move.before):
                where = f"in {move.commit[:10]} ({move.subject})"
                found = transitions.judge(config, ticket, (move.before[0], move.after), where)
                if found:
                    yield self._placed(found)

    def _uncommitted_moves(self) -> Iterator[Finding]:
        where = "in staged changes" if self.is_staged else "in uncommitted changes"
        for change in self._uncommitted.files:
            if change.old and change.new and files.is_ticket_path(change.path):
                old, new = state_in(change.old), state_in(change.new)
                if old.status and new.status:
                    ticket = _ticket(change.path, old.type, old.queue)
                    found = transitions.judge(self._tracker.config, ticket, (old.status, new.status), where)
                    if found:
                        yield self._placed(found)

    def _double_ids(self) -> Iterator[Finding]:
        tip = commit_named(self._git, self._asked)
        if tip == self._base:
            return
        theirs = compare.between(self._git, self._prefix, self._base, tip, self._max_bytes)
        ours = _created(self._changes)
        for ticket, other in _created(theirs).items():
            mine = ours.get(ticket)
            if mine and mine.new != other.new and not _is_one_ticket(mine.new, other.new):
                message = f"{self._asked} has another ticket with this id"
                found = Finding("id-on-both-sides", message, shell("tk", "mv", ticket, "NEW-ID"), mine.path)
                yield self._placed(found._replace(ticket=ticket))

    def _placed(self, finding: Finding) -> Finding:
        lead = git_lead(self._prefix)
        return finding._replace(path=lead + finding.path)

    def changes_forms(self) -> bool:
        """Tell whether to check templates: not if a branch changes neither them nor the settings."""
        if not self._asked:
            return True
        lead = git_lead(self._prefix)
        changed = differing_paths(self._git, self._base)
        wanted = (f"{lead}templates/", *(lead + name for name in SETTINGS_FILES))
        return any(path.startswith(wanted) for path in changed)

    def changes_attributes(self) -> bool:
        """Tell whether to check attributes: not if a branch does not change them."""
        return not self._asked or health.changes_attributes(self._git, self._base, staged=self.is_staged)


def _created_of(content: bytes) -> str:
    """Return when a ticket was created, by which one that got another id is found again."""
    return str(parse(content, "").keys.get("created"))


def _comments(content: bytes) -> list[Comment]:
    return parse(content, "").comments if content else []


def _ticket(path: str, kind: str, queue: str) -> Ticket:
    """Return a ticket with what decides about its pipeline."""
    return Ticket(id_of(path), path, {"type": kind, "queue": queue}, "")


def _content(path: str, content: bytes | None, kind: str) -> Content | None:
    """Return one side of a file as the survey of the store holds it."""
    if kind == compare.ABSENT:
        return None
    return content if content is not None else Problem(path, 0, *_WHY.get(kind, ("not-a-file", "not a regular file")))


def _created(changes: list[FilePair]) -> dict[str, FilePair]:
    """Return the created tickets by id."""
    gone = {id_of(change.path) for change in changes if change.new is None}
    rows = (change for change in changes if change.old_kind == compare.ABSENT and files.is_ticket_path(change.path))
    return {id_of(change.path): change for change in rows if change.new is not None and id_of(change.path) not in gone}


def _is_one_ticket(mine: bytes | None, other: bytes | None) -> bool:
    """Tell whether two versions are of one ticket, taken from the other side: `created` is equal."""
    made = [parse(content or b"", "").keys.get("created") for content in (mine, other)]
    return bool(made[0]) and made[0] == made[1]
