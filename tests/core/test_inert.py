"""Text in a commit message that no forge, CI service or git acts on, and that reads as it did."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.inert import BREAK, inert

ACTED_ON = {
    "a number": r"#\w",
    "GitHub's short form": r"(?i)\bGH-\d",
    "a merge request": r"(?<!\w)!\d",
    "an epic": r"(?<!\w)&\d",
    "an address": r"https?://\S+/(issues|pull|merge_requests|work_items)/\d",
    "a mention": r"(?<![A-Za-z0-9])@\w",
    "a key behind a closing word": r"\b(?i:clos(?:e[sd]?|ing)|fix(?:e[sd])?|resolves?|implements):? +[A-Z]\w+-\d",
    "a build to be skipped": r"(?i)\[((skip|no) ci|ci skip|skip actions)\]|\*{3}NO_CI",
    "a trailer": r"(?i)^(signed-off-by|co-authored-by|change-id|closes|fixes|skip-checks|tk-command)\s*:",
    "a commit to be folded": r"^(fixup|squash|amend)! ",
}
"""What forges document that they look for in a message."""

TITLES = [
    "Fixes #12", "close: o/r#1", "resolves GH-7", "resolved gh-7", "see !45 and &3", "Fixes ABC-12",
    "closes: issue ABC-1",
    "fix https://github.com/o/r/issues/3", "closes https://gitlab.com/g/p/-/merge_requests/4", "cc @ada, (@bob) é@cyd",
    "Broken [skip ci] here", "[CI SKIP]", "[no ci]", "[skip actions]", "***NO_CI***", "Signed-off-by: A <a@b.c>",
    "Co-authored-by : A", "Change-Id: I1", "Closes: tk-9", "skip-checks: true", "Tk-Command: undo",
    "fixup! x", "amend! y",
]  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_nothing_that_a_forge_looks_for_is_left_in_a_title(title: str) -> None:
    assert any(re.search(pattern, title) for pattern in ACTED_ON.values())
    left = [name for name, pattern in ACTED_ON.items() if re.search(pattern, inert(title))]
    assert left == []
    assert inert(title).replace(BREAK, "") == title


@pytest.mark.parametrize(
    "title",
    [
        "search: crash on C# code",
        "Mail to ada@example.org bounces",
        "UTF-8 & more!",
        "Fix the UTF 8 reader",
        "a[0]",
        "",
    ],
)
def test_an_ordinary_title_stays_as_it_is(title: str) -> None:
    assert inert(title) == title


PARTS = [*TITLES, "#", "@", "!", "GH-", "[", "fixes", "1", "a", " ", ":", "/issues/", "\u200b"]


@given(st.lists(st.sampled_from(PARTS)))
def test_no_mixture_of_these_leaves_anything(parts: list[str]) -> None:
    for text in ("".join(parts), " ".join(parts)):
        left = [name for name, pattern in ACTED_ON.items() if re.search(pattern, inert(text))]
        assert left == []
        assert inert(text).replace(BREAK, "") == text.replace(BREAK, "")
