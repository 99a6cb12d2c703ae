"""A ticket changed on two branches, for tests that merge them."""

from __future__ import annotations

import re
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


def taken_for_another(tk: Tk, *, swapped: bool) -> str:
    """On one side a ticket like the one that is removed there, on the other a change of that; the new one's text."""
    git(tk, "checkout", "--quiet", "-b", "there")
    new = put_another(tk) if swapped else ""
    if not swapped:
        change(tk, "status: open", "status: in_progress")
    git(tk, "checkout", "--quiet", "main")
    if swapped:
        change(tk, "status: open", "status: in_progress")
    return new or put_another(tk)


def put_another(tk: Tk) -> str:
    """Removes the ticket and commits a new one that looks like it; its text."""
    text = re.sub(
        r"created: \S+", "created: 2026-03-01T00:00:00Z", tk.text(TICKET).replace(f"id: {TICKET}", "id: pt-9")
    )
    (tk.store / "pt-9.md").write_text(text, encoding="utf-8")
    git(tk, "rm", "--quiet", f".tickets/{TICKET}.md")
    git(tk, "add", ".")
    git(tk, "commit", "--quiet", "-m", "another ticket")
    return text
