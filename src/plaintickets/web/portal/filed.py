"""The requests that this server has filed, so that one that a visitor sends twice becomes one ticket."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.actions.portal import Asked

MOST = 2000


class FiledRequests:
    """The latest requests by their visitor and all that was typed, in bounded memory."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tickets: OrderedDict[str, str] = OrderedDict()

    def once(self, cookie: str, asked: Asked, file: Callable[[], str], is_there: Callable[[str], bool]) -> str:
        """Return the ticket of a request: that of the same request of the same visitor if it is there, else a new one.

        A second request waits for the first, as a double click sends both at once.
        """
        typed = (cookie, *asked._replace(values={}), sorted(asked.values.items()))
        key = hashlib.sha256(repr(typed).encode(errors="surrogatepass")).hexdigest()
        with self._lock:
            known = self._tickets.get(key)
            if known and is_there(known):
                return known
            self._tickets[key] = file()
            if len(self._tickets) > MOST:
                self._tickets.popitem(last=False)
            return self._tickets[key]
