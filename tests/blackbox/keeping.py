"""Promises about what a change leaves as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blackbox.place import must
from blackbox.promise import promise

if TYPE_CHECKING:
    from blackbox.place import Place

# Keys that a tool may write beside the status when it closes a ticket.
_CLOSING = ("status:", "closed:", "resolution:", "updated:", "completed:")


def _close(place: Place, *, may_refuse: bool = False) -> bool:
    before = (place.store / "aa-1.md").read_bytes()
    ended = place.run("close", "aa-1")
    if ended.code != 0:
        must((place.store / "aa-1.md").read_bytes() == before, f"exit {ended.code}, but the file changed")
        must(may_refuse, f"close ended with {ended.code}: {ended.all[:80]}")
        return False
    must(place.value("status") == "closed", "exit 0, but the status is not `closed`")
    return True


@promise("`close` that ends with 0 has closed the ticket in its file")
def close_closes(place: Place) -> None:
    place.ticket()
    _close(place)


@promise("a line of the body that begins with `status:` is not touched")
def status_line_in_the_body(place: Place) -> None:
    path = place.ticket(body="# T\n\nIt printed:\n\nstatus: open\n")
    _close(place)
    must("\nstatus: open\n" in path.read_text(), "the line of the body was rewritten")


@promise("a line of the body that begins with `deps:` is not touched")
def deps_line_in_the_body(place: Place) -> None:
    path = place.ticket(body="# T\n\ndeps: []\n")
    place.ticket("aa-2")
    must(place.run("dep", "aa-1", "aa-2").code == 0, "dep failed")
    must(path.read_text().endswith("# T\n\ndeps: []\n"), "the line of the body was rewritten")


@promise("what looks like front matter in the body is body")
def front_matter_in_the_body(place: Place) -> None:
    body = "# T\n\n---\nstatus: open\nassignee: eve\n---\n"
    path = place.ticket(body=body)
    _close(place)
    must(path.read_text().endswith(body), "the body changed")


@promise("closing changes no line but those of the status")
def other_lines_are_kept(place: Place) -> None:
    more = "# a comment\nx-owner:   'Zoë'  # why\nx-map:\n  a: 1\n  b: [1,  2]\ntags: [b, a]\n"
    place.ticket(more=more)
    before = place.front()
    _close(place)
    kept = [line for line in place.front() if not line.startswith(_CLOSING)]
    must(kept == [line for line in before if not line.startswith(_CLOSING)], "other lines changed")


@promise("unknown keys are kept when a note is added")
def unknown_keys_are_kept(place: Place) -> None:
    place.ticket(more="x-owner:   'Zoë'\nestimate: 3d\n")
    must(place.run("add-note", "aa-1", "hello").code == 0, "add-note failed")
    must({"x-owner:   'Zoë'", "estimate: 3d"} <= set(place.front()), "unknown keys changed")


@promise("CRLF line ends are kept")
def crlf_is_kept(place: Place) -> None:
    path = place.ticket()
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    if not _close(place, may_refuse=True):
        return
    after = path.read_bytes()
    must(after.count(b"\n") == after.count(b"\r\n"), "lines lost their CR")


@promise("bytes of the body that are not UTF-8 are kept, or the change is refused")
def latin_1_in_the_body(place: Place) -> None:
    path = place.ticket()
    path.write_bytes(path.read_bytes() + b"caf\xe9\n")
    _close(place, may_refuse=True)
    must(path.read_bytes().endswith(b"caf\xe9\n"), "the bytes were rewritten")


@promise("bytes of the front matter that are not UTF-8 are kept, or the change is refused")
def latin_1_in_the_front_matter(place: Place) -> None:
    path = place.ticket()
    path.write_bytes(path.read_bytes().replace(b"type: task", b"type: task\nassignee: Jos\xe9"))
    _close(place, may_refuse=True)
    must(b"assignee: Jos\xe9" in path.read_bytes(), "the bytes were rewritten")


@promise("blanks at line ends and the missing newline at the end of the file are kept by `start`")
def blanks_are_kept(place: Place) -> None:
    path = place.ticket(body="# T  \n\n\n  x\t\n\n\nlast")
    must(place.run("start", "aa-1").code == 0, "start failed")
    must(path.read_bytes().endswith(b"# T  \n\n\n  x\t\n\n\nlast"), "the body changed")


@promise("adding a note changes nothing above it")
def a_note_only_adds(place: Place) -> None:
    path = place.ticket(body="# T\n\nText.  \n\n\n```\n## Notes\n```\n\nEnd\n")
    before = path.read_bytes().rstrip(b"\n")
    must(place.run("add-note", "aa-1", "hello").code == 0, "add-note failed")
    must(path.read_bytes().startswith(before), "text above the note changed")


@promise("a note is kept as it was typed, whatever its signs")
def a_note_is_verbatim(place: Place) -> None:
    path = place.ticket()
    text = r"R&D \1 \n %s $HOME `x` $(x) 'q' \"d\" a/b|c"
    must(place.run("add-note", "aa-1", text).code == 0, "add-note failed")
    must(text in path.read_text(), "the note reads otherwise")


@promise("a title is kept as it was typed, whatever its signs")
def a_title_is_verbatim(place: Place) -> None:
    title = r"R&D \1 \n %s $HOME #5 'q'"
    ended = place.run("create", title)
    must(ended.code == 0, f"create ended with {ended.code}")
    must(any(title in path.read_text() for path in place.store.glob("*.md")), "the title reads otherwise")


@promise("removing a dependency removes that one only")
def undep_is_exact(place: Place) -> None:
    place.ticket(deps="aa-22, aa-2, aa-222")
    for name in ("aa-2", "aa-22", "aa-222"):
        place.ticket(name)
    must(place.run("undep", "aa-1", "aa-2").code == 0, "undep failed")
    left = place.value("deps").strip("[] ").replace(" ", "").split(",")
    must(sorted(left) == ["aa-22", "aa-222"], f"left is {left}")


@promise("a link stands in both tickets")
def links_are_symmetric(place: Place) -> None:
    place.ticket()
    place.ticket("aa-2")
    must(place.run("link", "aa-1", "aa-2").code == 0, "link failed")
    must("aa-2" in place.value("links") and "aa-1" in place.value("links", "aa-2"), "one side is missing")


@promise("staged and unstaged work of the user stays as it was")
def the_users_work_is_kept(place: Place) -> None:
    place.ticket()
    place.git("add", "-A")
    place.git("commit", "-qm", "ticket")
    (place.repo / "staged.txt").write_text("x\n")
    place.git("add", "staged.txt")
    (place.repo / "work.txt").write_text("changed\n")
    must(place.run("close", "aa-1").code == 0, "close failed")
    must(place.git("diff", "--cached", "--name-only").split() == ["staged.txt"], "what is staged changed")
    must("work.txt" in place.git("diff", "--name-only"), "the unstaged change is gone")
    must("staged.txt" not in place.git("ls-tree", "--name-only", "HEAD"), "staged work was committed")
