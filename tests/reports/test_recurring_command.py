"""`tk report recurring` on a store: the groups are kept, and found again when something changed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from builders import Repository

CRASH = "Crash on save of large photos in the gallery"


def write(repository: Repository, name: str, title: str, day: str) -> None:
    path = repository.tk.write(name, title)
    path.write_text(path.read_text("utf-8").replace("2026-01-02", day), encoding="utf-8")


def test_kept_groups_are_read_and_are_of_the_present_tickets(repository: Repository) -> None:
    for number in range(20):
        write(repository, f"n-{number}", f"Task {number} about topic {number * 7}", f"2026-01-{number + 1:02}")
    write(repository, "c-1", CRASH, "2026-02-03")
    write(repository, "c-2", CRASH, "2026-02-04")
    repository.commit_all()
    first = repository.tk("report", "recurring", "--format", "csv")
    assert "c-1,2," in first.stdout
    derived = repository.folder / ".git" / "plaintickets"
    kept = next(derived.rglob("clusters.json"))
    written = kept.stat().st_mtime_ns
    assert repository.tk("report", "recurring", "--format", "csv").stdout == first.stdout
    assert kept.stat().st_mtime_ns == written
    write(repository, "d-1", "Login with a passkey fails on tablets", "2026-02-05")
    write(repository, "d-2", "Login with a passkey fails on tablets", "2026-02-06")
    write(repository, "c-2", "Dark colours for the settings page", "2026-02-04")
    now = repository.tk("report", "recurring", "--format", "csv")
    assert "d-1,2," in now.stdout
    assert "c-1" not in now.stdout
    shutil.rmtree(derived)
    assert repository.tk("report", "recurring", "--format", "csv").stdout == now.stdout
