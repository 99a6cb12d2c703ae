"""Answers of several stores as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.actions.all_stores import Failure


def store_facts(names: Sequence[str], problems: Sequence[str], failed: Iterable[Failure]) -> dict[str, object]:
    """Return the names of the stores, the problems of their files, and the stores that could not answer."""
    errors = [
        {"store": one.store, "message": str(one.error), "hint": one.error.hint, "exit_code": one.error.exit_code}
        for one in failed
    ]
    return {"stores": names, "problems": problems, "errors": errors}
