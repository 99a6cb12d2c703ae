"""A ticket as another system has it, before anything here is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.comments import Comment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.frontmatter import Value

RELATIONS = ("deps", "links", "parent", "duplicate-of")
REVERSED = {"blocks": "deps", "children": "parent", "duplicated-by": "duplicate-of"}
"""Relations that a record states of others, and the field of the other ticket."""


FLAT_KEYS = ("key", "text", "body", "description", "comments")
"""The keys that a flat record has beside the fields of a ticket."""


class Person(NamedTuple):
    """A person as the source names them: the id there, the name and the mail address; each may be empty."""

    id: str
    name: str = ""
    mail: str = ""


class FieldChange(NamedTuple):
    """One change in the source's changelog; `field` and the values are named as in the source."""

    at: str
    author: str
    field: str
    before: str
    after: str


class Attachment(NamedTuple):
    """A file of a record: its name and size in bytes, and where it is.

    `link` is its address. `file` names its content if that stands in the export; texts may link to it by that name.

    `comment` is the time of the comment that the file belongs to, empty for a file of the ticket itself.
    """

    name: str
    size: int = 0
    file: str = ""
    link: str = ""
    comment: str = ""


class OwnFile(NamedTuple):
    """The file of a ticket that a store of ours exported: its store path, and the keys of its front matter."""

    path: str
    keys: Mapping[str, Value]


class Imported(NamedTuple):
    """One record of a source.

    `key` is what `external-ref` will be, `system:key`, empty for none. `values` are texts by field: `status`,
    `type`, `priority`, `resolution` and people as the source names them, which `core/import_mapping.py` maps;
    `status_class` is `open`, `active`, `waiting` or `done` if the source says so. `relations` are such keys of
    other records by RELATIONS and REVERSED. `extra` are values without a field here, by the name of the key that
    keeps them, which begins with the system: `jira-environment`. `lost` counts values that are kept nowhere, by
    name. `text` and the comments are Markdown; `raw` is the text before its conversion, if that differs, and
    `raw_comments` are the same for comments. Moments are ISO 8601. `where` names the place in the source, for
    messages. A ticket that a store of ours exported has `own`, which is used instead of the values, tags and
    relations; its text and comments stay as they are.
    """

    where: str
    title: str
    text: str = ""
    key: str = ""
    values: Mapping[str, str] = {}
    tags: Sequence[str] = ()
    created: str = ""
    closed: str = ""
    relations: Mapping[str, Sequence[str]] = {}
    comments: Sequence[Comment] = ()
    status_class: str = ""
    updated: str = ""
    extra: Mapping[str, str] = {}
    lost: Mapping[str, int] = {}
    people: Sequence[Person] = ()
    attachments: Sequence[Attachment] = ()
    changes: Sequence[FieldChange] = ()
    raw: str = ""
    raw_comments: Mapping[Comment, str] = {}
    own: OwnFile | None = None


def covers(one: Imported, other: Imported) -> bool:
    """Tell whether a record holds all that another of its key does: a list shows less than the page of a ticket."""
    parts = ((one.values, other.values), (one.extra, other.extra))
    relations = ((one.relations.get(name, ()), keys) for name, keys in other.relations.items())
    lists = (
        *relations,
        (one.tags, other.tags),
        (one.comments, other.comments),
        (one.attachments, other.attachments),
        (one.changes, other.changes),
    )
    texts = ((one.title, other.title), (one.text, other.text), (one.created, other.created), (one.closed, other.closed))
    return (
        all(mine.get(name) == value for mine, theirs in parts for name, value in theirs.items())
        and all(item in mine for mine, theirs in lists for item in theirs)
        and all(theirs in ("", mine) for mine, theirs in texts)
    )


class RecordError(Exception):
    """A record that cannot be understood, or a source that is none of this kind; `where` names the place."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")


def imported(where: str, record: Mapping[str, object]) -> Imported:
    """Return a flat record as it is imported: the names of fields and their values.

    Beside the fields of a ticket there are `title`, `text` (or `body`, `description`), `comments`, a list of
    `{date, author, text, internal}`, and `key` for `external-ref`. Raise RecordError for a value of another shape.
    """
    values: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    comments: list[Comment] = []
    for name, raw in record.items():
        if raw is None or raw == "":
            continue
        if name == "comments":
            if not isinstance(raw, list):
                raise RecordError(where, "'comments' is no list")
            comments = [_comment(where, one) for one in raw]
        elif name == "tags" or name in RELATIONS:
            lists[name] = _texts(where, name, raw)
        else:
            values[name] = ",".join(_texts(where, name, raw)) if isinstance(raw, list) else _text(where, name, raw)
    text = values.pop("text", "") or values.pop("body", "") or values.pop("description", "")
    key = values.pop("key", "") or values.pop("external-ref", "")
    title, created, closed = (values.pop(name, "") for name in ("title", "created", "closed"))
    if not title.strip():
        raise RecordError(where, "has no title")
    tags = lists.pop("tags", [])
    return Imported(where, title, text, key, values, tags, created, closed, lists, comments)


def _text(where: str, name: str, raw: object) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str | int | float):
        return str(raw)
    raise RecordError(where, f"'{name}' holds neither a text nor a number")


def _texts(where: str, name: str, raw: object) -> list[str]:
    if isinstance(raw, list):
        return [_text(where, name, item) for item in raw]
    return [item.strip() for item in _text(where, name, raw).split(",") if item.strip()]


def _comment(where: str, raw: object) -> Comment:
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str):
        raise RecordError(where, "a comment has no text")
    date, author = (_text(where, name, raw.get(name) or "") for name in ("date", "author"))
    return Comment(date, author, raw.get("internal") is True, raw["text"].replace("\r\n", "\n"))
