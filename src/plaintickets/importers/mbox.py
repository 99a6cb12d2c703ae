"""Import mails: an mbox or single messages; a thread becomes a ticket, its replies become comments."""

from __future__ import annotations

import hashlib
import re
from email.utils import parseaddr, parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.imported import Attachment, RecordError
from plaintickets.core.mail.message import UnreadableMailError, read_mail
from plaintickets.core.mail.message_ids import plain_subject
from plaintickets.importers.fields import Fields, moment, person, plain, record
from plaintickets.importers.html_markdown import to_markdown
from plaintickets.importers.mailboxes import EMPTY, messages_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plaintickets.core.imported import Imported
    from plaintickets.core.mail import message
    from plaintickets.importers.attachment_contents import AttachmentContents
    from plaintickets.importers.sources import Sources

LONGEST_MAIL = 64 * 1024 * 1024
_ENDINGS = (".mbox", ".eml", ".mbx", "cur/", "new/")
_IMAGE = re.compile(r"\[cid:([^\[\]\s]{1,200})\]")
_TAKEN = frozenset(("from", "subject", "date", "message-id", "in-reply-to", "references", "mime-version"))


class Mail(NamedTuple):
    """What is kept of one mail."""

    where: str
    key: str
    parents: tuple[str, ...]
    subject: str
    author: str
    date: str
    text: str
    files: list[Attachment]
    headers: int


def read(sources: Sources) -> Iterator[Imported]:
    """Yield a record for each thread, in the order of first mails."""
    mails, twice = dict[str, Mail](), 0
    threads = _Threads()
    for source in sources.files(*_ENDINGS):
        with source.open() as file:
            for number, found in enumerate(messages_of(file, source.name, LONGEST_MAIL), 1):
                if found.problem == EMPTY:
                    continue
                where = f"{source.name}: mail {number}"
                if found.problem:
                    raise RecordError(where, f"is longer than {LONGEST_MAIL:,} bytes")
                mail = _mail(where, found.raw, sources.contents)
                twice += mail.key in mails
                mails.setdefault(mail.key, mail)
                for parent in mail.parents:
                    threads.join(mail.key, parent)
    found_threads = dict[str, list[Mail]]()
    for mail in mails.values():
        found_threads.setdefault(threads.root(mail.key), []).append(mail)
    for one in found_threads.values():
        yield _thread(one, mails, twice)
        twice = 0


class _Threads:
    """The mails that belong together, by their ids; a parent may be missing, or stand behind its replies."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def root(self, key: str) -> str:
        """Return the id that all mails of a thread have in common."""
        while (above := self._above.get(key, key)) != key:
            self._above[key] = self._above.get(above, above)
            key = above
        return key

    def join(self, one: str, other: str) -> None:
        """Note that two mails belong together."""
        self._above[self.root(one)] = self.root(other)


def _mail(where: str, raw: bytes, contents: AttachmentContents) -> Mail:
    try:
        mail = read_mail(raw)
    except UnreadableMailError as error:
        raise RecordError(where, str(error)) from None
    name, address = mail.senders[0] if mail.senders else parseaddr(mail.header("from"))
    files = [
        Attachment(plain(file.name) or file.type, len(file.content), contents.add(where, file.content))
        for file in mail.files
    ]
    images = {file.id: one.file for file, one in zip(mail.files, files, strict=True) if file.id}
    text = _with_images("\n\n".join(mail.texts), images) or to_markdown("\n".join(mail.pages), images)
    return Mail(
        where,
        mail.id or hashlib.sha256(raw).hexdigest()[:24],
        mail.parents,
        plain(mail.subject),
        person(name, address),
        _date(where, mail),
        text.strip(),
        files,
        sum(len(values) for name, values in mail.headers.items() if name not in _TAKEN),
    )


def _with_images(text: str, images: Mapping[str, str]) -> str:
    """Return a plain text with images where it names them as `[cid:ID]`."""
    return _IMAGE.sub(lambda found: f"![image]({images[found[1]]})" if found[1] in images else found[0], text)


def _date(where: str, mail: message.Mail) -> str:
    """Return when a mail was written by its own word, else when it was received; empty if unknown."""
    try:
        return moment(where, parsedate_to_datetime(mail.header("date")).isoformat())
    except (ValueError, TypeError, IndexError, OverflowError, RecordError):
        pass
    try:
        return moment(where, mail.date.isoformat()) if mail.date else ""
    except RecordError:
        return ""


def _thread(mails: list[Mail], known: Mapping[str, Mail], twice: int) -> Imported:
    roots = [one for one in mails if known.keys().isdisjoint(one.parents)] or mails
    first = min(roots, key=lambda one: one.date or "9999")
    replies = [one for one in mails if one is not first]
    fields = Fields("mbox", first.where, {})
    fields.lose("mails that are there twice", twice)
    fields.lose("headers", sum(one.headers for one in mails))
    created = first.date or next((one.date for one in replies if one.date), "")
    comments = [fields.comment(one.date, one.author, one.text, files=one.files) for one in replies]
    # The mail that began the thread may be missing now, and be there in a later export.
    is_begun = not first.parents or not known.keys().isdisjoint(first.parents)
    return record(
        fields,
        first.key if is_begun else first.parents[-1],
        plain_subject(first.subject) or first.subject,
        text=first.text,
        values={"reporter": first.author},
        created=created,
        updated=max((one.date for one in mails), default=""),
        comments=comments,
        attachments=first.files,
    )
