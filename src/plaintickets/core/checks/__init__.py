"""Checks of readable tickets: one module per check, all in one table."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding

# Check: the module here that holds its `check(examined) -> findings`.
CHECKS = {
    "automation": "automation",
    "characters": "characters",
    "closings": "closings",
    "concerns": "concerns",
    "conflicts": "conflicts",
    "copies": "copies",
    "dates": "dates",
    "dependencies": "dependencies",
    "limits": "limits",
    "links": "links",
    "parents": "parents",
    "people": "people",
    "pipelines": "pipelines",
    "references": "references",
    "requirements": "requirements",
    "titles": "titles",
    "twins": "twins",
    "values": "values",
}


def findings(examined: Examined) -> Iterator[Finding]:
    """Yield the findings of every check."""
    for module in CHECKS.values():
        yield from import_module(f"plaintickets.core.checks.{module}").check(examined)
