"""HTML as Markdown: structure stays, what runs or fetches something goes."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plaintickets.importers.html_markdown import to_markdown

CASES = {
    "no <tag here": "no <tag here",
    "<p>One</p><p>two<br>three</p>": "One\n\ntwo\nthree",
    "<div>Hi <b>you</b> &amp; <i>me</i></div>": "Hi **you** & *me*",
    "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>": "- a\n  - b\n\n- c",
    "<ol><li>a</li><li>b</li></ol>": "1. a\n2. b",
    "<pre>x\n  &lt;y&gt;</pre>": "```\nx\n  <y>\n```",
    "<blockquote>said<p>more</p></blockquote>then": "> said\n>\n> more\n\nthen",
    "<h1>Big</h1>text": "## Big\n\ntext",
    "<a href='https://x.example/a'>here</a>": "[here](https://x.example/a)",
    "<a href='https://x.example/a'>https://x.example/a</a>": "<https://x.example/a>",
    "<a href='javascript:alert(1)'>here</a>": "here",
    "<a href='data:text/html,x'>here</a>": "here",
    "a<script>alert(1)</script>b<style>p{}</style><iframe src=x>c</iframe>": "ab",
    "<p onclick='x()'>&lt;script&gt;alert(1)&lt;/script&gt;</p>": "&lt;script>alert(1)&lt;/script>",
    "<img src='https://x.example/i.png' alt='plan'>": "[plan](https://x.example/i.png)",
    "<img src='cid:1' alt='plan'>": "plan",
    '<?xml version="1.0"?><p>a</p>': "a",
    "<!DOCTYPE html><p>a<!-- hidden --> b</p>": "a b",
    "<p>a <!-- never closed": "a &lt;!-- never closed",
    "<table><tr><td>1</td><td>2</td></tr></table>": "1 | 2",
}


@pytest.mark.parametrize("html", CASES)
def test_html_becomes_markdown(html: str) -> None:
    assert to_markdown(html) == CASES[html]


@pytest.mark.parametrize(
    "part", ["<!--", "<a <", "<td>", "<a href=x>y<br>", "</", "<![CDATA[", "<?", "<p", "<!x", "&#"]
)
def test_the_time_grows_with_the_length(part: str) -> None:
    text = f"<p>{part * 20_000}"
    start = time.process_time()
    to_markdown(text)
    assert time.process_time() - start < 2


def test_deep_nesting_ends() -> None:
    assert to_markdown("<blockquote>" * 5000 + "<ul><li>" * 5000 + "x").endswith("x")


PARTS = "<p> </p> <ul> <li> </ul> <a> </a> <pre> </pre> <script> </script> <b> </b> <h1> x < &lt;b&gt; ```"


@given(st.lists(st.sampled_from([*PARTS.split(), "\n", "<a href=https://x.y>"])))
@example(["<pre>", "<pre>", "&lt;b&gt;"])
def test_no_tag_comes_through(parts: list[str]) -> None:
    text = to_markdown("<div>" + "".join(parts))
    outside = [part for number, part in enumerate(text.split("```")) if number % 2 == 0]
    assert not any("<b" in part or "<script" in part for part in outside)


def test_a_quotation_that_ends_ends_its_code_too() -> None:
    quoted = to_markdown("<blockquote><pre>one</blockquote>&lt;b&gt;")
    assert quoted.splitlines()[:3] == ["> ```", "> one", "> ```"]
    assert "<b>" not in quoted
