"""`tk graph`."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from builders import Repository
    from store_files import Tk

HOSTILE = '"];\n--> </text><script>alert(1)</script> ]]> & \x1b[31m `|` #quot; \\'


@pytest.fixture
def store(repository: Repository) -> Tk:
    tk = repository.tk
    tk.write("g-1", "Epic")
    tk.write("g-2", "Child", deps="g-3, g-9", more="parent: g-1\n")
    tk.write("g-3", "One of a circle", deps="g-4")
    tk.write("g-4", "The other", deps="g-3")
    tk.write("g-5", "Repeated", more="duplicate-of: g-2\n")
    tk.write("g-6", "Done", status="closed")
    tk.write("g-7", HOSTILE.replace("\n", " "), deps="g-6, g-2")
    return tk


def test_relations_circles_and_missing_tickets_are_named(store: Tk) -> None:
    found = json.loads(store("graph", "--json").stdout)
    edges = {(edge["from"], edge["relation"], edge["to"]): edge["circle"] for edge in found["edges"]}
    assert edges == {
        ("g-2", "depends on", "g-3"): False,
        ("g-2", "depends on", "g-9"): False,
        ("g-2", "part of", "g-1"): False,
        ("g-3", "depends on", "g-4"): True,
        ("g-4", "depends on", "g-3"): True,
        ("g-5", "duplicate of", "g-2"): False,
        ("g-7", "depends on", "g-2"): False,
    }
    text = store("graph").stdout
    assert "  depends on g-9 (missing)\n" in text
    assert "  depends on g-4 [open] The other (circle)\n" in text
    assert "g-6 [closed] Done" in store("graph", "--all").stdout
    assert {node["id"] for node in json.loads(store("graph", "Child", "--json").stdout)["nodes"]} == {
        "g-1", "g-2", "g-3", "g-9",
    }  # fmt: skip


def test_the_drawing_is_xml_without_scripts_and_boxes_do_not_overlap(store: Tk) -> None:
    root = ET.fromstring(store("graph", "--all", "--format", "svg").stdout)  # noqa: S314 - what tk wrote itself
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags == {"svg", "title", "rect", "defs", "marker", "path", "g", "text"}
    boxes = [(box.get("x"), box.get("y")) for box in root.iter() if box.get("rx")]
    assert len(boxes) == len(set(boxes)) == 8
    assert any("<script>" in (element.text or "") for element in root.iter())


def test_hostile_titles_stay_labels(store: Tk) -> None:
    lines = store("graph", "--format", "mermaid").stdout.splitlines()
    assert lines[0] == "flowchart LR"
    pattern = re.compile(r'    (n\d+\["[^"<>]*"\]|n\d+ -[-.]+>?(\|[a-z ]+\|)? n\d+)')
    assert [line for line in lines[1:] if not pattern.fullmatch(line)] == []
    for form in ("text", "mermaid", "dot", "svg"):
        assert "\x1b" not in store("graph", "--format", form).stdout
    lines = store("graph", "--format", "dot").stdout.splitlines()
    quoted = r'"(?:[^"\\]|\\.)*"'
    pattern = re.compile(rf"    {quoted}(?: -> {quoted})? \[(?:label={quoted}|style=\w+.*)\];")
    assert [line for line in lines[3:-1] if not pattern.fullmatch(line)] == []


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_reads_it(store: Tk) -> None:
    text = store("graph", "--all", "--format", "dot").stdout
    done = subprocess.run(["dot", "-Tplain"], input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout.count("\nnode ")) == (0, "", 8)


def test_a_large_graph_is_refused_and_a_long_circle_is_no_recursion(store: Tk) -> None:
    for number in range(1500):
        store.write(f"c-{number}", "In a ring", deps=f"c-{(number + 1) % 1500}")
    done = store("graph")
    assert (done.code, done.stdout) == (3, "")
    assert "more than 500" in done.stderr
    found = json.loads(store("graph", "--limit", "0", "--json").stdout)
    assert sum(node["circle"] for node in found["nodes"]) == 1502
    done = store("graph", "--format", "sgv")
    assert (done.code, "Did you mean 'svg'?" in done.stderr) == (2, True)
