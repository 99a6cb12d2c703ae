"""Setting a key changes its lines and no other; every value and every comment survives writing and reading."""

from __future__ import annotations

import random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from law_examples import examples
from plaintickets.core.comments import Comment
from plaintickets.core.document import LISTS, parse
from plaintickets.core.frontmatter import SCALARS
from plaintickets.store.all_files import Survey, sheet
from plaintickets.store.reading import MAX_BYTES
from soak.documents import KEYS, disagreements, edit_faults, some_document

CHARACTERS = st.characters(exclude_categories=["Cs"])
LINES = st.text(CHARACTERS, max_size=30)
VALUES = st.one_of(LINES, st.lists(LINES, max_size=4))
DOCUMENTS = st.integers(0, 2**32).map(lambda seed: some_document(random.Random(seed)))
ODD = st.sampled_from(
    [
        "<<<<<<< HEAD",
        "=======",
        "## Notes",
        "# Title",
        "---",
        "**2026-01-01T00:00:00Z**",
        "\\**2026-01-01T00:00:00Z** · x",
        "",
        "\\<<<<<<< x",
    ]
)
FRONT_LINES = st.sampled_from(
    ["id: aa-1", "status: open", "deps: [aa-2]", "tags: [a, b]", "x: 1", "x: 2", "# x: 3", ""]
)
REMARKS = st.lists(st.one_of(ODD, LINES), min_size=1, max_size=5).map("\n".join)


@settings(max_examples=examples(300), deadline=None)
@given(DOCUMENTS, st.sampled_from(KEYS), VALUES)
def test_setting_a_key_changes_its_lines_only_and_reads_back_as_set(
    content: bytes, key: str, value: str | list[str]
) -> None:
    _, found = edit_faults(content, key, list(value) if isinstance(value, list) else value)
    assert found == []


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(FRONT_LINES, max_size=8, unique=True), st.sampled_from(("id", "status", "deps", "tags", "x")))
def test_a_survey_knows_the_line_of_each_key_as_the_document_does(lines: list[str], key: str) -> None:
    content = "\n".join(["---", *lines, "---", "# Title", ""]).encode()
    document = parse(content, "aa-1.md")
    surveyed = Survey("", {"aa-1.md": sheet("aa-1.md", content, MAX_BYTES)}, MAX_BYTES, {"aa-1.md": content})
    assume(surveyed.tickets)
    assert surveyed.line_of(surveyed.tickets["aa-1"], key) == document.line_of(key)


@settings(max_examples=examples(200), deadline=None)
@given(DOCUMENTS, st.sampled_from(KEYS))
def test_removing_a_key_leaves_every_other_line(content: bytes, key: str) -> None:
    _, found = edit_faults(content, key, None)
    assert found == []


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from(KEYS), VALUES)
def test_every_value_survives_in_a_plain_ticket(key: str, value: str | list[str]) -> None:
    ticket = parse(b"---\nid: aa-1\nstatus: open\n---\n# Title\n", "aa-1.md")
    assume(key not in SCALARS or isinstance(value, str))
    assume(key not in LISTS or isinstance(value, str) or "" not in value)
    written = ticket.with_key(key, list(value) if isinstance(value, list) else value)
    assert parse(written.to_bytes(), "aa-1.md").keys[key] == value


@settings(max_examples=examples(200), deadline=None)
@given(DOCUMENTS)
def test_keys_are_read_as_yaml_reads_their_text(content: bytes) -> None:
    assert disagreements(content) == []


@settings(max_examples=examples(400), deadline=None)
@given(st.sampled_from([b"", b"\xef\xbb\xbf"]), st.booleans(), st.lists(REMARKS, min_size=1, max_size=3), LINES)
def test_comments_survive_whatever_their_text(mark: bytes, carriage: bool, remarks: list[str], author: str) -> None:
    content = mark + b"---\nid: aa-1\n---\n# Title"
    document = parse(content.replace(b"\n", b"\r\n") if carriage else content, "aa-1.md")
    for number, remark in enumerate(remarks):
        document = document.with_comment(Comment("2026-01-01T00:00:00Z", author, number % 2 == 1, remark))
    again = parse(document.to_bytes(), "aa-1.md")
    assert again.problems == []
    assert [comment.text for comment in again.comments] == [_kept(remark) for remark in remarks]
    assert [comment.internal for comment in again.comments] == [number % 2 == 1 for number in range(len(remarks))]
    assert len({comment.author for comment in again.comments}) == 1


def _kept(remark: str) -> str:
    return remark.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
