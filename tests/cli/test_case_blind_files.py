"""Where the file system ignores letter case, as on macOS and Windows, a name is still the name that was given."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from builders import NOW, Repository
from clones import Clones, make_clones
from plaintickets.system.files import is_there, spelling
from store_files import Tk

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM = Path(__file__).parents[1] / "case_blind.py"


@pytest.fixture(scope="module")
def blind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in a file system that ignores letter case; skipped where the machine cannot mount one."""
    base = tmp_path_factory.mktemp("blind")
    folder, mounted = base / "folder", base / "mounted"
    folder.mkdir()
    mounted.mkdir()
    with subprocess.Popen(
        [sys.executable, str(_PROGRAM), str(folder), str(mounted)], stderr=subprocess.PIPE, text=True
    ) as server:
        while not os.path.ismount(mounted):
            if server.poll() is not None:
                assert server.stderr
                pytest.skip(f"no file system in user space here (FUSE): {server.stderr.read().strip()[-200:]}")
            time.sleep(0.02)
        yield mounted
        server.terminate()  # which makes it unmount the folder


@pytest.fixture
def clones(repository: Repository) -> Clones:
    return make_clones(repository)


@pytest.fixture
def mac(blind: Path, clones: Clones) -> Repository:
    """A third clone, in that file system."""
    place = blind / f"mac-{len(list(blind.iterdir()))}"
    clones.ada.git("clone", "--quiet", str(clones.remote.folder), str(place))
    return Repository(Tk(clones.ada.tk.command, place, {**clones.ada.tk.environment, "TK_NOW": NOW}))


def test_a_name_is_told_as_the_disk_spells_it(blind: Path) -> None:
    (blind / "Straße").mkdir()
    (blind / "Straße" / "Grün.md").touch()
    assert (blind / "STRAßE" / "GRÜN.MD").exists()
    assert spelling(str(blind), "straße/GRÜN.md") == "Straße/Grün.md"
    assert spelling(str(blind), "Straße/Gru\u0308n.md") == "Straße/Grün.md"
    assert spelling(str(blind), "Straße/Gelb.md") == ""
    assert [is_there(str(blind), path) for path in ("Straße/Grün.md", "Straße/grün.md")] == [True, False]


def test_an_id_in_another_case_is_refused_and_not_written(mac: Repository) -> None:
    for words in (
        ("close", "PT-1"),
        ("show", "Pt-1"),
        ("log", "PT-1"),
        ("blockers", "--for", "PT-1"),
        ("check", "PT-1"),
    ):
        refused = mac.tk(*words)
        assert (refused.code, refused.stdout) == (3, ""), words
        assert "did you mean pt-1" in refused.stderr
    assert mac.git("status", "--short") == ""


def test_a_gate_does_not_pass_for_a_path_in_another_case(mac: Repository) -> None:
    mac.tk("set", "pt-1", "affects=work.txt", "priority=0", "type=bug")
    refused = mac.tk("blockers", "--affects", "WORK.txt")
    assert refused.code == 3
    assert "there is no such path" in refused.stderr
    assert mac.tk("blockers", "--affects", "work.txt").code == 1


def test_a_ticket_gets_its_id_in_another_case_by_way_of_a_third(mac: Repository) -> None:
    refused = mac.tk("mv", "pt-1", "PT-1")
    assert refused.code == 3
    assert "third id in between" in refused.stderr
    assert [mac.tk("mv", "pt-1", "x-1").code, mac.tk("mv", "x-1", "PT-1").code] == [0, 0]
    assert mac.git("ls-files", ".tickets/*.md").split() == [".tickets/PT-1.md", ".tickets/pt-2.md"]
    assert mac.git("status", "--short") == ""


def test_an_id_that_changed_its_case_elsewhere_arrives(mac: Repository, clones: Clones) -> None:
    assert clones.ada.tk("mv", "pt-1", "PT-1").code == 0
    assert clones.ada.tk("sync").code == 0
    assert mac.tk("set", "pt-1", "priority=0").code == 0
    assert mac.tk("sync").code == 0
    assert {"PT-1.md", "pt-1.md"} & set(os.listdir(mac.tk.store)) == {"PT-1.md"}
    assert "priority: 0" in mac.tk.text("PT-1")
    assert mac.git("status", "--short") == ""


@pytest.mark.parametrize("both", [False, True])
def test_two_tickets_that_are_one_file_here_do_not_arrive(mac: Repository, clones: Clones, *, both: bool) -> None:
    names = ("NEW-1", "new-1") if both else ("PT-1",)
    for name in names:
        clones.ada.tk.write(name, title=f"Another {name}")
    clones.ada.commit_all()
    clones.ada.git("push", "--quiet")
    before = mac.git("rev-parse", "HEAD")
    refused = mac.tk("sync")
    assert refused.code == 5
    assert "are one file for this file system" in refused.stderr
    assert (mac.git("rev-parse", "HEAD"), mac.git("status", "--short")) == (before, "")
    assert "Ticket 1" in mac.tk.text("pt-1")
