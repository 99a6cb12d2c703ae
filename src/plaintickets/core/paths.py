"""Which names can be ids, and what the paths of a store mean. All commands use these functions."""

from __future__ import annotations

import re
from typing import NamedTuple

ARCHIVE = "archive"
ARTICLES = "kb"
MAIL, FILES, IMPORTED = ATTACHED = ("mail", "files", "attachments")
"""The folders in `ID.d`: the mails that a ticket is made of, what was attached to them, and imported attachments."""
LARGEST_IMPORTED = 25 * 1024 * 1024
"""The most bytes of an imported attachment, and of one on a site."""
HELD = "intake/held"
"""The folder of the mails that wait for a decision."""
LONGEST_ID = 250  # bytes; a file name has 255, and `.md` and the suffix of a temporary file need room
PLAIN_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_PLAIN_BYTES = "".join(PLAIN_SIGNS).encode()
# The names of devices on Windows, whatever ending they have.
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³")))
# No file system allows more segments; longer paths are cut to bound the cost.
_MOST_SEGMENTS = 256
# Patterns are strings that `re` compiles on first use: most names are plain and need none.
_UNSAFE = r"[\x00-\x1f\x7f-\x9f/\\\u2028\u2029\u202a-\u202e\u2066-\u2069]"
_PART = r"(?:archive/[0-9]{4}/)?([^/]+?)(?:\.d/([^/]+))?\.md\Z"


def segments(path: str) -> list[str]:
    """Return the names in a path, without `.` and empty ones."""
    return [name for name in path.replace("\\", "/").split("/") if name not in ("", ".")][:_MOST_SEGMENTS]


class Key(NamedTuple):
    """A ticket's id, and the name of a comment file; empty for the ticket file itself."""

    ticket: str
    comment: str


def git_lead(prefix: str) -> str:
    """Return what precedes a store path in git's paths: the store's folder and `/`; nothing for a store at the top."""
    return "" if prefix in ("", ".") else prefix.rstrip("/") + "/"


def is_safe_id(name: str) -> bool:
    """Tell whether a name is a safe file name: not hidden, and not like an option."""
    if not name or name[0] in ".-":
        return False
    if PLAIN_SIGNS.issuperset(name):
        return len(name) <= LONGEST_ID
    return len(name.encode(errors="surrogateescape")) <= LONGEST_ID and not re.search(_UNSAFE, name)


def is_other_name(name: str) -> bool:
    """Tell whether a safe name belongs to a file that is not a ticket: README, in any letter case."""
    return len(name) == len("readme") and name.lower() == "readme"


def is_ticket_id(name: str) -> bool:
    """Tell whether a name can be a ticket's id."""
    return is_safe_id(name) and not is_other_name(name)


def is_reserved(name: str) -> bool:
    """Return whether Windows reserves a name, with any ending, for a device, so that no file can have it."""
    return name.partition(".")[0].rstrip(" ").lower() in _DEVICES


def are_plain(names: list[str]) -> bool:
    """Tell whether all names consist of characters that are safe everywhere."""
    text = "".join(names)
    # All at once: to look up each of 100,000 characters in the set takes twenty times as long.
    return text.isascii() and not text.encode().translate(None, _PLAIN_BYTES)


def is_ticket_path(path: str) -> bool:
    """Tell whether a store path can be a ticket's file: in the store's folder, or in a year of its archive."""
    folder, _, name = path.rpartition("/")
    top, _, year = folder.partition("/")
    placed = not folder or (top == ARCHIVE and len(year) == 4 and year.isdigit())
    return placed and name.endswith(".md") and is_ticket_id(name[:-3])


def ticket_path(path: str) -> str:
    """Return the store path of the ticket that a path belongs to: the path itself, or that of a comment's ticket."""
    folder = path.rpartition("/")[0]
    return folder.removesuffix(".d") + ".md" if folder.endswith(".d") else path


def is_attached(path: str) -> bool:
    """Tell whether a store path is that of a mail or file that is kept beside a ticket: `ID.d/mail/NAME`."""
    folder, _, kind = path.rpartition("/")[0].rpartition("/")
    return kind in ATTACHED and folder.endswith(".d") and is_ticket_path(folder.removesuffix(".d") + ".md")


def is_article(path: str) -> bool:
    """Tell whether a store path can be that of an article of the knowledge base: `kb/NAME.md`."""
    folder, _, name = path.rpartition("/")
    return folder == ARTICLES and name.endswith(".md") and is_ticket_id(name[:-3])


def is_held(path: str) -> bool:
    """Tell whether a store path is that of a mail that waits for a decision."""
    return path.rpartition("/")[0] == HELD


def key_of(path: str) -> Key | None:
    """Return the ticket and comment of a store path; None for any other file."""
    match = re.match(_PART, path, re.DOTALL)
    if match is None:
        return None
    ticket, comment = match[1], match[2] or ""
    if not is_ticket_id(ticket) or comment[:1] == ".":
        return None
    return Key(ticket, comment)
