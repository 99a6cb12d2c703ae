"""Each format is well-formed, whatever the tickets hold, and reads back as what they hold."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import subprocess
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from built_once import built_once
from plaintickets.core.servicedesk.ics import read_holidays
from plaintickets.exporters import EXPORTERS
from plaintickets.exporters.jira_markup import wiki

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

TITLE = "=cmd|' /C calc'!A0; `id` $(touch ran) <b> \"quoted\", 'single' | ünïcode"
TEXT = """\
=1+1 is mentioned by @mallory and closes #12; \\N and \\. and a tab\there.
/close

```sh
/close @code #34
```

## Steps

- **bold** {macro} [a link](https://example.org/x)
TK_END
$(touch ran) `touch ran`
\\.
"""
COMMENTS = """
## Notes

**2026-01-03T04:05:06Z** · Ada; the first

=2+2 by @mallory
TK_END

**2026-01-04T04:05:06Z** · Bob · internal

A secret remark.
"""


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """Three tickets: one full of attacks and with comments, one that it waits for, and a closed one."""
    more = f"tags: [io, 'a;b']\nassignee: {json.dumps(TITLE)}\ndue: 2026-03-05\nmilestone: 2.0\nzz: {{a: [b, c]}}\n"
    repository.tk.write("pt-1", TITLE, deps="pt-2", more=more, body=TEXT + COMMENTS)
    repository.tk.write("pt-2", "Second", priority="0", more="parent: pt-1\n")
    repository.tk.write("pt-3", "Third", status="closed", more="closed: 2026-02-01T00:00:00Z\nmilestone: 2.0\n")
    repository.commit_all()
    return repository


def exported(store: Repository, *words: str) -> str:
    done = store.tk("export", *words)
    assert done.code == 0, done.stderr
    return done.stdout


def objects(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_json_lines_hold_everything(store: Repository) -> None:
    first, second, third = objects(exported(store, "jsonl"))
    assert (first["title"], first["text"]) == (TITLE, TEXT.rstrip("\n"))
    assert first["fields"]["zz"] == {"a": ["b", "c"]}
    assert first["fields"]["deps"] == ["pt-2"]
    assert [list(comment.values()) for comment in first["comments"]] == [
        ["2026-01-03T04:05:06Z", "Ada; the first", False, "=2+2 by @mallory\nTK_END"],
        ["2026-01-04T04:05:06Z", "Bob", True, "A secret remark."],
    ]
    assert second["fields"]["parent"] == "pt-1"
    assert third["id"] == "pt-3"


def test_no_cell_of_a_table_is_a_formula(store: Repository) -> None:
    for name in ("csv", "jira-csv"):
        rows = list(csv.reader(io.StringIO(exported(store, name)), strict=True))
        assert {len(row) for row in rows} == {len(rows[0])}
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    row = next(csv.DictReader(io.StringIO(exported(store, "csv"))))
    assert (row["title"], row["tags"], row["zz"]) == (f"'{TITLE}", "io,a;b", '{"a": ["b", "c"]}')
    assert row["text"] == f"'{TEXT.rstrip()}"


def test_jira_gets_repeated_columns_numbers_and_wiki_markup(store: Repository) -> None:
    header, first, second, third = csv.reader(io.StringIO(exported(store, "jira-csv", "--internal")))
    of = [name for name in header if name in ("Labels", "Comment", "Fix versions")]
    assert of == ["Labels", "Labels", "Fix versions", "Comment", "Comment"]
    assert first[header.index("Comment")] == "2026-01-03 04:05:06;Ada, the first;=2+2 by @mallory\nTK_END"
    assert first[header.index("Inward issue link (Blocks)")] == "pt-2"
    assert second[header.index("Parent id")] == first[header.index("Issue id")]
    assert third[header.index("Resolved")] == "2026-02-01 00:00:00"
    text = first[header.index("Description")]
    assert "{code:sh}\n/close @code #34\n{code}" in text
    assert "h2. Steps" in text
    assert "* *bold* \\{macro\\} [a link|https://example.org/x]" in text


@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_nothing_in_an_issue_notifies_names_or_commands(store: Repository, name: str) -> None:
    for issue in objects(exported(store, name)):
        rows = [issue["issue"].get("body", issue["issue"].get("description"))]
        rows += [one["body"] for one in issue.get("comments", issue.get("notes"))]
        for text in [*rows, issue["issue"]["title"]]:
            outside = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
            assert not re.search(r"@\w|#\d|^/", outside, re.MULTILINE), outside
            assert "/close @code #34" in text or "```" not in text


def test_github_gets_times_labels_and_no_internal_comment(store: Repository) -> None:
    first, _, third = objects(exported(store, "github"))
    assert first["issue"]["labels"] == ["io", "a;b", "task", "priority: medium"]
    assert [one["created_at"] for one in first["comments"]] == ["2026-01-03T04:05:06Z"]
    assert (third["issue"]["closed"], third["issue"]["closed_at"]) == (True, "2026-02-01T00:00:00Z")
    assert "left out: 1 internal comment (--internal" in store.tk("export", "github").stderr
    assert "A secret remark" in exported(store, "github", "--internal")


def test_gitlab_gets_internal_notes_and_confidential_issues(store: Repository) -> None:
    store.tk.write("pt-4", "Hidden", more="visibility: internal\n")
    first, _, _, hidden = objects(exported(store, "gitlab"))
    assert [note["internal"] for note in first["notes"]] == [False, True]
    assert (first["issue"]["confidential"], hidden["issue"]["confidential"]) == (False, True)


@pytest.mark.parametrize("name", [name for name, one in EXPORTERS.items() if one.calls])
def test_the_calls_give_the_client_the_same_json_and_run_nothing_else(
    store: Repository, tmp_path: Path, name: str
) -> None:
    client = EXPORTERS[name].calls
    environment = store.tk.plugin(client, 'printf "%s\\n" "$*" >> args; cat >> bodies\n')
    script = exported(store, name, "--calls")
    folder = tmp_path / "calls"
    folder.mkdir()
    subprocess.run(["sh", "-"], input=script, text=True, cwd=folder, env=environment, check=True)
    assert sorted(path.name for path in folder.iterdir()) == ["args", "bodies"]
    bodies = objects((folder / "bodies").read_text("utf-8"))
    lines = objects(exported(store, name))
    if name == "github":
        assert bodies == lines
    else:
        parts = [[one["issue"], *one["notes"], *([one["close"]] if "close" in one else [])] for one in lines]
        assert bodies == [body for part in parts for body in part]
    assert len((folder / "args").read_text("utf-8").splitlines()) == len(bodies)


def test_a_calendar_has_short_lines_and_the_deadlines_of_open_tickets(store: Repository) -> None:
    text = store.tk("export", "ics").stdout
    raw = text.encode()
    assert max(len(line) for line in raw.split(b"\n")) <= 76  # 75, and what is left of the line end
    days = read_holidays(raw).dates
    assert list(days) == ["2026-03-05"]
    assert f"{TITLE} (pt-1)".replace('"', "")[:40] in days["2026-03-05"].replace('"', "")
    assert "Milestone 2.0: 1 of 2 open" in days["2026-03-05"]
    assert date.fromisoformat("2026-03-05").strftime("DTSTART;VALUE=DATE:%Y%m%d") in text


def test_a_calendar_has_the_deadlines_of_the_clocks(store: Repository) -> None:
    (store.tk.store / "sla.yml").write_text(
        "- name: all\n  if: status:open\n  calendar: always\n  targets: {first_response: 2h}\n", "utf-8"
    )
    (store.tk.store / "pt-1.md").unlink()
    store.commit_all()
    text = exported(store, "ics")
    assert "SUMMARY:SLA first response: Second (pt-2)" in text
    assert "pt-3" not in text


def test_a_database_answers_questions_and_finds_words(store: Repository, tmp_path: Path) -> None:
    file = tmp_path / "out.db"
    assert store.tk("export", "sqlite", "-o", str(file)).code == 0
    database = sqlite3.connect(file)
    assert database.execute("SELECT id, priority, is_done FROM tickets").fetchall() == [
        ("pt-1", 2, 0),
        ("pt-2", 0, 0),
        ("pt-3", 2, 1),
    ]
    assert database.execute("SELECT title, text FROM tickets LIMIT 1").fetchone() == (TITLE, TEXT.rstrip("\n"))
    assert database.execute("SELECT internal, text FROM comments WHERE number = 2").fetchall() == [
        (1, "A secret remark.")
    ]
    assert database.execute("SELECT kind, other FROM links").fetchall() == [("deps", "pt-2"), ("parent", "pt-1")]
    found = database.execute("SELECT title FROM tickets_fts WHERE tickets_fts MATCH 'macro'").fetchall()
    assert found == [(TITLE,)]
    counted = database.execute("SELECT count(*) FROM changes WHERE kind = 'created'").fetchone()
    assert counted == (3,)


def _copied(text: str, table: str) -> list[list[str | None]]:
    """The rows that COPY reads, by the rules of PostgreSQL's manual."""
    block = text.partition(f'COPY "{table}" ')[2].partition("FROM stdin;\n")[2].partition("\n\\.\n")[0]
    signs = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}

    def value(cell: str) -> str | None:
        return None if cell == "\\N" else re.sub(r"\\(.)", lambda found: signs[found[1]], cell)

    return [[value(cell) for cell in line.split("\t")] for line in block.split("\n")]


def test_copy_reads_what_the_tickets_hold(store: Repository) -> None:
    text = exported(store, "postgresql")
    first = _copied(text, "tickets")[0]
    assert (first[1], first[2], first[-1]) == ("pt-1", TITLE, TEXT.rstrip("\n"))
    assert json.loads(first[-2] or "")["zz"] == {"a": ["b", "c"]}
    assert [row[4:] for row in _copied(text, "comments")][1] == ["Bob", "1", "A secret remark."]
    assert [line for line in text.split("\n") if line.startswith("\\")] == ["\\set ON_ERROR_STOP on", *["\\."] * 4]


def test_each_document_follows_its_action(store: Repository) -> None:
    lines = objects(exported(store, "opensearch"))
    actions, documents = lines[::2], lines[1::2]
    assert all(list(action) == ["index"] for action in actions)
    names = [action["index"]["_id"] for action in actions]
    assert len(set(names)) == len(names)
    assert documents[0]["title"] == TITLE
    assert documents[0]["comments"][1]["internal"] is True
    assert {"name": "zz", "value": '{"a": ["b", "c"]}'} in documents[0]["fields"]


def test_a_digest_closes_code_and_keeps_headings_below_the_ticket(store: Repository) -> None:
    store.tk.write("pt-4", "# Fourth", body="# Top\n\n```\nleft open\n")
    text = exported(store, "markdown")
    assert "# project: 4 tickets" in text
    headings = re.findall(r"^#+ .*$", text, re.MULTILINE)
    assert headings[1].startswith("## pt-1 =cmd\\|")
    assert "#### Steps" in headings
    assert text.endswith("### Top\n\n```\nleft open\n```\n")


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("1. one\n2. two\n   - inner", "# one\n# two\n** inner"),
        ("> said", "bq. said"),
        ("`a {b}` and ~~gone~~", "{{a \\{b\\}}} and -gone-"),
        ("![picture](x.png)", "!x.png!"),
        ("```\nleft {open}", "{code}\nleft {open}\n{code}"),
        ("plain text", "plain text"),
    ],
)
def test_markdown_becomes_wiki_markup(markdown: str, expected: str) -> None:
    assert wiki(markdown) == expected
