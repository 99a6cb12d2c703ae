"""`tk diff`: what happened to tickets between two states, against real git."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from builders import Repository
from built_once import built_once
from store_files import Tk

if TYPE_CHECKING:
    from store_files import Result


@pytest.fixture
@built_once
def branch(repository: Repository) -> Repository:
    """A branch `topic`, which closed one ticket, made one more urgent, and opened one."""
    tk = repository.tk
    tk.write("pt-1", "Parser stops")
    tk.write("pt-2", "Search is slow")
    repository.commit_all()
    repository.git("switch", "--quiet", "-c", "topic")
    tk("close", "pt-1", "-r", "fixed")
    tk("set", "pt-2", "priority=0")
    tk.write("pt-3", "A new one")
    repository.commit_all()
    return repository


def summary(done: Result) -> str:
    assert done.code == 0, done.stderr
    return done.lines[0]


def test_by_default_the_branch_is_told_from_where_it_left_main_up_to_the_files(branch: Repository) -> None:
    branch.git("switch", "--quiet", "main")
    branch.tk.write("pt-9", "Not on the branch")
    branch.commit_all()
    branch.git("switch", "--quiet", "topic")
    branch.tk.write("pt-4", "Not committed")
    done = branch.tk("diff")
    assert done.lines == [
        *("1 closed, 2 opened, 1 reprioritised", ""),
        *("pt-1  Parser stops", "  closed as fixed", ""),
        *("pt-3  A new one", "  opened: task, priority 2", "  text:", "    + Text.", ""),
        *("pt-4  Not committed", "  opened: task, priority 2", "  text:", "    + Text.", ""),
        *("pt-2  Search is slow", "  priority 2 → 0"),
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["main..topic"], "1 closed, 1 opened, 1 reprioritised"),
        (["topic..main"], "1 reopened, 1 reprioritised, 1 deleted"),
        (["main...topic"], "1 closed, 1 opened, 1 reprioritised"),
        (["main..."], "1 closed, 1 opened, 1 reprioritised"),
        (["HEAD"], "no tickets changed"),
        (["HEAD~1", "pt-3"], "1 opened"),
        (["pt-1", "2"], "1 closed, 1 reprioritised"),
        (["main..", "pt-2"], "1 reprioritised"),
        (["--staged"], "no tickets changed"),
        (["--staged", "main"], "1 closed, 1 opened, 1 reprioritised"),
        (["main..main"], "no tickets changed"),
    ],
)
def test_revisions_are_named_as_git_names_them(branch: Repository, words: list[str], expected: str) -> None:
    assert summary(branch.tk("diff", *words)) == expected


def test_what_is_staged_is_told_and_what_is_only_edited_is_not(branch: Repository) -> None:
    branch.tk.write("pt-2", "Search is slow", priority="1")
    branch.git("add", ".tickets/pt-2.md")
    branch.tk.write("pt-1", "Another title")
    assert summary(branch.tk("diff", "--staged")) == "1 reprioritised"
    assert branch.tk("diff", "--staged", "main..").code == 2


def test_before_the_first_commit_what_is_staged_is_told(tk: Tk) -> None:
    repository = Repository(tk)
    repository.git("init", "--quiet")
    tk.write("pt-1")
    repository.git("add", ".")
    assert summary(tk("diff", "--staged")) == "1 opened"
    assert summary(tk("diff")) == "1 opened"


def test_a_word_that_is_a_ticket_and_a_branch_is_the_ticket(branch: Repository) -> None:
    branch.git("branch", "pt-2", "main")
    assert summary(branch.tk("diff", "pt-2")) == "1 reprioritised"
    assert summary(branch.tk("diff", "pt-2..")) == "1 closed, 1 opened, 1 reprioritised"


def test_a_ticket_that_is_gone_is_named_by_its_id(branch: Repository) -> None:
    branch.git("rm", "--quiet", ".tickets/pt-2.md")
    assert summary(branch.tk("diff", "pt-2")) == "1 deleted"
    assert branch.tk("diff", "pt-1", "nope").code == 3


@pytest.mark.parametrize(
    "words", [["nope"], ["nope..HEAD"], ["HEAD..nope"], ["--", "--output=x"], ["a\nb"], ["..@{u}"]]
)
def test_what_is_neither_is_refused(branch: Repository, words: list[str]) -> None:
    done = branch.tk("diff", *words)
    assert done.code == 3
    assert done.stdout == ""
    assert "Hint: " in done.stderr
    assert not (branch.folder / "x").exists()


def test_unrelated_histories_are_compared_when_asked_for_by_two_dots(branch: Repository) -> None:
    branch.git("switch", "--quiet", "--orphan", "island")
    branch.tk.store.mkdir(exist_ok=True)
    branch.tk.write("pt-7")
    branch.commit_all()
    done = branch.tk("diff", "main...")
    assert done.code == 3
    assert "`tk diff main..HEAD`" in done.stderr
    assert summary(branch.tk("diff", "main..HEAD")) == "1 opened, 2 deleted"


def test_a_shallow_clone_says_how_deep_to_fetch(branch: Repository) -> None:
    branch.git("switch", "--quiet", "main")
    branch.commit_all("later")
    clone = branch.folder.parent / "clone"
    branch.git("clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{branch.folder}", str(clone))
    tk = Tk(branch.tk.command, clone, branch.tk.environment)
    Repository(tk).git("switch", "--quiet", "topic")
    done = tk("diff")
    assert done.code == 5
    assert "git fetch --deepen" in done.stderr
    assert summary(tk("diff", "origin/main..HEAD")) == "1 closed, 1 opened, 1 reprioritised"


def test_files_that_are_no_tickets_are_named(branch: Repository) -> None:
    (branch.tk.store / "config.yml").write_text("prefix: xy\n")
    (branch.tk.store / "-rf.md").write_text("text\n")
    branch.commit_all()
    assert branch.tk("diff", "HEAD~1").lines == [
        "no tickets changed", "", "settings:", "  prefix: not set → xy", "",
        "other changed files:", "  -rf.md", "  config.yml",
    ]  # fmt: skip


def settings_of(repository: Repository, *words: str) -> list[str]:
    """The lines below `settings:`."""
    done = repository.tk("diff", *words)
    assert done.code == 0, done.stderr
    if "settings:" not in done.lines:
        return []
    rest = done.lines[done.lines.index("settings:") + 1 :]
    return [line.removeprefix("  ") for line in rest[: rest.index("") if "" in rest else len(rest)]]


@pytest.fixture
@built_once
def settings(branch: Repository) -> Repository:
    """The branch with settings committed at its base of comparison, HEAD."""
    (branch.tk.store / "config.yml").write_text("prefix: pt\nqueries:\n  mine: tag:a\n")
    (branch.tk.store / "people.yml").write_text("- Ada\n")
    branch.commit_all()
    return branch


def test_what_changed_in_the_settings_is_told_before_the_tickets(settings: Repository) -> None:
    (settings.tk.store / "config.yml").write_text(
        "prefix: pt\nqueries:\n  mine: tag:b\nguess_ids: true\n"
        "statuses:\n  open: open\n  closed: {class: done, transitions: [open]}\n"
    )
    (settings.tk.store / "people.yml").write_text("- Ada\n- Bob\n")
    settings.tk.write("pt-8", "Another")
    lines = settings.tk("diff", "HEAD").lines
    assert lines.index("settings:") < lines.index("pt-8  Another")
    assert settings_of(settings, "HEAD") == [
        "statuses: open, in_progress, closed → open, closed",
        "statuses.in_progress.class: active → not set",
        "statuses.closed.transitions: not set → open",
        "queries.mine: tag:a → tag:b",
        "guess_ids: false → true",
        "people: Ada → Ada, Bob",
    ]


def test_settings_are_compared_between_commits_with_the_index_and_with_an_untracked_file(settings: Repository) -> None:
    config = settings.tk.store / "config.yml"
    config.write_text("prefix: xy\nqueries:\n  mine: tag:a\n")
    assert settings_of(settings, "--staged") == []
    settings.git("add", ".tickets/config.yml")
    config.write_text("prefix: zz\nqueries:\n  mine: tag:a\n")
    assert settings_of(settings, "--staged") == ["prefix: pt → xy"]
    assert settings_of(settings, "HEAD") == ["prefix: pt → zz"]
    settings.git("commit", "--quiet", "-m", "settings")
    assert settings_of(settings, "HEAD..HEAD~1") == ["prefix: xy → pt"]
    settings.git("rm", "--quiet", "--cached", ".tickets/config.yml")
    assert settings_of(settings, "HEAD") == ["prefix: xy → zz"]
    settings.git("commit", "--quiet", "-m", "not tracked")
    assert settings_of(settings, "HEAD") == ["prefix: not set → zz", "queries.mine: not set → tag:a"]


def test_the_users_settings_and_a_comment_are_no_change_and_named_tickets_leave_settings_out(
    settings: Repository,
) -> None:
    config = settings.tk.store / "config.yml"
    config.write_text(config.read_text() + "# only a comment\n")
    done = settings.tk("diff", "HEAD", env={"TK_GUESS_IDS": "true"})
    assert done.lines == ["no tickets changed", "", "other changed files:", "  config.yml"]
    config.write_text("prefix: xy\n")
    assert settings_of(settings, "main", "pt-1") == []


def test_a_settings_file_that_cannot_be_read_is_named_and_not_compared(settings: Repository) -> None:
    (settings.tk.store / "config.yml").write_text("prefix: [\n")
    (settings.tk.store / "people.yml").unlink()
    (settings.tk.store / "people.yml").symlink_to("/etc/passwd")
    broken = settings_of(settings, "HEAD")
    assert len(broken) == 2
    assert broken[0].startswith("people.yml cannot be read, so it is not compared: a symbolic link")
    assert broken[1].startswith("config.yml cannot be read, so it is not compared: line 2: not YAML")
    settings.commit_all()
    (settings.tk.store / "people.yml").unlink()
    (settings.tk.store / "config.yml").write_text("prefix: xy\n")
    mended = settings_of(settings, "HEAD")
    assert [line.partition(":")[0] for line in mended] == [
        "people.yml could not be read before, so it is not compared",
        "config.yml could not be read before, so it is not compared",
    ]


def test_settings_in_json_are_a_list_with_plain_values(settings: Repository) -> None:
    (settings.tk.store / "config.yml").write_text("prefix: pt\nguess_ids: true\nfoo: 1\n")
    (settings.tk.store / "people.yml").write_text("- Ada\n- Bob\n")
    problem, *rows = json.loads(settings.tk("diff", "HEAD", "--json").stdout)["settings"]
    assert problem.pop("after").startswith("line 3: unknown key 'foo'")
    assert problem == {"kind": "problem", "file": "config.yml", "key": None, "before": None}
    assert rows == [
        {"kind": "set", "file": "config.yml", "key": "queries.mine", "before": "tag:a", "after": None},
        {"kind": "set", "file": "config.yml", "key": "guess_ids", "before": False, "after": True},
        {"kind": "set", "file": "people.yml", "key": "people", "before": ["Ada"], "after": ["Ada", "Bob"]},
    ]


def test_a_ticket_that_breaks_is_told_beside_the_others(branch: Repository) -> None:
    (branch.tk.store / "pt-1.md").write_text("---\nid: pt-1\n<<<<<<< ours\n")
    (branch.tk.store / "pt-2.md").unlink()
    (branch.tk.store / "pt-2.md").symlink_to("/etc/passwd")
    done = branch.tk("diff", "HEAD")
    assert summary(done) == "2 broken"
    assert "git conflict markers" in done.stdout
    assert "a symbolic link" in done.stdout
    assert "root:" not in done.stdout


def test_exit_code_tells_whether_a_ticket_differs(branch: Repository) -> None:
    assert branch.tk("diff", "--exit-code").code == 1
    assert branch.tk("diff", "HEAD", "--exit-code").code == 0


def test_nothing_that_differs_is_said_in_every_format(branch: Repository) -> None:
    for form in ("text", "markdown", "html"):
        assert "no tickets changed" in branch.tk("diff", "HEAD", "--format", form).stdout
    assert json.loads(branch.tk("diff", "HEAD", "--json").stdout)["tickets"] == []


def test_the_summary_file_gets_markdown_behind_what_it_has(branch: Repository) -> None:
    file = branch.folder / "summary.md"
    file.write_text("before\n")
    assert branch.tk("diff", "--summary", "summary.md", "--marker", "bot").code == 0
    text = file.read_text()
    assert text.startswith("before\n<!-- plaintickets:bot -->\n**1 closed")
    assert branch.tk("diff", "--summary", "no/such/folder").code == 4


def test_links_lead_to_the_files_of_tickets_that_are_there(branch: Repository) -> None:
    branch.tk("rm", "pt-2", "--force")
    done = branch.tk("diff", "--format", "markdown", "--link-base", "https://example.org/p/blob/main/")
    assert '<a href="https://example.org/p/blob/main/.tickets/pt-1.md">' in done.stdout
    assert "pt-2.md" not in done.stdout
    for bad in ("javascript:alert(1)", "https://a b", 'https://a"b', "ftp://x"):
        assert branch.tk("diff", "--link-base", bad).code == 2


@pytest.mark.parametrize("marker", ["a--b", "-->", "a b", "", "-a"])
def test_a_marker_cannot_end_its_comment(branch: Repository, marker: str) -> None:
    assert branch.tk("diff", f"--marker={marker}").code == 2


def test_json_is_the_same_with_format_json(branch: Repository) -> None:
    done = branch.tk("diff", "--json")
    assert done.stdout == branch.tk("diff", "--format", "json").stdout
    printed: dict[str, Any] = json.loads(done.stdout)
    assert printed["summary"] == {"closed": 1, "opened": 1, "reprioritised": 1}
    assert printed["head"] == "work tree"
    assert json.loads(branch.tk("diff", "nope", "--format", "json").stderr)["error"]["exit_code"] == 3


def test_a_file_that_was_only_touched_is_no_difference(branch: Repository) -> None:
    others = [branch.tk.store / name for name in ("large", "same", "run", "other")]
    for path in others:
        path.write_bytes(b"text\n" * (400_000 if path.name == "large" else 1))
    branch.commit_all()
    for path in (*others, branch.tk.store / "pt-1.md"):
        os.utime(path, (1, 1))
    others[2].chmod(0o755)
    others[3].write_text("tExt\n")
    assert branch.tk("diff", "HEAD").lines[-3:] == ["other changed files:", "  other", "  run"]


def test_the_title_of_a_ticket_with_a_new_comment_file_is_told(branch: Repository) -> None:
    (branch.tk.store / "pt-2.d").mkdir()
    (branch.tk.store / "pt-2.d" / "2026-03-01T120000Z-ab.md").write_text(
        "---\nauthor: Ada\ndate: 2026-03-01T12:00:00Z\n---\nHello.\n"
    )
    expected = ["1 commented", "", "pt-2  Search is slow", "  comment by Ada, 2026-03-01:", "    Hello."]
    assert branch.tk("diff", "HEAD").lines == expected
    branch.git("add", "--all")
    assert branch.tk("diff", "--staged").lines == expected
    branch.commit_all()
    assert branch.tk("diff", "HEAD~1..").lines == expected


def test_outside_a_repository_it_is_refused(tk: Tk) -> None:
    tk.write("pt-1")
    assert tk("diff").code == 5


def test_it_reads_a_store_that_may_not_be_written_with_a_broken_configuration(branch: Repository) -> None:
    (branch.tk.store / "config.yml").write_text("statuses: 7\n")
    before = sorted(os.walk(branch.folder / ".git" / "plaintickets"))
    index = (branch.folder / ".git" / "index").read_bytes()
    assert summary(branch.tk("diff")) == "1 closed, 1 opened, 1 reprioritised"
    assert sorted(os.walk(branch.folder / ".git" / "plaintickets")) == before
    assert (branch.folder / ".git" / "index").read_bytes() == index


def test_a_ticket_that_the_branch_removed_or_renamed_is_named_by_its_id_alone(branch: Repository) -> None:
    branch.tk("rm", "pt-2")
    branch.tk("mv", "pt-1", "pt-9")
    branch.commit_all()
    assert "deleted, was open" in branch.tk("diff", "pt-2").stdout
    assert "renamed, was pt-1" in branch.tk("diff", "pt-1").stdout
    assert branch.tk("diff", "pt-7").code == 3
