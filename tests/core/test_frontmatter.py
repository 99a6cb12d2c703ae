"""The parser of plain lines and PyYAML read the same, wherever the former reads at all."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plaintickets.core.document import parse, scan
from plaintickets.core.frontmatter import Value, plain_keys, plain_list, plain_value
from plaintickets.core.split import FrontMatterFault
from plaintickets.core.yamltext import read_mapping

# Words that YAML treats specially, put together at random, come near its corners far oftener than random text.
pieces = st.sampled_from(
    ["a", "Z", "0", "12", "é", "字", "no", "null", "~", "-", "--", "?", ":", ": ", "#", " #", ",", "[", "]", "{", "}",
     "&a", "*a", "!t", "|", ">", "'", '"', "%", "@", "`", "\\", "/", ".", "...", "---", "<<", "=", " ", "  ", "\t",
     "x:y", "\x85", "\u2028", "\xa0", "\u3000", "\u2003", "\x0b", "\x0c", "\x1f"]
)  # fmt: skip
texts = st.lists(pieces, max_size=5).map("".join)
indents = st.sampled_from(["", " ", "  ", "    ", "\t"])


def by_yaml(lines: list[str]) -> dict[str, Value] | None:
    """What PyYAML makes of the lines; None where it refuses them."""
    try:
        return read_mapping("\n".join(lines) + "\n").values
    except FrontMatterFault:
        return None


@given(st.sampled_from(["k:", "k: ", "k:\t", "k:  "]), texts)
def test_a_plain_line_reads_as_yaml_reads_it(head: str, text: str) -> None:
    value = plain_value(head + text)
    assert value is None or by_yaml([head + text]) == {"k": value}


@given(st.sampled_from(["k:", "k: ", "k:\t"]), indents, st.lists(texts, min_size=1, max_size=4))
@example("k:", "", ["a", "b"])
@example("k:", "  ", ["a: b"])
@example("k:", "", ["\ta"])
@example("k:", "\t", ["a"])
@example("k:", "", ["a\t"])
@example("k:\t", "", ["a"])
@example("k:", "", ["a\u00a0"])
def test_a_block_list_reads_as_yaml_reads_it(head: str, indent: str, items: list[str]) -> None:
    lines = [head, *(f"{indent}- {item}" for item in items)]
    value = plain_list(lines)
    assert value is None or by_yaml(lines) == {"k": value}


@given(st.lists(st.sampled_from(["- a", "  - a", "    - b", "  b", "", "  # c", "-", "-  c ", "- d #e"]), min_size=1))
def test_lines_that_are_not_alike_read_as_yaml_reads_them(rows: list[str]) -> None:
    value = plain_list(["k:", *rows])
    assert value is None or by_yaml(["k:", *rows]) == {"k": value}


@given(st.lists(st.sampled_from(["a", "-b", "c d", "x1", "e.f", "null", "g/h", "1", "é"]), min_size=1))
def test_a_list_of_plain_words_is_not_left_to_yaml(items: list[str]) -> None:
    lines = ["tags:", *(f"  - {item.strip('-')}" for item in items)]
    assert plain_list(lines) == ["" if item == "null" else item.strip("-") for item in items]


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", "no"]), texts), max_size=4))
@example([("a", "[x\u00a0, \u3000y]")])
@example([("a", "x\u2003")])
@example([("a", "\tx")])
def test_front_matter_read_at_once_reads_as_yaml_reads_it(rows: list[tuple[str, str]]) -> None:
    lines = [f"{key}: {text}" for key, text in rows]
    keys = plain_keys("".join(f"{line}\n" for line in lines))
    assert keys is None or (by_yaml(lines) or {}) == keys


BLANKS = ("\t", "\xa0", "\u3000", "\u2003", "\x0b", "\x0c", "\x1f", "\x85", "\ufeff")


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize(
    "front",
    ["k:{}a", "k:{}", "k: {}a", "k: a{}", "k: a{}b", "k: a{}#b", "k: [{}a]", "k: [a{}, b]", "k: [a{}b]", "k:\n-{}a",
     "k:\n- {}a", "k:\n- a{}", "k:\n{}- a", "k:\n- a\n{}\n- b", "k: a\n{}\nj: b",
     "k: a\n{}# c\nj: b", "k:{}\n- a", "{}k: a", "k{}: a"],
)  # fmt: skip
def test_a_blank_that_is_no_space_is_read_as_yaml_reads_it(front: str, blank: str) -> None:
    text = front.format(blank)
    document = parse(f"---\n{text}\n---\n".encode(), "a.md")
    expected = by_yaml(text.split("\n"))
    if expected is not None:
        assert (document.keys, document.problems) == (expected, [])
    else:
        loose = {"k": document.keys.get("k")} if "\n" not in text else {}
        assert document.problems or document.keys == loose != {}
    found = scan(f"---\n{text}\n---\n".encode())
    assert found is None or found[0] == expected


@pytest.mark.parametrize("front", ["k: a\n# c\rj: b", "k: a\rj: b", "# c\rj: b"])
def test_a_key_behind_a_lone_cr_is_not_overlooked(front: str) -> None:
    document = parse(f"---\n{front}\n---\n".encode(), "a.md")
    assert document.problems or document.keys == by_yaml(front.split("\n"))
