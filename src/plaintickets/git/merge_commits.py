"""Merge or rebase commits without a work tree, on git objects only.

Tickets are merged by their identity, all other files by git. Git never sees a ticket that a side changed, so it cannot
take it for another ticket that was renamed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.merge.identity import Version, place_of
from plaintickets.core.merge.stages import Names, Three
from plaintickets.core.merge.store import Conflict, Context, StoreJoined, join
from plaintickets.core.paths import git_lead
from plaintickets.git import diffs, id_changes, other_files_merge
from plaintickets.git.diffs import Change, ObjectReader
from plaintickets.git.new_commits import CommitWriter, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.merge.sides import Rules
    from plaintickets.git.diffs import LinearCommit
    from plaintickets.git.process import GitProcess

_REGULAR = "100644"


class Policy(NamedTuple):
    """How to merge tickets: the rules for fields, the fields that hold ids, and whether to record conflicts."""

    rules: Rules
    references: tuple[str, ...]
    records: bool = False


class Joined(NamedTuple):
    """The files of a merge that differ from ours, by path, and the open conflicts.

    `tree` has the files that are not tickets, if git had to merge them; otherwise it is empty.
    """

    files: dict[str, Version | None]
    tree: str
    open: list[str]


class TicketsJoined(NamedTuple):
    """The merged tickets of two commits: their files by store path, before and after.

    `stages` are the versions of each conflict; `contents` are the bytes of all new versions, by blob.
    """

    rows: dict[str, Three]
    done: StoreJoined
    files: dict[str, Version | None]
    stages: dict[str, list[Version | None]]
    contents: dict[str, bytes]


class Side:
    """The difference between two commits: tickets by store path, all other files by git's path."""

    def __init__(self, changes: Mapping[str, Change], lead: str) -> None:
        self.tickets: dict[str, Change] = {}
        self.others: dict[str, Change] = {}
        for path, change in changes.items():
            if path.startswith(lead) and place_of(path.removeprefix(lead)):
                self.tickets[path.removeprefix(lead)] = change
            else:
                self.others[path] = change


class Joiner:
    """Merges commits of one repository; lists what it merged, renamed and left in conflict."""

    def __init__(self, git: GitProcess, prefix: str, derived: str, policy: Policy) -> None:
        self._git = git
        self._prefix = prefix
        self._lead = git_lead(prefix)
        self._objects = ObjectReader(git)
        self._writer = CommitWriter(git, self._objects, derived)
        self._tips: tuple[str, ...] = ()
        self._length = 40
        self._known_ids: set[str] | None = None
        self._policy = policy
        self.merged: set[str] = set()
        self.conflicts: list[Conflict] = []
        self.renamed: list[tuple[str, str, str]] = []

    def start_again(self, *, records: bool) -> None:
        """Clear the lists of what was merged so far."""
        self._policy = self._policy._replace(records=records)
        self.merged.clear()
        self.conflicts.clear()
        self.renamed.clear()

    def merge(self, ours: str, theirs: str, message: str) -> tuple[str, list[str]]:
        """Merge two commits; return the new commit, or an empty string and the paths in conflict."""
        try:
            joined = self.joined(ours, theirs)
            if joined.open:
                return "", joined.open
            text = Text(message.encode())
            tip = self._writer.commit(ours, [ours, theirs], joined.files, text, joined.tree)
            self._writer.flush()
            return tip, []
        finally:
            self._close()

    def joined(self, ours: str, theirs: str) -> Joined:
        """Return the files of the merge of two commits."""
        self._tips = (ours, theirs)
        self._length = len(ours)
        bases = self._git.run("merge-base", "--all", ours, theirs).out.decode().split()
        base = self._common(bases)
        left, right = self._sides(base, ours, theirs)
        names = Names(*(self._renames(tip, bases, side) for tip, side in ((ours, left), (theirs, right))))
        rows = _rows(left.tickets, right.tickets)
        return self._three_way(bases, (ours, theirs), (left, right), rows, names)[0]

    def tickets(self, bases: Sequence[str], ours: str, theirs: str) -> TicketsJoined:
        """Return the merged tickets of two commits that share `bases`."""
        self._tips = (ours, theirs)
        self._length = len(ours)
        try:
            left, right = self._sides(self._common(bases), ours, theirs)
            names = Names(*(self._renames(tip, bases, side) for tip, side in ((ours, left), (theirs, right))))
            rows = _rows(left.tickets, right.tickets)
            context = self._context(records=True)
            done = join(rows, names, context)
            files = {path: self._version(path, file, rows) for path, file in done.files.items()}
            stages = {
                path: [self._version(path, file, rows) for file in held]
                for group in done.groups
                for path, held in group.stages.items()
            }
            versions = {*files.values(), *(version for held in stages.values() for version in held)}
            contents = {version.blob: self._objects.content(version) for version in versions if version}
        finally:
            self._close()
        return TicketsJoined(rows, done, files, stages, contents)

    def _context(self, *, records: bool) -> Context:
        policy = self._policy
        return Context(self._objects.content, policy.rules, records, policy.references, self._is_taken)

    def _sides(self, base: str, *tips: str) -> tuple[Side, ...]:
        return tuple(Side(diffs.between(self._git, base, tip), self._lead) for tip in tips)

    def _common(self, bases: Sequence[str]) -> str:
        """Return a commit or tree to compare with; several bases are merged where they agree."""
        if len(bases) == 1:
            return bases[0]
        if not bases:
            return self._git.must_write("hash-object", "-t", "tree", "-w", "--stdin", stdin=b"").decode().strip()
        above = self._git.run("merge-base", "--all", bases[0], bases[1]).out.decode().split()
        common = self._common(above[:1])
        left, right = self._sides(common, bases[0], bases[1])
        policy = Context(
            self._objects.content, self._policy.rules, records=False, references=(), is_taken=lambda _: False
        )
        done = join(_rows(left.tickets, right.tickets), Names({}, {}), policy)
        # Where the bases disagree, use their own common version, so that both sides count as changed.
        disputed = {path: change.old for path, change in left.tickets.items() if path in done.open}
        files = {path: self._version(path, file, left.tickets) for path, file in done.files.items()} | disputed
        return self._writer.tree(bases[0], {self._lead + path: version for path, version in files.items()})

    def replay(self, commits: Sequence[str], onto: str) -> tuple[str, list[str]]:
        """Rebase commits onto another; return the new tip, or an empty string and the first conflict's paths.

        A commit that changes nothing after the rebase is left out.
        """
        self._tips = (onto, *commits[-1:])
        self._length = len(onto)
        series = _Series(onto)
        try:
            for commit in diffs.commits(self._git, commits):
                conflicts = self._put(commit, series)
                if conflicts:
                    return "", conflicts
            self._writer.flush()
        finally:
            self._close()
        return series.tip, []

    def _put(self, commit: LinearCommit, series: _Series) -> list[str]:
        if commit.parent == series.tip:
            series.start(commit.name, Side({}, ""), {})
            series.tip = commit.name
            return []
        if commit.parent != series.parent or not series.is_known:
            self._start(commit.parent, series)
        theirs = Side(commit.changes, self._lead)
        names = Names(series.names, id_changes.of_changes(theirs.tickets, self._objects))
        rows = series.rows(theirs, names)
        sides = (Side({}, ""), theirs)
        sides[0].tickets, sides[0].others = series.difference.tickets, series.difference.others
        joined, done = self._three_way([commit.parent], (series.tip, commit.name), sides, rows, names)
        if joined.open:
            return joined.open
        if joined.files or joined.tree or not commit.changes:
            series.tip = self._commit(commit.name, series.tip, joined)
        series.go_on(commit, theirs, rows, {path: self._version(path, file, rows) for path, file in done.files.items()})
        series.names = done.names
        series.is_known = not joined.tree
        return []

    def _start(self, parent: str, series: _Series) -> None:
        """Compare the parent of the next commit with the tip."""
        self._writer.flush()
        before = parent or self._common([])
        side = self._sides(before, series.tip)[0]
        series.start(parent, side, self._renames(series.tip, [parent] * bool(parent), side))

    def _commit(self, name: str, tip: str, joined: Joined) -> str:
        head, _, message = self._objects.read(name).partition(b"\n\n")
        lines = head.split(b"\n")
        author = next((line for line in lines if line.startswith(b"author ")), b"")
        encoding = next((line[9:] for line in lines if line.startswith(b"encoding ")), b"").decode(errors="replace")
        return self._writer.commit(tip, [tip], joined.files, Text(message, encoding, author), joined.tree)

    def _renames(self, tip: str, excluded: Sequence[str], side: Side) -> dict[str, str]:
        return id_changes.between(self._git, self._objects, tip, excluded, self._prefix, side.tickets)

    def _three_way(
        self,
        bases: Sequence[str],
        tips: tuple[str, str],
        sides: tuple[Side, ...],
        rows: Mapping[str, Three],
        names: Names,
    ) -> tuple[Joined, StoreJoined]:
        done = join(rows, names, self._context(records=self._policy.records))
        self._note(done)
        tree, conflicts = "", [self._lead + path for path in done.open]
        others, clash = _union(sides[0].others, sides[1].others)
        if clash:
            self._writer.flush()
            hidden = [self._lead + path for path in rows]
            tree, found = other_files_merge.merge_others(self._git, self._writer, bases, tips, hidden)
            conflicts += found
            others = {}
        files = dict(others)
        for path, file in done.files.items():
            version = self._version(path, file, rows)
            row = rows.get(path)
            if clash or version != (row.ours if row else None):
                files[self._lead + path] = version
        if clash:
            files = {path: version for path, version in files.items() if version is not None}
        return Joined(files, tree, conflicts), done

    def _version(self, path: str, file: Version | bytes | None, rows: Mapping[str, Three | Change]) -> Version | None:
        if not isinstance(file, bytes):
            return file
        row = rows.get(path)
        mode = next((version.mode for version in row or () if version), _REGULAR)
        return self._objects.make(mode, file, self._length)

    def _note(self, done: StoreJoined) -> None:
        self.merged.update(done.merged)
        self.conflicts += done.conflicts
        self.renamed += done.renamed

    def _is_taken(self, name: str) -> bool:
        if self._known_ids is None:
            self._writer.flush()
            self._known_ids = set()
            for tip in self._tips:
                out = self._git.read("ls-tree", "-r", "-z", "--name-only", "--full-tree", tip, "--", self._prefix)
                paths = out.decode(errors="surrogateescape").split("\0")
                self._known_ids |= id_changes.ids_of(path.removeprefix(self._lead) for path in paths)
        return name in self._known_ids or any(name in row[:2] for row in self.renamed)

    def _close(self) -> None:
        self._objects.close()
        self._writer.close()


class _Series:
    """The state of a rebase: the tip, and its difference from the parent of the next commit."""

    def __init__(self, tip: str) -> None:
        self.tip = tip
        self.parent = ""
        self.is_known = False
        self.names: dict[str, str] = {}
        self.difference = Side({}, "")
        self._paths: dict[str, set[str]] = {}

    def start(self, parent: str, difference: Side, names: dict[str, str]) -> None:
        """Start from a commit whose difference and renames are known."""
        self.parent, self.difference, self.names, self.is_known = parent, difference, names, True
        self._paths = {}
        for path in difference.tickets:
            self._add(path)

    def _add(self, path: str) -> None:
        place = place_of(path)
        if place:
            self._paths.setdefault(place.id, set()).add(path)

    def rows(self, theirs: Side, names: Names) -> dict[str, Three]:
        """Return the files of the tickets that the next commit concerns."""
        here = self.difference.tickets
        made = {path for path, change in theirs.tickets.items() if not change.old and not _is_comment(path)}
        if names.theirs or not id_changes.ids_of(made).isdisjoint(self._paths):
            # A new id of a ticket also changes the tickets that refer to it.
            return _rows(here, theirs.tickets)
        ids = id_changes.ids_of(theirs.tickets)
        former = {new: old for old, new in names.ours.items()}
        ids |= {name for old in ids for name in (names.ours.get(old), former.get(old)) if name}
        paths = {path for name in ids for path in self._paths.get(name, ()) if path in here}
        return _rows({path: here[path] for path in paths}, theirs.tickets)

    def go_on(
        self, commit: LinearCommit, theirs: Side, rows: Mapping[str, Three], files: Mapping[str, Version | None]
    ) -> None:
        """Update the difference after a commit was applied to the tip."""
        self.parent = commit.name
        for path in (*rows, *(path for path in files if path not in rows)):
            row = rows.get(path)
            self._set(path, row.theirs if row else None, files.get(path))
        others = self.difference.others
        for path, change in theirs.others.items():
            held = others.get(path)
            if held and held.new != change.new:
                others[path] = Change(change.new, held.new)
            else:
                others.pop(path, None)

    def _set(self, path: str, was: Version | None, now: Version | None) -> None:
        if was == now:
            self.difference.tickets.pop(path, None)
            return
        self.difference.tickets[path] = Change(was, now)
        self._add(path)


def _rows(ours: Mapping[str, Change], theirs: Mapping[str, Change]) -> dict[str, Three]:
    """Return the three versions of each file that a side changed."""
    rows = {}
    for path in {**ours, **theirs}:
        one, other = ours.get(path), theirs.get(path)
        base = one.old if one else other.old if other else None
        rows[path] = Three(base, one.new if one else base, other.new if other else base)
    return rows


def _union(ours: Mapping[str, Change], theirs: Mapping[str, Change]) -> tuple[dict[str, Version | None], bool]:
    """Return theirs' changes of files that are not tickets.

    The second value is True, and the first empty, if ours changed the same files or occupies their paths.
    """
    if any(path in ours and ours[path].new != change.new for path, change in theirs.items()):
        return {}, True
    for one, other in ((ours, theirs), (theirs, ours)):
        folders = {folder for path, change in one.items() if change.new for folder in _folders(path)}
        if any(change.new and path in folders for path, change in other.items()):
            return {}, True
    return {path: change.new for path, change in theirs.items() if path not in ours}, False


def _is_comment(path: str) -> bool:
    place = place_of(path)
    return place is not None and bool(place.comment)


def _folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]
