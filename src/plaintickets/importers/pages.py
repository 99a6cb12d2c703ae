"""The pages of an export: how many records they promise, and whether one that is not there must follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.importers.fields import mapping, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOTALS = ("total", "total_count", "total_matches", "count")


class Pages:
    """The records that an export has, and those that its pages promise."""

    def __init__(self, system: str, noun: str = "tickets", sizes: tuple[int, ...] = ()) -> None:
        """Begin without a page; `sizes` are the usual lengths of a page in systems whose replies are plain lists."""
        self._system = system
        self._noun = noun
        self._sizes = sizes
        self._keys = set[str]()
        self._total = 0
        self._is_last = list[bool]()
        self._lengths: dict[str, int] = {}

    def count(self, key: Any) -> None:
        """Count a record; one that pages repeat counts once."""
        self._keys.add(plain(key) or f"#{len(self._keys)}")

    def length(self, file: str, count: int) -> None:
        """Note how many records of the kind that is paged a file has, or that it has none of any kind."""
        self._lengths[file] = count

    def note(self, page: Mapping[str, Any]) -> None:
        """Note a page, with or without its records."""
        totals = [page.get(name) for name in _TOTALS] + [mapping(page.get("page")).get("totalElements")]
        self._total = max(self._total, *(one for one in totals if isinstance(one, int)), 0)
        self._is_last.append(not has_next(page))

    def missing(self) -> dict[str, int]:
        """Return what no file of the export holds, as values that are lost."""
        if self._total > len(self._keys):
            lost = self._total - len(self._keys)
            return {f"{self._system}: {self._noun} of pages that the export does not hold": lost}
        if self._is_last and not any(self._is_last):
            return {f"{self._system}: pages behind the last one that the export holds": 1}
        if self._lengths and all(count in self._sizes for count in self._lengths.values()):
            return {f"{self._system}: pages that may follow, because each that is here is full": 1}
        return {}


def has_next(page: Mapping[str, Any]) -> bool:
    """Tell whether a page says that another follows; each system has a sign of its own."""
    for name, is_next in (("isLast", False), ("end_of_stream", False), ("has_more", True)):
        for place in (page, mapping(page.get("meta"))):
            if isinstance(place.get(name), bool):
                return bool(place[name] is is_next)
    links, paging = (mapping(page.get(name)) for name in ("_links", "paging"))
    return bool(page.get("next_page") or page.get("nextPageToken") or links.get("next") or paging.get("next"))
