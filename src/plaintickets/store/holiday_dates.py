"""The holidays of a country or region, from the `holidays` package; kept as derived state, as its import is slow."""

from __future__ import annotations

import json
import os
from datetime import date
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import UnreadableError
from plaintickets.store import derived_json
from plaintickets.system.files import NotRegularError, open_to_read

if TYPE_CHECKING:
    from collections.abc import Mapping

CACHE_NAME = "holidays.json"
MOST_YEARS = 400


def package_stamp() -> str:
    """Return what tells this version of the package from others, empty without it."""
    spec = find_spec("holidays")
    if spec is None or not spec.origin:
        return ""
    stat = os.stat(os.path.join(os.path.dirname(spec.origin), "version.py"))
    return f"{stat.st_mtime_ns} {stat.st_size}"


class HolidayDates:
    """The holidays by country and year; `source` is where the settings name the country, for messages."""

    def __init__(self, derived: str, source: str) -> None:
        self._path = os.path.join(derived, CACHE_NAME) if derived else ""
        self._source = source
        self._stamp = ""
        self._known: dict[str, dict[str, str]] | None = None

    def __call__(self, country: str, year: int) -> Mapping[date, str]:
        """Return the names of the holidays of a year by day.

        Raise UnreadableError where the package is missing, or does not know the country or region.
        """
        if self._known is None:
            self._stamp = self._installed(country)
            self._known = self._read()
        key = f"{country} {year}"
        if key not in self._known:
            self._known[key] = self._ask(country, year)
            self._write()
        return {date.fromisoformat(day): title for day, title in self._known[key].items()}

    def _installed(self, country: str) -> str:
        """Return what tells this version of the package from others."""
        stamp = package_stamp()
        if not stamp:
            raise UnreadableError(
                f"{self._source}: the holidays of {country} need the Python package `holidays`, which is not installed",
                hint="pip install holidays, or write the dates under `closed`.",
            )
        return stamp

    def _ask(self, country: str, year: int) -> dict[str, str]:
        import holidays

        land, _, region = country.partition("-")
        known: dict[str, Any] = holidays.list_supported_countries()
        if land not in known:
            raise self._unknown("country", land, known)
        if region and region not in known[land]:
            raise self._unknown(f"region of {land}", region, known[land])
        found = holidays.country_holidays(land, subdiv=region or None, years=year)
        return {day.isoformat(): str(title) for day, title in sorted(found.items())}

    def _unknown(self, what: str, name: str, known: Any) -> UnreadableError:
        hint = did_you_mean(name, known) or f"Known: {', '.join([*known][:12])}, …"
        return UnreadableError(f"{self._source}: unknown {what} '{name}' in `holidays`", hint=hint)

    def _read(self) -> dict[str, dict[str, str]]:
        if not self._path:
            return {}
        try:
            with open(open_to_read(self._path), "rb") as file:
                cached = json.load(file)
            kept: dict[str, dict[str, str]] = cached["dates"] if cached["stamp"] == self._stamp else {}
            for dates in kept.values():
                for day in dates:
                    date.fromisoformat(day)
        except (NotRegularError, OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return {}
        return kept

    def _write(self) -> None:
        """Keep the dates; where that fails, the next command is slower."""
        if not self._path or self._known is None or len(self._known) > MOST_YEARS:
            return
        derived_json.write(self._path, {"stamp": self._stamp, "dates": self._known})
