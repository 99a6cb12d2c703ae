"""`tk import jira` reads the CSV of all fields, whose columns repeat."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository

HEADER = (
    "Summary,Issue key,Issue id,Issue Type,Status,Priority,Created,Updated,Labels,Labels,Fix versions,Fix versions,"
    "Description,Inward issue link (Blocks),Outward issue link (Duplicate),Attachment,Comment,Comment,"
    "Custom field (Story points),Parent,Status Category\n"
)
ROWS = HEADER + (
    '"Parser, of lines",P-1,10,Bug,In Review,Major,30/Sep/21 5:20 PM,2021-10-01 08:00,io,parser,2.0,2.1,'
    '"h2. Steps\n* run {{tk}}\nsee P-2",P-2,,30/Sep/21 17:21;Ada;log.txt;https://x.example/log.txt,'
    '"30/Sep/21 6:00 PM;Ada Lovelace;It is *so*; and more",30/Sep/21 18:30;Grace;Second,5,,In Progress\n'
    "Other,P-2,11,Story,Done,,2021-09-01 07:00,,,,,,,,,,,,,P-1,Done\n"
    "Twin,P-3,12,Bug,Done,None,2021-09-02 07:00,,,,,,,,P-1,,,,,,Done\n"
)


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk("init")
    return repository


def test_repeated_columns_links_comments_and_own_fields_are_kept(store: Repository) -> None:
    (store.folder / "issues.csv").write_text(ROWS, encoding="utf-8-sig", newline="")
    done = json.loads(store.tk("import", "jira", "issues.csv", "--json").stdout)
    first, second, third = done["created"]
    text = store.tk.text(first)
    for part in (
        f"deps: [{second}]\n",
        "created: 2021-09-30T17:20:00Z\n",
        "status: in_progress\n",
        "jira-status: In Review\n",
        "priority: 1\n",
        "tags: [io, parser]\n",
        'milestone: "2.0"\n',
        "jira-story-points: 5\n",
        "# Parser, of lines\n",
        f"### Steps\n\n- run `tk`\nsee {second}\n",
        "- [log.txt](https://x.example/log.txt)",
        "**2021-09-30T18:00:00Z** · Ada Lovelace\n\nIt is **so**; and more\n",
        "**2021-09-30T18:30:00Z** · Grace\n\nSecond\n",
    ):
        assert part in text, (part, text)
    assert f"parent: {first}\n" in store.tk.text(second)
    assert f"duplicate-of: {first}\n" in store.tk.text(third)
    assert "jira-priority: None\n" in store.tk.text(third)
    assert done["unknown"] == {"priorities: None": 1}
    assert store.tk("check").code == 0
    head = store.git("rev-parse", "HEAD")
    assert store.tk("import", "jira", "issues.csv").stdout == "0 imported, 3 here already\n"
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "?? issues.csv")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"a,b\n1,2\n", "issues.csv: line 1: is no table of Jira"),
        (b"Summary,Issue key\nA,P-1,x\n", "issues.csv: row 1: has 3 columns"),
        (
            b"Summary,Issue key,Created\nA,P-1,2020-01-01\nB,P-2,long ago\n",
            "issues.csv: row 2: 'long ago' is no moment",
        ),
        (b'Summary,Issue key\n"A,P-1\n', "issues.csv: row 1: "),
        (b"Summary,Issue key\nA,\n", "issues.csv: row 1: has no issue key"),
        (b"Summary,Issue key\n\xff,P-1\n", "issues.csv: line 2: is not UTF-8"),
    ],
)
def test_a_bad_table_is_refused_whole_with_the_number_of_the_row(store: Repository, content: bytes, named: str) -> None:
    (store.folder / "issues.csv").write_bytes(content)
    refused = store.tk("import", "jira", "issues.csv")
    assert (refused.code, named in refused.stderr) == (3, True), refused.stderr
    assert store.git("status", "--porcelain") == "?? issues.csv"
