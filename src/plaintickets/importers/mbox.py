"""Import mails: an mbox or single messages; a thread becomes a ticket, its replies become comments."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.comments import Comment
from plaintickets.core.imported import Attachment, RecordError
from plaintickets.importers.fields import Fields, moment, person, plain, record
from plaintickets.importers.html_markdown import to_markdown
from plaintickets.importers.sources import LONGEST_LINE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

_OF_MAIL = frozenset(("from", "to", "date", "subject", "message-id", "received"))
LONGEST_MAIL = 64 * 1024 * 1024
_ID = re.compile(r"<[^<>\s]{1,990}>")
_REPLY = re.compile(r"^(?:(?:re|aw|sv|fwd?|antw)\s*:\s*)+", re.IGNORECASE)
_TAKEN = frozenset(("from", "subject", "date", "message-id", "in-reply-to", "references", "mime-version"))


class Mail(NamedTuple):
    """What is kept of one mail."""

    where: str
    key: str
    parents: list[str]
    subject: str
    author: str
    date: str
    text: str
    files: list[Attachment]
    headers: int


def read(sources: Sources) -> Iterator[Imported]:
    """Yield a record for each thread, in the order of first mails."""
    threads: dict[str, list[Mail]] = {}
    root: dict[str, str] = {}
    for source in sources.files(".mbox", ".eml", ".mbx"):
        with source.open() as file:
            for number, raw in enumerate(_messages(file, source.name), 1):
                mail = _mail(f"{source.name}: mail {number}", raw)
                first = next((root[one] for one in mail.parents if one in root), mail.key)
                root.setdefault(mail.key, first)
                threads.setdefault(first, []).append(mail)
    for mails in threads.values():
        yield _thread(mails)


def _messages(file: IO[bytes], name: str) -> Iterator[bytes]:
    """Yield the mails of an mbox, or the only one of a file that is none."""
    lines: list[bytes] = []
    size, was_blank, is_mbox, is_begun = 0, True, False, False
    while line := file.readline(LONGEST_LINE + 1):
        size += len(line)
        if len(line) > LONGEST_LINE or size > LONGEST_MAIL:
            raise RecordError(
                name, f"holds a mail longer than {LONGEST_MAIL} bytes, or a line longer than {LONGEST_LINE}"
            )
        if line.startswith(b"From ") and ((is_mbox and was_blank) or not is_begun):
            if lines:
                yield b"".join(lines)
            lines, size, is_mbox = [], 0, True
        elif is_mbox and re.match(rb">+From ", line):
            lines.append(line[1:])
        else:
            lines.append(line)
        was_blank, is_begun = not line.strip(), True
    if any(line.strip() for line in lines):
        yield b"".join(lines)


def _header(mail: Message, name: str) -> str:
    raw = str(mail.get(name) or "")
    try:
        return plain(str(make_header(decode_header(raw))))
    except (ValueError, LookupError, MessageError):
        return plain(raw)


def _mail(where: str, raw: bytes) -> Mail:
    try:
        mail = message_from_bytes(raw, policy=policy.compat32)
        texts, files = list[str](), list[Attachment]()
        pages = list[str]()
        for part in mail.walk():
            _part(part, texts, pages, files)
    except (RecursionError, MessageError, ValueError, LookupError, IndexError) as error:
        raise RecordError(where, f"cannot be read as a mail: {type(error).__name__}") from None
    if not {name.lower() for name in mail} & _OF_MAIL:
        raise RecordError(where, "is no mail: it has neither From, To, Date nor Subject")
    found = _ID.findall(str(mail.get("Message-ID") or ""))
    name, address = parseaddr(_header(mail, "From"))
    parents = [
        *_ID.findall(str(mail.get("In-Reply-To") or "")),
        *reversed(_ID.findall(str(mail.get("References") or ""))),
    ]
    text = "\n\n".join(texts) or to_markdown("\n".join(pages))
    return Mail(
        where,
        found[0].strip("<>") if found else _digest(raw),
        [one.strip("<>") for one in parents],
        _header(mail, "Subject"),
        person(name, address),
        _date(where, mail),
        text.strip(),
        files,
        sum(1 for one in mail if one.lower() not in _TAKEN),
    )


def _digest(raw: bytes) -> str:
    import hashlib

    return hashlib.sha256(raw).hexdigest()[:24]


def _date(where: str, mail: Message) -> str:
    received = str((mail.get_all("Received") or [""])[0]).rpartition(";")[2].strip()
    for text in (str(mail.get("Date") or ""), received):
        try:
            return moment(where, parsedate_to_datetime(text).isoformat())
        except (ValueError, TypeError, IndexError, OverflowError, RecordError):
            continue
    return ""


def _part(part: Message, texts: list[str], pages: list[str], files: list[Attachment]) -> None:
    if part.is_multipart():
        return
    content: Any = part.get_payload(decode=True) or b""
    name = part.get_filename()
    if part.get_content_disposition() == "attachment" or name or part.get_content_maintype() != "text":
        files.append(Attachment(plain(name) or part.get_content_type(), len(content)))
        return
    try:
        text = content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        text = content.decode("utf-8", "replace")
    text = text.replace("\r\n", "\n").strip()
    if text:
        (pages if part.get_content_subtype() == "html" else texts).append(text)


def _thread(mails: list[Mail]) -> Imported:
    first, *replies = mails
    fields = Fields("mbox", first.where, {})
    fields.lose("headers", sum(one.headers for one in mails))
    fields.lose("contents of attachments", sum(len(one.files) for one in mails))
    created = first.date or next((one.date for one in replies if one.date), "")
    comments = []
    for one in replies:
        names = "".join(f"\n\nAttachment: {file.name} ({file.size} bytes)" for file in one.files)
        comments.append(Comment(one.date, one.author, False, one.text + names))
    return record(
        fields,
        first.key,
        _REPLY.sub("", first.subject) or first.subject,
        text=first.text,
        values={"reporter": first.author},
        created=created,
        updated=max((one.date for one in mails), default=""),
        comments=comments,
        attachments=first.files,
    )
