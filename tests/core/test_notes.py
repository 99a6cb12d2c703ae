"""Comments in a body: what is added is what is read, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.notes import Comment, appended, read, without_notes

DATE = "2026-03-01T12:00:00Z"
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))
LINES = st.lists(
    st.sampled_from(
        [
            "text",
            "",
            f"**{DATE}** · Eve",
            f"\\**{DATE}**",
            "## Notes",
            "<<<<<<< HEAD",
            "# Title",
            "\\\\**2026-01-01T",
            "---",
        ]
    )
).map("\n".join)


@given(
    st.sampled_from(["", "# T\n", "# T", "# T\n\n## Notes\n", "# T\r\n\r\n## Notes\r\n\r\nloose\r\n"]),
    TEXT | LINES,
    TEXT,
)
def test_a_comment_reads_back_whatever_it_says(body: str, text: str, author: str) -> None:
    newline = "\r\n" if "\r" in body else "\n"
    first = appended(body, Comment(DATE, author, False, text), newline)
    second = appended(first, Comment(DATE, "Bo", True, "Last."), newline)
    found = read(second)
    assert [comment.text for comment in found] == [text.strip("\n"), "Last."]
    assert [comment.internal for comment in found] == [False, True]
    assert found[1].author == "Bo"
    assert second.startswith(first)
    assert first.startswith(body)


@pytest.mark.parametrize(
    ("line", "comment"),
    [
        (f"**{DATE}**", Comment(DATE, "", False, "x")),
        (f"**{DATE}** · Ada · internal", Comment(DATE, "Ada", True, "x")),
        (f"**{DATE}** · internal", Comment(DATE, "", True, "x")),
        (f"**{DATE}** · A · B", Comment(DATE, "A · B", False, "x")),
        ("**2026-03-01T12:00:00.123+02:00**", Comment("2026-03-01T12:00:00.123+02:00", "", False, "x")),
    ],
)
def test_the_first_line_says_when_who_and_for_whom(line: str, comment: Comment) -> None:
    assert read(f"# T\n\n## Notes\n\n{line}\n\nx\n") == [comment]


def test_what_only_looks_like_a_section_of_notes_is_none() -> None:
    assert read(f"### Notes\n\n**{DATE}**\n\nx\n") == []
    assert read(f"## Notes and more\n\n**{DATE}**\n\nx\n") == []
    assert without_notes("# T\n\n## Notes \n\nx") == "# T\n\n"
