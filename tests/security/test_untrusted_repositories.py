"""What tk does on account of what a stranger put into a clone: docs/security.md names each of these tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from security.canary import READING
from terminal import on_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository
    from security.canary import Canary

PROGRAMS = ("git", "jq", "sh", "less", "vi", "python3", "tk-hello", "ticket-hello", "gpg", "ssh")


def read_all(clone: Repository, env: dict[str, str] | None = None) -> None:
    """Runs every reading command; each must do its work."""
    for words in READING:
        done = clone.tk(*words, env=env)
        assert done.code in (0, 1), (words, done.stderr)


@pytest.mark.parametrize("key", ["editor", "pager", "me", "aliases", "other_names", "color"])
def test_a_store_cannot_set_what_is_the_users_own(clone: Repository, canary: Canary, key: str) -> None:
    (clone.tk.store / "config.yml").write_text(f"{key}: {canary.path}\n", encoding="utf-8")
    refused = clone.tk("ls")
    assert (refused.code, key in refused.stderr) == (4, True)
    for words in (("ls",), ("show", "aa-1"), ("edit", "aa-1")):
        assert on_terminal(clone.tk, *words, env={"GIT_EDITOR": "true"}).code == 4
    assert canary.runs == []


def test_a_store_cannot_set_its_user_s_programs_beside_other_mistakes(clone: Repository, canary: Canary) -> None:
    (clone.tk.store / "config.yml").write_text(f"nonsense: 1\neditor: {canary.path}\n", encoding="utf-8")
    clone.tk("edit", "aa-1", env={"GIT_EDITOR": "true"})
    clone.tk("doctor")
    assert canary.runs == []


def test_a_relative_folder_of_path_is_not_looked_into(clone: Repository, canary: Canary) -> None:
    for name in PROGRAMS:
        canary.copy_to(clone.folder / name)
        canary.copy_to(clone.folder / "bin" / name)
    path = f".{os.pathsep}bin{os.pathsep}{os.pathsep}{clone.tk.environment['PATH']}"
    read_all(clone, {"PATH": path})
    for words in (("hello",), ("close", "aa-1"), ("comment", "aa-1", "x"), ("undo",)):
        clone.tk(*words, env={"PATH": path})
    assert canary.runs == []


def test_a_path_of_relative_folders_alone_is_as_none(clone: Repository, canary: Canary) -> None:
    canary.copy_to(clone.folder / "git")
    assert clone.tk("log", env={"PATH": "."}).code in (0, 5)
    assert canary.runs == []


def test_plug_ins_come_from_path_and_not_from_the_clone(clone: Repository, canary: Canary) -> None:
    for place in ("tk-hello", "ticket-hello", ".tickets/tk-hello", ".tickets/plugins/tk-hello", "bin/tk-hello"):
        canary.copy_to(clone.folder / place)
    assert clone.tk("hello").code == 2
    assert clone.tk("./tk-hello").code == 2
    assert clone.tk("help").code == 0
    assert canary.runs == []


def test_modules_of_python_are_not_taken_from_the_clone(clone: Repository, canary: Canary) -> None:
    text = f"import os\nos.system('{canary.path}')\n"
    for name in (
        "click",
        "yaml",
        "git",
        "whoosh",
        "frontmatter",
        "sitecustomize",
        "usercustomize",
        "json",
        "plaintickets",
    ):
        (clone.folder / f"{name}.py").write_text(text, encoding="utf-8")
        (clone.tk.store / f"{name}.py").write_text(text, encoding="utf-8")
    read_all(clone)
    assert clone.tk("close", "aa-1").code == 0
    assert canary.runs == []


def settings_that_run_programs(clone: Repository, canary: Canary) -> None:
    """Git settings in the clone itself, as a copied or unpacked repository may bring them along."""
    for key in (
        "core.fsmonitor", "diff.external", "core.pager", "pager.log", "pager.status", "core.sshCommand", "core.askPass",
        "gpg.program", "gpg.ssh.program", "diff.canary.command", "diff.canary.textconv", "merge.canary.driver",
        "core.gitProxy", "credential.helper", "interactive.diffFilter", "core.alternateRefsCommand",
        "uploadpack.packObjectsHook", "sequence.editor", "web.browser", "man.canary.cmd", "trailer.see.command",
    ):  # fmt: skip
        clone.git("config", key, str(canary.path))
    for key in ("alias.log", "alias.status", "alias.cat-file", "alias.rev-parse"):
        clone.git("config", key, f"!{canary.path}")
    clone.git("config", "log.showSignature", "true")
    (clone.folder / ".gitattributes").write_text("* diff=canary merge=canary\n", encoding="utf-8")
    clone.git("-c", "core.fsmonitor=false", "add", "-A")
    clone.git("-c", "core.fsmonitor=false", "commit", "-qm", "attributes")
    head = clone.git("cat-file", "commit", "HEAD")
    signed = (
        head.partition("\n\n")[0]
        + "\ngpgsig -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----\n\nSigned\n"
    )
    (clone.folder.parent / "commit").write_text(signed, encoding="utf-8")
    made = clone.git("hash-object", "-t", "commit", "-w", str(clone.folder.parent / "commit"))
    clone.git("update-ref", "HEAD", made)
    canary.log.unlink(missing_ok=True)


def test_reading_runs_no_program_that_git_settings_name(clone: Repository, canary: Canary) -> None:
    settings_that_run_programs(clone, canary)
    clone.tk.write("aa-3", "Third")
    clone.tk.write("aa-1", "First, changed")
    read_all(clone)
    assert canary.runs == []
    clone.git("log", "-1", "-p")
    assert any("--verify" in run for run in canary.runs)


def test_writing_runs_of_git_settings_none_that_git_commit_would_not(clone: Repository, canary: Canary) -> None:
    settings_that_run_programs(clone, canary)
    assert clone.tk("close", "aa-1").code == 0
    assert clone.tk("comment", "aa-2", "hello").code == 0
    assert clone.tk("undo").code == 0
    assert canary.runs == []


def test_reading_runs_no_hook(clone: Repository, canary: Canary) -> None:
    hooks = clone.folder / ".git" / "hooks"
    for name in (
        "pre-commit",
        "post-commit",
        "post-index-change",
        "fsmonitor-watchman",
        "post-checkout",
        "reference-transaction",
    ):
        canary.copy_to(hooks / name)
    os.utime(clone.tk.store / "aa-1.md", (1, 1))  # so that a status would like to write the index anew
    read_all(clone)
    assert canary.runs == []
    assert clone.tk("close", "aa-1").code == 0
    assert any("pre-commit" in run for run in canary.runs)


def test_hooks_in_the_tree_of_a_clone_are_not_run(clone: Repository, canary: Canary) -> None:
    for folder in ("hooks", ".githooks", ".husky", ".tickets/hooks", ".tickets"):
        canary.copy_to(clone.folder / folder / "pre-commit")
        canary.copy_to(clone.folder / folder / "post-commit")
    assert clone.tk("close", "aa-1").code == 0
    assert canary.runs == []


def test_attributes_can_name_no_program(clone: Repository, canary: Canary) -> None:
    lines = (
        f"* filter={canary.path} diff=!{canary.path} merge={canary.path}\n*.md filter=x working-tree-encoding=UTF-16\n"
    )
    for folder in (clone.folder, clone.tk.store):
        (folder / ".gitattributes").write_text(lines, encoding="utf-8")
    read_all(clone)
    clone.tk("close", "aa-1")
    assert canary.runs == []


def test_what_a_clone_says_of_submodules_is_not_obeyed(clone: Repository, canary: Canary) -> None:
    text = f'[submodule "x"]\n\tpath = x\n\turl = ext::{canary.path}\n\tupdate = !{canary.path}\n'
    (clone.folder / ".gitmodules").write_text(text, encoding="utf-8")
    clone.git("update-index", "--add", "--cacheinfo", f"160000,{clone.git('rev-parse', 'HEAD')},x")
    read_all(clone)
    assert clone.tk("close", "aa-1").code == 0
    assert canary.runs == []


def bare_repository(folder: Path, canary: Canary) -> None:
    """A repository as a folder of a clone can hold it, with a setting that runs a program."""
    for name in ("objects", "refs/heads", "hooks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    setting = f"[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = {canary.path}\n"
    (folder / "config").write_text(setting, encoding="utf-8")
    canary.copy_to(folder / "hooks" / "pre-commit")


def test_a_store_that_is_a_repository_itself_is_refused(clone: Repository, canary: Canary) -> None:
    bare_repository(clone.tk.store, canary)
    for words in (("ls",), ("close", "aa-1"), ("doctor",), ("new", "x")):
        assert clone.tk(*words).code == 4
    assert canary.runs == []


def test_a_store_inside_a_planted_repository_is_refused(clone: Repository, canary: Canary) -> None:
    planted = clone.folder / "docs"
    bare_repository(planted, canary)
    (planted / ".tickets").mkdir()
    (planted / ".tickets" / "bb-1.md").write_bytes((clone.tk.store / "aa-1.md").read_bytes())
    for words in (("ls",), ("close", "bb-1"), ("doctor",), ("new", "x")):
        assert clone.tk(*words, cwd=planted).code == 4
    assert canary.runs == []


def outside(clone: Repository) -> Path:
    """A folder outside the clone, with a file that nobody may read or change."""
    folder = clone.folder.parent / "outside"
    folder.mkdir()
    text = clone.tk.text("aa-1").replace("id: aa-1", "id: secret").replace("First", "Hush")
    (folder / "secret.md").write_text(text, encoding="utf-8")
    return folder


def unchanged(folder: Path) -> bool:
    return [path.name for path in folder.iterdir()] == ["secret.md"] and "priority: 2" in (
        folder / "secret.md"
    ).read_text()


def test_a_store_that_is_a_link_is_refused(clone: Repository) -> None:
    folder = outside(clone)
    clone.tk.store.rename(clone.folder / "moved")
    clone.tk.store.symlink_to(folder)
    for words in (("ls",), ("show", "secret"), ("close", "secret")):
        refused = clone.tk(*words)
        assert (refused.code, "Hush" in refused.stdout) == (4, False)
    assert unchanged(folder)


@pytest.mark.parametrize("link", ["archive/2024", "archive"])
def test_an_archive_that_is_a_link_is_reported_and_not_followed(clone: Repository, link: str) -> None:
    folder = outside(clone)
    if link == "archive":
        (folder / "2024").mkdir()
        (folder / "secret.md").rename(folder / "2024" / "secret.md")
    (clone.tk.store / link).parent.mkdir(exist_ok=True)
    (clone.tk.store / link).symlink_to(folder)
    listed = clone.tk("ls", "--all")
    assert f".tickets/{link}:0: a symbolic link" in listed.stderr
    assert "Hush" not in listed.stdout + clone.tk("search", "Hush").stdout
    for words in (("show", "secret"), ("set", "secret", "priority=0"), ("rm", "secret", "--yes")):
        refused = clone.tk(*words)
        assert (refused.code != 0, "Hush" in refused.stdout) == (True, False)
    clone.tk("close", "aa-2")
    clone.tk("archive")
    assert unchanged(folder / "2024" if link == "archive" else folder)


def test_comments_behind_a_link_are_reported_and_neither_read_nor_written(clone: Repository) -> None:
    folder = outside(clone)
    (clone.tk.store / "aa-1.d").symlink_to(folder)
    (clone.tk.store / "config.yml").write_text("format.comments: files\n", encoding="utf-8")
    shown = clone.tk("show", "aa-1")
    assert ("Hush" in shown.stdout, "a symbolic link" in shown.stderr) == (False, True)
    assert "Hush" not in clone.tk("search", "Hush").stdout
    assert clone.tk("comment", "aa-1", "hello").code == 3
    clone.tk("rm", "aa-1", "--yes")
    assert unchanged(folder)


@pytest.mark.parametrize("link", ["templates", "templates/task.md"])
def test_a_template_behind_a_link_is_not_read(clone: Repository, link: str) -> None:
    folder = outside(clone)
    (folder / "task.md").write_text("---\npriority: 0\n---\nHush\n", encoding="utf-8")
    (clone.tk.store / link).parent.mkdir(exist_ok=True)
    (clone.tk.store / link).symlink_to(folder if link == "templates" else folder / "task.md")
    refused = clone.tk("new", "A ticket")
    assert (refused.code, "link" in refused.stderr) == (4, True)
    assert not any("Hush" in path.read_text() for path in clone.tk.store.glob("*.md"))


def test_a_configuration_behind_a_link_is_not_read(clone: Repository) -> None:
    folder = outside(clone)
    (clone.tk.store / "config.yml").symlink_to(folder / "secret.md")
    refused = clone.tk("ls")
    assert (refused.code, "Hush" in refused.stdout + refused.stderr) == (4, False)


@pytest.mark.parametrize("value", ["1024 MiB", "17 MiB", "1073741824"])
def test_a_store_cannot_have_files_read_that_exhaust_the_memory(clone: Repository, value: str) -> None:
    (clone.tk.store / "config.yml").write_text(f"format.max_file_size: {value}\n", encoding="utf-8")
    refused = clone.tk("ls")
    assert (refused.code, "16 MiB" in refused.stderr) == (4, True)


@pytest.mark.parametrize("prefix", ["../x", "/x/y", "-x", "a/b", ".x", "a\\nb", "$(x)"])
def test_a_prefix_cannot_lead_out_of_the_store(clone: Repository, prefix: str) -> None:
    (clone.tk.store / "config.yml").write_text(f'prefix: "{prefix}"\n', encoding="utf-8")
    assert clone.tk("new", "A ticket").code == 4


def test_a_store_is_not_moved_by_the_clone(clone: Repository) -> None:
    """`TICKETS_DIR` is the user's; what a clone holds of the kind is not read."""
    folder = outside(clone)
    for name in (".env", ".envrc", ".tickets/.env", ".plaintickets", "plaintickets.toml"):
        (clone.folder / name).write_text(f"TICKETS_DIR={folder}\n", encoding="utf-8")
    assert "Hush" not in clone.tk("ls", "--all").stdout


def test_derived_state_is_not_taken_from_the_tree(clone: Repository) -> None:
    clone.tk("search", "text")
    derived = clone.folder / ".git" / "plaintickets"
    for place in ("plaintickets", ".tickets/plaintickets", ".tickets/.plaintickets"):
        (clone.folder / place).symlink_to(derived)
    before = clone.tk("ls", "--json").stdout
    clone.tk.write("aa-3", "Third")
    assert clone.tk("ls", "--json").stdout != before
    assert "Third" in clone.tk("search", "Third").stdout


def test_inside_a_hook_of_another_repository_it_is_still_ours_that_counts(clone: Repository, tmp_path: Path) -> None:
    other = tmp_path / "other"
    clone.git("clone", "-q", ".", str(other))
    before = (other / ".git" / "index").read_bytes()
    env = {
        "GIT_DIR": str(other / ".git"),
        "GIT_WORK_TREE": str(other),
        "GIT_INDEX_FILE": str(other / ".git" / "index"),
        "GIT_OBJECT_DIRECTORY": str(other / ".git" / "objects"),
    }
    read_all(clone, env)
    clone.tk("close", "aa-1", env=env)
    assert clone.tk.field("aa-1", "status") == "closed"
    assert (other / ".git" / "index").read_bytes() == before
    assert "status: open" in (other / ".tickets" / "aa-1.md").read_text()


def test_the_editor_gets_a_ticket_s_name_as_an_argument_and_not_as_a_command(clone: Repository, tmp_path: Path) -> None:
    for number, name in enumerate(("$(touch pwned)", "`touch pwned`", ";touch pwned;", "' ; touch pwned ; '")):
        clone.tk.write(name, f"Strange {number}")
        clone.tk("edit", name, env={"GIT_EDITOR": "true"})
    assert list(tmp_path.rglob("pwned")) == []
