"""What happened to tickets, in Markdown and HTML: nothing out of a ticket gets a hold there."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from plaintickets.core.change_report import sorted_tickets
from plaintickets.core.renamed_files import tell
from plaintickets.core.settings_report import SettingChange
from plaintickets.render.diffs import FORMATS, DiffOptions, TicketDiff, markdown, objects, page, summary, text

KINDS = {"open": "open", "closed": "done"}
LOOK = DiffOptions(lambda words, _style: words, "https://example.org/p/.tickets")
_GFM = MarkdownIt("gfm-like", {"linkify": False})
OURS = {"details", "summary", "ul", "li", "code", "blockquote", "em", "ins", "del", "br", "sub", "strong", "p", "a"}
OURS_ON_A_PAGE = OURS | {"html", "head", "meta", "title", "style", "body", "h1", "footer"}
HOSTILE = [
    "<script>alert(1)</script>",
    "</summary></details><img src=x onerror=alert(1)>",
    "--> <!-- plaintickets:diff -->",
    "@everyone #1 !2 https://evil.example www.evil.example mailto:a@b.example",
    "[x](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "```\n</details>\n```\n~~~\n# Heading\n\n---\n\n- [ ] x\n\n/close\n\n| a |\n|---|",
    "\x1b]52;c;eA==\x07 \u202e \u2028 \x00 \x9b31m",
    "<a href='https://evil.example'>x</a>\n\n<b>\n\n    indented",
    "`a` ``b`` \\` $x$ $$y$$ **b** ~~s~~ :smile: &lt;b&gt; [^1]\n[^1]: note",
]


class File(NamedTuple):
    path: str
    old: bytes | None
    new: bytes | None
    old_kind: str = "file"
    new_kind: str = "file"


def tale_of(words: str, *, name: str = "pt-1") -> TicketDiff:
    """A ticket with these words in every place that can hold them, changed from nearly the same ones."""

    def ticket(word: str, more: str) -> bytes:
        quoted = json.dumps(word)
        front = f"id: {name}\nstatus: open\nassignee: {quoted}\ntags: [{quoted}]\nodd: {quoted}\ntitle: {quoted}"
        notes = f"\n\n## Notes\n\n**2026-01-01T00:00:00Z** · Ada\n\n{word}\n"
        return f"---\n{front}\n---\nText {word} {more}\n\n- [{'x' if more else ' '}] {word}{notes}".encode(
            errors="replace"
        )

    new = tell([File(f"{name}.md", ticket(words, ""), ticket(f"{words} more", "new"))], KINDS.get)
    made = tell([File(f"{name}-2.md", None, ticket(words, ""), "absent")], KINDS.get)
    broken = tell([File(f"{name}-3.md", ticket(words, ""), f"<<<<<<< {words}".encode(errors="replace"))], KINDS.get)
    settings = [
        SettingChange("set", "config.yml", f"queries.{words}", words, [words, f"{words}, more"]),
        SettingChange("broken", "config.yml", after=words),
        SettingChange("mended", words, before=words),
    ]
    return TicketDiff("a" * 40, "work tree", sorted_tickets([*new, *made, *broken]), [f"{words[:50]}.yml"], settings)


class Elements(HTMLParser):
    """The elements and attributes of HTML, and its comments."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.comments: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("br", "meta"):
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        assert all(name in ("href", "lang", "charset", "name", "content", "http-equiv", "open") for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.comments.append(data.strip())

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def elements(html: str) -> Elements:
    found = Elements()
    found.feed(html)
    found.close()
    assert found.open == []
    return found


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("most", [65_000, 4000])
def test_markdown_holds_only_our_own_elements_and_links(words: str, most: int) -> None:
    written = markdown.render(tale_of(words), LOOK._replace(most_characters=most))
    found = elements(_GFM.render(written))
    assert set(found.tags) <= OURS
    assert found.comments == ["plaintickets:diff"]
    assert set(found.links) <= {f"https://example.org/p/.tickets/pt-1{end}.md" for end in ("", "-2", "-3")}
    assert re.search(r"@\w|#\d|!\d|://(?!example)|www\.", "".join(found.words)) is None
    assert not any(line.startswith("/") for line in written.splitlines())
    assert re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", written) is None


@given(st.text(max_size=80))
def test_markdown_and_html_hold_whatever_words_there_are(words: str) -> None:
    difference = tale_of(words)
    for most in (65_000, 1000):
        options = LOOK._replace(most_characters=most)
        assert set(elements(_GFM.render(markdown.render(difference, options))).tags) <= OURS
    assert set(elements(page.render(difference, LOOK)).tags) <= OURS_ON_A_PAGE


@pytest.mark.parametrize("words", HOSTILE)
def test_a_page_holds_only_our_own_elements_and_runs_nothing(words: str) -> None:
    written = page.render(tale_of(words), LOOK)
    found = elements(written)
    assert set(found.tags) <= OURS_ON_A_PAGE
    assert "default-src 'none'" in written
    assert not found.comments


@pytest.mark.parametrize("words", HOSTILE)
def test_text_holds_no_control_character(words: str) -> None:
    written = text.render(tale_of(words), LOOK)
    assert re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", written) is None


def many(count: int, lines: int) -> TicketDiff:
    body = "".join(f"line {number} of a text\n" for number in range(lines))
    made = [
        File(f"pt-{number:05}.md", None, f"---\nid: x\nstatus: open\ntitle: T😀\n---\n{body}".encode(), "absent")
        for number in range(count)
    ]
    return TicketDiff("a" * 40, "b" * 40, sorted_tickets(tell(made, KINDS.get)), [])


@pytest.mark.parametrize(("count", "lines"), [(3, 5), (40, 60), (300, 100), (3000, 1), (1, 30_000)])
@pytest.mark.parametrize("most", [1000, 5000, 65_000])
def test_markdown_is_never_longer_than_asked_and_says_what_it_left_out(count: int, lines: int, most: int) -> None:
    difference = many(count, lines)
    written = markdown.render(difference, LOOK._replace(most_characters=most))
    assert len(written.encode("utf-16-le")) // 2 <= most
    assert written.startswith(f"<!-- plaintickets:diff -->\n**{count} opened**\n")
    named = len(set(re.findall(r"<code>pt\\?-\d{5}</code>", written)))
    left = re.search(r"_(\d+) more tickets are left out", written)
    assert named + (int(left[1]) if left else 0) == count
    elements(_GFM.render(written))


@pytest.mark.parametrize("most", [1000, 5000, 65_000])
def test_many_settings_leave_room_for_tickets_and_are_counted(most: int) -> None:
    changes = [SettingChange("set", "config.yml", f"queries.q{number}", "@" * 300, "*" * 300) for number in range(500)]
    written = markdown.render(many(3, 5)._replace(settings=changes), LOOK._replace(most_characters=most))
    assert len(written.encode("utf-16-le")) // 2 <= most
    left = re.search(r"_(\d+) more changes in the settings are left out", written)
    assert left is not None
    assert len(re.findall(r"^- queries", written, re.MULTILINE)) + int(left[1]) == 500
    assert len(set(re.findall(r"<code>pt\\?-\d{5}</code>", written))) == 3


def test_a_difference_far_into_a_long_setting_is_shown() -> None:
    change = SettingChange("set", "config.yml", "blockers.query", "x " * 200 + "old", "x " * 200 + "new")
    row = text.render(TicketDiff("a", "b", [], [], [change]), LOOK).splitlines()[3]
    assert row.endswith("x new")
    assert "x old →" in row
    assert len(row) < 200


def test_texts_are_cut_before_tickets_are_left_out() -> None:
    assert "Longer texts are cut or left out" in markdown.render(many(40, 60), LOOK)
    assert "are left out" not in markdown.render(many(3, 5), LOOK)


def test_the_same_tale_is_written_the_same() -> None:
    for module in (markdown, page, text, objects):
        assert module.render(tale_of("words"), LOOK) == module.render(tale_of("words"), LOOK)


def test_the_text_of_an_internal_comment_is_not_posted() -> None:
    notes = (
        "---\nid: pt-1\nstatus: open\n---\n# T\n\n## Notes\n\n**2026-01-01T00:00:00Z** · Ada · internal\n\nSecret.\n"
    )
    changed = tell([File("pt-1.md", b"---\nid: pt-1\nstatus: open\n---\n# T\n", notes.encode())], KINDS.get)
    difference = TicketDiff("a" * 40, "index", changed, [])
    for module in (markdown, page):
        written = module.render(difference, LOOK)
        assert "internal comment by" in written
        assert "Secret" not in written
    assert "Secret." in text.render(difference, LOOK)


def test_a_word_within_a_long_line_is_shown_with_what_is_near_it() -> None:
    line = "word " * 200
    old = f"---\nid: pt-1\nstatus: open\n---\n# T\n\n{line}old end.\n"
    changed = tell([File("pt-1.md", old.encode(), old.replace("old end", "new end").encode())], KINDS.get)
    shown = text.render(TicketDiff("a", "b", changed, []), LOOK)
    assert "[-old-]{+new+} end." in shown
    assert max(map(len, shown.splitlines())) < 200


def test_every_format_has_its_module() -> None:
    assert sorted(FORMATS) == list(FORMATS)
    assert summary([]) == "no tickets changed"
