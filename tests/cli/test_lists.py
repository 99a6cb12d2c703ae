"""Lists of tickets: on a terminal for people, and in the forms that an option asks for."""

from __future__ import annotations

import csv
import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from wcwidth import wcswidth

from built_once import built_once
from terminal import on_terminal

if TYPE_CHECKING:
    from builders import Repository

PLAIN = {"NO_COLOR": "1", "PAGER": "cat"}
LISTS = ("ls", "ready", "blocked", "closed", "search x", "blockers", "similar t-1", "dep tree t-1")
FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇩🇪"


def seen(store: Repository, line: str, columns: int = 80, **env: str) -> list[str]:
    shown = on_terminal(store.tk, *line.split(), columns=columns, env={**PLAIN, **env})
    assert shown.code in (0, 1), shown.text
    return shown.text.splitlines()


def ids(lines: list[str]) -> list[str]:
    return re.findall(r"\bt-\d+\b", "\n".join(line[:5] for line in lines))


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    write = repository.tk.write
    write("t-1", "Old and urgent", priority="0", deps="t-3", more="tags: [ui, db]\n")
    write("t-2", "Low", priority="4", more="due: 2026-02-27\nassignee: Bo Li\n")
    path = write("t-3", "New and urgent", priority="0", more="parent: t-2\n")
    path.write_text(re.sub("created: .*", "created: 2026-02-25T00:00:00Z", path.read_text("utf-8")), encoding="utf-8")
    write("t-4", "Done", status="closed", more="parent: t-3\n")
    repository.commit_all()
    return repository


def test_a_terminal_has_the_most_urgent_first_then_the_newest(store: Repository) -> None:
    assert ids(seen(store, "ls")) == ["t-3", "t-1", "t-2"]
    assert ids(store.tk("ls").stdout.splitlines()) == ["t-1", "t-2", "t-3"]


def test_a_pipe_has_the_lines_that_scripts_read(store: Repository) -> None:
    expected = "t-1      [open] - Old and urgent <- [t-3]\nt-2      [open] - Low\nt-3      [open] - New and urgent\n"
    assert store.tk("ls").stdout == expected
    assert store.tk("ls", "--format", "plain").stdout == expected
    assert store.tk("ls", "--json").stdout == store.tk("ls", "--format", "json").stdout


def test_the_last_line_counts_the_tickets(store: Repository) -> None:
    assert seen(store, "ls")[-1] == "3 open, 1 overdue"
    assert seen(store, "ls priority:0")[-1] == "2 of 3 open"
    assert seen(store, "ls --limit 1")[-1] == "1 of 3 open; 3 match, --limit 0 shows all"
    assert seen(store, "ls --all")[-1] == "4 tickets, 3 open, 1 overdue"


@pytest.mark.parametrize("line", ["ls title:nothing", "ready title:nothing", "closed title:nothing"])
def test_a_list_without_tickets_says_so_on_a_terminal_and_nothing_in_a_pipe(store: Repository, line: str) -> None:
    assert len(seen(store, line)) == 1
    done = store.tk(*line.split())
    assert (done.code, done.stdout, done.stderr) == (0, "", "")


def test_a_late_ticket_is_marked_at_every_width(store: Repository) -> None:
    store.tk.write("t-5", "A title that is long enough to take the whole of a line " * 3, more="due: 2026-02-27\n")
    for columns in (40, 80, 200):
        late = [line for line in seen(store, "ls", columns) if "2d late" in line]
        assert len(late) == 2, columns


def test_a_blocked_ticket_is_listed_with_its_blockers_at_every_width(store: Repository) -> None:
    for columns in (40, 60, 80, 120):
        assert any(row.startswith("t-1") and "⊘ t-3" in row for row in seen(store, "blocked", columns)), columns


def test_titles_have_at_least_45_of_80_columns(store: Repository) -> None:
    title = "x" * 300
    more = f"due: 2026-02-27\nassignee: {'a' * 60}\ntags: [{'t' * 60}]\n"
    store.tk.write("t-5", title, status="in_progress", deps="t-1, t-2", more=more)
    row = next(line for line in seen(store, "ls") if line.startswith("t-5"))
    assert row.count("x") >= 35  # a late ticket gives some of it to the mark
    assert "2d late" in row
    other = title.replace("x", "y")
    store.tk.write("t-6", other, status="in_progress", deps="t-1, t-2", more=more.replace("2026-02-27", "2026-12-27"))
    assert next(line for line in seen(store, "ls") if line.startswith("t-6")).count("y") >= 44


def test_wide_terminals_show_more(store: Repository) -> None:
    wide = seen(store, "ls", 200)
    assert wide[0].split() == ["id", "P", "status", "type", "title", "due", "waits", "for", "assignee", "tags", "age"]
    assert "ui, db" in wide[2]


@pytest.mark.parametrize("line", LISTS)
@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(store: Repository, line: str, columns: int) -> None:
    for number, sign in enumerate(("a", "字", FAMILY, FLAG, "e\u0301", "ש", "ل")):
        store.tk.write(f"t-{number + 10}", f"{sign} x " * 40, deps="t-1", status="open" if number % 2 else "closed")
    for row in seen(store, line, columns):
        if not row.startswith(("note", "no ticket", "only", "20 of", "10 of")):
            assert wcswidth(row) <= max(columns, 26), row


def test_columns_stay_aligned_behind_emoji_and_right_to_left_titles(store: Repository) -> None:
    titles = {"t-11": f"Family {FAMILY} and {FLAG}", "t-12": "כותרת בעברית", "t-13": "plain", "t-14": "e\u0301te\u0301"}
    for name, title in titles.items():
        store.tk.write(name, title, more="assignee: Zed\n")
    rows = [row for row in seen(store, "ls --columns id,title,assignee") if row.endswith("Zed")]
    assert {wcswidth(row) for row in rows} == {wcswidth(rows[0])}
    assert len(rows) == len(titles)
    assert all(("\u200e" in row) == ("כ" in row) for row in rows)


def test_a_mark_behind_a_right_to_left_title_is_kept_out_of_it(store: Repository) -> None:
    store.tk.write("t-11", "כותרת", deps="t-12", more="due: 2026-02-27\n")
    store.tk.write("t-12", "A long title " * 9)
    for line in ("ls", "blockers is:open", "dep tree t-11"):
        assert any("כותרת\u200e  2d late" in row for row in seen(store, line, 30)), line


def test_an_emoji_is_never_cut_in_half(store: Repository) -> None:
    store.tk.write("t-11", FAMILY * 60)
    for columns in range(30, 40):
        row = next(line for line in seen(store, "ls", columns) if line.startswith("t-11"))
        assert row.count("👨") == row.count("👦"), row


def test_control_characters_never_reach_the_terminal(store: Repository) -> None:
    bad = "a\x1b[31mb\u202ec\x9bd"
    store.tk.write("t-11", bad, more=f'assignee: "x{bad}"\ntags: ["{bad}"]\n')
    for line in ("ls", "ls --columns id,assignee,tags,title", "ls --group-by assignee", "ls --tree", "search a"):
        text = "\n".join(seen(store, line, 200))
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text), line


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_color_and_a_dumb_terminal_have_no_sequences(store: Repository, env: dict[str, str]) -> None:
    assert "\x1b" not in on_terminal(store.tk, "ls", env=env).text


def test_a_pipe_gets_the_terminals_form_when_asked(store: Repository) -> None:
    table = store.tk("ls", "--format", "table").stdout
    assert ids(table.splitlines()) == ["t-3", "t-1", "t-2"]
    assert "\x1b" not in table
    colored = store.tk("--color", "always", "ls").stdout
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == table
    assert colored != table


def test_options_of_the_whole_program_also_stand_behind_the_command(store: Repository) -> None:
    colored = store.tk("--color", "always", "ls").stdout
    for words in (["ls", "--color", "always"], ["ls", "--color=always"], ["ls", "-q", "--color", "always"]):
        assert store.tk(*words).stdout == colored
    assert store.tk("ls", "-C", ".", "--no-pager").stdout == store.tk("ls").stdout
    refused = {
        ("ls", "--color"): "Option '--color' requires an argument.",
        ("ls", "--color", "blue"): "Invalid value for '--color'",
        ("ls", "--colour"): "No such option '--colour'.",
    }
    for line, message in refused.items():
        failed = store.tk(*line)
        assert (failed.code, failed.stdout) == (2, "")
        assert message in failed.stderr


def test_columns_are_chosen_by_name_and_short_name(store: Repository) -> None:
    assert store.tk("ls", "--columns", "id,prio,labels,blockers").stdout.splitlines()[0] == "t-1\t0\tui, db\tt-3"
    assert seen(store, "ls --columns id,age")[0].split() == ["id", "age"]


def test_json_has_the_chosen_fields(store: Repository) -> None:
    for words in (["--json", "id,title,due"], ["--json=id,title,due"], ["--json", "--columns", "id,title,due"]):
        found = json.loads(store.tk("ls", *words).stdout)
        assert found["tickets"][1] == {"id": "t-2", "title": "Low", "due": "2026-02-27"}
        assert found["tickets"][0]["due"] is None


def test_words_after_json_that_name_no_field_are_still_a_query(store: Repository) -> None:
    store.tk.write("t-11", "the words this,that")
    found = json.loads(store.tk("ls", "--json", "this,that").stdout)
    assert [ticket["id"] for ticket in found["tickets"]] == ["t-11"]
    assert "path" in found["tickets"][0]


def test_every_field_of_a_ticket_is_a_sort_key(store: Repository) -> None:
    for key in json.loads(store.tk("ls", "--json").stdout)["tickets"][0]:
        assert store.tk("ls", "--sort", f"-{key}").code == 0, key


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("age", ["t-3", "t-1", "t-2", "t-4"]),
        ("-age", ["t-1", "t-2", "t-4", "t-3"]),
        ("-path", ["t-4", "t-3", "t-2", "t-1"]),
        ("blockers", ["t-2", "t-1", "t-3", "t-4"]),
        ("-blockers,-id", ["t-1", "t-2", "t-4", "t-3"]),
    ],
)
def test_what_is_computed_is_a_sort_key(store: Repository, order: str, expected: list[str]) -> None:
    store.tk.write("t-2", "Low", priority="4", deps="t-3", more="assignee: Bo Li\n")
    store.tk.write("t-1", "Old and urgent", priority="0", deps="t-3, t-2")
    store.tk.write("t-4", "Done", status="closed", deps="t-3")
    assert ids(store.tk("ls", "--all", "--sort", order).stdout.splitlines()) == expected
    assert ids(store.tk("ls", "--all", "--sort", order, "--reverse").stdout.splitlines()) == expected[::-1]


def test_groups_have_their_tickets_and_number(store: Repository) -> None:
    lines = seen(store, "ls --group-by assignee")
    assert [line for line in lines if line.endswith(")")] == ["Bo Li (1)", "none (2)"]
    assert store.tk("ls", "--group-by", "tags").stdout.startswith("db:\nt-1 ")
    assert [line for line in seen(store, "ls --all --group-by status") if line.endswith(")")] == [
        "open (3)",
        "closed (1)",
    ]


def test_a_tree_has_children_below_their_parents_even_in_a_cycle(store: Repository) -> None:
    lines = store.tk("ls", "--all", "--tree").stdout.splitlines()
    assert [line[:12].rstrip() for line in lines] == ["t-1      [op", "t-2      [op", "└─ t-3", "   └─ t-4"]
    store.tk.write("t-5", "Ring", more="parent: t-6\n")
    store.tk.write("t-6", "Ring", more="parent: t-5\n")
    assert ids(seen(store, "ls --tree")) == ["t-1", "t-2", "t-3", "t-6", "t-5"]


def test_csv_json_lines_and_markdown_hold_the_tickets(store: Repository) -> None:
    rows = list(csv.reader(store.tk("ls", "--format", "csv", "--columns", "id,title").stdout.splitlines()))
    assert rows[:2] == [["id", "title"], ["t-1", "Old and urgent"]]
    lines = store.tk("ls", "--format", "jsonl", "--columns", "id,blockers").stdout.splitlines()
    assert json.loads(lines[0]) == {"id": "t-1", "blockers": ["t-3"]}
    assert "| t-2 | Low |" in store.tk("ls", "--format", "md", "--columns", "id,title").stdout.replace("\\", "")


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
def test_jq_makes_what_it_says_of_the_json(store: Repository) -> None:
    store.tk.write("t-5", "bad \x1b[31m")
    assert store.tk("ls", "--jq", ".tickets[].title").stdout.splitlines()[::3] == ["Old and urgent", r"bad \x1b[31m"]
    assert store.tk("search", "urgent", "--jq", ".total").stdout == "2\n"
    assert store.tk("ls", "--jq", ".[").code == 2


def test_jq_that_is_not_there_is_named(store: Repository) -> None:
    assert store.tk("ls", "--jq", ".", env={"PATH": "/nowhere"}).code == 4


@pytest.mark.parametrize(
    ("line", "code", "near"),
    [
        ("ls --columns id,titel", 3, "title"),
        ("ls --json id,titel", 3, "title"),
        ("ls --group-by asignee", 3, "assignee"),
        ("ls --sort prioriti", 3, "priority"),
        ("ls --format tabel", 2, "table"),
        ("ls --tree --group-by type", 2, "exclude"),
        ("ls --format csv --jq .", 2, "excludes"),
        ("ls --json --format csv", 2, "exclude"),
        ("ls --columns ,", 3, "empty"),
        ("search --history x --columns id", 2, "leave them out"),
        ("search --commits x --format csv", 2, "leave them out"),
        ("blockers --columns titel", 3, "title"),
        ("blockers --sort creatd is:open", 3, "created"),
        ("similar t-1 --columns scor", 3, "score"),
        ("similar --all --columns gruop", 3, "group"),
        ("similar --all --sort creatd", 3, "created"),
        ("similar --learn --format csv", 2, "leave it out"),
        ("dep tree t-1 --columns dpeth", 3, "depth"),
        ("dep tree t-3 --sort creatd", 3, "created"),
        ("dep tree t-3 --tree", 2, "children"),
        ("dep tree t-3 --group-by asignee", 3, "assignee"),
        ("similar --all --group-by type", 2, "groups of its own"),
        ("similar --all --tree", 2, "groups of its own"),
        ("similar --learn --group-by type", 2, "leave it out"),
        ("blockers --tree --group-by type is:open", 2, "exclude"),
        ("search --history x --sort updatd", 3, "updated"),
        ("dep cycle --columns id", 2, "goes with tree"),
        ("dep t-1 t-2 --group-by type", 2, "goes with tree"),
        ("dep t-1 t-2 --jq .", 2, "goes with tree"),
        ("search x --group-by score", 3, "there is no column 'score'"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(store: Repository, line: str, code: int, near: str) -> None:
    done = store.tk(*line.split())
    assert (done.code, done.stdout) == (code, "")
    assert near in done.stderr


def test_names_of_columns_are_completed_after_a_comma(store: Repository) -> None:
    env = {"_TK_COMPLETE": "bash_complete", "COMP_WORDS": "tk ls --sort priority,-cre", "COMP_CWORD": "3"}
    assert "priority,-created" in store.tk(env=env).stdout
    env = {"_TK_COMPLETE": "bash_complete", "COMP_WORDS": "tk similar t-1 --columns id,sc", "COMP_CWORD": "4"}
    assert "id,score" in store.tk(env=env).stdout
    env = {"_TK_COMPLETE": "bash_complete", "COMP_WORDS": "tk ls --format js", "COMP_CWORD": "3"}
    assert "jsonl" in store.tk(env=env).stdout


def test_a_found_place_is_shown_around_its_match(store: Repository) -> None:
    store.tk.write("t-11", "Long", body=f"{'before ' * 20}needle {'after ' * 20}\n")
    for columns in (40, 80, 200):
        assert "needle" in "\n".join(seen(store, "search needle", columns)), columns


def test_similar_tickets_have_their_reasons_below_them(store: Repository) -> None:
    store.tk.write("t-11", "Parser drops the last line")
    store.tk.write("t-12", "Parser drops the last line")
    lines = seen(store, "similar t-11")
    assert "t-12" in lines[1]
    assert lines[2].startswith("    ")


@pytest.mark.parametrize(("setting", "has_color"), [("always", True), ("never", False), ("auto", True)])
def test_the_setting_color_is_that_of_every_list(store: Repository, setting: str, *, has_color: bool) -> None:
    assert ("\x1b[" in on_terminal(store.tk, "ls", env={"TK_COLOR": setting}).text) == has_color
    assert "\x1b[" not in store.tk("ls", env={"TK_COLOR": setting}).stdout
    assert "\x1b[" not in on_terminal(store.tk, "--color", "never", "ls", env={"TK_COLOR": setting}).text


def test_an_id_is_whole_however_narrow_the_terminal_is(store: Repository) -> None:
    store.tk.write("t-a-rather-long-id", "A title " * 20, more="assignee: Somebody\ntags: [one, two, three]\n")
    for line in ("ls", "ls --columns title,id,assignee,tags"):
        for columns in (20, 40, 60):
            assert any("t-a-rather-long-id" in row for row in seen(store, line, columns)), (line, columns)


FORMED = (
    "blockers is:open",
    "similar one parser title",
    "similar --all --threshold 0.2",
    "dep tree t-1",
    "search title:title",
)


@pytest.fixture
def alike(store: Repository) -> Repository:
    for number, title in enumerate(
        ("one title of a parser", f"one title of a parser {FAMILY}", "one parser's title שם"), 11
    ):
        store.tk.write(f"t-{number}", title, body="The parser stops at the first title of a page.\n")
    return store


@pytest.mark.parametrize("line", FORMED)
def test_every_list_has_the_forms_of_ls(alike: Repository, line: str) -> None:
    def out(*more: str) -> str:
        done = alike.tk(*line.split(), *more)
        assert (done.code in (0, 1), done.stderr) == (True, "")
        return done.stdout

    key = {"blockers is:open": "blockers", "similar --all --threshold 0.2": "groups"}.get(line, "tickets")
    lists = json.loads(out("--json", "id,title"))[key]
    found = [one for part in lists for one in part] if key == "groups" else lists
    assert len(found) > 1
    assert all(list(one) == ["id", "title"] for one in found)
    names = [one["id"] for one in found]
    assert [json.loads(row)["id"] for row in out("--format", "jsonl").splitlines()] == names
    assert [row["id"] for row in csv.DictReader(out("--format", "csv").splitlines())] == names
    plain = [row.split("\t") for row in out("--columns", "id,title").splitlines()]
    assert [row[0] for row in plain] == names
    table = out("--format", "table", "--columns", "id,title").splitlines()
    assert table[0].split() == ["id", "title"]
    assert set(names) <= {row.split(" ")[0] for row in table}
    assert all(f"| {name.replace('-', chr(92) + '-')} |" in out("--format", "md") for name in names[:1])
    order = [
        one["id"]
        for part in json.loads(out("--json", "--sort", "-id"))[key]
        for one in (part if isinstance(part, list) else [part])
    ]
    assert sorted(order) == sorted(names)
    if not line.startswith("dep"):
        assert order == sorted(names, reverse=True)


def test_a_tree_of_dependencies_keeps_its_branches_before_the_title(alike: Repository) -> None:
    rows = seen(alike, "dep tree t-1 --columns id,depth,title")
    assert rows[0].split() == ["id", "depth", "title"]
    assert rows[2].split() == ["t-3", "1", "└──", "New", "and", "urgent"]
    alike.tk.write("t-6", "Branch", deps="t-12")
    alike.tk.write("t-5", "Root", deps="t-6, t-3")
    assert ids(seen(alike, "dep tree t-5")) == ["t-5", "t-3", "t-6", "t-12"]
    assert ids(seen(alike, "dep tree t-5 --reverse")) == ["t-5", "t-6", "t-12", "t-3"]
    assert ids(seen(alike, "dep tree t-5 --sort -id")) == ["t-5", "t-6", "t-12", "t-3"]
    assert alike.tk("dep", "tree", "t-5", "--jq", ".root").stdout == "t-5\n" or shutil.which("jq") is None


def test_scores_are_columns_and_sort_keys(alike: Repository) -> None:
    rows = [row.split("\t") for row in alike.tk("similar", "t-11", "--columns", "score,id").stdout.splitlines()]
    assert rows[0][1] == "t-12"
    lowest = alike.tk("similar", "t-11", "--columns", "score,id", "--sort", "score").stdout.splitlines()
    assert lowest == ["\t".join(row) for row in reversed(rows)]
    whole = json.loads(alike.tk("similar", "--all", "--threshold", "0.2", "--json").stdout)["groups"]
    groups = alike.tk(
        "similar", "--all", "--threshold", "0.2", "--format", "csv", "--columns", "group,id"
    ).stdout.splitlines()
    assert groups[1:] == [f"{number},{one['id']}" for number, part in enumerate(whole, 1) for one in part] != []
    found = alike.tk("search", "parser", "--columns", "score,id").stdout.splitlines()
    assert all(float(row.split("\t")[0]) > 0 for row in found)


def test_a_gate_keeps_its_exit_code_in_every_form(alike: Repository) -> None:
    for form in ("table", "csv", "md", "json", "jsonl", "plain"):
        assert alike.tk("blockers", "--format", form, "is:open").code == 1
        assert alike.tk("blockers", "--format", form, "title:nothing", "is:open").code == 0
    assert alike.tk("-C", "/", "blockers", "--allow-no-store", "--columns", "id").code == 0


def test_a_search_can_be_reversed_in_a_pipe_and_on_a_terminal(alike: Repository) -> None:
    usual = alike.tk("search", "title:title").stdout.splitlines()
    assert alike.tk("search", "title:title", "--reverse").stdout.splitlines() == usual[::-1]


@pytest.mark.parametrize("line", [line for line in FORMED if "--all" not in line])
def test_every_list_has_groups(alike: Repository, line: str) -> None:
    names = {one["id"] for one in next(iter(_lists(alike, line).values()))}
    groups = [row for row in alike.tk(*line.split(), "--group-by", "type").stdout.splitlines() if row.endswith(":")]
    assert groups == ["task:"]
    shown = seen(alike, f"{line} --group-by assignee")
    headings = [row for row in shown if re.fullmatch(r".+ \(\d+\)", row)]
    assert headings[-1].startswith("none (")
    assert set(re.findall(r"\bt-\d+\b", "\n".join(shown))) >= names
    grouped = _lists(alike, f"{line} --group-by assignee")
    assert {one["id"] for one in next(iter(grouped.values()))} == names


@pytest.mark.parametrize("line", ["blockers is:open", "similar one parser title", "search title:title"])
def test_every_list_is_a_tree_of_children(alike: Repository, line: str) -> None:
    alike.tk.write("t-12", "one title of a parser", more="parent: t-11\n")
    shown = seen(alike, f"{line} --tree")
    below = next(number for number, row in enumerate(shown) if "└─" in row and "t-12 " in row)
    above = "\n".join(shown[:below])
    assert "t-11 " in above[above.rindex("t-1") :]


def _lists(alike: Repository, line: str) -> dict[str, list[dict[str, object]]]:
    found = json.loads(alike.tk(*line.split(), "--json").stdout)
    return {key: found[key] for key in ("tickets", "blockers") if key in found}


def test_the_history_is_sorted_by_what_is_computed(store: Repository) -> None:
    def found(order: str) -> list[str]:
        return re.findall(r"\bt-[13]\b", store.tk("search", "--history", "title:urgent", "--sort", order).stdout)

    assert found("blockers")[0] == "t-1"
    assert found("path")[0] == "t-1"
    assert found("-path")[0] == "t-3"
