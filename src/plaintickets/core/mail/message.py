"""Read one mail from its bytes, whatever is wrong with it; the work and the memory are bounded."""

from __future__ import annotations

import codecs
import hashlib
import re
from datetime import UTC
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.mail.address import is_address
from plaintickets.core.mail.controls import without_controls
from plaintickets.core.mail.flowed import unflowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from email.message import Message

MOST_PARTS = 500
DEEPEST = 30
MOST_WORK = 20_000_000
LONGEST_HEADERS = 512 * 1024
LONGEST_HEADER = 32 * 1024
LONGEST_TEXT = 1024 * 1024
_OF_MAIL = frozenset(("from", "to", "cc", "date", "subject", "message-id", "received", "return-path"))
_BOUNDARY = re.compile(rb"\bboundary[*0-9]*[ \t]*=", re.IGNORECASE)
_ID = re.compile(r"<([^<>\s\x00-\x1f]{1,990})>")
_FOLDING = re.compile(r"\s+")
_TEXT_CODEC = re.compile(r"(?:ascii|utf|iso|cp|koi|mac|big5|gb|euc|shift|johab|hz|tis|ptcp|kz|latin)")
# What mail says and what it means, where Python's name for it decodes less.
_CHARSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
    "iso2022_jp": "iso2022_jp_ext",
}


class UnreadableMailError(ValueError):
    """Bytes that are not a mail, or a mail that cannot be read."""


class Attachment(NamedTuple):
    """A file of a mail: its name as the mail gives it, its type and its content; `id` is its Content-ID."""

    name: str
    type: str
    content: bytes
    id: str = ""


class Mail(NamedTuple):
    """A mail: its headers by name in lower case, each decoded to one line, its texts and its files.

    `digest` identifies the mail: of its Message-ID, of its bytes where it has none. `parents` are the ids of the
    mails that it answers, the nearest first. `pages` are its texts in HTML, if it has no plain text. `left_out` counts
    parts that are too many or nested too deeply.
    """

    id: str
    digest: str
    parents: tuple[str, ...]
    senders: tuple[tuple[str, str], ...]
    subject: str
    date: datetime | None
    texts: tuple[str, ...]
    pages: tuple[str, ...]
    files: tuple[Attachment, ...]
    headers: Mapping[str, tuple[str, ...]]
    type: str
    left_out: int

    @property
    def sender(self) -> tuple[str, str]:
        """Return the name and the address that the mail gives as its only sender; empty for none and for several."""
        return self.senders[0] if len(self.senders) == 1 else ("", "")

    def header(self, name: str) -> str:
        """Return the first header of a name in lower case; empty if there is none."""
        return self.headers.get(name, ("",))[0]


def digest_of(message_id: str) -> str:
    """Return what identifies the mail with a Message-ID, in letters that any file name can have."""
    return hashlib.sha256(message_id.encode(errors="surrogateescape")).hexdigest()[:20]


def identity_of(raw: bytes) -> str:
    """Return what identifies a mail, from its bytes: by its Message-ID, else by all of them.

    The two forms of line ends, and blank lines at the end, make no difference.
    """
    head = _head(raw)
    match = re.search(rb"^message-id[ \t]*:((?:.*\n?(?=[ \t]))*.*)", head, re.IGNORECASE | re.MULTILINE)
    found = _ID.search(match[1].decode("utf-8", "replace")) if match else None
    if found:
        return digest_of(found[1])
    return digest_of_bytes(raw)


def digest_of_bytes(raw: bytes) -> str:
    """Return what identifies a mail by all its bytes, whatever its line ends."""
    return hashlib.sha256(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip()).hexdigest()[:20]


def sender_line(raw: bytes) -> bytes:
    """Return the header From of a mail as it stands, on one line."""
    match = re.search(rb"^from[ \t]*:((?:.*\n?(?=[ \t]))*.*)", _head(raw), re.IGNORECASE | re.MULTILINE)
    return b" ".join(match[1].split()) if match else b""


def _head(raw: bytes) -> bytes:
    head = raw[:LONGEST_HEADERS].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    end = head.find(b"\n\n")
    return head if end < 0 else head[:end]


def read_mail(raw: bytes) -> Mail:
    """Return a mail from its bytes.

    Raise UnreadableMailError where they are no mail.
    """
    if len(_head(raw)) > LONGEST_HEADERS - 4:
        raise UnreadableMailError(f"its headers are longer than {LONGEST_HEADERS:,} bytes")
    if _work(raw) > MOST_WORK:
        raise UnreadableMailError("cannot be read: it is too large for so many parts inside each other")
    try:
        message = message_from_bytes(raw, policy=policy.compat32)
        headers = _headers(message)
        if not headers.keys() & _OF_MAIL:
            raise UnreadableMailError("is no mail: it has neither From, To, Date nor Subject")
        return _read(message, headers, identity_of(raw))
    except RecursionError:
        raise UnreadableMailError("cannot be read: its parts are nested too deeply") from None
    except (MessageError, ValueError, LookupError, TypeError, AttributeError) as error:
        if isinstance(error, UnreadableMailError):
            raise
        raise UnreadableMailError(f"cannot be read as a mail: {type(error).__name__}") from None


def _work(raw: bytes) -> int:
    """Return an upper bound of the comparisons that reading takes: of each line with each boundary that is open."""
    return raw.count(b"\n") * sum(1 for _ in _BOUNDARY.finditer(raw))


def _read(message: Message, headers: Mapping[str, tuple[str, ...]], digest: str) -> Mail:
    body = _Body()
    for part in body.parts(message):
        body.take(part)
    found = _ID.search(headers.get("message-id", ("",))[0])
    return Mail(
        found[1] if found else "",
        digest,
        _parents(headers),
        _senders(headers.get("from", ())),
        headers.get("subject", ("",))[0],
        _date(headers),
        tuple(body.texts),
        tuple(body.pages),
        tuple(body.files),
        headers,
        _type(message),
        body.left_out,
    )


def _headers(message: Message) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        found.setdefault(name.strip().lower(), []).append(decoded(str(value)))
    return {name: tuple(values) for name, values in found.items()}


def decoded(value: str) -> str:
    """Return a header on one line, its encoded words decoded, without control characters."""
    value = value[:LONGEST_HEADER]
    plain = value.encode("utf-8", "surrogateescape")
    value = in_charset(plain, "utf-8") if any("\ud800" <= one <= "\udfff" for one in value) else value
    if "=?" in value:
        try:
            parts = decode_header(_FOLDING.sub(" ", value))
        except (MessageError, ValueError):
            parts = [(value, None)]
        value = "".join(
            part if isinstance(part, str) else in_charset(part, charset or "utf-8") for part, charset in parts
        )
    return without_controls(_FOLDING.sub(" ", value)).strip()


def _parents(headers: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    answered = _ID.findall(" ".join(headers.get("in-reply-to", ())))
    named = _ID.findall(" ".join(headers.get("references", ())))
    return tuple(dict.fromkeys([*answered, *reversed(named)]))[:100]


def _senders(values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the names and addresses of From; of a header that cannot be read, the only address in it."""
    angled = re.findall(r"<([^<>\s]{1,320})>", " ".join(values)) if len(values) == 1 else []
    found = [(name.strip(), address.strip()) for name, address in getaddresses(list(values)) if is_address(address)]
    if len(angled) == 1 and is_address(angled[0]) and len(found) != 1 and "," not in values[0]:
        # An address as the name, `ada@example.org <ada@example.org>`: strict readers of Python find none, others two.
        found = [("", angled[0])]
    if not found:
        words = re.findall(r"[^\s<>\"(),;:@]{1,64}@[^\s<>\"(),;:@]{1,255}", " ".join(values))
        found = [("", word) for word in words]
    return tuple(dict.fromkeys(found))


def _date(headers: Mapping[str, tuple[str, ...]]) -> datetime | None:
    """Return when the last server received the mail, else when it was written by its own word; None if unknown."""
    received = headers.get("received", ("",))[0].rpartition(";")[2]
    for text in (received, headers.get("date", ("",))[0]):
        try:
            when = parsedate_to_datetime(text)
            return when.replace(tzinfo=UTC) if when.tzinfo is None else when  # -0000: UTC, written who knows where
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _type(message: Message) -> str:
    kind = str(message.get_content_type())
    report = message.get_param("report-type") if kind == "multipart/report" else None
    return f"{kind}; report-type={report}".lower() if report else kind


class _Body:
    """The texts and files of a mail so far."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.pages: list[str] = []
        self.files: list[Attachment] = []
        self.left_out = 0
        self._seen = 0

    def parts(self, message: Message, depth: int = 0, *, is_choice: bool = False) -> Iterator[tuple[Message, bool]]:
        """Yield the parts that hold content, each with whether it is one of several forms of the same content."""
        kind = message.get_content_maintype()
        content = message.get_payload()
        if kind == "multipart" and isinstance(content, list):
            is_choice = is_choice or message.get_content_subtype() == "alternative"
            for part in content:
                if depth >= DEEPEST or self._seen >= MOST_PARTS:
                    self.left_out += 1
                elif isinstance(part, str):
                    continue
                else:
                    yield from self.parts(part, depth + 1, is_choice=is_choice)
            return
        self._seen += 1
        yield message, is_choice

    def take(self, found: tuple[Message, bool]) -> None:
        """Take a part as text, as a page or as a file."""
        part, is_choice = found
        kind, sub = part.get_content_maintype(), part.get_content_subtype()
        name = decoded(str(_filename(part) or ""))
        is_file = bool(name) or "attachment" in str(part.get("Content-Disposition") or "").lower()
        if kind == "text" and sub in {"plain", "html"} and not is_file:
            self._take_text(part, sub, is_choice=is_choice)
            return
        content = _content(part)
        if content.strip() or name:
            content_id = decoded(str(part.get("Content-ID") or "")).strip("<>")
            self.files.append(Attachment(name, str(part.get_content_type()), content, content_id))

    def _take_text(self, part: Message, sub: str, *, is_choice: bool) -> None:
        text = in_charset(_content(part)[:LONGEST_TEXT], str(_parameter(part, "charset") or "utf-8"))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = without_controls(text)
        if sub == "plain" and str(_parameter(part, "format") or "").lower() == "flowed":
            text = unflowed(text, joins=str(_parameter(part, "delsp") or "").lower() == "yes")
        if text.strip():
            if sub == "html" and is_choice and self.texts:
                return
            (self.pages if sub == "html" else self.texts).append(text.strip("\n"))


def _parameter(part: Message, name: str) -> str | None:
    found = part.get_param(name)
    return found[2] if isinstance(found, tuple) else found


def _filename(part: Message) -> str | None:
    try:
        return part.get_filename()
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _content(part: Message) -> bytes:
    """Return the decoded content of a part; of an attached mail its bytes."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"\n".join(one.as_bytes() for one in payload if not isinstance(one, str))
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        content = None
    if isinstance(content, bytes):
        return content
    return str(payload or "").encode("utf-8", "surrogateescape")


def in_charset(content: bytes, charset: str) -> str:
    """Return bytes as text in the charset that a mail names; where that is wrong, in the one that fits best."""
    for name in (_codec(charset), "utf-8"):
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    name = _codec(charset)
    return content.decode("cp1252" if name.startswith("utf") else name, "replace")


def _codec(charset: str) -> str:
    """Return the name of a codec of texts; cp1252 for a charset that nobody knows."""
    wanted = charset.strip().strip("\"'").lower()
    wanted = re.sub(r"-[ie]$", "", wanted) if wanted.startswith("iso-8859") else wanted
    wanted = {"windows-874": "cp874", "x-sjis": "cp932", "ks_c_5601-1987": "cp949", "unicode-1-1-utf-7": "utf-7"}.get(
        wanted, wanted
    )
    try:
        name = codecs.lookup(wanted).name
    except (LookupError, ValueError):
        return "cp1252"
    return _CHARSETS.get(name, name) if _TEXT_CODEC.match(name) else "cp1252"
