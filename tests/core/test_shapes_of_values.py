"""A value of the wrong shape is a problem at its line, and the file is never written."""

from __future__ import annotations

import pytest

from plaintickets.core.builtinfields import BUILTIN_FIELDS, SHAPED
from plaintickets.core.document import LISTS, parse, scan
from plaintickets.core.fields import is_list
from plaintickets.core.frontmatter import SCALARS


@pytest.mark.parametrize(
    "front",
    ["deps:\n- id: d-4\n  anchor: x", "deps:\n  - id: d-4\n    anchor: x", "deps: {d-4: hard}", "deps: [d-4, [d-5]]",
     "links:\n- [a]", "tags: {a: b}", "affects: [[a]]", "assignee: {name: ann}", "assignee: [ann, bob]",
     "assignee:\n- ann", "parent: [d-4]", "status: [open]", "priority: [1]", "type: {x: 1}", "title: [a, b]",
     "watchers: {ann: 1}", "approvals:\n- ann: 1", "wake: [2026-01-01]", "waiting_on: {bo: 1}", "fired: {a: b}",
     "deps: [~]", "deps: [null, d-4]", "deps: [Null]", 'links: [""]', "tags:\n-\n- a", "tags:\n- NULL\n- a",
     "affects: [a, ~]", '"watchers": [null]', "deps: [d-4, null, [d-5]]", "created: [2026-01-01]", '"status": [open]'],
)  # fmt: skip
def test_a_wrong_shape_is_reported_at_its_line(front: str) -> None:
    content = f"---\nid: a-1\n{front}\n---\n# T\n".encode()
    assert [(problem.line, problem.code) for problem in parse(content, "a-1.md").problems] == [(3, "wrong-shape")]
    assert scan(content) is None


@pytest.mark.parametrize(
    "front",
    [
        "deps: a",
        "deps: a, b",
        "deps:",
        "assignee:",
        "assignee: []",
        "own: {a: 1}",
        "own: [[a]]",
        "tags: []",
        "deps: ~",
        "own: [null]",
        "deps: [nullable, Null-1]",
    ],
)
def test_the_shapes_that_a_key_may_have_are_no_problem(front: str) -> None:
    assert parse(f"---\nid: a-1\n{front}\n---\n# T\n".encode(), "a-1.md").problems == []


def test_each_field_whose_shape_is_fixed_is_looked_at() -> None:
    assert {name for name in SHAPED if is_list(BUILTIN_FIELDS[name])} == LISTS
    assert {name for name in SHAPED if not is_list(BUILTIN_FIELDS[name])} == SCALARS
