"""Quantiles of a few numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def quantile(values: Iterable[float], share: float) -> float | None:
    """Return the value below which a share of the values lies, None without values.

    Between two neighbours the line is taken: method 7 of Hyndman and Fan, as in spreadsheets and NumPy.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def median(values: Iterable[float]) -> float | None:
    """Return the median, None without values."""
    return quantile(values, 0.5)
