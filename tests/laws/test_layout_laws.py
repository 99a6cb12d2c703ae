"""Moving a store to another layout and back: the same parts in every ticket, whatever stands in it."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from law_examples import examples
from plaintickets.actions.migrate import migrate
from plaintickets.core.comments import Comment, appended
from plaintickets.core.document import parse
from plaintickets.core.ticket_parts import comment_with_lf, parts_of
from plaintickets.project import Project, Surroundings

if TYPE_CHECKING:
    from plaintickets.core.document import Document

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DATES = ["2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2026-01-01T00:00:01.5Z", "2026-01-02T03:04:05+02:00"]
LINES = [
    "",
    "a line",
    "**2026-01-01T00:00:00Z** · Bo",
    "<<<<<<< HEAD",
    "---",
    "## Notes",
    "\\**2026-",
    "# x",
    " - y",
    "ü: [z]",
]
TEXT = st.lists(st.sampled_from(LINES), min_size=1, max_size=4).map("\n".join).filter(str.strip)
COMMENT = st.builds(
    Comment, st.sampled_from(DATES), st.sampled_from(["", "Ada", "Bø: the, 'second'", "no"]), st.booleans(), TEXT
)
ITEMS = st.lists(st.sampled_from(["a", "b c", "no", "0755", "x: y", "ö", "#7", "-x", "~x"]), unique=True, max_size=4)
LOOSE = st.sampled_from(["", "\n## Notes\n\nLoose text.\n", "\n## Notes\n", "\nText.\n", "\n## More\n\n## Notes\n"])


@st.composite
def tickets(draw: Any) -> bytes:
    document = parse(b"---\nid: aa-1\nstatus: open\ndeps: []\nlinks: [q, p] # both\n---\n# T\n", "aa-1.md")
    for key in ("deps", "tags", "other"):
        document = document.with_key(key, draw(ITEMS), block=draw(st.booleans()))
    body = document.body + draw(LOOSE)
    for comment in sorted(draw(st.lists(COMMENT, max_size=5)), key=lambda comment: comment.date):
        body = appended(body, comment)
    content = document.with_body(body).to_bytes()
    return content.replace(b"\n", b"\r\n") if draw(st.booleans()) else content


def parts(project: Project, *, ordered: bool = True) -> tuple[Any, ...]:
    """Everything a ticket holds, wherever it stands."""
    document: Document = project.document_at("aa-1.md")
    assert document.problems == []
    held = parts_of(document)
    fields = {
        key: value if ordered or not isinstance(value, list) else sorted(map(str, value))
        for key, value in held.fields.items()
    }
    return fields, held.text.removesuffix("## Notes").rstrip(), list(map(comment_with_lf, project.comments(document)))


@settings(max_examples=examples(60), deadline=None)
@given(tickets(), st.integers(0, 999))
def test_there_and_back_again_nothing_is_lost(content: bytes, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / ".tickets"
        store.mkdir()
        (store / "aa-1.md").write_bytes(content)
        random = Random(seed)
        project = Project.open(Surroundings(folder, {}, lambda: NOW, random.randrange, lambda _: None))
        before = parts(project, ordered=False)
        migrate(project, {"format.lists": "block", "format.comments": "files"})
        away = parts(project, ordered=False)
        assert away == before
        assert project.document_at("aa-1.md").comments == []
        assert (project.config.format_lists, project.config.format_comments) == ("block", "files")
        block = (store / "aa-1.md").read_bytes()
        migrate(project, {"format.lists": "block", "format.comments": "files"})
        assert (store / "aa-1.md").read_bytes() == block
        migrate(project, {"format.lists": "inline", "format.comments": "body"})
        assert parts(project, ordered=False) == before
        assert not (store / "aa-1.d").exists()
        assert b"links: [q, p] # both" in (store / "aa-1.md").read_bytes()
