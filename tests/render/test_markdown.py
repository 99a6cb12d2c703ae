"""Foreign text in Markdown, read back by a parser of CommonMark."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from plaintickets.render import markdown, safe

_GFM = MarkdownIt("gfm-like", {"linkify": False})


def shown(text: str) -> str:
    """What a reader sees of a table's cell, or the HTML where it is more than text."""
    html = _GFM.render(f"| a |\n|---|\n| .{text}. |\n")
    [cell] = re.findall("<td>(.*)</td>", html)
    return unescape(cell)[1:-1].replace("\u200b", "")


@given(st.text(st.characters(), max_size=60))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    plain = safe.line(text).replace("\u200b", "")
    assert shown(markdown.line(text)) == plain


@pytest.mark.parametrize(
    "text",
    [
        *("<script>x</script>", "<!-- x -->", "&lt;", "**b** _i_ ~~s~~", "`code`", "a | b", "[x](javascript:1)"),
        *("![x](http://a/b.png)", "\\", "\\|", "$x$", "<http://a.b>", "[^1]", "a\nb", "- [ ] x"),
    ],
)
def test_nothing_is_formed(text: str) -> None:
    assert shown(markdown.line(text)) == safe.line(text)


@pytest.mark.parametrize("text", ["@everyone", "#12", "group/project!3", "https://evil.example", "www.evil.example"])
def test_nobody_is_called_and_nothing_is_linked(text: str) -> None:
    rendered = _GFM.render(markdown.line(text))
    assert re.search(r"@\w|#\d|!\d|://|www\.", rendered.replace("&#", "")) is None


def test_code_is_text_within_the_element() -> None:
    assert markdown.code("a`b|c") == "<code>a\\`b\\|c</code>"
