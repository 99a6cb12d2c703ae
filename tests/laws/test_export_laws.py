"""What `tk export jsonl` writes and `tk import jsonl` reads into an empty store is the same tickets."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from architecture.sources import ROOT
from law_examples import examples
from plaintickets.actions.export import StoreExport
from plaintickets.actions.import_tickets import ImportOptions, import_tickets
from plaintickets.core import fields
from plaintickets.core.builtinfields import BUILTIN_FIELDS, SHAPED
from plaintickets.core.comments import Comment, appended
from plaintickets.core.document import parse
from plaintickets.core.ticket_parts import parts_of
from plaintickets.errors import RefusedError
from plaintickets.exporters import pieces
from plaintickets.importers import records
from plaintickets.importers.sources import Sources
from plaintickets.project import Project, Surroundings
from plaintickets.store import comment_files

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINES = [
    "",
    "a line",
    "**2026-01-01T00:00:00Z** · Bo",
    "---",
    "## Notes",
    "# x",
    "    code",
    "```",
    "~~~ sh",
    "<!--",
    "-->",
    "\\**2026-",
    "trailing blanks  ",
    "\x1b[31m\u202eü\u200b",
    "@ada fixes #12",
]
TEXT = st.lists(st.sampled_from(LINES), max_size=5).map("\n".join)
SAID = TEXT.filter(str.strip)
DATES = st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-01T00:00:01.5Z", "2026-01-02T03:04:05+02:00"])
COMMENT = st.builds(
    Comment, DATES, st.sampled_from(["", "Ada <ada@example.org>", "Bø: the, 'second'"]), st.booleans(), SAID
)
WORDS = st.sampled_from(["a", "b c", "no", "0755", "x: y", "ö", "#7", "-x", "=1+1", "[z]", "'", "~", " x", "é\u2028"])
VALUES = st.recursive(
    WORDS | st.just(""),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["k", "l m"]), inner, max_size=2),
    max_leaves=4,
)
PLAUSIBLE = st.sampled_from([3, 2.5, True, "2026-01-02", "2026-01-02T03:04:05Z", "aa-1", "reporter", "bo@2026-01-02"])
KEYS = ("other", "conflicts", *sorted(BUILTIN_FIELDS.keys() - {"id", "status", "title", "deps", "tags"}))
TITLES = st.sampled_from(["T", "A `title`: of #1 \\ *x*", "=cmd", ""])


def values_of(key: str) -> st.SearchStrategy[Any]:
    """Values that a reader accepts for a key."""
    if key not in SHAPED:
        return PLAUSIBLE | VALUES
    return st.lists(WORDS, max_size=3) if fields.is_list(BUILTIN_FIELDS[key]) else PLAUSIBLE | WORDS


@st.composite
def tickets(draw: Any) -> tuple[str, bytes, list[Comment]]:
    """The store path and the bytes of a ticket, and its comments in separate files."""
    name = draw(st.sampled_from(["aa-1", "aa-2", "B.x_9"]))
    path = draw(st.sampled_from(["", "archive/2025/"])) + name + ".md"
    document = parse(f"---\nid: {name}\nstatus: {draw(st.sampled_from(['open', 'odd']))}\n---\n".encode(), path)
    title = draw(TITLES)
    if title and draw(st.booleans()):
        document = document.with_key("title", title)
    for key in ("deps", "tags"):
        document = document.with_key(key, draw(st.lists(st.sampled_from(["a", "b", "no"]), unique=True, max_size=3)))
    for key in draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=4)):
        line = f"{key}: {json.dumps(draw(values_of(key)))}\n"  # JSON is YAML
        document = parse(document.to_bytes().replace(b"\n---\n", f"\n{line}---\n".encode()), path)
    body = (f"# {title}\n\n" if title else "") + draw(TEXT) + "\n"
    for comment in draw(st.lists(COMMENT, max_size=3)):
        body = appended(body, comment)
    content = document.with_body(body).to_bytes()
    apart = draw(st.lists(COMMENT, max_size=2))
    if not title:  # in the file of a ticket without a title, a heading of a comment would be its title
        apart = [one for one in apart if "# x" not in one.text]
    if b"<!--" in content:  # this would end what the text leaves open: see the test below
        apart = [one for one in apart if "-->" not in one.text]
    return path, content.replace(b"\n", b"\r\n") if draw(st.booleans()) else content, apart


def opened(folder: Path) -> Project:
    random = Random(1)
    return Project.open(Surroundings(str(folder), {}, lambda: NOW, random.randrange, lambda _: None))


def exported(folder: Path) -> bytes:
    export = StoreExport(opened(folder))
    found = b"".join(pieces("jsonl", export))
    assert export.problems == [one for one in export.problems if one.code == "id-mismatch"]
    return found


def imported(text: bytes, folder: Path) -> Any:
    found = records("jsonl", Sources(["-"], io.BytesIO(text)))
    return import_tickets(opened(folder), found, ImportOptions(own_names=True))


def held(folder: Path) -> dict[str, Any]:
    """Everything that the tickets hold, read without the exporter."""
    project = opened(folder)
    found = {}
    for path in project.paths.values():
        document = project.document_at(path)
        keys, text, _ = parts_of(document)
        found[path] = keys, text, sorted(project.comments(document))
    return found


@settings(max_examples=examples(160), deadline=None)
@given(st.lists(tickets(), max_size=3, unique_by=lambda one: one[0].rpartition("/")[2]))
def test_importing_an_export_into_an_empty_store_is_the_identity(some: list[tuple[str, bytes, list[Comment]]]) -> None:
    with tempfile.TemporaryDirectory() as top:
        here, there = Path(top) / "here", Path(top) / "there"
        for folder in (here, there):
            (folder / ".tickets" / "archive" / "2025").mkdir(parents=True)
        for path, content, apart in some:
            (here / ".tickets" / path).write_bytes(content)
            for number, comment in enumerate(apart):
                place, text = comment_files.file_of(path, comment, f"{number}")
                (here / ".tickets" / place).parent.mkdir(exist_ok=True)
                (here / ".tickets" / place).write_bytes(text)
        text = exported(here)
        done = imported(text, there)
        assert len(done.created) == len(some)
        assert exported(there) == text
        assert held(there) == held(here)
        again = imported(text, there)
        assert (again.created, again.updated, again.unchanged) == ([], [], len(some))


def test_a_comment_that_the_text_of_its_ticket_would_swallow_is_refused(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        (folder / ".tickets").mkdir(parents=True)
    body = "<!--\n\n## Notes\n\n**2026-01-01T00:00:01.5Z**\n\n# x\n"
    (here / ".tickets" / "aa-1.md").write_text(f"---\nid: aa-1\nstatus: open\n---\n{body}", encoding="utf-8")
    place, text = comment_files.file_of("aa-1.md", Comment("2026-01-01T00:00:00Z", "", False, "-->"), "1")
    (here / ".tickets" / place).parent.mkdir()
    (here / ".tickets" / place).write_bytes(text)
    with pytest.raises(RefusedError, match="line 1: cannot be written so that it reads back the same"):
        imported(exported(here), there)
    assert list((there / ".tickets").iterdir()) == []


@pytest.mark.parametrize("example", ["bugtracker", "helpdesk"])
def test_the_examples_come_back_byte_for_byte(example: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / example / ".tickets", tmp_path / "here" / ".tickets")
    shutil.copytree(
        ROOT / "examples" / example / ".tickets",
        tmp_path / "there" / ".tickets",
        ignore=lambda folder, names: [name for name in names if name.endswith(".md") and folder.endswith("s")],
    )
    text = exported(tmp_path / "here")
    imported(text, tmp_path / "there")
    assert exported(tmp_path / "there") == text
    for path in opened(tmp_path / "here").paths.values():
        assert (tmp_path / "there" / ".tickets" / path).read_bytes() == (
            tmp_path / "here" / ".tickets" / path
        ).read_bytes()
