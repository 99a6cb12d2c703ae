"""Who vouches for the sender of a mail: the `Authentication-Results` of a server that is named. RFC 8601."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from plaintickets.core.mail.message import Mail

_TOKEN = re.compile(r"\\.|[()\"]|[^()\"\\]+|\\")
_DIVIDING = re.compile(r"[\s;=()\\]")
_RESULT = re.compile(r"\s*(dmarc|dkim|spf|auth)(?:/[0-9])?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(header\.(?:from|d|i)|smtp\.(?:mailfrom|auth))\s*=\s*\"?([^\s;\"]{1,320})", re.IGNORECASE)


def verified_sender(mail: Mail, servers: Collection[str]) -> str:
    """Return the address of the sender, in lower case, if a named server vouches for it; otherwise empty.

    Only the topmost `Authentication-Results` counts, which the receiving server adds last: others may be forged.
    """
    address: str = mail.sender[1]
    if not address or len(mail.headers.get("from", ())) != 1:
        return ""
    found = mail.header("authentication-results")
    server, _, results = _plain(found).partition(";")
    name = (server.split() or [""])[0].lower()
    if not results or name not in {one.lower() for one in servers}:
        return ""
    domain = address.rpartition("@")[2].lower()
    return address.lower() if any(_vouches(one, address.lower(), domain) for one in results.split(";")) else ""


def _plain(header: str) -> str:
    """Return the header without its comments, and without what divides it inside of quotes; empty if one never ends.

    A server may quote what a stranger sent it, in both.
    """
    found: list[str] = []
    depth, is_quoted = 0, False
    for part in _TOKEN.findall(header):
        if is_quoted:
            is_quoted = part != '"'
            found.append(_DIVIDING.sub("_", part) if is_quoted else "")
        elif part in {"(", ")"}:
            depth += 1 if part == "(" else -1
            found.append(" ")
            if depth < 0:
                return ""
        elif not depth:
            is_quoted = part == '"'
            found.append("" if is_quoted else part)
    return "" if depth or is_quoted else "".join(found)


def _vouches(result: str, address: str, domain: str) -> bool:
    match = _RESULT.match(result)
    if match is None or match[2].lower() != "pass":
        return False
    values = {name.lower(): value.lower().lstrip("@") for name, value in _PROPERTY.findall(result)}
    method = match[1].lower()
    if method == "dmarc":
        return _domain(values.get("header.from", "")) == domain
    if method == "dkim":
        return domain in {values.get("header.d", ""), _domain(values.get("header.i", ""))}
    if method == "spf":
        return _domain(values.get("smtp.mailfrom", "")) == domain
    return bool(values.get("smtp.auth", "") == address)


def _domain(text: str) -> str:
    return text.rpartition("@")[2].rstrip(".")
