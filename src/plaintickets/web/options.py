"""The options of a server, and the names by which it may be addressed."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_EVERY = ("0.0.0.0", "::")  # noqa: S104 - recognized, not used


class ServerOptions(NamedTuple):
    """Where a server listens, whether it refuses changes, and how many seconds a browser waits for an answer.

    `public` is the origin by which visitors reach it through a proxy, such as `https://help.example.org`.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    read_only: bool = False
    patience: float = 60.0
    public: str = ""

    @property
    def address(self) -> str:
        """Return the address of the first page, without a token."""
        host = "127.0.0.1" if self.host in _EVERY else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    @property
    def cookie(self) -> str:
        """Return the name of the cookie; cookies of all ports of a host are one set, so it has the port."""
        return f"tk-{self.port}"

    def origin(self, scheme: str, host: str) -> str:
        """Return the origin that a browser names with a form of a page of this host."""
        is_public = self.public.partition("://")[2] == host.strip().casefold()
        return self.public if is_public else f"{scheme}://{host}"

    def is_own(self, header: str) -> bool:
        """Tell whether a Host header names this server.

        A page of a stranger that has its own name resolved to this machine (DNS rebinding) sends its own name.
        """
        if self.public and header.strip().casefold() == self.public.partition("://")[2]:
            return True
        host, port = _split(header)
        if port not in (str(self.port), "" if self.port == 80 else str(self.port)):
            return False
        if host in LOOPBACK or host == self.host.casefold():
            return True
        return self.host in _EVERY and _is_ip(host)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches a host."""
    return host == "localhost" or (_is_ip(host) and ipaddress.ip_address(host).is_loopback)


def _split(header: str) -> tuple[str, str]:
    """Return the host and the port of a Host header."""
    host, sign, port = header.strip().casefold().rpartition(":")
    if not sign or header.endswith("]"):
        host, port = header.strip().casefold(), ""
    return host.removeprefix("[").removesuffix("]"), port


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
