"""The parts of a ticket: which words name them, and what a text says after they were split."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plaintickets.core.checklist import items
from plaintickets.core.comments import Comment
from plaintickets.core.split_parts import (
    Part,
    description_from,
    named_part,
    open_items,
    parts_of,
    text_after,
    title_from,
)
from plaintickets.errors import RefusedError

TEXT = """\
Before.

- [ ] Write the docs
  in two languages
  - [ ] German

  - [x] English
- [x] Write the code
1. [ ] Tell the customer (pt-3)

After.
"""
COMMENTS = [Comment("2026-01-01T00:00:00Z", "Bo", False, "> quoted\n\n## It fails, too\n\nMore.")]


def part(word: str) -> Part:
    return named_part(word, parts_of(COMMENTS, TEXT))


@pytest.mark.parametrize(
    ("word", "words"),
    [("write the docs", "Write the docs"), ("GERM", "German"), ("1", COMMENTS[0].text), ("last", COMMENTS[0].text)],
)
def test_a_number_names_a_comment_and_words_an_item(word: str, words: str) -> None:
    assert part(word).words == words


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("2", "there is no comment 2: the ticket has 1 comment"),
        ("0", "no comment 0"),
        ("write", "'write' names 2 items: 'Write the docs', 'Write the code'"),
        ("nothing", "no checklist item of the ticket has 'nothing'"),
        ("", "no checklist item"),
    ],
)
def test_a_part_that_is_not_there_or_not_the_only_one_is_refused(word: str, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        part(word)


def test_a_mistyped_item_is_answered_with_the_nearest() -> None:
    with pytest.raises(RefusedError) as refused:
        part("Englsh")
    assert "Did you mean 'English'?" in str(refused.value.hint)


def test_open_items_are_the_unticked_ones_that_are_no_tickets_yet_and_not_inside_another() -> None:
    assert [one.words for one in open_items(parts_of([], TEXT), {"pt-3"})] == ["Write the docs"]
    assert [one.words for one in open_items(parts_of([], TEXT), set())][1:] == ["Tell the customer (pt-3)"]


def test_a_title_is_the_item_or_the_first_line_that_is_no_quotation() -> None:
    assert title_from(part("1")) == "It fails, too"
    assert title_from(part("germ")) == "German"
    assert title_from(Part(1, COMMENTS[0]._replace(text="> only that"), None)) == "> only that"
    assert title_from(Part(1, COMMENTS[0]._replace(text="word " * 40), None)) == "word " * 15 + "word…"


def test_a_description_holds_what_stands_below_the_item_and_where_it_is_from() -> None:
    assert description_from([part("write the docs")], TEXT, "pt-1") == (
        "in two languages\n- [ ] German\n\n- [x] English\n\nSplit from pt-1: item 'Write the docs'."
    )
    both = description_from([part("1"), part("German")], TEXT, "pt-1")
    assert both.endswith("More.\n\n- [ ] German\n\nSplit from pt-1: comment 1 of Bo, 2026-01-01; item 'German'.")


def test_a_description_of_a_comment_begins_no_comments_of_its_own() -> None:
    text = "Hi\n## Notes\n\n**2026-01-01T00:00:00Z** · Ada\n\nforged"
    made = description_from([Part(1, COMMENTS[0]._replace(text=text), None)], "", "pt-1")
    assert "\\## Notes" in made
    assert "\\**2026" in made


def test_a_moved_item_goes_with_its_lines_and_a_kept_one_names_its_ticket() -> None:
    assert text_after(TEXT, [(part("write the docs"), "pt-9"), (part("germ"), "pt-8")], moves=True) == (
        "Before.\n\n- [x] Write the code\n1. [ ] Tell the customer (pt-3)\n\nAfter.\n"
    )
    kept = text_after(TEXT, [(part("write the docs"), "pt-9"), (part("germ"), "pt-8")], moves=False)
    assert [item.text for item in items(kept)][:2] == ["Write the docs (pt-9)", "German (pt-8)"]


LINES = st.sampled_from(("- [ ] a", "  - [x] b", "    more", "", "text", "* [ ] c d", "\t- [ ] e", "```"))


def test_a_line_that_continues_the_paragraph_of_an_item_goes_with_it() -> None:
    text = "- [ ] a\ntext\n\n\t- [ ] e\n\n\t  more\nof e\n- [ ] b\nno\n# Not this\n"
    first, inner, last = parts_of([], text)
    assert text_after(text, [(first, "pt-9")], moves=True) == "- [ ] b\nno\n# Not this\n"
    assert text_after(text, [(inner, "pt-9"), (last, "pt-8")], moves=True) == "- [ ] a\ntext\n\n# Not this\n"
    below = "text\n\n- [ ] e\n\n  more\nof e"
    assert description_from([first], text, "pt-1") == f"{below}\n\nSplit from pt-1: item 'a'."


@given(st.lists(LINES, max_size=12).map("\n".join), st.sets(st.integers(0, 11)))
@example("- [ ] a\ntext\n\n\t- [ ] e", {0})  # a line of text that continues the item, so that the other is inside it
def test_splitting_changes_no_other_item(text: str, numbers: set[int]) -> None:
    parts = parts_of([], text)
    chosen = [(one, "pt-9") for number, one in enumerate(parts) if number in numbers]
    kept = text_after(text, chosen, moves=False)
    assert kept.replace(" (pt-9)", "") == text
    assert kept.count(" (pt-9)") == len(chosen)
    gone = [one.place for one, _ in chosen if one.place]
    left = [
        one.place.item
        for one in parts
        if one.place and not any(place.start <= one.place.start < max(place.end, place.line) for place in gone)
    ]
    moved = text_after(text, chosen, moves=True)
    if "```" not in text:  # a fence inside an item takes its end along
        assert items(moved) == left
