"""A record of another system, key by key: what was taken, what keeps a key of its own, and what is lost."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from plaintickets.core.comments import Comment
from plaintickets.core.dates import utc_text
from plaintickets.core.imported import Attachment, Imported, RecordError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plaintickets.core.imported import FieldChange

_EMPTY: tuple[object, ...] = (None, "", [], {})
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_IN_KEY = re.compile(r"[^a-z0-9]+")
_SAFE_LINK = re.compile(r"(?:https?|mailto):[^\s<>()\"]+", re.IGNORECASE)
_LONGEST_NAME = 60
_NEVER = "0001-01-01T00:00:00"
HELD = "\0held"
"""The key that names the content of an attachment which stood in the export."""


def plain(value: Any) -> str:
    """Return a scalar as a text on one line, empty for what is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def prose(value: Any) -> str:
    """Return a text of several lines with LF line ends, empty for what is none."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else plain(value)


def mapping(value: Any) -> dict[str, Any]:
    """Return a value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return a value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects in a list."""
    return [one for one in items(value) if isinstance(one, dict)]


def moment(where: str, value: Any) -> str:
    """Return a moment in UTC, from ISO 8601 or seconds since 1970; a time without a zone is UTC.

    The first moment of the year 1 is how programs in Go write that there is none. Raise RecordError for a value that is
    no moment.
    """
    if value in _EMPTY or isinstance(value, bool) or str(value).startswith(_NEVER):
        return ""
    try:
        if isinstance(value, int | float):
            found = datetime.fromtimestamp(value, UTC)
        else:
            found = datetime.fromisoformat(str(value).strip().replace(" UTC", "+00:00"))
        return utc_text(found)
    except (ValueError, OverflowError, OSError):
        raise RecordError(where, f"{plain(value)[:40]!r} is no moment") from None


def midnight(at: str) -> str:
    """Return the day whose midnight is nearest to a moment in UTC: the day itself, in the zone where it was chosen."""
    try:
        return utc_text(datetime.fromisoformat(at) + timedelta(hours=12))[:10] if at else ""
    except OverflowError:
        return at[:10]


def person(name: Any, mail: Any = "") -> str:
    """Return a person's name with the mail address, either alone where the other is missing."""
    shown = re.sub(r"[,<>]", " ", plain(name))
    shown = " ".join(shown.split())
    address = plain(mail)
    if "@" not in address or re.search(r"[\s,<>]", address):
        return shown
    return f"{shown} <{address}>" if shown and shown != address else address


def tags(values: Iterable[Any]) -> list[str]:
    """Return tags once each, without commas."""
    return list(dict.fromkeys(tag for value in values if (tag := plain(value).replace(",", " ").strip())))


def dashed(text: str) -> str:
    """Return the letters and digits of a text, with a dash for whatever is between them."""
    return _NOT_IN_KEY.sub("-", text.casefold()).strip("-")


def key_name(system: str, name: str) -> str:
    """Return the key that keeps a value without a field, empty where the name has no letter or digit."""
    found = _NOT_IN_KEY.sub("-", _CAMEL.sub("-", name).lower()).strip("-")[:_LONGEST_NAME].strip("-")
    return f"{system}-{found}" if found else ""


def attachment_list(attachments: Sequence[Attachment]) -> str:
    """Return a list of the attachments as Markdown, with a link where the address is safe; empty for none.

    One whose content stands in the export is linked by the name of the content.
    """
    rows = []
    for one in attachments:
        name = re.sub(r"[\[\]<>`\\]", "_", one.name)
        link = one.file or (one.link if _SAFE_LINK.fullmatch(one.link) else "")
        shown = f"[{name}]({link})" if link else name
        rows.append(f"- {shown}" + (f" ({one.size} bytes)" if one.size else ""))
    return "\n".join(rows)


def attachments(rows: Any, name: str, size: str, link: str) -> list[Attachment]:
    """Return the attachments of a list of objects, by the names of the keys for name, size and address."""
    found = []
    for row in objects(rows):
        count = plain(row.get(size))
        bytes_ = int(count) if count.isascii() and count.isdigit() and len(count) < 16 else 0
        found.append(Attachment(plain(row.get(name)) or "file", bytes_, plain(row.get(HELD)), plain(row.get(link))))
    return found


class Fields:
    """One record: its keys are taken one by one, and `finish` accounts for those that nobody took."""

    def __init__(
        self, system: str, where: str, record: Mapping[str, Any], quiet: Mapping[str, object] | None = None
    ) -> None:
        """Prepare a record; `quiet` has the values of keys that say nothing, such as `has_incidents: false`."""
        quiet = quiet or {}
        self.system = system
        self.where = where
        self.extra: dict[str, str] = {}
        self.lost: dict[str, int] = {}
        self.originals: dict[Comment, str] = {}
        self.files: dict[Comment, Sequence[Attachment]] = {}
        self.left = {
            name: value
            for name, value in record.items()
            if value not in _EMPTY and not (name in quiet and value == quiet[name])
        }

    def take(self, *names: str) -> Any:
        """Return the first of some keys that has a value, and take them all; None where none has one."""
        found = [self.left.pop(name) for name in names if name in self.left]
        return found[0] if found else None

    def text(self, *names: str) -> str:
        """Return the first of some keys as a text on one line."""
        return self._scalar(names, plain)

    def prose(self, *names: str) -> str:
        """Return the first of some keys as a text of several lines."""
        return self._scalar(names, prose)

    def _scalar(self, names: tuple[str, ...], form: Any) -> str:
        value = self.take(*names)
        if isinstance(value, dict | list):
            self.lose(names[0])
        return str(form(value))

    def moment(self, *names: str) -> str:
        """Return the first of some keys as a moment in UTC."""
        return moment(self.where, self.take(*names))

    def date(self, *names: str) -> str:
        """Return the first of some keys as a date."""
        return self.moment(*names)[:10]

    def lose(self, name: str, count: int = 1) -> None:
        """Count values that are kept nowhere."""
        if count > 0:
            shown = f"{self.system}: {name}"
            self.lost[shown] = self.lost.get(shown, 0) + count

    def drop(self, *names: str) -> None:
        """Count keys without a meaning outside of their system as lost, where they have a value."""
        for name in names:
            if self.take(name) is not None:
                self.lose(name)

    def keep(self, name: str, value: Any) -> None:
        """Keep a value under a key of its own; what cannot be a text is counted as lost."""
        if value in _EMPTY:
            return
        key, text = key_name(self.system, name), _text(value)
        if isinstance(value, dict) and not text:
            for below, inner in value.items():
                self.keep_scalar(f"{name}-{below}", inner, f"{name}.{below}")
        elif not key or not text or key in self.extra:
            self.lose(name)
        else:
            self.extra[key] = text

    def keep_scalar(self, name: str, value: Any, shown: str) -> None:
        """Keep a value that is a text, a number or a list of such; count another as lost."""
        if value in _EMPTY:
            return
        key, text = key_name(self.system, name), _text(value)
        if key and text and key not in self.extra:
            self.extra[key] = text
        else:
            self.lose(shown)

    def comment(
        self,
        date: str,
        author: str,
        text: str,
        *,
        internal: bool = False,
        raw: str = "",
        files: Sequence[Attachment] = (),
    ) -> Comment:
        """Return a comment with its attachments below its text; these, and the text as it was, go into the record."""
        listed = f"Attachments:\n\n{attachment_list(files)}" if files else ""
        found = Comment(date, author, internal, "\n\n".join(filter(None, (text.rstrip(), listed))))
        if files:
            self.files[found] = files
        if raw.strip() not in ("", text.strip()):
            self.originals[found] = raw
        return found

    def finish(self) -> None:
        """Keep each key that nobody took under a key of its own, or count it as lost."""
        for name in list(self.left):
            self.keep(name, self.left.pop(name))


def _text(value: Any) -> str:
    if isinstance(value, list):
        parts = [plain(one) for one in value]
        return ", ".join(parts) if all(parts) else ""
    return prose(value) if isinstance(value, str) else plain(value)


def dated(fields: Fields, rows: Iterable[Comment], created: str) -> list[Comment]:
    """Return comments in their order; one without a time gets that of the ticket, which is counted."""
    found = []
    for row in rows:
        if not row.text.strip():
            fields.lose("comments without a text")
            continue
        if not row.date:
            fields.lose("times of comments, which the export does not have")
        found.append(row if row.date else _with_time(fields, row, created))
    return sorted(found, key=lambda comment: comment.date)


def _with_time(fields: Fields, comment: Comment, date: str) -> Comment:
    """Return a comment with a time, which keeps its attachments and its text as it was."""
    found = comment._replace(date=date)
    if comment in fields.files:
        fields.files[found] = fields.files.pop(comment)
    if comment in fields.originals:
        fields.originals[found] = fields.originals.pop(comment)
    return found


def record(
    fields: Fields,
    local: str,
    title: str,
    *,
    text: str = "",
    values: Mapping[str, str],
    tags: Sequence[str] = (),
    created: str = "",
    closed: str = "",
    updated: str = "",
    status_class: str = "",
    relations: Mapping[str, Sequence[str]] | None = None,
    comments: Iterable[Comment] = (),
    attachments: Sequence[Attachment] = (),
    changes: Iterable[FieldChange] = (),
    raw: str = "",
) -> Imported:
    """Return the neutral record; `local` and the relations are keys in the system. Raise RecordError without a key."""
    if not local:
        raise RecordError(fields.where, "has no key")
    title = plain(title)
    if not title:
        fields.lose("titles, which the source does not have")
        title = f"{fields.system} {local}"
    said = dated(fields, comments, created or updated)
    if said and not said[0].date:
        text, said = _folded(fields, text, said)
    if attachments:
        text = f"{text}\n\n## Attachments\n\n{attachment_list(attachments)}".strip()
    of_comments = [one._replace(comment=said.date) for said, files in fields.files.items() for one in files]
    fields.finish()
    return Imported(
        fields.where,
        title,
        text,
        f"{fields.system}:{local}",
        {name: value for name, value in values.items() if value},
        tags=tags,
        created=created,
        closed=closed,
        relations=_relations(fields.system, relations or {}),
        comments=said,
        status_class=status_class,
        updated=updated,
        extra=fields.extra,
        lost=fields.lost,
        attachments=[*attachments, *of_comments],
        changes=sorted(changes, key=lambda change: change.at),
        raw=raw if raw.strip() != text.strip() else "",
        raw_comments=fields.originals,
    )


def _folded(fields: Fields, text: str, said: list[Comment]) -> tuple[str, list[Comment]]:
    """Return the text with the comments for which no time is known below it, and the others.

    Raise RecordError for an internal one: the text is for everybody.
    """
    undated = [one for one in said if not one.date]
    if any(one.internal for one in undated):
        raise RecordError(fields.where, "has an internal comment, and neither that nor the ticket has a time")
    parts = [f"## Comment{f' by {one.author}' if one.author else ''}\n\n{one.text}" for one in undated]
    return "\n\n".join([text, *parts]).strip(), [one for one in said if one.date]


def _relations(system: str, relations: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    found = {name: [f"{system}:{key}" for key in dict.fromkeys(keys) if key] for name, keys in relations.items()}
    return {name: keys for name, keys in found.items() if keys}
