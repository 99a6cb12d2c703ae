"""`tk new`: every option, forms of types, text from files, the editor, and the check for duplicates."""

from __future__ import annotations

import json
from shutil import which
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from terminal import editor, on_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

BUG = """\
---
priority: 1
tags: [triage]
component: core
---
# The title stands here

What happened.

## Steps

1.

## Acceptance Criteria

- [ ] a test fails without the change
"""


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1")
    repository.tk.write("pt-2")
    repository.commit_all()
    return repository


def made(store: Repository, *words: str, stdin: str | None = None) -> str:
    """The text of the ticket that `tk new` makes."""
    done = store.tk("new", *words, stdin=stdin)
    assert done.code == 0, done.stderr
    return store.tk.text(done.stdout.strip())


def test_every_option_has_its_line_in_the_order_of_the_format(store: Repository) -> None:
    words = ["-t", "bug", "-p", "high", "-a", "me", "--tags", "a,b", "--tag", "c", "--parent", "pt-1"]
    words += ["--dep", "pt-2", "--dep", "pt-1", "--external-ref", "jira:X-1"]
    words += ["--due", "+7d", "--reporter", "Bo <bo@x>", "--set", "severity=s1", "--set", "estimate=3d"]
    words += ["-d", "What.", "--design", "How.", "--acceptance", "When."]
    head, _, body = made(store, "Title", *words).removeprefix("---\n").partition("\n---\n")
    assert head.splitlines()[1:] == [
        "status: open",
        "deps: [pt-2, pt-1]",
        "links: []",
        "created: 2026-03-01T12:00:00Z",
        "type: bug",
        "priority: 1",
        "severity: s1",
        "assignee: Ada Lovelace",
        "reporter: Bo <bo@x>",
        "external-ref: jira:X-1",
        "parent: pt-1",
        "tags: [a, b, c]",
        "estimate: 3d",
        "due: 2026-03-08",
    ]
    assert body == "# Title\n\nWhat.\n\n## Design\n\nHow.\n\n## Acceptance Criteria\n\nWhen.\n"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["T", "-t", "bgu"], "bug"),
        (["T", "-p", "9"], "priority"),
        (["T", "--due", "2026-02-30"], "2026-02-30"),
        (["T", "--dep", "nope"], "'nope' not found"),
        (["T", "--set", "nope=1"], "unknown field 'nope'"),
        (["T", "--set", "nope="], "unknown field 'nope'"),
        (["T", "--set", "created=2020-01-01"], "not set by hand"),
        (["T", "--set", "priority"], "key=value"),
        (["T", "-F", "missing.txt"], "cannot read missing.txt"),
        (["T", "-d", "<<<<<<< HEAD"], "conflict markers"),
        (["a\nb"], "line break"),
        (["a\x1bb"], "control character"),
        (["x" * 5000], "longer than"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_file(store: Repository, words: list[str], error: str) -> None:
    refused = store.tk("new", *words)
    assert refused.code in (2, 3)
    assert refused.stdout == ""
    assert error in refused.stderr
    assert store.git("status", "--porcelain") == ""


def test_a_title_given_as_a_field_is_the_heading(store: Repository) -> None:
    text = made(store, "--set", "title=Given as a field")
    assert text.endswith("---\n# Given as a field\n")
    assert "\ntitle:" not in text


def test_a_title_that_begins_with_a_dash_and_a_number_is_no_option(store: Repository) -> None:
    assert "# -1 is lost\n" in made(store, "-1 is lost")


def test_an_empty_field_is_left_out_even_where_the_form_has_a_value(store: Repository) -> None:
    (store.tk.store / "templates").mkdir()
    (store.tk.store / "templates/bug.md").write_text(BUG, encoding="utf-8")
    text = made(store, "T", "-t", "bug", "--set", "component=", "--set", "due=")
    assert "component" not in text
    assert "due" not in text


def test_the_form_of_a_type_gives_values_and_sections_whatever_the_case_of_its_name(store: Repository) -> None:
    (store.tk.store / "templates").mkdir()
    (store.tk.store / "templates/bug.md").write_text(BUG, encoding="utf-8")
    text = made(store, "T", "-t", "BUG", "-p", "3", "--tags", "x", "--acceptance", "It works.")
    assert "type: bug\npriority: 3\n" in text
    assert "tags: [triage, x]\ncomponent: core\n" in text
    assert text.endswith("# T\n\nWhat happened.\n\n## Steps\n\n1.\n\n## Acceptance Criteria\n\nIt works.\n")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ("---\npriority: &x 1\n---\n", 4),
        ("---\npriority: 99\n---\n", 4),
        ("---\nnope: 1\n---\n", 4),
        ("---\nid: pt-9\n---\n", 4),
    ],
)
def test_a_form_that_cannot_be_used_is_named_and_no_ticket_made(store: Repository, form: str, code: int) -> None:
    (store.tk.store / "templates").mkdir()
    (store.tk.store / "templates/bug.md").write_text(form, encoding="utf-8")
    refused = store.tk("new", "T", "-t", "bug")
    assert refused.code == code
    assert "templates/bug.md" in refused.stderr
    assert made(store, "T", "-t", "task")


def test_the_description_comes_from_a_file_or_from_stdin(store: Repository) -> None:
    (store.folder / "body.txt").write_bytes(b"From\r\na file\r\n\r\n")
    assert made(store, "T", "-F", "body.txt").endswith("# T\n\nFrom\na file\n")
    assert made(store, "T", "-d", "First.", "-F", "-", stdin="Then.\n").endswith("# T\n\nFirst.\n\nThen.\n")


def test_a_second_ticket_with_the_same_external_reference_is_refused(store: Repository) -> None:
    made(store, "T", "--external-ref", "jira:X-1")
    refused = store.tk("new", "U", "--external-ref", "jira:X-1")
    assert (refused.code, "is that of" in refused.stderr) == (3, True)


def test_what_a_type_requires_is_asked_for_before_a_file_is_made(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("types:\n  task: {required: [component, due]}\n", encoding="utf-8")
    refused = store.tk("new", "T")
    assert refused.code == 3
    assert "needs: component due" in refused.stderr
    assert "due: 2026-03-02" in made(store, "T", "--set", "component=core", "--due", "tomorrow")


def test_the_editor_opens_on_the_form_and_what_is_saved_is_filed(store: Repository, tmp_path: Path) -> None:
    env = editor(tmp_path, 'sed -i -e "s/# Draft/# Final/" -e "s/priority: 2/priority: 0/" "$1"; echo More. >> "$1"')
    shown = on_terminal(store.tk, "new", "Draft", "-e", "-d", "Text.", env=env)
    assert shown.code == 0, shown.text
    text = store.tk.text(shown.text.strip())
    assert "priority: 0" in text
    assert text.endswith("# Final\n\nText.\nMore.\n")
    assert store.git("log", "-1", "--format=%s").endswith("Final")


def test_what_a_type_requires_can_be_filled_in_in_the_editor(store: Repository, tmp_path: Path) -> None:
    (store.tk.store / "config.yml").write_text("types:\n  task: {required: [component]}\n", encoding="utf-8")
    env = editor(tmp_path, 'echo "Long thought." >> "$1"', 'sed -i "s/^component:.*/component: core/" "$1"')
    shown = on_terminal(store.tk, "new", "Draft", "-e", env=env, keys="y\n")
    assert "\ncomponent:\n" in (tmp_path / "seen-1").read_text()
    assert "needs: component" in shown.text
    assert shown.code == 0
    text = store.tk.text(shown.text.split()[-1])
    assert "component: core" in text
    assert "Long thought." in text


def test_an_editor_that_fails_files_nothing(store: Repository, tmp_path: Path) -> None:
    shown = on_terminal(store.tk, "new", "Draft", "-e", env=editor(tmp_path, 'echo "Long thought." >> "$1"; exit 1'))
    assert shown.code == 3
    assert "your text is kept in" in shown.text
    assert store.git("status", "--porcelain") == ""


def test_a_title_is_asked_for_on_a_terminal_only(store: Repository) -> None:
    shown = on_terminal(store.tk, "new", keys="Asked for\n")
    assert shown.code == 0
    assert "# Asked for\n" in store.tk.text(shown.text.split()[-1])
    assert made(store).endswith("# Untitled\n")


SAME = "The parser drops the last line of a file without a final newline"


@pytest.fixture
@built_once
def known(store: Repository) -> Repository:
    store.tk.write("pt-7", title=SAME, body="Reading stops early.\n")
    for number in range(20, 40):
        store.tk.write(f"pt-{number}", title=f"Something else altogether, number {number}")
    store.commit_all()
    return store


def test_elsewhere_a_likely_duplicate_is_one_line_on_stderr_and_the_ticket_is_filed(known: Repository) -> None:
    done = known.tk("new", SAME)
    assert done.code == 0
    assert done.stderr.startswith(f"possible duplicate: pt-7 [open] {SAME}")
    assert done.stderr.count("\n") == 1
    assert known.tk("new", SAME, "--no-check-duplicates").stderr == ""


def test_a_script_can_ask_for_failure_and_gets_the_candidates(known: Repository) -> None:
    refused = known.tk("new", SAME, "--check-duplicates", "fail")
    assert refused.code == 1
    shown = json.loads(refused.stdout)
    assert shown["format"] == 1
    assert shown["candidates"][0]["id"] == "pt-7"
    assert known.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("keys", "code", "filed"),
    [
        ("f\n", 0, True),
        ("\n", 130, False),
        ("q\n", 130, False),
        ("o\nn\n", 130, False),
        ("o\ny\n", 0, True),
        ("c\n", 0, False),
    ],
)
def test_on_a_terminal_the_user_decides(known: Repository, keys: str, code: int, *, filed: bool) -> None:
    before = len(list(known.tk.store.glob("*.md")))
    shown = on_terminal(known.tk, "new", SAME, "-d", "More about it.", keys=keys)
    assert shown.code == code, shown.text
    assert "A ticket with this title exists:" in shown.text
    assert (len(list(known.tk.store.glob("*.md"))) > before) == filed
    assert ("aborted: nothing was filed" in shown.text) == (code == 130)
    assert ("More about it." in known.tk.text("pt-7")) == (keys == "c\n")


def test_the_end_of_the_input_at_a_question_files_nothing_and_says_so(known: Repository) -> None:
    shown = on_terminal(known.tk, "new", keys="\x04")
    assert (shown.code, shown.text.splitlines()[-1]) == (130, "aborted")
    assert known.git("status", "--porcelain") == ""


def test_on_a_terminal_what_is_alike_is_told_apart_from_what_is_the_same(known: Repository) -> None:
    shown = on_terminal(known.tk, "new", SAME + " again", "-d", "More about it.", keys="q\n")
    assert ("Perhaps a duplicate of:" in shown.text, "exists" in shown.text) == (True, False), shown.text


@pytest.mark.parametrize("words", [(), ("",), ("  ",)])
def test_a_ticket_without_a_title_is_filed_with_a_warning(store: Repository, words: tuple[str, ...]) -> None:
    done = store.tk("new", *words)
    ticket = done.stdout.strip()
    assert (done.code, "\n# Untitled\n" in store.tk.text(ticket)) == (0, True)
    assert done.stderr == f"warning: no title was given, so {ticket} is titled Untitled\n"


def test_a_refused_ticket_that_the_index_still_announces_is_taken_out_by_the_next_command(store: Repository) -> None:
    hook = store.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    # What a full disk does at this moment: the new index cannot be written.
    fails = 'case "$*" in *--force-remove*) echo "No space left on device" >&2; exit 128;; esac'
    assert store.tk("new", "Refused", env=store.tk.plugin("git", f'{fails}\nexec {which("git")} "$@"\n')).code == 5
    assert store.git("status", "--porcelain", "--", ".tickets").startswith(" D ")
    hook.unlink()
    assert store.tk("new", "Later", "--no-check-duplicates").code == 0
    assert store.git("status", "--porcelain", "--", ".tickets") == ""


@pytest.mark.parametrize(("script", "words"), [("true", "unchanged"), (': > "$1"', "empty")])
@pytest.mark.parametrize("title", [(), ("Draft",)])
def test_an_unchanged_or_emptied_form_files_nothing(
    store: Repository, tmp_path: Path, script: str, words: str, title: tuple[str, ...]
) -> None:
    shown = on_terminal(store.tk, "new", *title, "-e", env=editor(tmp_path, script))
    assert (shown.text, shown.code) == (f"Error: aborted: the text is {words}\n", 1)
    assert store.git("status", "--porcelain") == ""


def test_the_form_opens_at_once_and_a_missing_title_asks_again(store: Repository, tmp_path: Path) -> None:
    env = editor(tmp_path, 'echo Text. >> "$1"', 'sed -i "s/^# $/# Found/" "$1"')
    shown = on_terminal(store.tk, "new", "-e", env=env, keys="y\n")
    assert shown.code == 0, shown.text
    assert "the title is missing" in shown.text
    assert "Title:" not in shown.text
    seen = [path.read_text() for path in sorted(tmp_path.glob("seen-*"))]
    assert any("# \n<!-- tk: the title is missing" in text for text in seen), seen
    text = store.tk.text(shown.text.split()[-1])
    assert text.endswith("# Found\nText.\n")


def test_an_editor_that_cannot_be_started_is_refused_and_the_text_is_kept(store: Repository) -> None:
    for missing in ("/no/such/editor", '"open quote'):
        shown = on_terminal(store.tk, "new", "Draft", "-e", env={"GIT_EDITOR": missing})
        assert shown.code == 3
        assert "your text is kept in" in shown.text
