"""What the README and the guide show is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from transcript import command_under_test, is_as_shown, read_steps, rewritten, run_steps

from example_histories import ROOT, checkout_with_copies
from prefork.start import quick

PAGES = [
    ROOT / "README.md",
    ROOT / "docs" / "comparison.md",
    *sorted((ROOT / "docs" / "guide").glob("*.md")),
    *sorted(Path(__file__).with_name("transcripts").glob("*.md")),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder with a home above it."""
    made = tmp_path / "home" / "work"
    made.mkdir(parents=True)
    return made


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that pages call the checkout."""
    return checkout_with_copies(command_under_test(), tmp_path_factory)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_console_blocks_show_what_happens(page: Path, folder: Path, request: pytest.FixtureRequest) -> None:
    text = page.read_text(encoding="utf-8")
    steps = read_steps(text)
    checkout = request.getfixturevalue("checkout") if "$CHECKOUT" in text else ROOT
    outputs = run_steps(steps, folder, quick(command_under_test()), checkout)
    assert len(outputs) == len(steps)
    wrong = [
        f"{page.name}:{step.start}: $ {step.command}\n" + "\n".join(output)
        for step, output in zip(steps, outputs, strict=True)
        if not is_as_shown(step.shown, output)
    ]
    assert not wrong, "this came out instead (python tests/cli/transcript.py FILE writes it):\n" + "\n".join(wrong)


def test_the_comparison_counts_the_keys_that_it_shows() -> None:
    page = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| [a-z ]+ \| `tk ", line)]
    assert len(rows) == 12
    shown = [match for row in rows for match in re.findall(r"`([^`]+)` \((\d+)\)", row)]
    assert len(shown) > 30
    assert [(keys, count) for keys, count in shown if len(keys) + 1 != int(count)] == []
    commands = [step.command for step in read_steps(page)]
    unseen = [keys for row in rows if not any(command.startswith(keys := row.split("`")[1]) for command in commands)]
    assert unseen == [], "a transcript below the table shows each"


def test_a_wrong_transcript_is_noticed_and_mended(folder: Path) -> None:
    page = "Text.\n\n```console\n$ x=1\n$ echo $x\n2\n$ cat <<E\n> a\n> E\na\n$ seq 9\n1\n…\n9\n```\n"
    steps = read_steps(page)
    verdicts = [is_as_shown(step.shown, output) for step, output in zip(steps, run_steps(steps, folder), strict=True)]
    assert verdicts == [True, False, True, True]
    assert rewritten(page, folder) == page.replace("\n2\n", "\n1\n")


def test_commit_names_and_scores_may_differ_and_other_text_may_not() -> None:
    assert is_as_shown(["[main 1234567] Parser"], ["[main abcdef0] Parser"])
    assert is_as_shown(["0.25 pt-7f3k"], ["0.31 pt-7f3k"])
    assert not is_as_shown(["[main 1234567] Parser"], ["[main abcdef01] Parser"])
    assert not is_as_shown(["Parser"], ["Parser", "more"])
    assert not is_as_shown(["Parser", "…", "end"], ["Parser", "middle"])
