"""Replace git's version of the tickets in a stopped merge by the result of merging them by identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.merge_driver import rules_of
from plaintickets.actions.merge_tickets import joiner
from plaintickets.core.merge import merge
from plaintickets.errors import UnreadableError
from plaintickets.git import stopped_merge
from plaintickets.git.entries import blob_id
from plaintickets.git.unmerged import Unmerged, is_as_git_left_it, unmerged
from plaintickets.write.atomic_files import Write, content_of
from plaintickets.write.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.merge.identity import Version
    from plaintickets.core.merge.store import Group
    from plaintickets.git.merge_commits import TicketsJoined
    from plaintickets.project import Project

EDITED_SINCE = "the file was edited since: `tk resolve` it, or `git add` it"


class MergedTicket(NamedTuple):
    """A merged ticket: its id and path, the fields in conflict, why it was left alone, and git's id for it."""

    ticket: str
    path: str
    fields: list[str]
    refused: str = ""
    former: str = ""


def merge_stopped(project: Project) -> list[MergedTicket] | None:
    """Merge the tickets of a stopped merge, rebase, cherry-pick, revert or popped stash; return None if there is none.

    A ticket is left as it is if somebody has changed one of its files since.
    """
    if project.git is None:
        return None
    git, place = project.git, project.place
    sides = stopped_merge.sides(git, place.git_dir) or stopped_merge.popped_stash(git, place.prefix)
    if sides is None:
        return None
    joining = joiner(project, records=True, marks=True)
    joined = joining.tickets(sides.bases, sides.ours, sides.theirs)
    return _Rejoining(project, joined).done()


class _Rejoining:
    def __init__(self, project: Project, joined: TicketsJoined) -> None:
        git = project.git
        if git is None:
            raise ValueError(project)
        self._tracker, self._git, self._joined = project, git, joined
        self._index = stopped_merge.indexed(git, project.place.prefix)
        lead = project.place.git_path("")
        self._unmerged = {row.path.removeprefix(lead): row for row in unmerged(git, project.place.prefix)}
        self._records = project.config.merge_on_conflict == "record"
        self._writes: list[Write] = []
        self._resolved: dict[str, Version | None] = {}
        self._left: dict[str, list[Version | None]] = {}

    def done(self) -> list[MergedTicket]:
        """Merge each ticket that git left wrong, if that is possible, and return a row for each."""
        found = [self._take(group) for group in self._joined.done.groups if not self._is_fine(group)]
        self._drop_misplaced()
        self._write()
        return found

    def _is_fine(self, group: Group) -> bool:
        """Tell whether git or a person resolved a ticket: its files are at their paths, and there are no others."""
        index, files = self._index, self._joined.files
        return all(
            path not in index.unmerged and (path in index.merged) == (files.get(path) is not None)
            for path in group.paths
        ) and not any(map(self._has_former_id, group.paths))

    def _has_former_id(self, path: str) -> bool:
        """Tell whether git took a file of one side as it is, which refers to a ticket that has another id now."""
        row, new, index = self._joined.rows.get(path), self._joined.files.get(path), self._index.merged.get(path)
        if row is None or new is None or row.base not in (row.ours, row.theirs):
            return False
        return index in (row.ours, row.theirs) and index not in (row.base, new)

    def _take(self, group: Group) -> MergedTicket:
        fields = list(dict.fromkeys(conflict.field for conflict in group.conflicts))
        files = {path: self._joined.files.get(path) for path in group.paths}
        standing = [path for path, version in files.items() if version and ".d/" not in path]
        path = (standing or list(group.paths))[0]
        if {"file", "text"} & set(fields) and set(self._joined.done.open) & set(group.paths):
            return MergedTicket(
                group.id, path, fields, "one side cannot be read as a ticket: fix it, then `git add` it"
            )
        current = {name: content_of(f"{self._tracker.place.store}/{name}") for name in files}
        known = self._known(group)
        if not all(self._is_gits(name, content, known) for name, content in current.items()):
            # An entry that is not in the index yet must not be lost with the file at its path.
            self._left.update(
                {
                    name: held
                    for name, held in self._joined.stages.items()
                    if name in group.stages and name not in {**self._index.merged, **self._index.unmerged}
                }
            )
            return MergedTicket(group.id, path, fields, EDITED_SINCE)
        stages = {name: self._joined.stages[name] for name in group.stages} if fields and not self._records else {}
        for name, version in files.items():
            new = self._joined.contents[version.blob] if version else None
            self._writes.append(Write(name, current[name], new))
            if name not in stages:
                self._resolved[name] = version
        self._left.update(stages)
        former = next((old for old, new, _ in self._joined.done.renamed if new == group.id), "")
        return MergedTicket(group.id, path, fields if stages else [], former=former)

    def _known(self, group: Group) -> set[str]:
        """Return the blobs that the files of a ticket have if nobody has edited them."""
        rows = self._joined.rows
        versions = [version for path in group.paths for version in rows.get(path, ())]
        versions += [self._joined.files.get(path) for path in group.paths]
        return {version.blob for version in versions if version}

    def _is_gits(self, path: str, content: bytes | None, known: set[str]) -> bool:
        """Tell whether a file is as git left it."""
        held = self._unmerged.get(path)
        if content is None:
            return held is not None or path not in self._index.merged
        length = len(next(iter(known), "")) or 40
        blob = blob_id(content, length)
        if blob in known or held is None:
            return blob in known
        return blob in {version.blob for version in self._index.unmerged[path].values()} or self._is_merged(
            held, content
        )

    def _is_merged(self, held: Unmerged, content: bytes) -> bool:
        try:
            if merge(held.base, held.ours, held.theirs, rules_of(self._tracker.config)).content == content:
                return True
        except UnreadableError:
            pass
        return is_as_git_left_it(self._git, held, content)

    def _drop_misplaced(self) -> None:
        """Remove the files that git put into a wrong folder, because it guessed that a folder was renamed."""
        rows = self._joined.rows
        blobs = {version.blob for row in rows.values() for version in row if version}
        for path in {*self._index.unmerged, *self._index.merged}:
            if path in rows or path in self._joined.files or (path in self._index.merged and path in self._ours()):
                continue
            content = content_of(f"{self._tracker.place.store}/{path}")
            if content is None or blob_id(content, len(next(iter(blobs), "")) or 40) in blobs:
                self._resolved[path] = None
                self._writes.append(Write(path, content, None))

    def _ours(self) -> set[str]:
        """Return the store paths that HEAD has."""
        if not hasattr(self, "_in_head"):
            prefix = self._tracker.place.prefix
            out = self._git.read("ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD", "--", prefix)
            lead = self._tracker.place.git_path("")
            self._in_head = {path.removeprefix(lead) for path in out.decode(errors="surrogateescape").split("\0")}
        return self._in_head

    def _write(self) -> None:
        place = self._tracker.place
        writes: Sequence[Write] = [write for write in self._writes if write.old != write.new]
        if writes:
            with Edit(self._tracker, "resolve", mode="off") as edit:
                for write in writes:
                    edit.put(write)
                edit.commit_as("")
        contents: Mapping[str, bytes] = self._joined.contents
        if self._resolved or self._left:
            stopped_merge.put(self._git, place.prefix, self._resolved, self._left, contents)
        self._tracker.has_written = True
