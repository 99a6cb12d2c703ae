"""The Message-ID of a mail about a ticket, and the token in its subject: how an answer names its ticket."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

_PLAIN = re.compile(r"[A-Za-z0-9_-]")
_OWN = re.compile(r"tk\.([A-Za-z0-9_.=-]{1,600})\.([0-9a-f]{12})\.([0-9a-f]{20})@[^@\s]+")
_TOKEN = re.compile(r"\[#?([^\[\]\s]{1,250})\]")
_LEADS = re.compile(
    r"\s*(?:(?:re|aw|sv|antw|antwort|odp|res|rif|ynt|vs|fwd?|wg|tr|rv|enc|doorst|vb|回复|回覆|答复|转发|返信)"
    r"(?:\s*\[\d{1,3}\])?\s*[:：]\s*)+",
    re.IGNORECASE,
)


class OwnId(NamedTuple):
    """What one of our Message-IDs says: the ticket, the beginning of a commit's id, and the digest of both."""

    ticket: str
    commit: str
    digest: str


def own_id(ticket: str, commit: str, part: str, domain: str) -> str:
    """Return the Message-ID of the mail about what a commit did to a ticket, without its angle brackets.

    Only who knows the commit's whole id can make it. `part` tells the mails of one commit apart.
    """
    name = "".join(one if _PLAIN.match(one) else "".join(f"={byte:02X}" for byte in one.encode()) for one in ticket)
    return f"tk.{name}.{commit[:12]}.{_digest(ticket, commit, part)}@{domain}"


def parsed_own_id(message_id: str) -> OwnId | None:
    """Return what a Message-ID of ours says, None for another."""
    match = _OWN.fullmatch(message_id)
    if match is None:
        return None
    name = re.sub(r"(?:=[0-9A-F]{2})+", lambda one: bytes.fromhex(one[0].replace("=", "")).decode("utf-8", "replace"),
                  match[1])  # fmt: skip
    return OwnId(name, match[2], match[3])


def is_genuine(found: OwnId, commit: str, parts: tuple[str, ...]) -> bool:
    """Tell whether the digest of one of our Message-IDs is that of this whole id of a commit."""
    return commit.startswith(found.commit) and any(found.digest == _digest(found.ticket, commit, one) for one in parts)


def _digest(ticket: str, commit: str, part: str) -> str:
    return hashlib.sha256(f"{ticket}\n{commit}\n{part}".encode(errors="surrogateescape")).hexdigest()[:20]


def tokens(subject: str) -> list[str]:
    """Return what a subject has in brackets, which may be ids of tickets."""
    return list(dict.fromkeys(_TOKEN.findall(subject)))[:10]


def with_token(subject: str, ticket: str) -> str:
    """Return a subject that names its ticket."""
    return subject if f"[{ticket}]" in subject else f"[{ticket}] {subject}"


def plain_subject(subject: str) -> str:
    """Return a subject without what answers and forwards put before it."""
    return _LEADS.sub("", subject, count=1).strip()
