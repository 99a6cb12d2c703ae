"""`tk show` on a terminal: a heading, the state, the relations, rendered Markdown and the comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from wcwidth import wcswidth

from built_once import built_once
from terminal import on_terminal

if TYPE_CHECKING:
    from builders import Repository

PLAIN = {"NO_COLOR": "1", "PAGER": "cat"}


def screen(store: Repository, ticket: str = "t-1", columns: int = 80, **env: str) -> str:
    shown = on_terminal(store.tk, "show", ticket, columns=columns, env={**PLAIN, **env})
    assert shown.code == 0, shown.text
    return shown.text


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    write = repository.tk.write
    notes = (
        "\n## Notes\n\n**2026-02-27T10:00:00Z** · Bo Li\n\nLooks **right**.\n\n"
        "**2026-02-28T10:00:00Z** · Ada Lovelace · internal\n\nNot to be quoted.\n"
    )
    more = "assignee: Bo Li\nparent: t-3\nreporter: Zoë\ndue: 2026-02-27\nmilestone: '2.0'\ntags: [ui, db]\n"
    write("t-1", "The title", deps="t-2, t-9", links="t-4", priority="1", more=more, body=f"Some *text*.\n{notes}")
    write("t-2", "Blocker")
    write("t-3", "Epic")
    write("t-4", "Other", status="closed", more="closed: 2026-02-20T00:00:00Z\nresolution: wontfix\nparent: t-1\n")
    write("t-5", "Waiting", deps="t-1")
    repository.commit_all()
    return repository


def test_the_screen_has_everything_a_reader_asks_for(store: Repository) -> None:
    assert screen(store) == (
        "t-1  The title\n"
        "task · high · open · Bo Li · opened 58d ago by Zoë · due 2d late (2026-02-27)\n"
        "\n"
        "milestone  2.0\n"
        "tags       ui, db\n"
        "\n"
        "parent        t-3  open     Epic\n"
        "waits for     t-2  open     Blocker\n"
        "              t-9  missing\n"
        "blocks        t-5  open     Waiting\n"
        "children 1/1  t-4  closed   Other\n"
        "linked        t-4  closed   Other\n"
        "\n"
        "Some text.\n"
        "\n"
        "2 comments\n"
        "\n"
        "Bo Li · 2d ago\n"
        "  Looks right.\n"
        "\n"
        "Ada Lovelace · 1d ago · internal\n"
        "  Not to be quoted.\n"
    ).replace("missing\n", "missing\n")
    assert "closed 9d ago as wontfix" in screen(store, "t-4")


def test_raw_is_what_a_pipe_gets(store: Repository) -> None:
    raw = on_terminal(store.tk, "show", "--raw", "t-1", env=PLAIN).text
    assert raw == store.tk("show", "t-1").stdout == store.tk("show", "--raw", "t-1").stdout
    assert raw.startswith("---\nid: t-1\n")


def test_color_always_gives_a_pipe_the_screen(store: Repository) -> None:
    shown = store.tk("--color", "always", "show", "t-1").stdout
    assert re.sub(r"\x1b\[[\d;]*m", "", shown) == screen(store)


def test_several_tickets_are_separated(store: Repository) -> None:
    shown = on_terminal(store.tk, "show", "t-2", "t-3", env=PLAIN).text
    assert f"\n{'─' * 80}\nt-3  Epic\n" in shown


def test_comments_in_files_follow_those_in_the_text(store: Repository) -> None:
    folder = store.tk.store / "t-1.d"
    folder.mkdir()
    (folder / "2026-03-01T090000Z-ab12.md").write_text(
        "---\nauthor: Mary\ndate: 2026-03-01T09:00:00Z\n---\nFrom a file.\n", encoding="utf-8"
    )
    assert screen(store).endswith("\n\nMary · 3h ago\n  From a file.\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# Other\n\ntext", "# Other\n\ntext"),
        ("- a\n- b\n  - c", "• a\n• b\n  • c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("- [ ] a\n- [x] b", "• [ ] a\n• [x] b"),
        ("> a\n> b", "│ a\n│ b"),
        ("```sh\nls  -l\n```", "    ls  -l"),
        ("a **b** *c* ~~d~~ `e`", "a b c d `e`"),
        ("[a](https://b.example/)", "a <https://b.example/>"),
        ("<https://b.example/>", "https://b.example/"),
        ("| a | b |\n|---|--:|\n| x | 10 |", "a │  b\n──┼───\nx │ 10"),
        ("a <!-- b --> c\n\n<!-- d -->\n\n<b>e</b>", "a <!-- b --> c\n\n<b>e</b>"),
        ("---\nend", "─" * 40 + "\n\nend"),
        ("one\ntwo", "one\ntwo"),
        ("![a](b.png)", "[image: a] <b.png>"),
        ("[a](javascript:b)", "[a](javascript:b)"),
    ],
)
def test_markdown_is_rendered(store: Repository, text: str, shown: str) -> None:
    store.tk.write("t-6", "Markdown", body=f"{text}\n")
    assert screen(store, "t-6").partition("\n\n")[2] == f"{shown}\n"


def test_long_text_is_wrapped_and_code_is_not(store: Repository) -> None:
    store.tk.write(
        "t-6", "word " * 40, body=f"{'word ' * 50}字{'字' * 90}\n\n- {'item ' * 40}\n\n```\n{'c' * 150}\n```\n"
    )
    for columns in (24, 40, 80, 200):
        lines = screen(store, "t-6", columns).splitlines()
        assert max(wcswidth(line) for line in lines if "ccc" not in line) <= columns
        assert "    " + "c" * 150 in lines


def test_text_that_is_nested_too_deep_or_too_long_is_shown_as_it_is(store: Repository) -> None:
    deep = "> " * 60 + "the text"
    store.tk.write("t-6", "Deep", body=deep + "\n")
    assert deep in "".join(screen(store, "t-6", 300).splitlines())
    store.tk.write("t-6", "Long", body="*long* " * 20_000 + "\n")
    assert "*long*" in screen(store, "t-6")


def links(shown: str) -> list[str]:
    return re.findall(r"\x1b\]8;;([^\x1b]*)\x1b\\\\?", shown)


def test_links_can_be_followed_on_a_terminal_with_colours(store: Repository) -> None:
    body = "[a](https://b.example/) [https://c.example](https://d.example/) [e](ftp://f) [g](x.md)\n"
    store.tk.write("t-6", "Links", body=body)
    shown = on_terminal(store.tk, "show", "t-6").text
    assert [link for link in links(shown) if link] == ["https://b.example/", "https://d.example/"]
    assert "<https://d.example/>" in shown, "a text that looks like another address does not hide the real one"
    assert "<https://b.example/>" not in shown
    assert not links(on_terminal(store.tk, "show", "t-6", env={"NO_COLOR": "1"}).text)
    assert not links(on_terminal(store.tk, "show", "t-6", env={"TERM": "dumb"}).text)
    assert not links(store.tk("--color", "always", "show", "t-6").stdout)
    store.tk.write("t-6", "Links", body=body + "\n\nx\n" * 40)
    assert not links(on_terminal(store.tk, "show", "t-6", env={"PAGER": "cat -v"}).text)


BAD = ("\x1b[31m", "\x9b31m", "\x1b]8;;https://e.example\x1b\\", "\x07", "\u202e", "\u2066", "\r", "\x08", "&#27;[31m")


@pytest.mark.parametrize(
    "place",
    ["{}", "**{}**", "`{}`", "[{}](https://a.example/)", "[a](<https://a.example/{}>)", "![{}](<{}>)",
     "| {} |\n|---|\n| {} |",
     "```{}\n{}\n```", "    {}", "<b {}>", "<div>{}", "> {}", "- {}", "# {}",
     '[a](https://a.example "{}")', "<https://a{}.example>"],
)  # fmt: skip
def test_no_control_character_of_a_ticket_reaches_the_terminal(store: Repository, place: str) -> None:
    texts = [place.replace("{}", f"x{bad}y") for bad in BAD]
    notes = [f"**2026-02-27T10:00:00Z** · A{bad}\n\n{text}\n" for bad, text in zip(BAD, texts, strict=True)]
    body = "\n\n".join((*texts, "## Notes", *notes))
    path = store.tk.write("t-6", f"T{'T'.join(BAD)}", body=body)
    path.write_bytes(path.read_bytes().replace(b"type: task\n", b'type: task\nassignee: "A\\e[31m"\nx: "\\u202e"\n'))
    shown = on_terminal(store.tk, "show", "t-6", env={"PAGER": "cat"}).text
    assert shown.count("A") > len(BAD)
    own = re.sub(r"\x1b\[[\d;]*m|\x1b\]8;;[!-~]*\x1b\\", "", shown)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", own), repr(own)
    assert "\x1b[31mT" not in shown
    assert not re.search(r"\x1b\]8;;https://e\.example", shown)
