"""Each store of a clone has caches of its own, which stay as they are while another store is used."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plaintickets.store.locations import Place

if TYPE_CHECKING:
    from builders import Repository

TICKETS = 320  # enough for the cache of tickets to be used
CACHES = ("tickets.sqlite", "config.json", "history.sqlite", "search/seals")
# In this order the first command makes every cache, and the others find it made.
ASKED = (("log", "-n", "1"), ("search", "valve", "--limit", "1"), ("similar", "valve of number 7"), ("ls", "valve 7"))


@pytest.fixture
def two(repository: Repository) -> Repository:
    """A clone with a store of many tickets at the top and one in `part`."""
    for number in range(TICKETS):
        repository.tk.write(f"pt-{number}", title=f"The valve of number {number}")
    (repository.tk.store / "config.yml").write_text("prefix: pt\n", encoding="utf-8")
    shutil.copytree(repository.tk.store, repository.folder / "part" / ".tickets")
    (repository.folder / "part" / ".tickets" / "config.yml").write_text("prefix: part\n", encoding="utf-8")
    repository.commit_all()
    return repository


def ask(two: Repository, folder: Path) -> list[str]:
    """What the commands that use a cache print, run in a folder."""
    done = [two.tk(*words, cwd=folder) for words in ASKED]
    assert [one.code for one in done] == [0] * len(ASKED), [one.stderr for one in done]
    return [one.stdout for one in done]


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """The inode and the time of change of each cache in a folder."""
    states = {name: (folder / name).stat() for name in CACHES}
    return {name: (state.st_ino, state.st_mtime_ns) for name, state in states.items()}


def test_a_change_of_store_makes_no_cache_anew(two: Repository) -> None:
    top, part = two.folder, two.folder / "part"
    place = Place(str(part / ".tickets"), str(top), str(top / ".git"), str(top / ".git"))
    derived = top / ".git" / "plaintickets"
    ask(two, top)
    first = stamps(derived)
    ask(two, part)
    second = stamps(Path(place.cache))
    ask(two, top)
    ask(two, part)
    assert stamps(derived) == first
    assert stamps(Path(place.cache)) == second


def test_the_caches_of_several_stores_stand_below_the_same_folder() -> None:
    folders = {
        name: Place(f"/srv/{name}", "/srv", "/srv/.git", "/srv/.git").cache
        for name in (".tickets", "part/.tickets", "other/.tickets", "work")
    }
    assert folders.pop(".tickets") == "/srv/.git/plaintickets"
    assert len(set(folders.values())) == len(folders)
    assert all(folder.startswith("/srv/.git/plaintickets/stores/") for folder in folders.values())
    assert Place("/srv/.tickets", "", "", "").cache == ""


def test_a_clone_that_is_moved_keeps_its_caches() -> None:
    here = Place("/here/part/.tickets", "/here", "/here/.git", "/here/.git")
    there = Place("/there/part/.tickets", "/there", "/there/.git", "/there/.git")
    assert here.cache.removeprefix("/here/") == there.cache.removeprefix("/there/")


def test_the_index_and_the_doctor_speak_of_the_stores_own_place(two: Repository) -> None:
    part = two.folder / "part"
    ask(two, part)
    (folder,) = (two.folder / ".git" / "plaintickets" / "stores").iterdir()
    assert f"folder   {folder}/search" in two.tk("index", cwd=part).lines
    sizes = sum(path.lstat().st_size for path in (two.folder / ".git" / "plaintickets").rglob("*") if path.is_file())
    assert f"; {sizes} bytes of derived state" in two.tk("doctor", cwd=part).stdout


def test_what_another_store_left_in_the_shared_place_changes_no_answer(two: Repository) -> None:
    top, part = two.folder, two.folder / "part"
    derived = top / ".git" / "plaintickets"
    fresh = ask(two, top)
    ask(two, part)
    (folder,) = (derived / "stores").iterdir()
    for name in CACHES:
        (derived / name).unlink()
    shutil.rmtree(derived / "search")
    shutil.copytree(folder, derived, dirs_exist_ok=True)
    assert ask(two, top) == fresh


def test_the_folders_of_caches_are_the_users_alone_whatever_the_umask(two: Repository) -> None:
    part = two.folder / "part"
    shutil.rmtree(two.folder / ".git" / "plaintickets", ignore_errors=True)
    script = 'umask 002 && "$TK" ls 7 && "$TK" log -n 1 && "$TK" search valve --limit 1'
    environment = two.tk.plugin("tk-loose", script)
    done = two.tk("loose", cwd=part, env={**environment, "TK": two.tk.command})
    assert done.code == 0, done.stderr
    derived = two.folder / ".git" / "plaintickets"
    folders = [derived, *(path for path in derived.rglob("*") if path.is_dir())]
    assert {oct(path.stat().st_mode & 0o777) for path in folders} == {"0o700"}
    assert derived.joinpath("stores").is_dir()
