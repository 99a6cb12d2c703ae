"""`tk export` as a user runs it: what it writes where, what it leaves out, and what it refuses."""

from __future__ import annotations

import json
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from plaintickets.exporters import EXPORTERS

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

PLANTED = "zq"
PUBLIC = """\
After zq hidden plan, see pt-zq9 and zqmail1@zqhost.example.

## Notes

**2026-01-03T04:05:06Z** · Ada <zqmail2@zqhost.example>

Said in public, not of pt-zq9.

**2026-01-04T04:05:06Z** · Ada · internal

zqcomment
"""


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """A public ticket that names an internal one, which is in the history under another title too."""
    repository.tk.write("pt-zq9", "Zq hidden plan", more="visibility: internal\ntags: [zqtag]\n", body="zqtext\n")
    repository.tk.write("pt-1", "Public", deps="pt-zq9", links="pt-2", more="fired: [zqrule@2026-03-01]\n", body=PUBLIC)
    repository.tk.write("pt-2", "Second", more="due: 2026-03-05\n")
    repository.commit_all("zqmessage")
    repository.tk.write("pt-zq9", "Zq second plan", more="visibility: internal\n")
    repository.tk.write("pt-2", "Second, not zq second plan", more="due: 2026-03-05\n")
    repository.commit_all()
    return repository


@pytest.mark.parametrize("name", EXPORTERS)
def test_no_format_for_the_public_holds_a_word_of_anything_internal(
    store: Repository, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "out"
    done = store.tk("export", name, "--public", "-o", str(file))
    assert done.code == 0, done.stderr
    found = file.read_bytes()
    assert PLANTED.encode() not in found.lower().replace(b"\r\n ", b"")
    assert b"Second" in found


@pytest.mark.parametrize("name", EXPORTERS)
def test_an_empty_store_and_a_folder_without_a_repository_can_be_exported(
    store: Repository, tmp_path: Path, name: str
) -> None:
    assert store.tk("export", name, "id:nosuch", "-o", str(tmp_path / "a")).code == 0
    outside = tmp_path / "outside"
    (outside / ".tickets").mkdir(parents=True)
    (outside / ".tickets" / "pt-1.md").write_bytes((store.tk.store / "pt-1.md").read_bytes())
    done = store.tk("export", name, "-o", str(tmp_path / "b"), cwd=outside)
    assert done.code == 0, done.stderr


@pytest.mark.parametrize("name", EXPORTERS)
def test_a_broken_ticket_is_named_and_the_others_are_written(store: Repository, tmp_path: Path, name: str) -> None:
    (store.tk.store / "pt-5.md").write_bytes(b"---\nid: pt-5\nstatus: open\n# no end\n")
    file = tmp_path / "out"
    done = store.tk("export", name, "-o", str(file))
    assert (done.code, "pt-5.md" in done.stderr) == (4, True)
    assert b"Second" in file.read_bytes()


def test_a_query_and_an_earlier_commit_choose_the_tickets(store: Repository) -> None:
    assert [json.loads(line)["id"] for line in store.tk("export", "jsonl", "id:pt-2").lines] == ["pt-2"]
    past = store.tk("export", "jsonl", "id:pt-2", "--at", "HEAD~1").lines
    assert [json.loads(line)["title"] for line in past] == ["Second"]
    assert store.tk("export", "jsonl", "is:nothing").code == 2
    assert len(store.tk("export", "jsonl", "-id:pt-2").lines) == 2


def test_a_file_is_replaced_whole_and_never_in_the_store(store: Repository, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text("old", "utf-8")
    os.chmod(file, 0o600)
    before = sorted(os.listdir(tmp_path)), sorted(os.listdir(store.folder))
    done = store.tk("export", "jsonl", "-o", str(file))
    assert (done.code, done.stdout, "wrote" in done.stderr) == (0, "", True)
    assert file.read_text("utf-8") == store.tk("export", "jsonl").stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert (sorted(os.listdir(tmp_path)), sorted(os.listdir(store.folder))) == before
    for path, code in ((".tickets/x.md", 3), ("nosuch/x", 4)):
        assert store.tk("export", "jsonl", "-o", path).code == code
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".tmp")]


def test_the_same_store_gives_the_same_bytes(store: Repository) -> None:
    for name in EXPORTERS:
        first, second = (store.folder.parent / end for end in ("a", "b"))
        for file in (first, second):
            assert store.tk("export", name, "-o", str(file)).code == 0
        assert first.read_bytes() == second.read_bytes(), name


def test_systems_are_listed_and_unknown_ones_get_the_nearest(store: Repository) -> None:
    assert [line.split()[0] for line in store.tk("export").lines] == [*EXPORTERS]
    assert [one["name"] for one in json.loads(store.tk("export", "--json").stdout)["systems"]] == [*EXPORTERS]
    done = store.tk("export", "jsnl")
    assert (done.code, done.stderr) == (2, "Error: cannot export to 'jsnl'\nHint: Did you mean 'jsonl'?\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("csv", "--calls"), "--calls goes with github and gitlab"),
        (("github", "--public", "--internal"), "exclude each other"),
        (("csv", "--json"), "--json lists the systems"),
    ],
)
def test_options_that_do_not_fit_are_refused(store: Repository, words: tuple[str, ...], said: str) -> None:
    done = store.tk("export", *words)
    assert (done.code, said in done.stderr) == (2, True), done.stderr


def test_a_shallow_clone_says_that_changes_are_missing(store: Repository, tmp_path: Path) -> None:
    store.git("clone", "--quiet", "--depth=1", f"file://{store.folder}", str(tmp_path / "shallow"))
    done = store.tk("export", "sqlite", "-o", str(tmp_path / "x.db"), cwd=tmp_path / "shallow")
    assert (done.code, "this clone is shallow" in done.stderr) == (0, True)
    rows = sqlite3.connect(tmp_path / "x.db").execute("SELECT count(*) FROM tickets").fetchone()
    assert rows == (3,)


def test_a_full_disk_leaves_the_old_file(store: Repository, tmp_path: Path) -> None:
    for number in range(5):
        store.tk.write(f"pt-x{number}", "Long", body="word " * 400)
    file = tmp_path / "out.db"
    file.write_text("old", "utf-8")
    for name in ("sqlite", "jsonl"):
        script = f'ulimit -f 1; exec "{store.tk.command}" export {name} -o "{file}"\n'
        done = store.tk("small", env=store.tk.plugin("tk-small", script))
        assert (done.code, "cannot write" in done.stderr, file.read_text("utf-8")) == (4, True, "old"), done
    assert not [one for one in os.listdir(tmp_path) if one.endswith(".tmp")]


def test_a_reader_that_stops_is_no_bug(store: Repository) -> None:
    for number in range(300):
        store.tk.write(f"pt-x{number}", "Long", body="word " * 400)
    done = store.tk.plugin("tk-stop", f'"{store.tk.command}" export jsonl | head -1 | wc -l\n')
    shown = store.tk("stop", env=done)
    assert (shown.stdout.strip(), shown.stderr) == ("1", "")
