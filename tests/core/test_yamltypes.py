"""What we write is read as text by readers of YAML 1.1 and of YAML 1.2, whatever it looks like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from plaintickets.core.document import parse
from plaintickets.core.yamltypes import is_typed

if TYPE_CHECKING:
    from plaintickets.core.frontmatter import Value

# The core schema of YAML 1.2.2, chapter 10.3.2, word by word.
CORE = re.compile(
    r"(?:null|Null|NULL|~|true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?(?:\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN)\Z"
)
LOOKS = (  # noqa: SIM905 - one text is easier to read
    "012 1e3 0o17 2026-01-01 yes 0x1F 12:30:00 .inf ~ = << no on Off y N True null NULL 0 -1 +1 1_000 0b11 1.5 .5 5. "
    "1.e+3 -.INF .NaN 190:20:30.15 2001-12-14t21:59:43.10-05:00 1:30 0.0 ._"
).split()
PIECES = st.lists(st.sampled_from([*"0179_.:-+eExXoOTtZ ", "inf", "nan", "2026-01-01", "yes", "null"]), max_size=8)
TEXT = st.one_of(st.sampled_from(LOOKS), PIECES.map("".join))
KEYS = ["assignee", "component", "milestone", "title", "tags", "deps"]


def by_yaml_1_1(text: str) -> str:
    return str(yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False)))  # type: ignore[no-untyped-call]


@given(TEXT)
@example("012")
def test_what_a_resolver_takes_for_another_type_is_known_as_such(text: str) -> None:
    if text and (by_yaml_1_1(text) != "tag:yaml.org,2002:str" or CORE.match(text)):
        assert is_typed(text)


@given(st.sampled_from(KEYS), TEXT, st.booleans())
def test_what_is_written_is_a_string_to_every_reader(key: str, text: str, block: bool) -> None:
    text = text.strip() or "x"
    value: Value = [*sorted([text, "b"])] if key in ("tags", "deps") else text
    written = parse(b"---\nid: a\n---\n", "a.md").with_key(key, value, block=block)
    front = written.to_bytes().decode().split("---\n")[1]
    assert yaml.safe_load(front)[key] == value
    assert parse(written.to_bytes(), "a.md").keys[key] == value
    if not isinstance(value, list):
        plain = front.split(f"{key}: ")[1].rstrip("\n")
        assert not CORE.match(plain)


@pytest.mark.parametrize(
    "word", ["1.2.3", "v1", "yesterday", "nullable", "e3", "0x", "a:1", "12 monkeys", "2026", "pt-12"]
)
def test_a_word_is_written_plain_unless_it_looks_like_another_type(word: str) -> None:
    written = parse(b"---\nid: a\n---\n", "a.md").with_key("assignee", word).to_bytes().decode()
    assert f"assignee: {word}\n" in written or word == "2026"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("created", "2026-01-01T00:00:00Z"), ("due", "2026-01-01"), ("priority", "1")),
        *(("points", "5"), ("ratio", "0.5"), ("done", "true")),
    ],
)
def test_moments_numbers_and_truth_values_of_fields_stay_plain(key: str, value: str) -> None:
    assert f"{key}: {value}\n".encode() in parse(b"---\nid: a\n---\n", "a.md").with_key(key, value).to_bytes()
