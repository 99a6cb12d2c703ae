"""Many at once, kills at random moments, and calls to the system that fail: short forms of the soak."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from soak.failing import build, fail_each, fill, limited, series
from soak.ground import Ground, command
from soak.kills import kill_many
from soak.sharing import share
from soak.together import together

if TYPE_CHECKING:
    from pathlib import Path


def faults_of(counted: dict[str, list[str] | int]) -> dict[str, list[str]]:
    return {name: found for name, found in counted.items() if isinstance(found, list) and found}


@pytest.mark.parametrize("user", [True, False])
def test_processes_at_once_lose_nothing_with_and_without_a_user_who_commits(tmp_path: Path, *, user: bool) -> None:
    counted = together(tmp_path / "ground", 1, 12, 1, user=user, pause=0.05)
    assert faults_of(counted) == {}
    assert int(str(counted.get("user commits", 0))) >= 3 * user


def test_clones_that_meet_in_one_remote_lose_nothing(tmp_path: Path) -> None:
    assert faults_of(share(tmp_path / "ground", 1, 3, 12, "rebase")) == {}


def test_after_a_kill_the_next_command_finds_all_in_order(tmp_path: Path) -> None:
    assert faults_of(kill_many(tmp_path / "ground", 1, 6)) == {}


def test_a_call_to_the_system_that_fails_breaks_no_promise(tmp_path: Path) -> None:
    shim = build(tmp_path)
    if shim is None:
        pytest.skip("no C compiler: calls to the system cannot be made to fail")
    moved = series(changes=("mv",), calls=("open", "write", "rename", "link", "close"), programs=("python",))
    written = series(changes=("set",), calls=("write", "rename"), programs=("python",))
    chosen = [one for one in moved if one.error in (errno.ENOSPC, errno.EIO)]
    chosen += [one._replace(path="/.tickets/") for one in written if one.error == errno.EIO]
    failed, found, _ = fail_each(shim, chosen, workers=1, every=5)
    assert found == []
    assert failed > 10


def test_git_that_cannot_write_its_index_leaves_it_in_step_with_head(tmp_path: Path) -> None:
    shim = build(tmp_path)
    if shim is None:
        pytest.skip("no C compiler: calls to the system cannot be made to fail")
    failed, found, _ = fail_each(shim, series(changes=("set",), calls=("rename",), programs=("git",)), workers=1)
    assert found == []
    assert failed > 3


def test_a_full_disk_breaks_no_promise_and_a_retry_succeeds(tmp_path: Path) -> None:
    filled = fill(tmp_path / "disks", (0, 8))
    if filled is None:
        pytest.skip("no small file system can be mounted here")
    assert filled[1] == []


def test_a_limit_on_file_sizes_breaks_no_promise(tmp_path: Path) -> None:
    assert limited(tmp_path / "ground", (0, 200))[1] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_a_hook_takes_the_change_back_and_says_so(tmp_path: Path, number: signal.Signals) -> None:
    ground = Ground.make(tmp_path / "ground")
    started = tmp_path / "started"
    ground.hook("pre-commit", f"touch {started}; exec sleep 30")
    before = ground.ticket("aa-1").read_bytes()
    with subprocess.Popen(
        [*command(), "set", "aa-1", "priority=0"],
        cwd=ground.repo,
        env=ground.environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A test run in the background ignores SIGINT, and hands that on.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL) and None,  # noqa: PLW1509 - one thread only
    ) as process:
        while not started.exists():
            time.sleep(0.01)
        os.kill(process.pid, number)
        _, said = process.communicate(timeout=300)
    assert (process.returncode, ground.ticket("aa-1").read_bytes()) == (130, before)
    assert "nothing was changed" in said
    assert ground.git("status", "--porcelain") == ""


def test_a_report_that_cannot_be_written_does_not_deny_the_change(tmp_path: Path) -> None:
    ground = Ground.make(tmp_path / "ground")
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [*command(), "set", "aa-1", "priority=0"],
            cwd=ground.repo,
            env=ground.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, "the change is made" in done.stderr) == (0, True)
    assert "priority: 0" in ground.git("show", "HEAD:.tickets/aa-1.md")


def kill_once(ground: Ground, started: Path) -> None:
    """Kills a change, and git with it, as soon as a hook has made the file `started`."""
    with subprocess.Popen(
        [*command(), "set", "aa-1", "priority=0"], cwd=ground.repo, env=ground.environment, start_new_session=True
    ) as process:
        while not started.exists():
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)


def test_a_lock_of_ours_is_known_even_if_the_clock_was_put_back(tmp_path: Path) -> None:
    ground = Ground.make(tmp_path / "ground")
    started = tmp_path / "started"
    ground.hook("pre-commit", f"touch {started}; exec sleep 30")
    kill_once(ground, started)
    (ground.repo / ".git" / "hooks" / "pre-commit").unlink()
    locks = list((ground.repo / ".git").glob("*.lock"))
    assert len(locks) == 2
    for lock in locks:
        os.utime(lock, (0, 0))
    done = ground.tk("set", "aa-2", "priority=0")
    assert (done.code, ground.locks()) == (0, []), done.err
    assert "priority: 0" in ground.git("show", "HEAD~1:.tickets/aa-1.md")


def test_a_lock_of_the_maintenance_after_a_commit_that_was_killed_is_taken_away(tmp_path: Path) -> None:
    ground = Ground.make(tmp_path / "ground")
    lock, started = ground.repo / ".git" / "objects" / "maintenance.lock", tmp_path / "started"
    ground.hook("post-commit", f"touch {lock} {started}; exec sleep 30")
    kill_once(ground, started)
    (ground.repo / ".git" / "hooks" / "post-commit").unlink()
    assert "objects/maintenance.lock" in ground.tk("doctor").out
    assert ground.tk("set", "aa-2", "priority=0").code == 0
    assert ground.locks() == []
