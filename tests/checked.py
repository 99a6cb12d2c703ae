"""Stores to be checked within the test's own process."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from plaintickets.actions.check import CheckScope, Outcome, check
from plaintickets.project import Project, Surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ticket(ticket_id: str = "a-1", keys: str = "", body: str = "Text.\n", *, title: str = "# A ticket\n") -> str:
    """A ticket's file; each line of `keys` takes the place of the line of that key."""
    lines = {"id": f"id: {ticket_id}", "status": "status: open", "deps": "deps: []", "links": "links: []"}
    lines |= {"created": "created: 2026-01-02T03:04:05Z", "type": "type: task", "priority": "priority: 2"}
    lines |= {line.partition(":")[0]: line for line in keys.splitlines()}
    return "---\n" + "\n".join(lines.values()) + f"\n---\n{title}\n{body}"


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Writes the files of a store."""
    for name, content in files.items():
        path = folder / ".tickets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def checked(folder: Path, environ: Mapping[str, str], asked: CheckScope | None = None) -> Outcome:
    """What `tk check` finds in a folder."""
    around = Surroundings(str(folder), environ, lambda: NOW, lambda _limit: 0, print)
    return check(Project.open(around), asked or CheckScope())
