"""How often a visitor may ask: allowances that fill up with time, in bounded memory."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict

MOST_VISITORS = 10_000


class Allowance:
    """A number of requests for each visitor, of which one comes back after each `seconds`."""

    def __init__(self, most: int, seconds: float, visitors: int = MOST_VISITORS) -> None:
        self._most, self._seconds, self._visitors = most, seconds, visitors
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def take(self, visitor: str, now: float) -> bool:
        """Take one request, if one is left; `now` is in seconds and never goes back."""
        left, since = self._left.pop(visitor, (float(self._most), now))
        left = min(float(self._most), left + (now - since) / self._seconds)
        is_left = left >= 1
        self._left[visitor] = (left - 1 if is_left else left, now)
        if len(self._left) > self._visitors:
            self._left.popitem(last=False)
        return is_left


def visitor_of(peer: str, forwarded: str) -> str:
    """Return what counts as one visitor: the address that a proxy on this machine names last, or that of the peer.

    The addresses of one network of IPv6 (/64) are one visitor: nearly every household has as many.
    """
    address = _address(peer)
    if address is None or not address.is_loopback:
        return _key(address, peer)
    named = forwarded.rpartition(",")[2].strip()
    behind = _address(named)
    return _key(address if behind is None else behind, peer)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _key(address: ipaddress.IPv4Address | ipaddress.IPv6Address | None, peer: str) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(address), 64), strict=False))
    return str(address or peer[:50])
