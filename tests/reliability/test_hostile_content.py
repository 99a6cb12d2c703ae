"""A share of the hostile corpus, and a watch that must notice what it is there for; the soak runs all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soak import corpus, fuzz
from soak.ground import Ground
from soak.hostile import try_files, try_inputs, try_names, try_settings, try_surroundings
from soak.watching import BYTES, Ended, Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from soak.hostile import Tried


@pytest.mark.parametrize(
    ("trial", "every"),
    [(try_files, 1800), (try_names, 220), (try_inputs, 320), (try_settings, 120), (try_surroundings, 200)],
)
def test_a_share_of_the_hostile_corpus_does_no_harm(tmp_path: Path, trial: Callable[..., Tried], every: int) -> None:
    tried, found = trial(tmp_path / "ground", every=every)
    assert found == []
    assert tried > 0


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_what_reads_other_people_s_text_stands_a_short_fuzzing(target: str) -> None:
    tried, found = fuzz.fuzz(target, 1, seconds=600, most=50)
    assert found == []
    assert tried >= 50


def test_the_fuzzing_finds_what_is_there_and_draws_the_same_for_the_same_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[list[bytes]] = []

    def fails_on_a_conflict(content: bytes) -> None:
        drawn[-1].append(content)
        assert b"<<<<<<<" not in content

    monkeypatch.setitem(fuzz.TARGETS, "broken", fails_on_a_conflict)
    for _ in range(2):
        drawn.append([])
        assert len(fuzz.fuzz("broken", 1, seconds=600)[1]) == 1
    assert drawn[0] == drawn[1]


def test_the_corpus_has_every_idea_once() -> None:
    names = [name for name, _ in corpus.files()]
    assert len(names) == len(set(names))
    assert len(names) >= 400


def test_a_run_is_not_charged_the_size_of_the_process_that_watches_it(tmp_path: Path) -> None:
    watch = Watch(Ground.make(tmp_path / "ground"))
    ballast = b"\1" * (BYTES + 1)
    for ended in (watch.run("--version"), watch.on_terminal("--version")):
        assert ended.code == 0
        assert 1 << 20 < ended.size < len(ballast)


def test_the_watch_notices_what_it_is_there_for(tmp_path: Path) -> None:
    watch = Watch(Ground.make(tmp_path / "ground"))
    calm = Ended(0, b"fine\r\n", b"", 0.1, 1 << 20)
    assert watch.faults(calm, "calm", terminal=True) == []
    assert watch.faults(calm._replace(code=70), "bug") != []
    assert watch.faults(calm._replace(err=b"Traceback (most recent call last):"), "traceback") != []
    assert watch.faults(calm._replace(seconds=3.0), "slow") != []
    assert watch.faults(calm._replace(size=1 << 30), "large") != []
    assert watch.faults(calm._replace(out=b"\x1b]52;c;x\x07"), "raw", terminal=True) != []
    (watch.ground.repo / "stray").touch()
    assert watch.faults(calm, "stray") == ["stray: touched repo/stray"]
    (watch.ground.base / "caged.log").write_text("touch pwned\n")
    assert watch.faults(calm, "ran") == ["ran: ran touch pwned"]
