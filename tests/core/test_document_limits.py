"""What a ticket file may cost to read."""

from __future__ import annotations

import pytest

from plaintickets.core.document import MOST_PROBLEMS, MOST_SLOW_KEYS, parse


def ticket(front: str, body: str = "# Title\n") -> bytes:
    return f"---\nid: aa-1\n{front}---\n{body}".encode()


def test_thousands_of_quoted_keys_are_reported_at_the_line_where_it_gets_too_many() -> None:
    document = parse(ticket("".join(f"k{number}: 'v'\n" for number in range(MOST_SLOW_KEYS + 10))), "aa-1.md")
    assert [(problem.line, problem.code) for problem in document.problems] == [(MOST_SLOW_KEYS + 3, "too-many-keys")]


def test_thousands_of_plain_keys_are_read() -> None:
    document = parse(ticket("".join(f"k{number}: v\n" for number in range(MOST_SLOW_KEYS * 2))), "aa-1.md")
    assert (document.problems, len(document.keys)) == ([], MOST_SLOW_KEYS * 2 + 1)


def test_an_item_of_several_lines_stays_whole_when_another_is_added() -> None:
    document = parse(ticket("tags:\n  - one\n    more\n  # remark\n  - two\n"), "aa-1.md")
    changed = document.with_key("tags", ["one more", "two", "three"])
    assert changed.to_bytes() == ticket("tags:\n  - one\n    more\n  # remark\n  - two\n  - three\n")


def test_a_remark_after_a_value_with_a_quote_in_it_stays() -> None:
    document = parse(ticket('milestone: a "b # remark\n'), "aa-1.md")
    assert document.with_key("milestone", "c").to_bytes() == ticket("milestone: c # remark\n")


@pytest.mark.parametrize("front", [" # remark\n", "~\n", "{}\n", "\t\n"])
def test_front_matter_without_a_key_is_a_ticket_without_keys_or_a_problem(front: str) -> None:
    document = parse(f"---\n{front}---\n# Title\n".encode(), "aa-1.md")
    assert document.keys == {}
    assert document.problems or document.title == "Title"


def test_a_key_repeated_without_end_is_not_reported_without_end() -> None:
    document = parse(ticket("k: v\n" * 50_000), "aa-1.md")
    assert [problem.code for problem in document.problems] == ["duplicate-key"] * MOST_PROBLEMS
