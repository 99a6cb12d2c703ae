"""The server that `tk notify --send` sends mails by: only the user's own file may have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import USER, Entry, Page, Setting, Shape

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

SECURITIES = ("starttls", "tls", "none")
SMTP_ENTRIES = {
    "host": Entry("text", "The server's name."),
    "port": Entry("port", "Its port. Without it 587 for `starttls`, 465 for `tls`, 25 for `none`."),
    "from": Entry("text", "The address that mails are sent from."),
    "user": Entry("text", "The name to log in with. The password is `TK_SMTP_PASSWORD` in the environment."),
    "security": Entry("choice", "How the connection is encrypted; `starttls` without it.", SECURITIES),
    "ca": Entry("text", "A file with the certificates of authorities to trust, instead of the system's."),
}
SETTINGS = (
    Setting(
        "smtp", "smtp",
        "The server that `tk notify --send` sends by. `TK_SMTP_HOST` and the like in the environment are stronger.",
        USER, example="smtp:\n  host: mail.example.org\n  from: help@example.org\n  user: desk",
    ),
)  # fmt: skip


def read_smtp(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, str] | None:
    """Return the entries as plain texts."""
    found: dict[str, str] = {}
    for key, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, key)
        if key == "password":
            message = "a password is not for a file: set `TK_SMTP_PASSWORD` in the environment"
            findings.add(spot, "config-value", message)
        elif key not in SMTP_ENTRIES:
            findings.unknown(spot, "key", key, SMTP_ENTRIES)
        elif key == "security":
            found[key] = findings.choice(spot, value, SECURITIES) or ""
        else:
            found[key] = findings.text(spot, value) or ""
            if key == "port" and found[key] and not is_port(found[key]):
                findings.add(spot, "config-value", "a port is a number from 1 to 65535, usually 587")
    return found


def is_port(text: str) -> bool:
    """Tell whether a text is the number of a port."""
    return text.isascii() and text.isdecimal() and len(text) < 6 and 0 < int(text) < 65536


def _schema(_: Setting) -> Json:
    port: Json = {"type": "integer", "minimum": 1, "maximum": 65535}
    return schema_parts.closed({key: schema_parts.entry(one, {"port": port}) for key, one in SMTP_ENTRIES.items()})


SHAPES = {"smtp": Shape("entries", read_smtp, _schema)}
PAGES = (Page("The mail server", "", SMTP_ENTRIES),)
