"""Dependencies, links, and what `show` derives from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from store_files import Tk


def write_many(tk: Tk, *names: str) -> None:
    for name in names:
        tk.write(name, f"Title {name}")


def sections(text: str) -> dict[str, list[str]]:
    """Heading -> its list lines, for the sections that `show` adds."""
    found: dict[str, list[str]] = {}
    for block in text.split("\n## ")[1:]:
        heading, _, rest = block.partition("\n\n")
        found[heading] = rest.rstrip("\n").split("\n")
    return found


def test_dep_adds_and_says_so(tk: Tk) -> None:
    write_many(tk, "a-1", "a-2", "a-3")
    first, second = tk("dep", "a-1", "a-2"), tk("dep", "a-1", "a-3")
    assert (first.stdout, first.code) == ("Added dependency: a-1 -> a-2\n", 0)
    assert (second.stdout, second.code) == ("Added dependency: a-1 -> a-3\n", 0)
    assert tk.field("a-1", "deps") == "[a-2, a-3]"
    assert tk.field("a-2", "deps") == "[]"


def test_dep_twice_changes_nothing(tk: Tk) -> None:
    tk.write("a-1", deps="a-2")
    tk.write("a-2")
    before = tk.text("a-1")
    again = tk("dep", "a-1", "a-2")
    assert (again.stdout, again.code) == ("Dependency already exists\n", 0)
    assert tk.text("a-1") == before


@pytest.mark.parametrize(
    ("deps", "gone", "left"),
    [
        ("b-2", "b-2", "[]"),
        ("b-2, b-3", "b-2", "[b-3]"),
        ("b-2, b-3", "b-3", "[b-2]"),
        ("b-2, b-3, b-4", "b-3", "[b-2, b-4]"),
        ("b-2,b-3", "b-2", "[b-3]"),
    ],
)
def test_undep_takes_one_away(tk: Tk, deps: str, gone: str, left: str) -> None:
    write_many(tk, "b-2", "b-3", "b-4")
    tk.write("a-1", deps=deps)
    done = tk("undep", "a-1", gone)
    assert (done.stdout, done.code) == (f"Removed dependency: a-1 -/-> b-{gone[-1]}\n", 0)
    assert tk.field("a-1", "deps") == left


def test_undep_of_nothing_fails_and_says_so_on_stdout(tk: Tk) -> None:
    write_many(tk, "a-1", "a-2")
    refused = tk("undep", "a-1", "a-2")
    assert refused.stdout == "Dependency not found\n"
    assert refused.code != 0


@pytest.mark.parametrize("command", ["dep", "undep", "link", "unlink"])
@pytest.mark.parametrize("args", [("a-1", "nope"), ("nope", "a-1")])
def test_both_ids_must_exist(tk: Tk, command: str, args: tuple[str, str]) -> None:
    tk.write("a-1")
    before = tk.text("a-1")
    refused = tk(command, *args)
    assert refused.code != 0
    assert "Error: ticket 'nope' not found" in refused.stderr
    assert tk.text("a-1") == before


@pytest.mark.only_plaintickets
def test_a_dependency_is_compared_whole(tk: Tk) -> None:
    tk.write("z-1", deps="z-22")
    write_many(tk, "z-2", "z-22")
    assert tk("undep", "z-1", "z-2").stdout == "Dependency not found\n"
    assert tk("dep", "z-1", "z-2").stdout == "Added dependency: z-1 -> z-2\n"
    assert tk.field("z-1", "deps") == "[z-22, z-2]"


@pytest.mark.only_bash
def test_the_bash_tool_takes_a_part_for_the_whole(tk: Tk) -> None:
    tk.write("z-1", deps="z-22")
    write_many(tk, "z-2", "z-22")
    assert tk("dep", "z-1", "z-2").stdout == "Dependency already exists\n"


@pytest.mark.only_plaintickets
def test_a_dependency_that_would_close_a_cycle_is_refused(tk: Tk) -> None:
    tk.write("a-1", deps="a-2")
    tk.write("a-2", deps="a-3")
    tk.write("a-3")
    for target in ("a-1", "a-2", "a-3"):
        assert tk("dep", "a-3", target).code != 0
    assert tk.field("a-3", "deps") == "[]"


@pytest.mark.only_bash
def test_the_bash_tool_lets_a_cycle_in(tk: Tk) -> None:
    tk.write("a-1", deps="a-2")
    tk.write("a-2")
    assert tk("dep", "a-2", "a-1").stdout == "Added dependency: a-2 -> a-1\n"


def test_link_counts_each_direction(tk: Tk) -> None:
    write_many(tk, "a-1", "a-2", "a-3")
    two = tk("link", "a-1", "a-2")
    assert (two.stdout, two.code) == ("Added 2 link(s) between 2 tickets\n", 0)
    assert (tk.field("a-1", "links"), tk.field("a-2", "links")) == ("[a-2]", "[a-1]")
    assert tk("link", "a-1", "a-2", "a-3").stdout == "Added 4 link(s) between 3 tickets\n"
    for own, others in (("a-1", "a-2 a-3"), ("a-2", "a-1 a-3"), ("a-3", "a-1 a-2")):
        links = tk.field(own, "links")
        assert links is not None
        assert sorted(links.strip("[]").split(", ")) == others.split()


def test_a_half_link_is_completed(tk: Tk) -> None:
    tk.write("a-1", links="a-2")
    tk.write("a-2")
    assert tk("link", "a-1", "a-2").stdout == "Added 1 link(s) between 2 tickets\n"
    assert tk.field("a-2", "links") == "[a-1]"


def test_link_twice_changes_nothing(tk: Tk) -> None:
    tk.write("a-1", links="a-2")
    tk.write("a-2", links="a-1")
    again = tk("link", "a-2", "a-1")
    assert (again.stdout, again.code) == ("All links already exist\n", 0)


def test_link_with_one_unknown_id_writes_nothing(tk: Tk) -> None:
    write_many(tk, "a-1", "a-2")
    assert tk("link", "a-1", "a-2", "nope").code != 0
    assert (tk.field("a-1", "links"), tk.field("a-2", "links")) == ("[]", "[]")


def test_unlink_takes_both_directions_away(tk: Tk) -> None:
    tk.write("a-1", links="a-2, a-3")
    tk.write("a-2", links="a-1")
    tk.write("a-3", links="a-1")
    done = tk("unlink", "a-2", "a-1")
    assert (done.stdout, done.code) == ("Removed link: a-2 <-> a-1\n", 0)
    assert (tk.field("a-1", "links"), tk.field("a-2", "links")) == ("[a-3]", "[]")


def test_unlink_of_nothing_fails_and_says_so_on_stdout(tk: Tk) -> None:
    write_many(tk, "a-1", "a-2")
    refused = tk("unlink", "a-1", "a-2")
    assert refused.stdout == "Link not found\n"
    assert refused.code != 0


@pytest.mark.only_plaintickets
def test_missing_lists_are_written_when_needed(tk: Tk) -> None:
    tk.store.mkdir()
    for name in ("a-1", "a-2"):
        (tk.store / f"{name}.md").write_text(f"---\nid: {name}\nstatus: open\n---\n# {name}\n")
    assert tk("dep", "a-1", "a-2").stdout == "Added dependency: a-1 -> a-2\n"
    assert tk("link", "a-1", "a-2").stdout == "Added 2 link(s) between 2 tickets\n"
    assert (tk.field("a-1", "deps"), tk.field("a-2", "links")) == ("[a-2]", "[a-1]")


def test_show_without_relations_is_the_file(tk: Tk) -> None:
    tk.write("a-1", "Alone", more="custom: 'kept'\n", body="Text\n\n---\n\n- [ ] one\n")
    shown = tk("show", "a-1")
    assert (shown.stdout, shown.code) == (tk.text("a-1"), 0)


def test_show_adds_four_sections_in_this_order(tk: Tk) -> None:
    tk.write("a-1", "Main", deps="a-2, a-3", links="a-5, a-2")
    tk.write("a-2", "Blocker", status="in_progress")
    tk.write("a-3", "Past blocker", status="closed")
    tk.write("a-4", "Waiting", deps="a-1")
    tk.write("a-5", "Child", status="closed", more="parent: a-1\n")
    tk.write("a-6", "Waited", status="closed", deps="a-1")
    shown = tk("show", "a-1").stdout
    assert shown == tk.text("a-1") + (
        "\n## Blockers\n\n- a-2 [in_progress] Blocker\n"
        "\n## Blocking\n\n- a-4 [open] Waiting\n"
        "\n## Children\n\n- a-5 [closed] Child\n"
        "\n## Linked\n\n- a-5 [closed] Child\n- a-2 [in_progress] Blocker\n"
    )


def test_show_lists_several_of_a_kind(tk: Tk) -> None:
    tk.write("a-1", deps="a-3, a-2")
    for number in (2, 3, 4, 5):
        tk.write(f"a-{number}", f"T{number}", deps="a-1" if number > 3 else "", more="parent: a-1\n")
    found = sections(tk("show", "a-1").stdout)
    assert found["Blockers"] == ["- a-3 [open] T3", "- a-2 [open] T2"]
    assert sorted(found["Blocking"]) == ["- a-4 [open] T4", "- a-5 [open] T5"]
    assert sorted(found["Children"]) == [f"- a-{n} [open] T{n}" for n in (2, 3, 4, 5)]


def test_show_names_a_blocker_that_does_not_exist(tk: Tk) -> None:
    tk.write("a-1", deps="gone")
    blockers = sections(tk("show", "a-1").stdout)["Blockers"]
    assert len(blockers) == 1
    assert blockers[0].startswith("- gone [")


def test_show_puts_the_title_of_the_parent_beside_its_id(tk: Tk) -> None:
    tk.write("a-1", "Top: the epic")
    tk.write("a-2", "Child", more="parent: a-1\n")
    before = tk.text("a-2")
    shown = tk("show", "a-2").stdout
    assert shown == before.replace("parent: a-1\n", "parent: a-1  # Top: the epic\n")
    assert tk.text("a-2") == before


def test_a_parent_that_does_not_exist_is_shown_as_it_is(tk: Tk) -> None:
    tk.write("a-2", "Child", more="parent: gone\n")
    assert tk("show", "a-2").stdout == tk.text("a-2")


def test_the_pager_is_for_terminals_only(tk: Tk) -> None:
    tk.write("a-1")
    shown = tk("show", "a-1", env={"TICKET_PAGER": "false", "PAGER": "false"})
    assert (shown.stdout, shown.code) == (tk.text("a-1"), 0)
