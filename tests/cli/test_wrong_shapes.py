"""A dependency in a shape that nobody reads keeps its ticket from being ready, and is never written over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository

SHAPES = ["deps:\n- id: pt-1\n  anchor: x\n", "deps: {pt-1: hard}\n", "deps: [[pt-1]]\n"]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_wrong_shape_is_no_value(repository: Repository, shape: str) -> None:
    tk = repository.tk
    tk.write("pt-1")
    path = tk.store / "pt-2.md"
    path.write_text(f"---\nid: pt-2\nstatus: open\n{shape}---\n# Two\n")
    repository.commit_all()
    before = path.read_bytes()
    assert tk("check").code == 1
    assert ".tickets/pt-2.md:4: " in tk("check").stdout
    assert "pt-2" not in tk("ready").stdout
    assert tk("blockers", "--for", "pt-2").code == 4
    assert tk("dep", "pt-2", "pt-1").code == 4
    for refused in (tk("mv", "pt-1", "pt-9"), tk("rm", "pt-1")):
        assert refused.code == 3
        assert "pt-2.md:4" in refused.stderr
    assert path.read_bytes() == before


CONFIG = "fields:\n  points: {type: number}\n  squads: {type: list}\n  ok: {type: boolean}\n"
ONE_VALUE = ("component", "severity", "milestone", "queue", "estimate", "rating", "points", "ok")
ASKED = {"rating": "5", "points": "5", "ok": "true"}
NO_VALUES = [
    *((key, shape) for key in ONE_VALUE for shape in ("{name: x}", "[a, b]", "[[a]]")),
    *(("squads", shape) for shape in ("{name: x}", "[[a]]", "[a, null, {b: c}]")),
    ("external-ref", "{jira: X-1}"),
    ("points", "many"),
    ("ok", "perhaps"),
]


@pytest.fixture
def fields(repository: Repository) -> Repository:
    repository.tk.write("pt-1")
    (repository.tk.store / "config.yml").write_text(CONFIG, encoding="utf-8")
    return repository


@pytest.mark.parametrize(("key", "shape"), NO_VALUES)
def test_what_no_field_of_its_type_can_hold_is_named_and_kept_and_is_no_answer_to_a_gate(
    fields: Repository, key: str, shape: str
) -> None:
    tk = fields.tk
    path = tk.store / "pt-2.md"
    path.write_text(f"---\nid: pt-2\nstatus: open\n{key}: {shape}\n---\n# Two\n", encoding="utf-8")
    fields.commit_all()
    before = path.read_bytes()
    found = tk("check")
    assert found.code == 1
    assert f".tickets/pt-2.md:4: error: {key} " in found.stdout
    gate = tk("blockers", f"{key}:{ASKED.get(key, 'x')}", "--allow-unknown")
    assert (gate.code, f".tickets/pt-2.md:4: {key} " in gate.stderr) == (4, True), gate.stderr
    assert tk("blockers", "priority:0").code == 0
    assert "pt-2" in tk("ls").stdout
    if shape.startswith(("{", "[")):
        for change in (f"{key}=5", f"{key}="):
            refused = tk("set", "pt-2", change)
            assert (refused.code, f"pt-2.md:4: '{key}' holds " in refused.stderr) == (4, True), refused.stderr
        assert path.read_bytes() == before
    else:
        assert tk("set", "pt-2", f"{key}=1").code == 0


def test_no_key_that_holds_a_mapping_is_overwritten_known_or_not(fields: Repository) -> None:
    path = fields.tk.store / "pt-2.md"
    path.write_text("---\nid: pt-2\nstatus: open\nx: {a: 1}\ny: [b]\n---\n# Two\n", encoding="utf-8")
    assert fields.tk("set", "pt-2", "x=5").code == 4
    assert fields.tk("set", "pt-2", "y=5").code == 0
    assert "x: {a: 1}\ny: 5\n" in path.read_text(encoding="utf-8")


def test_a_date_that_cannot_be_read_is_no_answer_to_a_gate_either(fields: Repository) -> None:
    path = fields.tk.store / "pt-2.md"
    path.write_text("---\nid: pt-2\nstatus: open\ndue: some day\n---\n# Two\n", encoding="utf-8")
    gate = fields.tk("blockers", "due<2030-01-01")
    assert (gate.code, "due 'some day' cannot be read" in gate.stderr) == (4, True), gate.stderr
    path.write_text("---\nid: pt-2\nstatus: closed\ndue: some day\n---\n# Two\n", encoding="utf-8")
    assert fields.tk("blockers", "due<2030-01-01").code == 0


def test_an_item_that_is_not_there_cannot_be_taken_out_of_the_dependencies(fields: Repository) -> None:
    for name in ("pt-21", "pt-3"):
        fields.tk.write(name)
    path = fields.tk.write("pt-2", deps="pt-21, pt-3")
    refused = fields.tk("set", "pt-2", "deps-=pt-21,pt-33")
    assert (refused.code, "'deps' does not hold 'pt-33'" in refused.stderr) == (3, True), refused.stderr
    assert "deps: [pt-21, pt-3]" in path.read_text(encoding="utf-8")
    assert fields.tk("set", "pt-2", "deps-=pt-21,pt-3").code == 0
