"""Which paths of a repository are tickets and comments of tickets."""

from __future__ import annotations

import re
from typing import NamedTuple

_PART = re.compile(r"(?:archive/[0-9]{4}/)?([^/]+?)(?:\.d/([^/]+))?\.md\Z", re.DOTALL)
# The same characters that no name of a ticket file may hold in the work tree.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Key(NamedTuple):
    """A ticket's id, and the name of a comment file or nothing for the ticket file itself."""

    ticket: str
    comment: str


def key_of(path: str) -> Key | None:
    """What a path below the store stands for; None for everything that is no ticket and no comment."""
    match = _PART.match(path)
    if match is None:
        return None
    ticket, comment = match[1], match[2] or ""
    if ticket[0] in ".-" or ticket.lower() == "readme" or _UNSAFE.search(ticket) or comment[:1] == ".":
        return None
    return Key(ticket, comment)
