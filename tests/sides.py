"""A ticket changed on two branches, for tests that merge them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitwork import git

if TYPE_CHECKING:
    from store_files import Tk

TICKET = "pt-1"


def clone_with_driver(tk: Tk) -> Tk:
    """A repository with a store and one ticket, set up to merge by the driver."""
    git(tk, "init", "--quiet")
    assert tk("init").code == 0
    tk.write(TICKET, more="tags: [a]\nassignee: Ada\n", body="One.\n\n- [ ] first\n- [ ] second\n")
    git(tk, "add", ".")
    git(tk, "commit", "--quiet", "-m", "a ticket")
    assert tk("setup").code == 0
    return tk


def change(tk: Tk, *pairs: str) -> None:
    """Replaces texts of the ticket by others and commits."""
    path = tk.store / f"{TICKET}.md"
    text = path.read_text(encoding="utf-8")
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    git(tk, "commit", "--quiet", "-a", "-m", f"to {pairs[-1]}")


def on_both_sides(tk: Tk, *, here: tuple[str, ...], there: tuple[str, ...]) -> None:
    """Changes the ticket on the branch `there`, then otherwise on main."""
    git(tk, "checkout", "--quiet", "-b", "there")
    change(tk, *there)
    git(tk, "checkout", "--quiet", "main")
    change(tk, *here)


HERE = ("priority: 2", "priority: 1", "tags: [a]", "tags: [a, b]", "[ ] first", "[x] first")
THERE = ("status: open", "status: in_progress", "tags: [a]", "tags: [a, c]", "- [ ] second", "- [x] second")
MERGED = ("priority: 1", "status: in_progress", "tags: [a, b, c]", "- [x] first\n- [x] second")


def assert_merged(tk: Tk) -> None:
    text = tk.text(TICKET)
    assert [part for part in MERGED if part not in text] == []
    assert "<<<<" not in text
    assert git(tk, "ls-files", "-u") == ""
