"""The channels that take notices in place of mail: only the user's own file may have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.mail.address import is_address
from plaintickets.core.quoting import quoted
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import USER, Setting, Shape

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

SETTINGS = (
    Setting(
        "apprise", "channels by address",
        "Where `tk notify --send` tells a person instead of by mail: an address of apprise for the mail address of the "
        "person. It needs `pip install 'plaintickets[apprise]'`. The lines of `TK_APPRISE` in the environment, each a "
        "mail address, a blank and a channel, are stronger.",
        USER, example="apprise:\n  ada@example.org: matrixs://user:password@matrix.example.org/#desk",
    ),
)  # fmt: skip


def read_channels(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, str] | None:
    """Return the channels by the addresses of people."""
    found: dict[str, str] = {}
    for address, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, address)
        channel = findings.text(spot, value) or ""
        if not is_address(address):
            findings.add(spot, "config-value", f"{quoted(address)} is no mail address")
        elif not is_channel(channel):
            findings.add(spot, "config-value", "a channel is an address of apprise, such as json://host/path")
        else:
            found[address] = channel
    return found


def is_channel(text: str) -> bool:
    """Tell whether a text has the form of a channel; only apprise knows whether it is one."""
    scheme, sign, rest = text.partition("://")
    return bool(scheme.isascii() and scheme.replace("-", "").isalnum() and sign and rest and text.isprintable())


def _schema(_: Setting) -> Json:
    return {"type": "object", "additionalProperties": schema_parts.TEXT}


SHAPES = {"channels by address": Shape("channels by mail address", read_channels, _schema)}
