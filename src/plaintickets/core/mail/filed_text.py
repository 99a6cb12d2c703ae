"""The Markdown of a ticket or comment that a mail becomes; nothing in a mail can look like another part of a ticket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.comments import guarded
from plaintickets.core.paths import is_reserved

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 64 * 1024
LONGEST_TITLE = 200
LONGEST_FILE_NAME = 100
_HEADING = re.compile(r"^([ \t]{0,3})(#{1,6})(?=[ \t]|$)", re.MULTILINE)
_SECTION = re.compile(r"^([ \t]{0,3})#{1,6}([ \t]+Notes[ \t]*#*[ \t]*)$", re.MULTILINE | re.IGNORECASE)
_UNFIT_IN_FILE = re.compile(r"[^\w.+-]+")


class Origin(NamedTuple):
    """What the last line of a text says of its mail: the kept file, what was left out, who vouches."""

    mail: str
    files: Sequence[tuple[str, int]]
    quoted: int
    signature: int
    is_verified: bool
    omitted: Sequence[tuple[str, int]] = ()


def from_plain(text: str) -> str:
    """Return the plain text of a mail as Markdown: its lines that look like headings are text."""
    return _HEADING.sub(r"\1\\\2", text)


def safe_text(text: str) -> str:
    """Return the plain text of a stranger as the description of a ticket."""
    return without_section(from_plain(text.strip("\n")))


def without_section(text: str) -> str:
    """Return Markdown in which no line begins the comments, or one of them."""
    return guarded(_SECTION.sub(r"\1\\##\2", text))


def filed_text(text: str, origin: Origin) -> str:
    """Return the text for a ticket or comment: as the mail has it, then its files and where the whole mail is."""
    text = text.strip("\n")
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}\n\n… {len(text) - LONGEST:,} more characters are in the whole mail."
    parts = [without_section(text)] if text.strip() else ["(no text)"]
    files = [f"- Attachment `{name}` ({_size(size)})" for name, size in origin.files]
    files += [f"- Attachment `{name}` ({_size(size)}), in the whole mail only" for name, size in origin.omitted]
    parts += ["\n".join(files)] if files else []
    return "\n\n".join([*parts, _last_line(origin)])


def _last_line(origin: Origin) -> str:
    left_out = [
        f"{count} {what} line{'s' if count != 1 else ''}"
        for count, what in ((origin.quoted, "quoted"), (origin.signature, "signature"))
        if count
    ]
    said = [f"Mail `{origin.mail}`"]
    said += [f"{' and '.join(left_out)} left out"] if left_out else []
    said += [] if origin.is_verified else ["sender not verified"]
    return f"*{'; '.join(said)}*"


def _size(size: int) -> str:
    return f"{size} bytes" if size < 1024 else f"{size / 1024:.0f} KB" if size < 1 << 20 else f"{size / 2**20:.1f} MB"


def title_of(subject: str) -> str:
    """Return the title of a new ticket from a subject without its prefixes."""
    title = " ".join(subject.replace("`", "'").split())
    if len(title) > LONGEST_TITLE:
        title = title[: LONGEST_TITLE - 1].rstrip() + "…"
    return title or "(no subject)"


def file_name(name: str, kind: str, digest: str) -> str:
    """Return a name that a file can have everywhere: a digest of its content, then the plain part of its name."""
    base = name.replace("\\", "/").rpartition("/")[2]
    plain = _UNFIT_IN_FILE.sub("-", base).strip("-. ") or _UNFIT_IN_FILE.sub("-", kind).strip("-.")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 10:
        plain = f"{_cut(stem, LONGEST_FILE_NAME - len(ending.encode()) - 1)}.{ending}"
    plain = _cut(plain, LONGEST_FILE_NAME)
    return f"{digest}-{'file' if is_reserved(plain) or not plain else plain}"


def _cut(text: str, size: int) -> str:
    return text.encode()[: max(size, 1)].decode(errors="ignore")
