"""JSON of tickets: the same text when read, and nothing that a terminal acts upon."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from plaintickets.render import safe
from plaintickets.render.indented_json import indented
from plaintickets.render.jsonform import dumps, dumps_line, escaped

RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
turning = st.sampled_from([chr(code) for code in range(0x20, 0x10000) if safe.line(chr(code)) != chr(code)])


@given(st.text(st.characters(codec="utf-8") | turning))
def test_what_turns_or_hides_text_is_escaped_and_reads_back(text: str) -> None:
    for written in (dumps({"x": text}), dumps_line({"x": text}), escaped(json.dumps({"x": text}, ensure_ascii=False))):
        assert RAW.search(written) is None
        assert json.loads(written) == {"x": text}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text(st.characters()) | st.integers() | st.none(), inner)
    ),
    max_leaves=12,
)


@given(values)
def test_indented_json_is_that_of_the_library(value: object) -> None:
    assert indented(value) == json.dumps(value, ensure_ascii=False, indent=2)
