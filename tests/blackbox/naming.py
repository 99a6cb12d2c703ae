"""Promises about which ticket an id names, and about what is no id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blackbox.place import must
from blackbox.promise import promise

if TYPE_CHECKING:
    from blackbox.place import Place


def _refused(place: Place, *words: str) -> None:
    before = {path: path.read_bytes() for path in place.repo.rglob("*.md")}
    ended = place.run(*words)
    must(before == {path: path.read_bytes() for path in place.repo.rglob("*.md")}, f"{words} changed a ticket")
    must(ended.code != 0, f"{words} ended with 0")


@promise("the empty id names nothing, even where there is one ticket only")
def empty_id(place: Place) -> None:
    place.ticket()
    _refused(place, "close", "")


@promise("an id of blanks names nothing")
def blank_id(place: Place) -> None:
    place.ticket()
    _refused(place, "close", " ")


@promise("an id with `../` does not lead out of the store")
def id_with_dots(place: Place) -> None:
    place.ticket()
    place.ticket("outside").rename(place.repo / "outside.md")
    _refused(place, "close", "../outside")


@promise("an absolute path is no id")
def id_with_a_path(place: Place) -> None:
    place.ticket()
    place.ticket("outside").rename(place.repo / "outside.md")
    _refused(place, "close", str(place.repo / "outside"))


@promise("an id with `../` shows no file outside the store")
def show_with_dots(place: Place) -> None:
    place.ticket()
    (place.repo / "secret.md").write_text("---\nid: secret\nstatus: open\n---\n# hush-hush\n")
    must(b"hush-hush" not in place.run("show", "../secret").out, "a file outside was printed")


@promise("`*` is no id")
def star_id(place: Place) -> None:
    place.ticket()
    _refused(place, "close", "*")


@promise("a pattern is no id")
def pattern_id(place: Place) -> None:
    place.ticket()
    _refused(place, "close", "a[a]-?")


@promise("a dot in an id is a dot")
def dot_id(place: Place) -> None:
    place.ticket()
    _refused(place, "close", "a.-1")


@promise("an id that looks like an option writes no file")
def option_id(place: Place) -> None:
    place.ticket()
    for word in ("--output=pwned", "-opwned", "--exec=touch pwned"):
        for command in ("show", "close", "add-note"):
            place.run(command, word)
            place.run(command, "--", word)
    must(not list(place.base.rglob("pwned*")), "a file was written")


@promise("a part that names two tickets is refused")
def ambiguous_id(place: Place) -> None:
    place.ticket("aa-11")
    place.ticket("aa-12")
    _refused(place, "close", "aa-1")


@promise("an exact id wins over longer ones that contain it")
def exact_id(place: Place) -> None:
    place.ticket("aa-1")
    place.ticket("aa-12")
    must(place.run("close", "aa-1").code == 0, "the exact id was refused")
    must((place.value("status"), place.value("status", "aa-12")) == ("closed", "open"), "the wrong one was closed")


@promise("a unique part of an id names its ticket")
def partial_id(place: Place) -> None:
    place.ticket("aa-7f3k")
    place.ticket("aa-9999")
    must(b"aa-7f3k" in place.run("show", "7f3").out, "it was not shown")


@promise("an id that names nothing is refused")
def unknown_id(place: Place) -> None:
    place.ticket()
    _refused(place, "close", "zz-9")


@promise("a symbolic link in the store is not written through")
def link_out_of_the_store(place: Place) -> None:
    place.ticket()
    outside = place.repo / "outside.md"
    place.ticket("aa-2").rename(outside)
    (place.store / "aa-2.md").symlink_to(outside)
    before = outside.read_bytes()
    place.run("close", "aa-2")
    place.run("add-note", "aa-2", "hello")
    must(outside.read_bytes() == before, "the file behind the link changed")


@promise("an unknown status is refused")
def unknown_status(place: Place) -> None:
    place.ticket()
    _refused(place, "status", "aa-1", "bogus")


@promise("a ticket cannot wait for a ticket that is not there")
def missing_dependency(place: Place) -> None:
    place.ticket()
    _refused(place, "dep", "aa-1", "zz-9")


@promise("a ticket cannot depend on itself")
def own_dependency(place: Place) -> None:
    place.ticket()
    _refused(place, "dep", "aa-1", "aa-1")
