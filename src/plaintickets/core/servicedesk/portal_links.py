"""The addresses by which requesters see what they asked: nobody without the key of the desk can make one."""

from __future__ import annotations

import hmac
from urllib.parse import quote, urlsplit

from plaintickets.core.quoting import quoted
from plaintickets.errors import UsageError

VARIABLE = "TK_PORTAL_URL"
KEY_VARIABLE = "TK_PORTAL_KEY"
SHORTEST_KEY = 32
FIELD = "portal-link"
"""The field of a ticket whose change ends the links from before; it is no secret, as the key is needed too."""
_LENGTH = 32  # hexadecimal digits: 128 bits


def link_token(key: bytes, ticket_id: str, turn: str = "") -> str:
    """Return what only the holders of the link of a ticket know; another `turn`, its field FIELD, makes another one."""
    named = f"status\n{ticket_id}\n{turn}" if turn else f"status\n{ticket_id}"
    return hmac.new(key, named.encode(errors="surrogateescape"), "sha256").hexdigest()[:_LENGTH]


def is_link_token(key: bytes, ticket_id: str, text: str, turn: str = "") -> bool:
    """Tell whether a text is the token of a ticket, in the same time for every wrong one."""
    given = text.encode(errors="surrogatepass")
    return hmac.compare_digest(given, link_token(key, ticket_id, turn).encode())


def status_path(key: bytes, ticket_id: str, turn: str = "") -> str:
    """Return the path of the page on which a requester sees a ticket."""
    return f"/r/{quote(ticket_id, safe='')}/{link_token(key, ticket_id, turn)}"


def public_origin(text: str) -> str:
    """Return the scheme, host and port at which visitors reach the portal; empty for an empty text.

    Raise UsageError for anything but such an address.
    """
    text = text.strip().rstrip("/")
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fits = False
    if not fits or f"{parts.scheme}://{parts.netloc}" != text or "@" in text or not text.isascii():
        raise UsageError(
            f"{quoted(text)} is no address of a portal", hint="it is a scheme and a host: https://help.example.org"
        )
    return text.casefold()
