"""The events of one ticket or of the store for `tk log`, newest first."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.message import COMMAND_TRAILER, MIGRATE
from plaintickets.errors import GitRefusedError, RefusedError, TicketNotFoundError, UsageError
from plaintickets.store import files
from plaintickets.store.comment_files import folder_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.event import Event
    from plaintickets.git.process import GitProcess
    from plaintickets.history.timeline import History
    from plaintickets.project import Project
    from plaintickets.store.locations import Place


SHALLOW_NOTE = "this clone is shallow: older commits are not shown (git fetch --unshallow)"


class Wanted(NamedTuple):
    """The events to show; an empty value does not restrict. `since` and `until` are seconds since 1970.

    `author` is a part of a name or mail address; `me`, the user's names and mail addresses, goes before it.
    """

    grep: str = ""
    fields: Sequence[str] = ()
    author: str = ""
    since: float | None = None
    until: float | None = None
    me: frozenset[str] = frozenset()

    def is_by(self, name: str, mail: str) -> bool:
        """Tell whether a commit of this author is one of those to show."""
        if self.me:
            return not self.me.isdisjoint((name.casefold(), mail.casefold()))
        return self.author.casefold() in f"{name} <{mail}>".casefold()


def history(project: Project, part: str | None = None, *, revision: str = "HEAD") -> History:
    """Return the timeline of the store, or of the ticket that a part of an id names, even a removed one."""
    from plaintickets.git.reader import Reader
    from plaintickets.history.load import read

    git = project.git
    if git is None:
        raise GitRefusedError("not a git repository, so there is no history")
    reader = Reader(git, project.place.common_dir, project.around.progress)
    place, limit = committed_place(project, git, revision), project.config.format_max_file_size
    if part is None:
        return read(reader, place.prefix, revision, cache=place.cache, max_bytes=limit)
    ticket, missing = part, None
    paths: tuple[str, ...] = ()
    try:
        path = _path_of(project, part)
        ticket = files.id_of(path)
        paths = (path,)
    except TicketNotFoundError as error:
        missing = error
        paths = (f"{part}.md",)
    # A second path makes git's log slow, so it is only given if there is something to find.
    folder = folder_of(paths[0])
    is_hidden = any(path.startswith(f"{folder}/") for path in project.left_out_comments)
    if is_hidden or project.config.format_comments == "files" or os.path.isdir(f"{project.place.store}/{folder}"):
        paths = (paths[0], folder)
    found = read(reader, place.prefix, revision, ticket=ticket, paths=paths, cache=place.cache, max_bytes=limit)
    if folder not in paths and any(
        f"{COMMAND_TRAILER}: {MIGRATE}" in event.revision.trailers for event in found.events
    ):
        paths = (*paths, folder)
        found = read(reader, place.prefix, revision, ticket=ticket, paths=paths, cache=place.cache, max_bytes=limit)
    if missing and not found.events:
        raise missing
    return found


def committed_place(project: Project, git: GitProcess, revision: str) -> Place:
    """Return the place of the store at a revision: another one if the store was moved and that is not committed."""
    from plaintickets.git.trees import former_place, has_folder

    place = project.place
    if place.prefix == "." or has_folder(git, revision, place.prefix):
        return place
    try:
        former = former_place(git, revision, place.prefix)
    except GitRefusedError:  # no commit yet
        former = None
    return place if former is None else place._replace(store=os.path.join(place.top, former))


def _path_of(project: Project, part: str) -> str:
    """Return the store path of a ticket.

    Raise FormerIdError for a former id, even if ids of other tickets begin with it.
    """
    path = project.path_of(part, guess=True)
    if files.id_of(path) != part:
        project.refuse_former(part)
    return path


def check_fields(project: Project, names: Sequence[str]) -> None:
    """Raise RefusedError for an unknown field: in no ticket, no setting, and no kind of event."""
    if not names:
        return
    from plaintickets.core.event import KINDS
    from plaintickets.core.suggestions import did_you_mean
    from plaintickets.query_context import known_fields

    known = {*known_fields(project), *KINDS, "body", "comment", "path"}
    for name in names:
        if name not in known:
            near = did_you_mean(name, sorted(known))
            raise RefusedError(f"there is no field '{name}'", hint=near or "`tk help query` names the fields.")


def wanted_of(
    project: Project, grep: str, fields: Sequence[str], author: str, since: str | None, until: str | None
) -> Wanted:
    """Return the events that options ask for.

    Raise RefusedError for an unknown field, UsageError for a span that ends before it begins.
    """
    check_fields(project, fields)
    start, end = seconds_of(project, since), seconds_of(project, until, end=True)
    if start is not None and end is not None and end < start:
        raise UsageError(f"nothing is between {since} and {until}")
    return Wanted(grep, fields, author, start, end, _names_of_me(project, author))


def _names_of_me(project: Project, author: str) -> frozenset[str]:
    """Return the folded names and mail addresses of the user if `author` is `me`, else nothing.

    Raise RefusedError if the user is not known.
    """
    from plaintickets.core.person_names import person_forms
    from plaintickets.core.query.comparison import is_me
    from plaintickets.query_context import me

    if not is_me(author):
        return frozenset()
    names = frozenset(form for name in me(project) for form in person_forms(name))
    if not names:
        raise RefusedError(f"it is not known who '{author}' is", hint="set git's user.name, or write the name.")
    return names


def note_unknown_author(project: Project, wanted: Wanted) -> None:
    """Report on stderr that no commit is by the author of the events to show."""
    unknown = unknown_author(project, wanted)
    if unknown is not None:
        project.around.notify(f"note: {'. '.join(unknown)}".rstrip())


def unknown_author(project: Project, wanted: Wanted) -> tuple[str, str] | None:
    """Return that no commit is by the author to show, and the nearest; None if one is, or if all are to show."""
    from plaintickets.core.quoting import quoted
    from plaintickets.core.suggestions import did_you_mean

    if not wanted.author or project.git is None:
        return None
    listed = project.git.run("log", "--no-mailmap", "--encoding=UTF-8", "--format=%an%x01%ae", "HEAD", "--")
    rows = [row.partition("\x01") for row in dict.fromkeys(listed.out.decode(errors="replace").splitlines())]
    if any(wanted.is_by(name, mail) for name, _, mail in rows):
        return None
    near = did_you_mean(wanted.author, sorted({text for name, _, mail in rows for text in (name, mail) if text}))
    return f"no commit is by {quoted(wanted.author)}", near


def wanted_events(events: Sequence[Event], wanted: Wanted) -> list[Event]:
    """Return the events that pass, the newest commit first; events of one commit and ticket in file order."""
    passing = [event for event in events if passes(event, wanted)]
    groups = [list(group) for _, group in groupby(passing, lambda event: (event.commit, event.ticket))]
    return [event for group in reversed(groups) for event in group]


def passes(event: Event, wanted: Wanted) -> bool:
    """Tell whether an event is one of those to show."""
    if wanted.fields and event.field not in wanted.fields and event.kind not in wanted.fields:
        return False
    if not wanted.is_by(event.author, event.author_email):
        return False
    if wanted.since is not None and event.date < wanted.since:
        return False
    if wanted.until is not None and event.date > wanted.until:
        return False
    return not wanted.grep or wanted.grep.casefold() in _text(event).casefold()


def _text(event: Event) -> str:
    values = [str(value) for value in (event.before, event.after) if value is not None]
    return "\n".join([*values, event.removed, event.added, event.revision.subject])


def seconds_of(project: Project, text: str | None, *, end: bool = False) -> float | None:
    """Return a date as seconds since 1970; with `end`, the last second of a day."""
    if text is None:
        return None
    from plaintickets.core.dates import DATE_EXAMPLES, DateError, sign_hint
    from plaintickets.core.moments import timestamp
    from plaintickets.core.query.dates import typed_period

    moment = timestamp(text)
    if moment is not None:
        return moment.timestamp()
    try:
        start, after = typed_period(text, project.now)
    except DateError as error:
        hint = sign_hint(text) or f"write {DATE_EXAMPLES}."
        raise UsageError(f"invalid date '{text}'{f': {error}' if str(error) else ''}", hint=hint) from None
    return max(start.timestamp(), after.timestamp() - 1) if end else start.timestamp()
