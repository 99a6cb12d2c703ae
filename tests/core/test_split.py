"""A file is cut into front matter and body in one place, and python-frontmatter cuts it there too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from architecture.sources import ROOT
from plaintickets.core.document import parse, scan
from plaintickets.core.split import Split, split
from plaintickets.core.wholefile import StrictFrontMatter, load, read
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from plaintickets.core.frontmatter import Value

pieces = st.sampled_from(
    [
        "---",
        "----",
        "--- ",
        "\ufeff",
        "\n",
        "\r\n",
        "\r",
        "\r\r\n",
        "a: 1",
        "b: 'x'",
        "# T",
        " ",
        "\t",
        "\x1f",
        "\u2028",
    ]
)
texts = st.lists(pieces, max_size=9).map("".join)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("---\n---\n", Split("---\n", "", "---\n", "")),
        ("---\n\n---\n", Split("---\n", "\n", "---\n", "")),
        ("---\na: 1\n---", Split("---\n", "a: 1\n", "---", "")),
        ("\ufeff---\r\na: 1\r\n---\r\nB\n---\n", Split("\ufeff---\r\n", "a: 1\r\n", "---\r\n", "B\n---\n")),
        ("---\na: 1\n----\n--- \n---\nB", Split("---\n", "a: 1\n----\n--- \n", "---\n", "B")),
        ("\n---\na: 1\n---\n", None),
        ("---\na: 1\n", None),
        ("----\na: 1\n---\n", None),
        ("", None),
    ],
)
def test_the_front_matter_ends_at_the_next_line_of_three_hyphens(text: str, parts: Split | None) -> None:
    assert split(text) == parts


@given(texts)
@example("---\n---\n")
def test_the_parts_of_a_file_together_are_the_file(text: str) -> None:
    parts = split(text)
    assert parts is None or "".join(parts) == text


def seen(text: str) -> str:
    """The front matter that python-frontmatter hands to the handler."""

    class Noting(StrictFrontMatter):
        def load(self, fm: str) -> dict[str, Value]:
            fronts.append(fm)
            return {}

    fronts: list[str] = []
    load(text, Noting())
    return "".join(fronts)


@given(texts)
@example("---\r\n---\r\r\n---\r\n")
@example("---\na: 1\r\r\n---\n")
@example("---\na: 1\n---\n\x1f")
@example("a: 1\n--- ")
def test_every_reader_cuts_a_file_alike(text: str) -> None:
    text = f"---\n{text}"
    parts = split(text)
    if parts is not None:
        assert seen(text) == parts.front
    document = parse(text.encode(), "a.md")
    assert document.body == (parts.body if parts else text)
    assert document.to_bytes() == text.encode()
    assert parts is not None or scan(text.encode()) is None
    if parts is None:
        assert read(text)[0].values == {}


def test_no_other_module_cuts_a_file() -> None:
    """Those that name the line make text with it; Backlog.md has a rule below each comment."""
    cutting = [
        path.name
        for path in (ROOT / "src" / "plaintickets").rglob("*.py")
        if re.search(r"\\n---|\^---|(partition|split|index|find|startswith)\([^)]*---", path.read_text("utf-8"))
    ]
    assert "split.py" in cutting
    assert set(cutting) <= {
        "split.py",
        "new.py",
        "comment_files.py",
        "apply_changes.py",
        "__init__.py",
        "backlog_md.py",
    }


def test_a_key_may_have_the_name_of_a_parameter_of_python_frontmatter() -> None:
    found, body = read("---\ncontent: a\nhandler: b\nmetadata: 'c'\n---\n\nText\n")
    assert (found.values, body) == ({"content": "a", "handler": "b", "metadata": "c"}, "Text")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("---\npriority: 1\nText.\n", "t.md:1: the front matter has no closing line"),
        ("\n---\npriority: 1\n---\n", "t.md:1: the line `---` that opens"),
        ("---\nx: 1\nassignee: {a: b}\n---\n", "t.md:3: 'assignee' holds more than a list of words"),
        ("---\ntags: [[a]]\n---\n", "t.md:2: 'tags' holds more than a list of words"),
    ],
)
def test_a_template_that_cannot_be_meant_so_is_refused(text: str, message: str) -> None:
    from plaintickets.core.template import read as read_template

    with pytest.raises(UnreadableError, match=re.escape(message)):
        read_template(text, "t.md")
