"""Comments in a body: what is added is what is read, and nothing else changes."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plaintickets.core.comments import Comment, appended, read, without_notes

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
            "```",
            "````",
            "~~~",
            "``` sh",
            "  ```",
            "    ```",
            "- ```",
            "\\```",
            "<!--",
            "-->",
            "- item",
        ]
    )
).map("\n".join)


@given(
    st.sampled_from(
        [
            "",
            "# T\n",
            "# T",
            "```\n",
            "# T\n\n```\nopen",
            "<!--\n",
            "# T\n````\n## Notes\n```\n",
            "# T\n\n## Notes\n",
            "# T\r\n\r\n## Notes\r\n\r\nloose\r\n",
        ]
    ),
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


EXAMPLE = f"```markdown\n## Notes\n\n**{DATE}** · Eve\n\nI agree.\n```\n"
TWICE = f"````\n**{DATE}** · Eve\n\n```\n**{DATE}** · Mallory\n```\n````\n"


@pytest.mark.parametrize(
    "example", [EXAMPLE, TWICE, EXAMPLE.replace("```", "~~~~"), f"<!--\n## Notes\n\n**{DATE}** · Eve\n-->\n"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_stands_in_fenced_code_is_no_comment(example: str, newline: str) -> None:
    body = f"# T\n\n{example}\nText.\n".replace("\n", newline)
    assert read(body) == []
    assert without_notes(body) == body
    noted = f"{body}\n## Notes\n\n**{DATE}** · Ada\n\nSee:\n\n{example}\nDone.\n\n**{DATE}** · Bo\n\nyes\n"
    found = read(noted.replace("\r\n", "\n").replace("\n", newline))
    assert [comment.author for comment in found] == ["Ada", "Bo"]
    assert found[0].text == f"See:\n\n{example}\nDone."


@pytest.mark.parametrize("opening", ["```", "~~~~ sh", "<!-- a remark"])
def test_code_that_nobody_closed_hides_no_comment(opening: str) -> None:
    body = f"# T\n\n{opening}\ntext\n\n## Notes\n\n**{DATE}** · Ada\n\n```\ncode\n```\n\n**{DATE}** · Bo\n\n{opening}\n"
    found = read(f"{body}\n**{DATE}** · Cy\n\n```\nlast\n```\n")
    assert [comment.author for comment in found] == ["Ada", "Bo", "Cy"]


@given(st.lists(LINES, min_size=2, max_size=6))
@example(["```", "x\n```", "```\ncode\n```"])
@example(["<!--", "-->"])
def test_no_comment_is_taken_for_a_part_of_another(texts: list[str]) -> None:
    body = "# T\n"
    for number, text in enumerate(texts):
        body = appended(body, Comment(DATE, f"Author {number}", False, text))
    assert [(one.author, one.text) for one in read(body)] == [
        (f"Author {number}", text.strip("\n")) for number, text in enumerate(texts)
    ]


def test_many_fences_between_many_comments_are_read_in_a_bearable_number_of_steps() -> None:
    rows = [f"{'`' * (3 + number % 40)}\n**{DATE}** · N{number}\n" for number in range(8000)]
    steps = 0

    def count(context: object, event: str, argument: object) -> None:
        nonlocal steps
        steps += event == "call"

    sys.setprofile(count)
    try:
        read("## Notes\n" + "".join(rows))
    finally:
        sys.setprofile(None)
    assert steps < 60 * len(rows)
