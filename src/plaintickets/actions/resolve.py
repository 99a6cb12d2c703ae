"""Resolve conflicts of a merge: in one ticket, field by field, or in all unmerged tickets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.merge_driver import rules_of
from plaintickets.core.change import shown
from plaintickets.core.document import parse
from plaintickets.core.merge import merge, recorded
from plaintickets.core.merge.pairing import apart
from plaintickets.core.paths import git_lead
from plaintickets.errors import RefusedError, UnreadableError
from plaintickets.git import stopped_merge
from plaintickets.git.unmerged import Unmerged, is_as_git_left_it, unmerged
from plaintickets.store import files
from plaintickets.write.atomic_files import Write, content_of
from plaintickets.write.edit import Edit
from plaintickets.write.writer import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.actions.merge_stopped import MergedTicket
    from plaintickets.core.document import Document
    from plaintickets.core.merge import Merged
    from plaintickets.core.merge.pairing import Apart
    from plaintickets.project import Project


_NO_LIMIT = 1 << 30  # the versions were checked before


class Resolved(NamedTuple):
    """The result for a ticket's file: the conflicts left, also as lines; why nothing was done; the outcome.

    `shown` are the lines. `former` is the ticket's old id if the merge gave it a new one.
    """

    ticket: str
    path: str
    left: list[str]
    refused: str = ""
    added: bool = False
    outcome: Outcome = Outcome("", [])
    shown: tuple[str, ...] = ()
    former: str = ""
    is_gone: bool = False


def resolve_all(project: Project) -> list[Resolved]:
    """Merge every ticket that git left unmerged, and add those without a conflict to the index.

    A file is left alone if somebody has edited it since. In a merge, rebase, cherry-pick or revert, and where a popped
    stash stopped at a path that only one side has, the tickets are merged by their identity, in whatever files git put
    them. Otherwise the unmerged files are merged one by one.
    """
    from plaintickets.actions.merge_stopped import merge_stopped

    joined = merge_stopped(project)
    if joined is not None:
        return [_rejoined(project, row) for row in joined]
    refused = {path: reason for path, file in _unmerged(project).items() if (reason := _separate(project, path, file))}
    plans = [
        (Resolved(files.id_of(path), path, [], refused[path]), None)
        if path in refused
        else _planned(project, path, file)
        for path, file in _unmerged(project).items()
    ]
    for mode, added in (("off", False), ("stage", True)):
        writes = [write for resolved, write in plans if write and resolved.added == added]
        _write(project, mode, writes)
    return [resolved for resolved, _ in plans]


def _rejoined(project: Project, row: MergedTicket) -> Resolved:
    """Return the result for a merged ticket, with what is left to resolve in it."""
    if row.refused:
        return Resolved(row.ticket, row.path, [], row.refused)
    content = content_of(f"{project.place.store}/{row.path}")
    if content is None or not row.fields:
        return Resolved(row.ticket, row.path, [], added=True, former=row.former, is_gone=content is None)
    document = parse(content, row.path, _NO_LIMIT)
    left = recorded.left_in(document) or list(row.fields)
    if row.fields == ["ticket"]:
        return Resolved(row.ticket, row.path, [], _removed_there(row.ticket), former=row.former)
    return Resolved(row.ticket, row.path, left, shown=_shown(document), former=row.former)


def resolve(project: Project, path: str, favour: str, fields: Sequence[str], *, subject: str = "") -> Resolved:
    """Resolve conflicts of one ticket for a side, `ours` or `theirs`: these fields, or all; without a side, none.

    During a merge, the file is added to the index when no conflict is left; a ticket with recorded conflicts of
    an earlier merge is committed.
    Raise RefusedError for fields without a conflict.
    """
    file = _unmerged(project).get(path)
    if file and (file.ours is None or file.theirs is None):
        return _resolve_removed(project, path, file, favour)
    content = content_of(f"{project.place.store}/{path}") or b""
    document = parse(content, path, project.config.format_max_file_size)
    problems = [problem for problem in document.problems if problem.code != "conflict-markers"]
    if problems or not document.keys:
        return _resolve_markers(project, path, file, favour, content)
    left = recorded.left_in(document)
    unknown = [field for field in fields if field not in left]
    if unknown:
        shown = ", ".join(left) or "nothing"
        raise RefusedError(f"{files.id_of(path)} has no conflict in {', '.join(unknown)}", hint=f"In conflict: {shown}")
    result = _favoured(project, document, file, favour, fields or left) if favour else document
    return _finish(project, path, content, result, file, subject)


def resolve_ticket(project: Project, path: str, favour: str, *, subject: str = "") -> list[Resolved]:
    """Resolve a ticket for a side, as `resolve` does, and its unmerged comment files."""
    comments = [name for name in _unmerged(project) if name != path and files.ticket_path(name) == path]
    done = [resolve(project, name, favour, (), subject=subject) for name in (*comments, path)]
    if comments and not (done[-1].left or done[-1].added or done[-1].outcome.commit):
        done.pop()
    return done


def unmerged_path(project: Project, ticket_id: str) -> str:
    """Return the path of a ticket's unmerged file, or of an unmerged comment; empty if there is none."""
    found = [path for path in _unmerged(project) if files.id_of(files.ticket_path(path)) == ticket_id]
    return next(iter(sorted(found, key=lambda path: path != files.ticket_path(path))), "")


def _resolve_removed(project: Project, path: str, file: Unmerged, favour: str) -> Resolved:
    """Keep or remove a file that one side has deleted, as the favoured side did; keep one edited since."""
    ticket = files.id_of(files.ticket_path(path))
    current = content_of(f"{project.place.store}/{path}")
    has_changed = current is not None and current not in (file.base, file.ours, file.theirs)
    if has_changed and favour:
        raise RefusedError(
            f"{path} was changed since the merge, so neither side is used",
            hint=f"`tk resolve {ticket}` without a side keeps it as it is; `git rm` removes it.",
        )
    if not favour and not has_changed and (file.ours or file.theirs) is not None:
        where = "there" if file.ours is not None else "here"
        shown = f"the file is not there {where}; --ours takes our side, --theirs the other"
        return Resolved(ticket, path, ["ticket"], shown=(shown,))
    wanted = current if has_changed else file.ours if favour == "ours" else file.theirs
    outcome = _write(project, "off", [Write(path, current, wanted)])
    comments = _comments_of(project, path) if wanted is None and path == files.ticket_path(path) else []
    outcome = _write(project, "off", comments) if comments else outcome
    from plaintickets.git.commit import stage

    if project.git:
        stage(project.git, [project.place.git_path(name) for name in (path, *(write.path for write in comments))])
    return Resolved(ticket, path, [], added=True, outcome=outcome, is_gone=wanted is None)


def _comments_of(project: Project, path: str) -> list[Write]:
    """Return the writes that remove the comment files of a ticket."""
    from plaintickets.store.comment_files import paths

    store = project.place.store
    return [Write(name, content_of(f"{store}/{name}"), None) for name in paths(store, path)]


def write_edited(project: Project, path: str, started: bytes, edited: bytes, *, subject: str = "") -> Resolved:
    """Replace a ticket in conflict by a text that was edited by hand."""
    if content_of(f"{project.place.store}/{path}") != started:
        raise RefusedError(f"{path} was changed by another program meanwhile; nothing was written")
    document = parse(edited, path, project.config.format_max_file_size)
    return _finish(project, path, started, document, _unmerged(project).get(path), subject)


def _unmerged(project: Project) -> dict[str, Unmerged]:
    if project.git is None:
        return {}
    lead = git_lead(project.place.prefix)
    found = {file.path.removeprefix(lead): file for file in unmerged(project.git, project.place.prefix)}
    return {path: file for path, file in found.items() if files.is_ticket_path(files.ticket_path(path))}


def _merged(project: Project, file: Unmerged, favour: str = "") -> Merged:
    if file.ours is None or file.theirs is None:
        raise UnreadableError(_removed_there(files.id_of(files.ticket_path(file.path))))
    return merge(file.base, file.ours, file.theirs, rules_of(project.config, favour=favour))


def _removed_there(ticket: str) -> str:
    return f"removed on one side and changed on the other: `tk resolve {ticket} --ours` or `--theirs` decides"


def _separate(project: Project, path: str, file: Unmerged) -> str:
    """Separate two tickets that git took for one, and return why that was impossible, if it was."""
    found = apart(file.base, file.ours, file.theirs)
    if found is None or project.git is None:
        return ""
    if found.was == found.new:
        return f"{_taken(found)}: write one of them to another file, then `git add` both"
    changed = file.theirs if found.content == file.ours else file.ours
    place = f"{found.was}.md"
    current, standing = (content_of(f"{project.place.store}/{name}") for name in (path, place))
    if current is None or (current != found.content and not is_as_git_left_it(project.git, file, current)):
        return "the file was edited since: `tk resolve` it, or `git add` it"
    if not files.is_ticket_path(place) or place == path or standing not in (None, changed):
        return f"{_taken(found)}, and that name is in use: copy its change by hand, then `git add` this one"
    _write(project, "off", [Write(place, standing, changed)])
    held = stopped_merge.indexed(project.git, project.place.prefix).unmerged[path]
    held.pop(2 if found.content == file.ours else 3)
    stopped_merge.put(project.git, project.place.prefix, {}, {place: [held.get(stage) for stage in (1, 2, 3)]}, {})
    _write(project, "stage", [Write(path, current, found.content)])
    return ""


def _taken(found: Apart) -> str:
    if found.was == found.new:
        return f"both sides created a ticket with the id {found.new}"
    return f"git took this new ticket for a rename of {found.was}, which one side removed and the other changed"


def _planned(project: Project, path: str, file: Unmerged) -> tuple[Resolved, Write | None]:
    """Return the result for an unmerged file, and what to write for it."""
    ticket = files.id_of(files.ticket_path(path))
    current = content_of(f"{project.place.store}/{path}")
    try:
        content = _merged(project, file).content
    except UnreadableError as error:
        return Resolved(ticket, path, [], str(error)), None
    if content is None or current is None:
        return Resolved(ticket, path, [], "the file is not there"), None
    if current != content and project.git and not is_as_git_left_it(project.git, file, current):
        return Resolved(ticket, path, [], "the file was edited since: `tk resolve` it, or `git add` it"), None
    document = parse(content, path, _NO_LIMIT)
    added = _is_resolved(project, document)
    resolved = Resolved(ticket, path, recorded.left_in(document), added=added, shown=_shown(document))
    return resolved, Write(path, current, content)


def _write(project: Project, mode: str, writes: Sequence[Write]) -> Outcome:
    """Write files of a merge, with the mode `stage` into the index too, even if they are unchanged."""
    if not writes:
        return Outcome("", [])
    with Edit(project, "resolve", mode=mode) as edit:
        for write in writes:
            edit.put(write)
        outcome = edit.commit_as("")
    same = [project.place.git_path(write.path) for write in writes if write.old == write.new]
    if mode == "stage" and same and project.git:
        from plaintickets.git.commit import stage

        stage(project.git, same)
    return outcome


def _resolve_markers(project: Project, path: str, file: Unmerged | None, favour: str, content: bytes) -> Resolved:
    """Merge a file with conflict markers in its front matter again, if nobody has edited it."""
    if file is None or project.git is None:
        problem = parse(content, path, project.config.format_max_file_size).problems[0]
        raise UnreadableError(str(problem), hint="fix the file by hand: `tk edit`.")
    if not is_as_git_left_it(project.git, file, content):
        raise RefusedError(
            f"{path} has conflict markers, and was edited since the merge",
            hint="finish it in an editor, then run the command again.",
        )
    merged = _merged(project, file, favour)
    return _finish(project, path, content, parse(merged.content or b"", path, _NO_LIMIT), file, "")


def _favoured(
    project: Project, document: Document, file: Unmerged | None, favour: str, fields: Sequence[str]
) -> Document:
    if file is None:
        done = rules_of(project.config).done
        return recorded.kept(document, fields) if favour == "ours" else recorded.taken(document, fields, done)
    model = parse(_merged(project, file, favour).content or b"", document.path, _NO_LIMIT)
    if recorded.TEXT in fields:
        made = parse(_merged(project, file).content or b"", document.path, _NO_LIMIT)
        if made.body != document.body:
            raise RefusedError(
                "the text was edited since the merge, so it is not replaced",
                hint="finish it in an editor (`tk resolve --edit`), or name the other fields.",
            )
    return recorded.like(document, model, fields)


def _finish(
    project: Project, path: str, old: bytes, document: Document, file: Unmerged | None, subject: str
) -> Resolved:
    """Write the file. During a merge, add it to the index if no conflict is left; otherwise commit it."""
    ticket = files.id_of(files.ticket_path(path))
    left = recorded.left_in(document)
    found = apart(file.base, file.ours, file.theirs) if file else None
    if found:
        raise RefusedError(_taken(found), hint="`tk resolve --auto` separates them.")
    if file is None:
        outcome = _commit(project, path, old, document, subject)
        return Resolved(ticket, path, left, outcome=outcome, shown=_shown(document))
    added = _is_resolved(project, document)
    outcome = _write(project, "stage" if added else "off", [Write(path, old, document.to_bytes())])
    return Resolved(ticket, path, left, added=added, outcome=outcome, shown=_shown(document))


def _is_resolved(project: Project, document: Document) -> bool:
    """Tell whether a merged file can be added to the index: no conflict is left, or it may be recorded."""
    left = recorded.left_in(document)
    return not left or (project.config.merge_on_conflict == "record" and not _marked(document))


def _shown(document: Document) -> tuple[str, ...]:
    """Return a line for each conflict: the present value, and the value of the other side."""
    lines = []
    for field, entry in recorded.read(document):
        other = recorded.Recorded(field, entry).shown
        stands = (
            "" if field == recorded.TEXT else shown(document.title if field == "title" else document.keys.get(field))
        )
        lines.append(f"{field}: {stands} is kept; the other is {other}" if stands else f"{field}: the other is {other}")
    return (*lines, *(f"{name}: between the markers in the file" for name in _marked(document)))


def _marked(document: Document) -> list[str]:
    return [recorded.TEXT] if any(problem.code == "conflict-markers" for problem in document.problems) else []


def _commit(project: Project, path: str, old: bytes, document: Document, subject: str) -> Outcome:
    if old == document.to_bytes():
        return Outcome("", [])
    with project.edit("resolve") as edit:
        edit.subject = subject
        edit.overwrite(path, old, document)
        return edit.commit()


def next_command(project: Project) -> str:
    """Return the next command after the tickets are resolved; nothing without a merge, or if other files are left."""
    from plaintickets.git.head import UNDER_WAY

    git_dir = project.place.git_dir
    way = next((way for name, (_, way) in UNDER_WAY.items() if os.path.lexists(os.path.join(git_dir, name))), "")
    return "" if not way or project.git is None or project.git.read("ls-files", "-u", "-z") else way
