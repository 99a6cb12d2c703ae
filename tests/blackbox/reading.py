"""Promises about files that a tool finds in its store."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from blackbox.place import must
from blackbox.promise import promise

if TYPE_CHECKING:
    from blackbox.place import Place


def _neighbours(place: Place) -> None:
    place.ticket("aa-1")
    place.ticket("aa-3", body="# Third\n")


def _shown_or_told(place: Place, name: str) -> None:
    listed = place.listing()
    must(name in listed.all, f"{name} is neither listed nor reported")
    place.must_list("aa-1", "aa-3")


@promise("a conflict in the front matter is named, and hides nobody else")
def conflict_markers(place: Place) -> None:
    _neighbours(place)
    front = b"---\nid: aa-2\n<<<<<<< HEAD\nstatus: open\n=======\nstatus: closed\n>>>>>>> other\ndeps: []\n---\n# T\n"
    place.raw("aa-2.md", front)
    listed = place.listing()
    must("conflict" in listed.all.lower(), "nothing says that the ticket is in conflict")
    place.must_list("aa-1", "aa-3")


@promise("a ticket in conflict is not closed")
def a_ticket_in_conflict_is_not_closed(place: Place) -> None:
    front = (
        b"---\nid: aa-2\n<<<<<<< HEAD\nstatus: open\n=======\nstatus: in_progress\n>>>>>>> other\ndeps: []\n---\n# T\n"
    )
    path = place.raw("aa-2.md", front)
    ended = place.run("close", "aa-2")
    must(path.read_bytes() == front, "it was changed")
    must(ended.code != 0, "exit 0")


@promise("an empty file is reported, and hides nobody")
def empty_file(place: Place) -> None:
    _neighbours(place)
    place.raw("aa-2.md", b"")
    _shown_or_told(place, "aa-2")


@promise("front matter that does not close is reported, and hides nobody")
def front_matter_without_end(place: Place) -> None:
    _neighbours(place)
    place.raw("aa-2.md", b"---\nid: aa-2\nstatus: open\n")
    _shown_or_told(place, "aa-2")


@promise("a file that is no YAML is reported, and hides nobody")
def no_yaml(place: Place) -> None:
    _neighbours(place)
    place.raw("aa-2.md", b"---\nid: aa-2\nstatus: [open\n  x: }\n---\n# T\n")
    _shown_or_told(place, "aa-2")


@promise("a file of random bytes is reported, and hides nobody")
def random_bytes(place: Place) -> None:
    _neighbours(place)
    place.raw("aa-2.md", bytes(range(256)) * 20)
    _shown_or_told(place, "aa-2")


@promise("a folder named like a ticket hides nobody")
def folder_named_like_a_ticket(place: Place) -> None:
    _neighbours(place)
    (place.store / "aa-2.md").mkdir()
    place.must_list("aa-1", "aa-3")


@promise("a symbolic link that leads nowhere hides nobody")
def dangling_link(place: Place) -> None:
    _neighbours(place)
    (place.store / "aa-2.md").symlink_to("nowhere")
    place.must_list("aa-1", "aa-3")


@promise("a FIFO in the store stops nobody")
def fifo(place: Place) -> None:
    _neighbours(place)
    os.mkfifo(place.store / "aa-2.md")
    place.must_list("aa-1", "aa-3")


@promise("names with blanks, newlines and quotes hide nobody")
def strange_names(place: Place) -> None:
    _neighbours(place)
    for name in ("a b.md", "a\nb.md", "a'b.md", 'a"b.md', "-x.md", "ü.md"):
        place.raw(name, b"---\nid: x\nstatus: open\ndeps: []\nlinks: []\npriority: 2\n---\n# Strange\n")
    place.must_list("aa-1", "aa-3")


@promise("a YAML bomb costs no more than seconds, and hides nobody")
def yaml_bomb(place: Place) -> None:
    _neighbours(place)
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    lines += [f"{b}: &{b} [{','.join(['*' + a] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    place.ticket("aa-2", more="\n".join(lines) + "\n")
    start = time.monotonic()
    place.must_list("aa-1", "aa-3")
    must(time.monotonic() - start < 10, "more than ten seconds")


@promise("a quoted status is that status")
def quoted_status(place: Place) -> None:
    place.ticket("aa-1", status='"closed"')
    place.ticket("aa-2", deps="aa-1")
    must(b"aa-2" in place.run("ready").out, "its dependency counts as open")


@promise("a status with a comment behind it is that status")
def status_with_a_comment(place: Place) -> None:
    place.ticket("aa-1", status="closed   # at last")
    place.ticket("aa-2", deps="aa-1")
    must(b"aa-2" in place.run("ready").out, "its dependency counts as open")


@promise("dependencies written one a line are seen")
def block_list(place: Place) -> None:
    path = place.ticket("aa-1")
    place.ticket("aa-2")
    path.write_text(path.read_text().replace("deps: []", "deps:\n  - aa-2"))
    must(b"aa-1" in place.run("blocked").out, "the ticket counts as ready")


@promise("a ticket with a dependency that is not there is not ready")
def missing_dependency_blocks(place: Place) -> None:
    place.ticket("aa-1", deps="zz-9")
    place.ticket("aa-2")
    must(b"aa-1" not in place.run("ready").out, "it counts as ready")


@promise("a circle of dependencies ends every command")
def circle(place: Place) -> None:
    place.ticket("aa-1", deps="aa-2")
    place.ticket("aa-2", deps="aa-3")
    place.ticket("aa-3", deps="aa-1")
    for words in (
        ("ready",),
        ("blocked",),
        ("dep", "tree", "aa-1"),
        ("dep", "tree", "--full", "aa-1"),
        ("show", "aa-1"),
    ):
        must(place.run(*words).code != -1, f"{words} does not end")


@promise("a store of 12,000 tickets with long names is listed", slow=True)
def many_tickets(place: Place) -> None:
    for number in range(12000):
        place.ticket(f"aa-{number:05d}-{'x' * 170}")
    ended = place.run("ready")
    must(ended.code == 0 and ended.out.count(b"\n") == 12000, f"exit {ended.code}: {ended.err[:60]!r}")


@promise("a listing that cannot be written does not end with 0")
def output_that_fails(place: Place) -> None:
    place.ticket()
    if not os.path.exists("/dev/full"):
        return
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        must(place.run("ready", out=full).code != 0, "exit 0")
    finally:
        os.close(full)
