"""Promises about text that tries to be more than text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blackbox.place import must
from blackbox.promise import promise

if TYPE_CHECKING:
    from blackbox.place import Place


def _created_open(place: Place, *words: str) -> str:
    ended = place.run("create", *words)
    made = place.tickets()
    if ended.code != 0:
        must(not made, f"create ended with {ended.code}, but left {made}")
        return ""
    must(len(made) == 1, f"{len(made)} files were made")
    name = made[0].removesuffix(".md")
    must(place.value("status", name) == "open", "the status is another")
    return name


@promise("a newline in an assignee brings in no key")
def newline_in_an_assignee(place: Place) -> None:
    _created_open(place, "A ticket", "-a", "bob\nstatus: closed")


@promise("a newline in a type or a parent brings in no key")
def newline_in_other_values(place: Place) -> None:
    for option in ("-t", "--parent", "--external-ref", "--tags"):
        for path in place.store.glob("*.md"):
            path.unlink()
        _created_open(place, "A ticket", option, "x\nstatus: closed")


@promise("a newline in a title ends no front matter")
def newline_in_a_title(place: Place) -> None:
    _created_open(place, "A\n---\nstatus: closed\n---\n# B")


@promise("a description that looks like front matter is text")
def front_matter_in_a_description(place: Place) -> None:
    _created_open(place, "A ticket", "-d", "---\nstatus: closed\n---\n")


@promise("a note that looks like front matter is text")
def front_matter_in_a_note(place: Place) -> None:
    place.ticket()
    place.run("add-note", "aa-1", "---\nstatus: closed\n---\n")
    must(place.value("status") == "open", "the status changed")


@promise("a note with a heading of its own ends up in the text whole")
def heading_in_a_note(place: Place) -> None:
    path = place.ticket()
    place.run("add-note", "aa-1", "# not a title\n\n## Notes\n\nx")
    place.run("add-note", "aa-1", "second")
    text = path.read_text()
    must(text.index("not a title") < text.rindex("second"), "the notes lost their order")
    must(b"A ticket" in place.listing().out, "the title is another now")


@promise("a value that YAML would read otherwise is quoted or refused")
def yaml_in_an_assignee(place: Place) -> None:
    for value in ("a: b", "a #b", "[a", "{a", "&a", "*a", "!a", "@a", "`a", "%a", "- a", "'a", '"a', "| a", "> a"):
        for path in place.store.glob("*.md"):
            path.unlink()
        name = _created_open(place, "A ticket", "-a", value)
        if name:
            line = next((line for line in place.front(name) if line.startswith("assignee:")), "")
            must(line.startswith(('assignee: "', "assignee: '")), f"written as `{line}`")


@promise("a tag with a comma or a bracket does not become several, nor break the list")
def brackets_in_a_tag(place: Place) -> None:
    name = _created_open(place, "A ticket", "--tags", "a],status: closed,[b")
    must(
        not name or place.value("tags", name).count("]") == 1 or '"' in " ".join(place.front(name)),
        "the list is broken",
    )


@promise("nothing in a title, a text or an id is run")
def nothing_is_run(place: Place) -> None:
    texts = (
        "$(touch pwned)",
        "`touch pwned`",
        "'; touch pwned; '",
        '"; touch pwned; "',
        "%(touch pwned)",
        "|touch pwned",
    )
    for text in texts:
        place.run("create", text, "-d", text, "-a", text, "--tags", text)
    for name in place.tickets()[:1]:
        for text in texts:
            place.run("add-note", name.removesuffix(".md"), text)
            place.run("show", text)
    place.listing()
    must(not list(place.base.rglob("pwned*")), "a command was run")


@promise("a file name with a command in it is not run")
def names_are_not_run(place: Place) -> None:
    place.ticket()
    for name in ("$(touch pwned).md", "`touch pwned`.md", ";touch pwned;.md", "-rf.md", "--help.md"):
        place.raw(name, b"---\nid: x\nstatus: open\ndeps: []\n---\n# Strange\n")
    for words in (("ls",), ("ready",), ("blocked",), ("close", "aa-1"), ("show", "touch")):
        place.run(*words)
    must(not list(place.base.rglob("pwned*")), "a command was run")


def _no_raw(place: Place, sign: str, *words: str) -> None:
    shown = place.on_terminal(*words).decode(errors="replace")
    must(sign not in shown, f"`{words[0]}` printed U+{ord(sign):04X} raw")


@promise("an escape sequence in a title is not printed raw by `ls`")
def osc_52_in_a_listing(place: Place) -> None:
    place.ticket(body="# T \x1b]52;c;ZXZpbA==\x07 x\n")
    _no_raw(place, "\x07", "ls")


@promise("an escape sequence in a title is not printed raw by `ready`")
def osc_52_in_ready(place: Place) -> None:
    place.ticket(body="# T \x1b]52;c;ZXZpbA==\x07 x\n")
    _no_raw(place, "\x07", "ready")


@promise("an escape sequence in a text is not printed raw by `show`")
def osc_52_in_a_text(place: Place) -> None:
    place.ticket(body="# T\n\n\x1b]52;c;ZXZpbA==\x07\n")
    _no_raw(place, "\x07", "show", "aa-1")


@promise("a C1 control in a title is not printed raw")
def c1_in_a_listing(place: Place) -> None:
    place.ticket(body="# T \x9b31m x\n")
    _no_raw(place, "\x9b", "ls")


@promise("text is not turned around by a bidi control in a title")
def bidi_in_a_listing(place: Place) -> None:
    place.ticket(body="# T \u202egnp.exe\n")
    _no_raw(place, "\u202e", "ls")


@promise("an escape sequence in a file name is not printed raw")
def escape_in_a_name(place: Place) -> None:
    place.ticket()
    place.raw("a\x1b]52;c;eA==\x07b.md", b"---\nid: x\nstatus: open\ndeps: []\n---\n# Strange\n")
    _no_raw(place, "\x07", "ls")
