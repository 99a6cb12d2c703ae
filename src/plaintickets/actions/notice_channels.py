"""Channels that take notices in place of mail, by apprise: of the user, never of a repository."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from plaintickets.core.mail.address import is_address
from plaintickets.core.settings.apprise import is_channel
from plaintickets.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VARIABLE = "TK_APPRISE"


def channels_of(environ: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Return the channels by the addresses of people, in small letters.

    Raise UsageError for a line of the environment that is no address and channel. A channel may hold a password, so
    no message shows it.
    """
    found = {address.casefold(): channel for address, channel in settings.items()}
    for line in environ.get(VARIABLE, "").splitlines():
        address, _, channel = line.strip().partition(" ")
        if address and not (is_address(address) and is_channel(channel.strip())):
            raise UsageError(
                f"a line of {VARIABLE} is no mail address with a channel",
                hint=f"{VARIABLE}='ada@example.org json://host/path', a line for each person.",
            )
        if address:
            found[address.casefold()] = channel.strip()
    return found


def opened(channels: Mapping[str, str], addresses: Iterable[str]) -> dict[str, Any]:
    """Return the channels of these addresses, ready to be told something.

    Raise MissingExtraError without apprise, UsageError for a channel that it does not know.
    """
    wanted = {address.casefold() for address in addresses} & channels.keys()
    if not wanted:
        return {}
    try:
        from apprise import Apprise
    except ImportError as error:
        raise MissingExtraError("a channel in place of mail needs", "apprise", error) from None
    logger = logging.getLogger("apprise")  # what fails is told in our words, without the channel's password
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    found = {address: Apprise() for address in sorted(wanted)}
    for address, channel in found.items():
        if not channel.add(channels[address]):
            raise UsageError(
                f"apprise does not know the channel of {address}",
                hint="its manual lists the forms, such as matrixs://user:password@host/#room.",
            )
    return found


def tell(channel: Any, title: str, text: str) -> str:
    """Tell a channel something; return why that failed, empty if it did not."""
    is_told = channel.notify(title=title, body=text, body_format="text", interpret_escapes=False)
    return "" if is_told else "the channel did not take it"
