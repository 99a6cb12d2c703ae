"""`tk report` as a user runs it."""

from __future__ import annotations

import csv
import io
import json
from functools import partial
from typing import TYPE_CHECKING

import pytest
from defusedxml import ElementTree

from built_once import built_once
from law_examples import part
from plaintickets.core.table import Column, Table
from plaintickets.render.tables import rendered
from plaintickets.reports import REPORTS
from store_files import Tk

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pr-1", "First", status="closed", priority="1")
    repository.tk.write("pr-2", "Second", priority="1")
    repository.tk.write("pr-3", "Third", priority="4")
    repository.tk.write("pr-4", "Fourth", priority="soon")
    repository.commit_all()
    return repository


def test_reports_are_listed_where_none_is_named(store: Repository) -> None:
    shown = store.tk("report")
    assert shown.code == 0
    assert "backlog" in shown.stdout
    assert "volume" in shown.stdout


HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> ]]> & \" \u202e | `x`"
MORE = {"burndown": ("--milestone", HOSTILE)}


def hostile(repository: Repository) -> Tk:
    """A store in which every value that a report can show is an attack."""
    quoted = json.dumps(HOSTILE)
    keys = f"assignee: {quoted}\nmilestone: {quoted}\ntags: [{quoted}]\n"
    for name in ("h-1", "h-2", "h-3"):
        repository.tk.write(name, HOSTILE, status="closed", more=keys)
    repository.tk.write("h-5", HOSTILE, deps="h-1", more=keys)
    answer = "Text.\n\n## Notes\n\n**2026-02-01T00:00:00Z** · Bo\n\nText.\n"
    policy = json.dumps([{"name": "gold", "if": "-id:nothing", "targets": {"resolution": "1d"}}])
    (repository.tk.store / "sla.yml").write_text(policy, encoding="utf-8")
    repository.tk.write("h-7", HOSTILE, more=keys + "duplicate-of: h-6\n")
    repository.tk.write("h-6", HOSTILE, more=keys + f"reporter: {quoted}\n", body=answer)
    repository.commit_all()
    for name, status in (("h-1", "open"), ("h-2", "in_progress"), ("h-3", "closed")):
        repository.tk.write(name, HOSTILE, status=status, more=keys + "closed: 2026-01-03T03:04:05Z\n")
    repository.tk.write("h-6", HOSTILE, status="closed", more=keys)
    repository.tk.write("h-4", "Fourth", status=json.dumps(HOSTILE), more=f'{json.dumps("=x" + chr(27))}: "1"\n')
    repository.commit_all()
    return repository.tk


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_well_formed_in_every_format(repository: Repository, name: str) -> None:
    tk = partial(hostile(repository), env={"TK_NOW": "2027-03-01T12:00:00Z"})
    words = ("report", name, *MORE.get(name, ()), *(("--by", "assignee") if "by" in REPORTS[name].options else ()))
    words += ("--people",) if "people" in REPORTS[name].options else ()
    found = tk(*words, "--json")
    assert found.code == 0, found.stderr
    table = json.loads(found.stdout)
    assert table["rows"]
    keys = [column["key"] for column in table["columns"]]
    assert all(list(row) == keys for row in table["rows"])
    rows = list(csv.reader(io.StringIO(tk(*words, "--format", "csv").stdout)))
    assert [cell.replace("\\u202e", "\u202e") for cell in rows[0]] == keys
    assert len(rows) == len(table["rows"]) + 1
    assert not any(cell.startswith(("=", "+", "@", "\t")) for row in rows for cell in row)
    printed = {}
    for form in ("text", "md", "html", "svg"):
        shown = tk(*words, "--format", form)
        assert shown.code == 0, shown.stderr
        assert table["title"].splitlines()[0][:9] in shown.stdout
        assert "\u202e" not in shown.stdout
        printed[form] = shown.stdout
    assert "<script" not in printed["md"].replace("\\", "")
    page = ElementTree.fromstring(printed["html"])
    picture = ElementTree.fromstring(printed["svg"])
    assert page.tag.endswith("html")
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    tags = {one.tag.rpartition("}")[2] for root in (page, picture) for one in root.iter()}
    assert not tags & {"script", "a", "img", "iframe", "foreignObject", "link", "image"}


def test_a_field_with_a_hostile_name_is_no_formula_and_no_control(repository: Repository) -> None:
    tk = hostile(repository)
    name = "=x\x1b"
    for form in ("text", "md", "csv", "html", "svg"):
        shown = tk("report", "backlog", "--by", name, "--format", form)
        assert shown.code == 0, shown.stderr
        assert "\x1b" not in shown.stdout
        assert not shown.stdout.startswith("=")


def test_a_character_that_xml_has_not_is_shown_as_its_escape() -> None:
    table = Table("a\uffff\x00", (Column("b", "b\ud800"),), [("\ufffe",)], ("\x1b",))
    for form in ("html", "svg"):
        text = "".join(ElementTree.fromstring(rendered(form, table)).itertext())
        assert all(shown in text for shown in ("a\\uffff\\x00", "b\\ud800", "\\ufffe", "\\x1b"))


def test_a_list_without_rows_is_said_in_every_format(repository: Repository) -> None:
    """Two formats for each report, which share them in turn; the soak tries all with all."""
    repository.tk("init")
    for turn, name in enumerate(sorted(REPORTS.keys() - MORE - {"sla"})):
        for form in part(("text", "md", "csv", "json", "html", "svg"), 2, turn):
            shown = repository.tk("report", name, "--format", form)
            assert (shown.code, "Traceback" in shown.stderr) == (0, False), (name, form, shown.stderr)


def test_the_backlog_counts_open_tickets_alone_and_says_what_it_cannot_read(store: Repository) -> None:
    rows = json.loads(store.tk("report", "backlog", "--json").stdout)["rows"]
    assert [(row["priority"], row["open"]) for row in rows] == [("1 high", 1), ("4 backlog", 1), ("unreadable", 1)]


def test_a_query_selects_the_tickets_of_a_report(store: Repository) -> None:
    rows = json.loads(store.tk("report", "backlog", "priority:4", "--json").stdout)["rows"]
    assert [row["priority"] for row in rows] == ["4 backlog"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("volme",), "no report 'volme'"),
        (("volme",), "Did you mean 'volume'?"),
        (("backlog", "--by", "asignee"), "Did you mean 'assignee'?"),
        (("backlog", "--per", "week"), "the report backlog does not take --per"),
        (("backlog", "--hours", "business"), "it takes a query, --since, --by, --partial"),
        (("volume", "--per", "weeks"), "Did you mean 'week'?"),
        (("volume", "--format", "htm"), "Did you mean 'html'?"),
        (("--since", "-3d"), "goes with a report"),
        (("volume", "--json", "--format", "md"), "exclude each other"),
        (("volume", "--since", "nosuch"), "invalid date 'nosuch'"),
        (("volume", "--since", "2030-01-01"), "nothing is between"),
        (("volume", "--since", "0001-01-01", "--per", "day"), "too many days"),
    ],
)
def test_what_a_report_cannot_do_is_said(store: Repository, words: tuple[str, ...], said: str) -> None:
    shown = store.tk("report", *words)
    assert shown.code == 2
    assert said in shown.stderr


def test_a_shallow_clone_does_not_count_unless_asked_to(store: Repository) -> None:
    store.tk("close", "pr-2")
    clone = store.folder.parent / "clone"
    store.git("clone", "-q", "--depth", "1", f"file://{store.folder}", str(clone))
    there = Tk(store.tk.command, clone, store.tk.environment)
    assert there("report", "volume").code == 4
    day = store.git("log", "-1", "--format=%as").strip()
    assert f"shallow: it knows the history from {day} on" in there("report", "volume", "--partial").stdout
    assert there("report", "backlog").code == 0
    row = json.loads(there("report", "backlog", "--json").stdout)["rows"][0]
    assert row["growth"] is None


def test_a_report_at_a_revision_counts_what_was_there(store: Repository) -> None:
    store.tk("close", "pr-2")
    words = ("report", "backlog", "priority:1", "--json")
    now, then = (
        json.loads(store.tk(*words).stdout)["rows"],
        json.loads(store.tk(*words, "--at", "HEAD~1").stdout)["rows"],
    )
    assert sum(row["open"] for row in now) == 0
    assert sum(row["open"] for row in then) == 1
    assert store.tk("report", "backlog", "--at", "nosuch").code == 3


def test_broken_tickets_are_named_and_counted(store: Repository) -> None:
    (store.tk.store / "pr-9.md").write_text("---\nstatus: [\n---\n")
    shown = store.tk("report", "backlog")
    assert "1 file could not be read" in shown.stdout
    assert "pr-9.md:" in shown.stderr


def test_what_is_not_committed_counts_as_it_does_in_a_list(store: Repository) -> None:
    store.tk("close", "pr-2", "--no-commit")
    store.tk.write("pr-8", "Not committed", priority="1")
    (store.tk.store / "pr-3.md").unlink()
    rows = json.loads(store.tk("report", "volume", "--json").stdout)["rows"]
    assert rows[-1]["open"] == len(json.loads(store.tk("ls", "--json").stdout)["tickets"])


def test_a_report_is_written_to_a_file_in_the_format_of_its_name(store: Repository) -> None:
    shown = store.tk("report", "backlog", "-o", "backlog.svg")
    assert (shown.stdout, shown.stderr) == ("", "wrote backlog.svg\n")
    assert (store.folder / "backlog.svg").read_text().startswith("<svg ")
    assert store.tk("report", "backlog", "-o", "-", "--format", "md").stdout.startswith("## ")
    assert store.tk("report", "backlog", "-o", "nosuch/x.html").code == 4
    assert store.tk("report", "backlog", "-o", ".tickets/pr-1.md").code == 3


def test_a_terminal_gets_bars_and_a_pipe_gets_none(store: Repository) -> None:
    assert "█" in store.tk("report", "backlog", "--color", "always", env={"COLUMNS": "120"}).stdout
    assert "█" not in store.tk("report", "backlog").stdout
    assert "opened      █▁" in store.tk("report", "volume", "--color", "always").stdout


@pytest.mark.parametrize("damage", ["", "0000", "removed"])
def test_what_is_kept_of_the_history_changes_no_figure(store: Repository, damage: str) -> None:
    words = ("report", "burndown", "--milestone", "2")
    store.tk("set", "pr-2", "milestone=2")
    later = {"TK_NOW": "2099-01-01T00:00:00Z"}  # after the commits, which are of today

    def shown(*more: str) -> str:
        return store.tk(*words, "--per", "month", *more, env=later).stdout

    first = shown()
    for path in (store.folder / ".git" / "plaintickets").glob("report-*.json"):
        if damage == "removed":
            path.unlink()
        else:
            path.write_text(damage + path.read_text()[len(damage) :])
    assert shown() == first
    store.tk("close", "pr-2")
    after = json.loads(shown("--json"))["rows"]
    assert (after[-1]["done"], after[-1]["left"]) == (1, 0)
    assert shown("--at", "HEAD~1").splitlines()[2:4] == first.splitlines()[2:4]
    assert json.loads(shown("--json"))["rows"] == after


def test_attainment_without_a_policy_says_where_policies_are(store: Repository) -> None:
    shown = store.tk("report", "sla")
    assert shown.code == 3
    assert "no policy is defined" in shown.stderr


def test_articles_that_no_ticket_names_are_unused(store: Repository) -> None:
    (store.tk.store / "kb").mkdir()
    for name, status in (("help", "published"), ("idle", "published"), ("old", "retired")):
        (store.tk.store / "kb" / f"{name}.md").write_text(
            f"---\ntitle: {name}\nstatus: {status}\n---\n\nText.\n", "utf-8"
        )
    store.tk("comment", "pr-2", "See kb/help.md.")
    table = json.loads(store.tk("report", "usage", "--json").stdout)
    found = [(row["name"], row["now"], row["ever"]) for row in table["rows"] if row["kind"] == "article"]
    assert found == [("help", 1, None), ("idle", 0, None)]
    assert "unused article: idle" in table["notes"]
