"""The outline of a text is that of CommonMark, as another program reads it."""

from __future__ import annotations

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from law_examples import examples
from plaintickets.core import comments
from plaintickets.core.markdown import blanked, headings

LINES = st.sampled_from(
    ["text", "# One", "## Two", "## Two ##", "#none", "", "", "```", "````", "`````", "```sh", "``` a`b", "~~~",
     "~~~~", "~~~ x`y", "   ```", "    ```", "  ~~~", "- item", "- [ ] box", "1. first", "2. second", "  - nested",
     "    - deep", "  ## in a list", "    ## indented", "\tindented", "      deeper", "<!--", "<!-- one line -->",
     "-->", "text -->", "- ```", "- <!--", "- x -->", "  ```", "* * *", "---", "===", "- # in", "    text", "``",
     "\t```", "-     code", "10) ten", "    ```", "     ```"]
)  # fmt: skip

LANDMARKS = st.sampled_from(["## Notes", "**2026-01-01T00:00:00Z**", "**2026-01-01T00:00:00Z** · Ada"])


def by_markdown_it(text: str) -> tuple[list[tuple[int, str]], set[int]]:
    """The headings at a line's first character, and the lines of code and HTML comments that are not blank."""
    lines, found, examples = text.split("\n"), [], set[int]()
    tokens = MarkdownIt().parse(text)
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.map and token.markup[0] == "#" and lines[token.map[0]][:1] == "#":
            found.append((token.map[0], tokens[place + 1].content))
        if token.type in ("fence", "code_block", "html_block") and token.map:
            examples |= {number for number in range(*token.map) if lines[number].strip()}
    return found, examples


@settings(max_examples=examples(500), deadline=None)
@given(st.lists(LINES, max_size=12))
@example(["````", "```", "## Two", "```", "````", "## Two"])
@example(["- item", "", "    ```", "    ## indented", "    ```", "## Two"])
@example(["<!--", "## Two", "-->", "# One"])
def test_headings_and_examples_are_those_of_commonmark(rows: list[str]) -> None:
    text = "\n".join(rows)
    expected, examples = by_markdown_it(text)
    assert [(heading.line, heading.text) for heading in headings(text)] == expected
    shown = blanked(text).split("\n")
    assert {number for number, row in enumerate(rows) if row.strip() and not shown[number].strip()} == examples


@given(st.lists(LINES, max_size=12), st.booleans())
def test_what_is_no_example_stands_where_it_stood(rows: list[str], carriage: bool) -> None:
    text = ("\r\n" if carriage else "\n").join(rows)
    shown = blanked(text)
    assert len(shown) == len(text)
    for before, after in zip(text.split("\n"), shown.split("\n"), strict=True):
        assert after == before or not after.strip()


@settings(max_examples=examples(300), deadline=None)
@given(*[st.lists(LINES | LANDMARKS, max_size=8).map("\n".join).filter(comments.is_whole)] * 3)
@example("", "```\ncode", "more\n```")
@example("```", "```", "")
@example("- item\n  ```\n  code\n  ```", "```\ncode\n```", "<!--\nhidden\n-->")
def test_whole_texts_make_a_body_whose_comments_are_those_that_it_was_made_of(text: str, first: str, last: str) -> None:
    assume(all(map(comments.is_whole, (text, first, last))))
    heads = ("**2026-01-01T00:00:00Z** · Ada", "**2026-01-02T00:00:00Z** · Bo · internal")
    notes = [f"\n{head}\n\n{said}\n" for head, said in zip(heads, (first, last), strict=True)]
    body = f"# Title\n\n{text}\n\n## Notes\n{''.join(notes)}"
    start, found = comments.marks(body)
    assert start == body.index("\n## Notes\n") + 1
    assert [mark.group() for mark in found] == list(heads)
