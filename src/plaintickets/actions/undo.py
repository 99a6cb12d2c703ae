"""Undo a commit: invert its changes in a new commit, or refuse with the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.change import TITLE, Change
from plaintickets.core.diff import changes, conflicting
from plaintickets.core.document import parse
from plaintickets.core.message import COMMAND_TRAILER, HISTORY_TRAILER, MIGRATE
from plaintickets.core.paths import git_lead, is_article, is_attached, is_held
from plaintickets.errors import GitRefusedError, RefusedError
from plaintickets.git import revisions
from plaintickets.git.revisions import DEEPENING
from plaintickets.git.shallow import shallow_commits
from plaintickets.store import files, import_state
from plaintickets.store.comment_files import LARGEST_ATTACHED
from plaintickets.store.names import ticket_paths
from plaintickets.store.settings import FILE_NAME
from plaintickets.write.atomic_files import Write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.git.process import GitProcess
    from plaintickets.git.revisions import Revision
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome

UNDO_TRAILER = "Tk-Undoes"
_LOOK_BACK = 1000
_SETTINGS_WRITERS = {FILE_NAME: (MIGRATE, "adopt", "undo"), "calendars.yml": ("calendar", "undo")}
"""The commands that write a settings file. Commits of settings by others are not undone."""


class Undone(NamedTuple):
    """The undone commit, its tickets, and the outcome."""

    revision: Revision
    tickets: list[str]
    outcome: Outcome


def last_change(project: Project) -> Revision:
    """Return the last commit of tk that is not undone: the one that `undo` without a name undoes.

    Raise RefusedError if there is none.
    """
    return _last(_git(project), project.place.prefix, 1)[0]


def undo(project: Project, name: str | None, *, subject: str = "") -> Undone:
    """Undo a commit's changes of tickets: the named one, or the last of tk's own that is not undone."""
    git = _git(project)
    with project.edit("undo") as edit:
        revision = revisions.resolve(git, name) if name else _last(git, project.place.prefix, 1)[0]
        if len(revision.parents) > 1:
            raise RefusedError(
                f"{revision.commit[:10]} is a merge", hint="undo the commits that it merged, one by one."
            )
        prefix = git_lead(project.place.prefix)
        base = _base(git, revision)
        if not base and revision.commit in shallow_commits(project.place.common_dir):
            raise RefusedError(
                f"this clone is shallow and ends at {revision.commit[:10]}, so what it changed is not known",
                hint=DEEPENING,
            )
        touched = revisions.touched(git, revision.commit, project.place.prefix, base)
        paths = [path for path in touched if files.is_ticket_path(files.ticket_path(path.removeprefix(prefix)))]
        states = [path for path in touched if path.startswith(f"{prefix}{import_state.FOLDER}/")]
        written = _settings_written(revision)
        whole = [path for path in touched if _is_whole(path.removeprefix(prefix), written)]
        if not (paths or states or whole):
            raise RefusedError(
                f"{revision.commit[:10]} changes no tickets: {revision.subject}",
                hint=f"`git revert {revision.commit[:10]}` undoes a commit of other files.",
            )
        new = revisions.contents(git, revision.commit, [*paths, *states])
        old = revisions.contents(git, base, [*paths, *states]) if base else {}
        _undo_whole(edit, git, revision, base, whole)
        for path in paths:
            _undo_file(edit, git, revision, path, path.removeprefix(prefix), old.get(path), new.get(path))
        for path in states:
            _undo_import_state(edit, path.removeprefix(prefix), old.get(path), new.get(path))
        _refuse_dangling(
            project,
            edit,
            {files.id_of(path) for path in paths if path not in old} - {files.id_of(path) for path in old},
        )
        edit.subject, edit.standard = subject, f'tk: undo "{revision.subject}"'[:100]
        edit.trailers = [f"{UNDO_TRAILER}: {revision.commit}"]
        tickets = [ticket.id for ticket in edit.changed()]
        return Undone(revision, tickets, edit.commit())


def _base(git: GitProcess, revision: Revision) -> str:
    """Return the commit before a change, empty for none; of an import with history, that before its first commit."""
    for row in revision.body.splitlines():
        name, _, base = row.partition(": ")
        if (
            name == HISTORY_TRAILER
            and re.fullmatch("[0-9a-f]{40,64}", base)
            and git.run("merge-base", "--is-ancestor", base, revision.commit).code == 0
        ):
            return revisions.commit_named(git, base)
    return revision.parents[0] if revision.parents else ""


def undo_several(project: Project, count: int, span: str = "", *, subject: str = "") -> Iterator[Undone]:
    """Undo the commits of a range `A..B`, or the last `count`, newest first, each by its own commit.

    Raise RefusedError if one cannot be undone; those undone before it stay undone.
    """
    git, prefix = _git(project), project.place.prefix
    if span:
        base, _, tip = span.partition("..")
        found = revisions.between(git, base or "HEAD", tip or "HEAD", prefix)
        if not found:
            raise RefusedError(f"there is nothing to undo: no commit in {span} changes tickets")
    else:
        found = _last(git, prefix, count)
    for done, revision in enumerate(found):
        try:
            # What was read before the last commit is outdated.
            fresh = type(project)(project.place, project.around, project.overrides)
            yield undo(fresh, revision.commit, subject=subject)
        except RefusedError as refused:
            progress = f"{done} of {len(found)} commits were undone; then: " if done else ""
            raise RefusedError(f"{progress}{refused}", hint=refused.hint) from None


def _git(project: Project) -> GitProcess:
    if project.git is None:
        raise GitRefusedError("not a git repository, so there is no history to undo")
    return project.git


def _last(git: GitProcess, prefix: str, count: int) -> list[Revision]:
    """Return the last commits of tk in a store that are not undone, newest first."""
    undone: set[str] = set()
    found: list[Revision] = []
    for revision in revisions.by_command(git, COMMAND_TRAILER, prefix, _LOOK_BACK):
        rows = revision.body.splitlines()
        undoes = {row.removeprefix(UNDO_TRAILER + ": ") for row in rows if row.startswith(UNDO_TRAILER + ": ")}
        if revision.commit in undone:  # the undo was undone, so the change it undid is there again
            continue
        if not undoes:
            found.append(revision)
            if len(found) == count:
                return found
        undone |= undoes
    what = f"only {len(found)} of {count} commits made by tk" if found else "no commit made by tk"
    raise RefusedError(f"there is nothing to undo: {what} on this branch")


def _settings_written(revision: Revision) -> set[str]:
    """Return the names of the settings files that the command of a commit writes."""
    rows = set(revision.body.splitlines())
    return {
        name
        for name, writers in _SETTINGS_WRITERS.items()
        if any(f"{COMMAND_TRAILER}: {writer}" in rows for writer in writers)
    }


def _is_whole(path: str, settings: set[str]) -> bool:
    """Tell whether undo restores a file of the store as a whole: it is no ticket, and tk wrote it."""
    return is_attached(path) or is_article(path) or is_held(path) or path in settings


def _undo_whole(edit: Edit, git: GitProcess, revision: Revision, base: str, paths: list[str]) -> None:
    """Undo what a commit did to files that are restored as a whole, or refuse if one was changed since."""
    new = revisions.contents(git, revision.commit, paths)
    old = revisions.contents(git, base, paths) if base else {}
    place = edit.project.place
    for git_path in paths:
        path = place.store_path(git_path)
        try:
            current = files.read_bytes(place.store, path, LARGEST_ATTACHED)
        except FileNotFoundError:
            current = None
        if not _same(current, new.get(git_path)):
            raise _in_the_way(git, revision, git_path)
        before = old.get(git_path)
        is_mail = is_attached(path) or is_held(path)
        edit.put(Write(path, current, before if is_mail else _with_ends_of(current, before)))


def _undo_file(
    edit: Edit, git: GitProcess, revision: Revision, git_path: str, path: str, old: bytes | None, new: bytes | None
) -> None:
    store = edit.project.place.store
    try:
        current = files.read_bytes(store, path, edit.project.config.format_max_file_size)
    except FileNotFoundError:
        current = None
    if _same(current, new):
        edit.restore(path, current, _with_ends_of(current, old))
        return
    if current is None or old is None or new is None:
        raise _in_the_way(git, revision, git_path)
    before, after, here = parse(old, path), parse(new, path), parse(current, path)
    if before.problems or after.problems or here.problems:
        raise _in_the_way(git, revision, git_path)
    inverse = [change.inverted() for change in reversed(changes(before, after, files.id_of(path)))]
    if not inverse or conflicting(here, inverse):
        raise _in_the_way(git, revision, git_path, conflicting(here, inverse))
    edit.apply(inverse)


def _undo_import_state(edit: Edit, path: str, old: bytes | None, new: bytes | None) -> None:
    """Restore what an import remembered, except what a later import has changed."""
    current = import_state.content_of(edit.project.place.store, path)
    if _same(current, new):
        edit.put(Write(path, current, old))
    elif path.endswith(import_state.LINES):
        edit.put(Write(path, current, import_state.without_changes(current, old, new)))


def _same(current: bytes | None, committed: bytes | None) -> bool:
    """Tell whether a file is as it was committed, apart from CRLF line ends (core.autocrlf)."""
    if current is None or committed is None:
        return current is committed
    return current == committed or current.replace(b"\r\n", b"\n") == committed


def _with_ends_of(current: bytes | None, old: bytes | None) -> bytes | None:
    if current is None or old is None or b"\r\n" in old or current.count(b"\r\n") != current.count(b"\n"):
        return old
    return old.replace(b"\n", b"\r\n")


def _in_the_way(git: GitProcess, revision: Revision, path: str, found: list[Change] | None = None) -> RefusedError:
    later = revisions.later(git, revision.commit, path)
    fields = ", ".join(dict.fromkeys(change.field for change in found or [])) or TITLE
    rows = [f"{other.commit[:10]} {other.subject}" for other in later[:5]]
    what = f"{fields} of {files.id_of(path)}" if found else files.id_of(path)
    hint = (
        "undo these first:\n  " + "\n  ".join(rows) if rows else "the file has uncommitted changes; commit them first."
    )
    return RefusedError(f"{what} was changed since {revision.commit[:10]} ({revision.subject})", hint=hint)


def _refuse_dangling(project: Project, edit: Edit, gone: set[str]) -> None:
    """Raise RefusedError if a remaining ticket refers to one that would be removed."""
    from plaintickets.actions.rename import all_references

    staying = set(ticket_paths(project.place.store)) - gone
    restored = {ticket.id for ticket in edit.changed()}
    references = all_references(project) if gone else {}
    for ticket_id in sorted(gone):
        for ticket, field in references.get(ticket_id, ()):
            if ticket.id in staying and ticket.id not in restored:
                raise RefusedError(
                    f"{ticket_id} is referred to by {ticket.id} ({field})",
                    hint="remove that reference first, then undo.",
                )
