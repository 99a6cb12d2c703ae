"""Ticket files of every shape met in other people's stores, each with the reading that it must have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plaintickets.core.document import parse
from plaintickets.store.reading import id_mismatch, ticket_of

SHAPES = Path(__file__).resolve().parents[1] / "data" / "shapes"
EXPECTED: dict[str, dict[str, Any]] = json.loads((SHAPES / "expected.json").read_text("utf-8"))
REFUSED = {name for name, shape in EXPECTED.items() if "status" not in shape}
ATTRIBUTES = ("id", "title", "status", "type", "priority", "deps", "links", "tags", "assignee", "parent", "created")
# Problems that need the configuration, or the store, to be seen: `tk doctor` names them.
FOUND_BY_CHECKS = {"unknown-status", "missing-status", "bad-priority", "bad-date", "missing-id"}


def of_format(shape: dict[str, Any]) -> list[str]:
    """The problems, as `code:line`, that reading the file alone must find."""
    return [problem for problem in shape["problems"] if problem.partition(":")[0] not in FOUND_BY_CHECKS]


def problems_of(name: str) -> list[str]:
    document = parse((SHAPES / name).read_bytes(), name)
    mismatch = None if document.problems else id_mismatch(document)
    return [f"{problem.code}:{problem.line}" for problem in (*document.problems, *([mismatch] if mismatch else []))]


def test_every_shape_has_its_reading() -> None:
    assert {path.name for path in SHAPES.glob("*.md")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_shape_has_the_problems_expected(name: str) -> None:
    assert problems_of(name) == of_format(EXPECTED[name])


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - REFUSED))
def test_a_readable_shape_is_read_as_expected(name: str) -> None:
    ticket = ticket_of(parse((SHAPES / name).read_bytes(), name))
    shape = EXPECTED[name]
    read: dict[str, object] = {}
    for key in ATTRIBUTES:
        value = getattr(ticket, key)
        read[key] = list(value) if isinstance(value, tuple) else value
    assert {key: read[key] for key in ATTRIBUTES if key in shape} == {
        key: shape[key] for key in ATTRIBUTES if key in shape
    }
    assert ticket.text("external-ref") == shape.get("external_ref", ticket.text("external-ref"))
    assert {key: ticket.get(key) for key in shape.get("other", {})} == shape.get("other", {})


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_shape_is_written_back_byte_for_byte(name: str) -> None:
    content = (SHAPES / name).read_bytes()
    document = parse(content, name)
    if not document.problems:
        assert document.to_bytes() == content


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - REFUSED))
def test_setting_a_status_changes_that_line_of_a_shape_only(name: str) -> None:
    content = (SHAPES / name).read_bytes()
    document = parse(content, name)
    changed = document.with_key("status", "in_progress")
    before, after = content.split(b"\n"), changed.to_bytes().split(b"\n")
    if "status" in document.keys:
        assert len(before) == len(after)
        assert sum(old != new for old, new in zip(before, after, strict=True)) <= 1
    else:
        assert len(after) == len(before) + 1
    assert ticket_of(changed).status == "in_progress"
