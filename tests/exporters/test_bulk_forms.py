"""The files for PostgreSQL and OpenSearch keep to the grammar of their manuals, whatever the tickets hold.

PostgreSQL 16: COPY, text format, and the ranges of its types. OpenSearch 2: the bulk API, the names of indexes, and
dynamic mapping, for which a field has one type in all documents.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from built_once import built_once
from plaintickets.exporters.tables import TABLES

if TYPE_CHECKING:
    from builders import Repository

NOTES = """
## Notes

**2026-13-45T00:00:00Z** · A

on no day

**2026-02-03T00:00:00Z** · B · internal

twice

**2026-02-03T00:00:00Z** · B · internal

twice
"""
HOSTILE = {
    "pt-1": ("created: 2026-01-02T03:04:05Z\npriority: 99999999999999999999999\ndue: 2026-02-31\n", "# Large\n"),
    "pt-2": ("created: yesterday\npriority: high\ndue: soon\ndeps: [pt-1, pt-1]\n", "# Words \\N \\. \\t\n\n\\.\n"),
    "pt-3": ("created: 99999-01-01T00:00:00Z\ndue: 0000-00-00\n", "# NUL \0 \x1b[31m\n\n\0\\\0\n" + NOTES),
    "pt-4": ('created: 2026-01-02T03:04:05+14:00\nmap: {a: {b: [1, "x\\0y"]}}\n"a.b": 1\n', "# 😀 \\x41\r\n"),
    "pt-5": ("created: 0001-01-01T00:00:00Z\ndue: 0001-01-01\na: {b: 1}\n", "# Old\ttab\x0b\x85\u2028\n"),
    "pt-6": ("created: 2026-01-02\ntags: text\nparent: pt-6\nmap: word\n", "# Other types\n"),
}
SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    for name, (front, body) in HOSTILE.items():
        text = f"---\nid: {name}\nstatus: open\ntype: task\n{front}---\n{body}"
        (repository.tk.store / f"{name}.md").write_bytes(text.encode())
    repository.commit_all()
    return repository


def exported(store: Repository, form: str) -> str:
    done = store.tk("export", form, "-o", "out.txt")
    assert done.code == 0, done.stderr
    return (store.folder / "out.txt").read_bytes().decode()


def cell(text: str, kind: str) -> Any:
    """Return a value as PostgreSQL reads it; raise ValueError for one that it refuses."""
    if text == "\\N":
        return None
    assert not re.search(r"[\n\r\t\0]|\\(?![bfnrtv\\])", re.sub(r"\\\\", "", text))
    found = re.sub(r"\\(.)", lambda match: SIGNS[match[1]], text)
    if kind == "int":
        assert -(2**63) <= int(found) < 2**63
    elif kind == "bool":
        assert found in {"0", "1", "t", "f", "true", "false"}
    elif kind == "date":
        assert re.fullmatch(DAY, found)
        date.fromisoformat(found)
    elif kind == "moment":
        assert re.fullmatch(DAY + r"T[0-9:]{8}Z", found)
        datetime.fromisoformat(found)
    elif kind == "json":
        json.loads(found)
        assert "\\u0000" not in found
    return found


def test_copy_takes_each_row(store: Repository) -> None:
    text = exported(store, "postgresql")
    head, _, rest = text.partition("BEGIN;\n")
    assert head == "\\set ON_ERROR_STOP on\n"
    assert "SET LOCAL client_encoding = 'UTF8';\n" in rest
    assert text.endswith("COMMIT;\n")
    blocks = re.findall(r'^COPY "(\w+)" \((.*)\) FROM stdin;\n((?:.*\n)*?)\\\.\n', text, re.MULTILINE)
    assert [name for name, _, _ in blocks] == ["tickets", "comments", "links", "changes"]
    for name, columns, block in blocks:
        table = TABLES[name]
        assert columns == ", ".join(f'"{column}"' for column in table.columns)
        keys = set[tuple[Any, ...]]()
        rows = block.split("\n")[:-1]
        for line in rows:
            cells = line.split("\t")
            assert len(cells) == len(table.columns)
            row = dict(zip(table.columns, map(cell, cells, table.columns.values()), strict=True))
            keys.add(tuple(row[column] for column in table.key))
        assert len(keys) == len(rows)
        assert all(None not in key for key in keys)


def test_the_bulk_api_takes_each_document(store: Repository) -> None:
    text = exported(store, "opensearch")
    assert text.endswith("\n")
    lines = text.split("\n")[:-1]
    assert len(lines) % 2 == 0
    kinds = dict[tuple[str, str], set[str]]()
    names = set[tuple[str, str]]()
    for action, line in zip(lines[::2], lines[1::2], strict=True):
        ((verb, target),) = unique(action).items()
        assert (verb, target.keys()) == ("index", {"_index", "_id"})
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,254}", target["_index"])
        assert 0 < len(target["_id"].encode()) <= 512
        names.add((target["_index"], target["_id"]))
        for path, kind in typed(unique(line), ""):
            kinds.setdefault((target["_index"], path), set()).add(kind)
    assert len(names) == len(lines) // 2
    assert {place: found for place, found in kinds.items() if len(found) > 1} == {}


def unique(line: str) -> dict[str, Any]:
    def checked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        assert len(found) == len(pairs)
        return found

    found: dict[str, Any] = json.loads(line, object_pairs_hook=checked)
    return found


def typed(value: Any, path: str) -> list[tuple[str, str]]:
    """Return the types that dynamic mapping sees: of a list, those of its members; a date is a type of its own."""
    if isinstance(value, dict):
        assert all(name and "." not in name for name in value)
        return [found for name, inner in value.items() for found in typed(inner, f"{path}.{name}")]
    if isinstance(value, list):
        return [found for inner in value for found in typed(inner, path)]
    if value is None:
        return []
    if path.rpartition(".")[2] in {"created", "closed", "due", "date"}:
        assert re.fullmatch(DAY + r"(?:T[0-9:]{8}Z)?", value)
        datetime.fromisoformat(value)
        return [(path, "date")]
    return [(path, {bool: "bool", int: "int", float: "float"}.get(type(value), "text"))]
