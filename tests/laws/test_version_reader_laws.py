"""A reader of versions gives the parts that parsing each version alone gives, whatever it read before."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from law_examples import examples
from plaintickets.core.document import parse
from plaintickets.core.problem import Problem
from plaintickets.core.ticket_parts import Parts, parts_of
from plaintickets.core.version_reader import VersionReader

FRONT = st.lists(
    st.sampled_from(
        [b"id: a-1", b"status: open", b"status: closed", b"title: Named", b"title:", b"title: [x]", b"tags: [a, b]",
         b"tags:", b"- a", b'tags: ["a b"]', b'environment: "iOS 7\\nSDK 3"', b"key:title: x", b"assignee: @bob",
         b"assignee: [x]", b"# status: open", b"  more", b"[broken", b"\xff", b"<<<<<<< HEAD"]
    ),
    max_size=4,
)  # fmt: skip
BODY = st.lists(
    st.sampled_from(
        [b"# Title", b"# Other", b"text", b"", b"```", b"````", b"~~~", b"<!--", b"-->", b"- item", b"    ```",
         b"## Notes", b"**2026-01-01T00:00:00Z** \xc2\xb7 Ada", b"**2026-01-02T00:00:00Z**",
         b"**2026-01-02T00:00:00Z** \xc2\xb7 Bo \xc2\xb7 internal", b"\\**2026-01-01T00:00:00Z**", b"\\```", b"\r",
         b"<<<<<<< HEAD", b"\xff"]
    ),
    max_size=10,
)  # fmt: skip


@st.composite
def versions(draw: Any) -> list[bytes]:
    """Versions that share their front matter, their body or the beginning of their body with others."""
    fronts, bodies = draw(st.lists(FRONT, min_size=1, max_size=3)), draw(st.lists(BODY, min_size=1, max_size=2))
    found = []
    for _ in range(draw(st.integers(2, 6))):
        body = draw(st.sampled_from(bodies))
        lines = [b"---", *draw(st.sampled_from(fronts)), b"---", *body[: draw(st.integers(0, len(body)))]]
        newline = draw(st.sampled_from([b"\n", b"\n", b"\n", b"\r\n"]))
        found.append(
            newline.join(lines[draw(st.sampled_from([0, 0, 0, 0, 1])) :]) + draw(st.sampled_from([b"", b"\n"]))
        )
    return found


def alone(content: bytes) -> Parts | Problem:
    document = parse(content, "")
    return document.problems[0] if document.problems else parts_of(document)


def told(found: Parts | Problem) -> object:
    """All that a version is, and the order of its fields."""
    return found if isinstance(found, Problem) else (*found, list(found.fields))


PLAIN = b"---\nid: a-1\n---\n# One\n\ntext\n\n## Notes\n\n**2026-01-01T00:00:00Z**\n\nSaid.\n"


@settings(max_examples=examples(500), deadline=None)
@given(versions())
@example([PLAIN, PLAIN.replace(b"id: a-1", b"title: Named"), PLAIN])
@example([PLAIN + b"\n**2026-01-02T00:00:00Z**\n\n```\n", PLAIN.replace(b"text", b"```"), PLAIN])
@example([PLAIN, PLAIN.replace(b"id: a-1", b"[broken"), PLAIN])
@example([PLAIN + b"x" * (1 << 20), PLAIN])
def test_a_version_is_read_as_if_it_were_the_first(found: list[bytes]) -> None:
    reader = VersionReader()
    for content in [*found, *reversed(found)]:
        assert told(reader.read(content)) == told(alone(content))
