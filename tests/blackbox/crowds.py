"""Promises about many at once, and about a machine that fails."""

from __future__ import annotations

import contextlib
import subprocess
from typing import TYPE_CHECKING

from blackbox.place import NotHereError, must, small_files
from blackbox.promise import promise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blackbox.place import Place


@promise("of 25 notes at once none that was acknowledged is lost")
def notes_at_once(place: Place) -> None:
    path = place.ticket()
    codes = place.at_once([("add-note", "aa-1", f"note number {n} end") for n in range(25)])
    text = path.read_text()
    lost = [n for n, code in enumerate(codes) if code == 0 and f"note number {n} end" not in text]
    must(not lost, f"{len(lost)} of {codes.count(0)} acknowledged notes are lost")
    must(codes.count(0) > 0, "none was taken")


@promise("of 20 dependencies at once none that was acknowledged is lost", slow=True)
def dependencies_at_once(place: Place) -> None:
    place.ticket()
    names = [f"bb-{number:02d}" for number in range(20)]
    for name in names:
        place.ticket(name)
    codes = place.at_once([("dep", "aa-1", name) for name in names])
    front = "\n".join(place.front())
    lost = [name for name, code in zip(names, codes, strict=True) if code == 0 and name not in front]
    must(not lost, f"{len(lost)} of {codes.count(0)} acknowledged dependencies are lost")
    must(codes.count(0) > 0, "none was taken")


@promise("20 tickets made at once are 20 tickets", slow=True)
def tickets_at_once(place: Place) -> None:
    codes = place.at_once([("create", f"Ticket {n}") for n in range(20)])
    must(codes.count(0) == len(place.tickets()), f"{codes.count(0)} acknowledged, {len(place.tickets())} there")
    must(codes.count(0) > 0, "none was made")


@promise("a status and a note at once are both kept")
def a_status_and_notes_at_once(place: Place) -> None:
    path = place.ticket()
    commands = [("add-note", "aa-1", f"note number {n} end") for n in range(6)]
    codes = place.at_once([*commands, ("close", "aa-1")])
    text = path.read_text()
    lost = [n for n, code in enumerate(codes[:-1]) if code == 0 and f"note number {n} end" not in text]
    must(not lost, f"{len(lost)} notes are lost")
    must(codes[-1] != 0 or place.value("status") == "closed", "the status is lost")


def _whole(place: Place, before: bytes, code: int) -> None:
    after = (place.store / "aa-1.md").read_bytes()
    must(after, "the ticket is empty")
    must(after == before or code == 0, f"exit {code}, but the ticket changed")
    must(code != 0 or after != before, "exit 0, but the change is missing")
    must(place.tickets() == ["aa-1.md"], f"left behind: {place.tickets()}")


@promise("where no file may grow, a change is refused and the ticket whole")
def a_change_without_room(place: Place) -> None:
    before = place.ticket(body="# T\n\n" + "Text.\n" * 200).read_bytes()
    for limit in (0, 100, 1000):
        for words in (("close", "aa-1"), ("add-note", "aa-1", "hello")):
            (place.store / "aa-1.md").write_bytes(before)
            _whole(place, before, place.run(*words, before=small_files(limit)).code)


@promise("where no file may grow, no empty or torn ticket is made")
def a_ticket_without_room(place: Place) -> None:
    for limit in (0, 60):
        ended = place.run("create", "A ticket", "-d", "Text. " * 100, before=small_files(limit))
        must(place.tickets() == [], f"exit {ended.code}; left behind: {place.tickets()}")
        must(ended.code != 0, "exit 0")


@contextlib.contextmanager
def _full_disk(place: Place) -> Iterator[None]:
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=0777", "tmpfs", str(place.store)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        raise NotHereError("no small file system can be mounted")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place.store)], capture_output=True, check=False)


@promise("on a full disk a change is refused and the ticket whole")
def a_change_on_a_full_disk(place: Place) -> None:
    with _full_disk(place):
        before = place.ticket(body="# T\n\n" + "Text.\n" * 900).read_bytes()
        with contextlib.suppress(OSError):
            (place.store / "filler").write_bytes(b"x" * 100_000)
        for words in (("close", "aa-1"), ("add-note", "aa-1", "hello")):
            _whole(place, before, place.run(*words).code)


@promise("on a full disk no empty or torn ticket is made")
def a_ticket_on_a_full_disk(place: Place) -> None:
    with _full_disk(place):
        with contextlib.suppress(OSError):
            (place.store / "filler").write_bytes(b"x" * 100_000)
        ended = place.run("create", "A ticket", "-d", "Text. " * 100)
        must(place.tickets() == [], f"exit {ended.code}; left behind: {place.tickets()}")
        must(ended.code != 0, "exit 0")


@promise("a change that fails leaves no temporary file in the store")
def no_litter(place: Place) -> None:
    before = place.ticket().read_bytes()
    place.run("close", "aa-1", before=small_files(50))
    (place.store / "aa-1.md").write_bytes(before)
    place.run("close", "aa-1")
    left = sorted(path.name for path in place.store.iterdir())
    must(left == ["aa-1.md"], f"left behind: {left}")
