"""Import the issues of git-issue: the folder `.issues`, each issue a folder of small files."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

from plaintickets.core.comments import Comment
from plaintickets.core.imported import Attachment, RecordError
from plaintickets.core.paths import LARGEST_IMPORTED
from plaintickets.importers.attachment_contents import TOO_LARGE
from plaintickets.importers.fields import Fields, moment, person, plain, record, tags
from plaintickets.importers.sources import LONGEST_LINE, lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

_COMMITS = re.compile(r"(?:^|.*/)commits\.txt")
_COMMIT = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\t(\S+)\t(.*)")
_PART = re.compile(r"(?:^|.*/)issues/([0-9a-f]{2})/([0-9a-f]{38}|[0-9a-f]{62})/(.+)", re.DOTALL)


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the issues of a folder; its files are in the order of their names, so one issue is held."""
    commits = _commits(sources)
    key, parts, files = "", dict[str, str](), list[Attachment]()
    for source in sources.files(""):
        at = _PART.fullmatch(source.name)
        if at is None or at[3].endswith(".gz"):
            continue
        if at[1] + at[2] != key:
            if key:
                yield _issue(key, parts, files, commits)
            key, parts, files = at[1] + at[2], {}, []
        with source.open() as file:
            if at[3].startswith("attachments/"):
                files.append(_attachment(at[3].partition("/")[2], file, source.name, sources))
            else:
                parts[at[3]] = text_of(file, source.name)
    if not key:
        raise RecordError(
            "git-issue", "no issue found; the source is the folder `.issues`, with `issues/ab/cdef…/description`"
        )
    yield _issue(key, parts, files, commits)


def _attachment(name: str, file: IO[bytes], where: str, sources: Sources) -> Attachment:
    name, content = plain(name) or "file", file.read(LARGEST_IMPORTED + 1)
    if len(content) > LARGEST_IMPORTED:
        return Attachment(name, 0, TOO_LARGE)
    return Attachment(name, len(content), sources.contents.add(where, content))


def _commits(sources: Sources) -> dict[str, tuple[str, str]]:
    """Return times and authors of commits, whose names issues and comments have, from a file `commits.txt`."""
    found = dict[str, tuple[str, str]]()
    for source in sources.files(""):
        if not _COMMITS.fullmatch(source.name):
            continue
        with source.open() as file:
            for number, line in lines(file, source.name):
                row = _COMMIT.fullmatch(line.rstrip("\r\n"))
                where = f"{source.name}: line {number}"
                if row is None:
                    raise RecordError(where, "holds no commit, time and author between tabs")
                found[row[1]] = (moment(where, row[2]), person(*re.split(r" <|>", row[3])[:2]))
    return found


def text_of(file: IO[bytes], where: str) -> str:
    """Return the text of a small file; raise RecordError for one that is too long or not UTF-8."""
    content = file.read(LONGEST_LINE + 1)
    if len(content) > LONGEST_LINE:
        raise RecordError(where, f"is longer than {LONGEST_LINE} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise RecordError(where, "is not UTF-8; `iconv -f NAME -t UTF-8` converts it") from None


def _issue(
    key: str, parts: dict[str, str], files: Sequence[Attachment], commits: Mapping[str, tuple[str, str]]
) -> Imported:
    where = f"issues/{key[:2]}/{key[2:]}"
    fields = Fields("git-issue", where, parts)
    title, _, text = fields.prose("description").partition("\n")
    labels = fields.prose("tags").splitlines()
    is_closed = "closed" in labels
    status = "closed" if is_closed else "open"
    people = [person("", name) if "@" in name else person(name) for name in fields.prose("assignee").splitlines()]
    created, author = commits.get(key, ("", ""))
    comments = [
        Comment(*commits.get(name.rpartition("/")[2], ("", "")), False, fields.prose(name))
        for name in sorted(fields.left)
        if name.startswith("comments/")
    ]
    fields.lose("authors and times, which git has: the commits of .issues", 0 if created else 1)
    fields.keep("watchers", fields.prose("watchers").splitlines())
    fields.keep("assignees", people if len(people) > 1 else None)
    dates = {"due": fields.date("duedate"), "milestone": fields.text("milestone")}
    return record(
        fields,
        key,
        title,
        text=text.strip(),
        values={"status": status, "assignee": people[0] if people else "", "reporter": author, **dates},
        tags=tags(label for label in labels if label not in {"open", "closed"}),
        created=created,
        status_class="done" if is_closed else "open",
        comments=comments,
        attachments=files,
    )
