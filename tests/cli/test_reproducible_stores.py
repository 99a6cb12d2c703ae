"""TK_NOW and TK_SEED: a script makes the same store every time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from store_files import Tk

FIXED = {"TK_NOW": "2026-11-23T09:30:00Z", "TK_SEED": "plain"}


def test_the_same_seed_and_time_give_the_same_files(tk: Tk) -> None:
    stores = []
    for name in ("one", "two"):
        folder = tk.folder / name / "parser-tools"
        (folder / ".tickets").mkdir(parents=True)
        for title in ("Parser drops the last line", "Tabs count as one column"):
            assert tk("new", title, env=FIXED, cwd=folder).code == 0
        stores.append({path.name: path.read_bytes() for path in _tickets(folder)})
    assert len(stores[0]) == 2
    assert stores[0] == stores[1]


def test_another_seed_gives_other_ids(tk: Tk) -> None:
    (tk.folder / ".tickets").mkdir()
    made = {tk("new", "A ticket", env={**FIXED, "TK_SEED": seed}).stdout for seed in ("a", "b", "c")}
    assert len(made) == 3
    assert all(re.fullmatch(r"mp-[2-9a-z]{4}\n", name) for name in made)


def test_comments_in_files_get_the_same_names(tk: Tk) -> None:
    names = []
    for name in ("one", "two"):
        folder = tk.folder / name / "parser-tools"
        (folder / ".tickets").mkdir(parents=True)
        (folder / ".tickets" / "config.yml").write_text("format.comments: files\n")
        ticket = tk("new", "A ticket", env=FIXED, cwd=folder).stdout.strip()
        assert tk("comment", ticket, "A remark.", env=FIXED, cwd=folder).code == 0
        names.append([path.name for path in (folder / ".tickets" / f"{ticket}.d").iterdir()])
    assert len(names[0]) == 1
    assert names[0] == names[1]


def _tickets(folder: Path) -> list[Path]:
    return sorted((folder / ".tickets").glob("*.md"))
