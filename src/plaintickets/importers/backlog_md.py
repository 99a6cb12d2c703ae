"""Import the tasks of Backlog.md: the folder `backlog` with its tasks, drafts, completed and archived ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plaintickets.core.imported import RecordError
from plaintickets.core.split import FrontMatterFault, split
from plaintickets.core.yamltext import read_mapping
from plaintickets.importers.fields import Fields, items, moment, person, plain, record, tags
from plaintickets.importers.git_issue import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plaintickets.core.comments import Comment
    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

CLASSES = {"to do": "open", "in progress": "active", "blocked": "waiting", "done": "done", "archived": "done"}
_MARKS = re.compile(r"^<!-- (?:SECTION|AC|DOD|COMMENT|COMMENTS)[:\w ]*:(?:BEGIN|END) -->\n?", re.MULTILINE)
_TASK = re.compile(r"(?:^|.*/)(?:tasks|drafts|completed|archive/tasks|archive/drafts)/[^/]+\.md", re.IGNORECASE)
_MILESTONE = re.compile(r"(?:^|.*/)milestones/[^/]+\.md", re.IGNORECASE)
_ARCHIVED = re.compile(r"(?:^|.*/)archive/[^/]+/[^/]+\.md", re.IGNORECASE)
_BEGIN, _END = "<!-- COMMENTS:BEGIN -->", "<!-- COMMENTS:END -->"
_COMMENT = re.compile(r"^(?:author: *(.*)\n)?created: *(.*)\n---\n", re.MULTILINE)
_PERSON = re.compile(r"^([ \t]*(?:assignee|reporter):)(.*)$", re.MULTILINE)
_OLD_DAY = re.compile(r"(\d\d)[-/.](\d\d)[-/.](\d\d)")
_SKIPPED = frozenset(("readme.md",))


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the tasks of a folder."""
    titles = _milestones(sources)
    found, others = 0, 0
    for source in sources.files(".md"):
        name = source.name.rpartition("/")[2].lower()
        if name in _SKIPPED or ("/" in source.name and not _TASK.fullmatch(source.name)):
            others += name not in _SKIPPED
            continue
        with source.open() as file:
            task = _task(source.name, text_of(file, source.name), titles)
        lost = {**task.lost, "backlog-md: documents, decisions and milestones": others} if others else task.lost
        found, others = found + 1, 0
        yield task._replace(lost=lost)
    if not found:
        raise RecordError("backlog-md", "no task found; the source is the folder `backlog`, with `tasks/*.md`")


def _milestones(sources: Sources) -> dict[str, str]:
    """Return the titles of milestones by their ids, which tasks name."""
    titles = dict[str, str]()
    for source in sources.files(".md"):
        if _MILESTONE.fullmatch(source.name) and not source.name.lower().endswith("readme.md"):
            with source.open() as file:
                keys, _ = _parts(source.name, text_of(file, source.name))
            titles[plain(keys.get("id"))] = plain(keys.get("title"))
    return titles


def _parts(where: str, text: str) -> tuple[dict[str, Any], str]:
    """Return the keys of a file and the text below them."""
    parts = split(text.replace("\r\n", "\n"))
    if parts is None:
        raise RecordError(where, "is no task: it has no front matter between two lines `---`")
    try:
        return dict(read_mapping(_PERSON.sub(_quoted, parts.front)).values), parts.body
    except FrontMatterFault as fault:
        raise RecordError(where, f"line {fault.line + 2}: {fault.message}") from None


def _quoted(line: re.Match[str]) -> str:
    """Return a line with people whose `@`, which YAML does not allow there, is in quotes."""
    return line[1] + re.sub(r"(?<![\w'\"@.])@[\w.@+-]+", lambda name: f'"{name[0]}"', line[2])


def _moment(fields: Fields, name: str) -> str:
    """Return a moment; old files have the day, the month and two digits of the year."""
    value = fields.take(name)
    old = _OLD_DAY.fullmatch(plain(value))
    return moment(fields.where, f"20{old[3]}-{old[2]}-{old[1]}" if old else value)


def _task(where: str, text: str, titles: Mapping[str, str]) -> Imported:
    keys, body = _parts(where, text)
    fields = Fields("backlog-md", where, keys)
    key, status = fields.text("id").upper(), fields.text("status")
    if _ARCHIVED.fullmatch(where):
        fields.keep("column", status)
        status = "archived"
    kind = CLASSES.get(status.lower(), "")
    assignees = fields.take("assignee")
    people = [person(plain(one).lstrip("@")) for one in (assignees if isinstance(assignees, list) else [assignees])]
    people = list(filter(None, people))
    updated = _moment(fields, "updated_date")
    prefix = key.partition("-")[0]
    deps = [_key(one, prefix) for one in items(fields.take("dependencies"))]
    fields.keep("assignees", people if len(people) > 1 else None)
    fields.take("ordinal")
    values = _values(fields, status, people)
    values["milestone"] = titles.get(values["milestone"]) or values["milestone"]
    created = _moment(fields, "created_date")
    body, blocks = _without_comments(body)
    said = [one for block in blocks for one in _comments(fields, block)]
    return record(
        fields,
        key,
        fields.text("title"),
        text=_MARKS.sub("", body).strip(),
        values=values,
        tags=tags(items(fields.take("labels"))),
        created=created,
        updated=updated,
        closed=(updated or created) if kind == "done" else "",
        status_class=kind,
        relations={
            "deps": deps,
            "parent": [_key(fields.text("parent_task_id"), prefix)],
            "children": [_key(one, prefix) for one in items(fields.take("subtasks"))],
        },
        comments=said,
    )


def _without_comments(body: str) -> tuple[str, list[str]]:
    """Return the text without its sections of comments, and those."""
    text, blocks, at = "", list[str](), 0
    while (start := body.find(_BEGIN, at)) >= 0 and (end := body.find(_END, start)) >= 0:
        text += body[at:start].rstrip().removesuffix("## Comments").rstrip() + "\n\n"
        blocks.append(body[start + len(_BEGIN) : end].lstrip("\n"))
        at = end + len(_END)
    return text + body[at:].lstrip("\n"), blocks


def _comments(fields: Fields, block: str) -> Iterator[Comment]:
    """Yield the comments of a section: lines with author and time, a rule, the text, a rule."""
    before, *parts = _COMMENT.split(block)
    fields.lose("texts among comments that have no time", 1 if before.strip() else 0)
    for author, created, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        said = re.sub(r"\n---\s*\Z", "", text.rstrip()).strip()
        yield fields.comment(moment(fields.where, created), person((author or "").strip().lstrip("@")), said)


def _values(fields: Fields, status: str, people: list[str]) -> dict[str, str]:
    return {
        "status": status,
        "type": fields.text("type"),
        "priority": fields.text("priority"),
        "assignee": people[0] if people else "",
        "reporter": person(fields.text("reporter").lstrip("@")),
        "milestone": fields.text("milestone"),
        "due": _moment(fields, "due_date")[:10],
    }


def _key(value: Any, prefix: str) -> str:
    """Return the key of another task; older files say `task-7` where the prefix is another now."""
    kind, dash, number = plain(value).upper().partition("-")
    return f"{prefix}-{number}" if dash and kind == "TASK" and prefix not in {"", "DRAFT"} else plain(value).upper()
