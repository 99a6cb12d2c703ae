"""The published weaknesses of what we depend on, as far as they concern how we call it; docs/security.md lists them."""

from __future__ import annotations

import ast
import json
import os
import pickle
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from architecture.sources import ROOT, imports, modules

if TYPE_CHECKING:
    from builders import Repository
    from security.canary import Canary

PYTHON_TAGS = (
    "!!python/object/apply:os.system ['{program}']",
    "!!python/object/new:os.system ['{program}']",
    "!!python/object/new:type {{args: [z, !!python/tuple [], {{extend: !!python/name:exec }}], listitems: 'x'}}",
    "!!python/name:os.system",
    "!!python/module:os",
    "!!python/object/apply:subprocess.Popen [['{program}']]",
)
OPTIONS = ("--output=pwned", "-opwned", "--exec=pwned", "--no-index")


def called(name: str) -> list[str]:
    """The attributes that the package calls on an imported module of that name, and where."""
    found = []
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                base = node.func.value
                if isinstance(base, ast.Name) and base.id == name:
                    found.append(f"{path}: {node.func.attr}")
    return sorted(set(found))


def test_the_versions_asked_for_have_the_repairs() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    floors = dict(re.split(r"[>=]=", requirement) for requirement in asked)
    assert tuple(map(int, floors["GitPython"].split("."))) >= (3, 2, 1)
    assert tuple(map(int, floors["PyYAML"].split("."))) >= (6, 0, 1)


def methods(path: str) -> set[str]:
    """Return the names of the methods that a module calls."""
    return {
        node.func.attr
        for node in ast.walk(modules()[path])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_gitpython_reads_and_runs_git_s_own_commands_and_nothing_else() -> None:
    used = {(found.path, found.name) for found in imports() if found.name.split(".")[0] == "git"}
    assert {path for path, _ in used} == {"git/upstream.py", "git/gitpython.py"}
    assert methods("git/upstream.py") == {"Repo", "tracking_branch", "is_valid", "iter_commits"}
    assert {name for path, name in used if path == "git/gitpython.py"} == {
        "git.cmd.Git",
        "git.exc.GitCommandNotFound",
    }
    runner = {"add", "commit", "push", "fetch", "clone", "init", "config", "_call_process"}
    assert "execute" in methods("git/process.py")
    assert not methods("git/process.py") & runner


def tracked(clone: Repository, branch: str, upstream: str) -> None:
    """Puts HEAD on a branch of any name that tracks another, as an unpacked repository can have it."""
    head = clone.git("rev-parse", "HEAD")
    (clone.folder / ".git" / "HEAD").write_text(f"ref: refs/heads/{branch}\n")
    path = clone.folder / ".git" / "refs" / "heads" / branch
    if ".." not in branch:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + "\n")
    remote = clone.folder / ".git" / "refs" / "remotes" / "origin" / upstream
    if ".." not in upstream:
        remote.parent.mkdir(parents=True, exist_ok=True)
        remote.write_text(head + "\n")
    with (clone.folder / ".git" / "config").open("a") as file:
        file.write(f'[branch "{branch}"]\n\tremote = origin\n\tmerge = refs/heads/{upstream}\n')


@pytest.mark.parametrize("branch", ["--output=pwned", "-opwned", "../../../outside", "a/../../../x", "main"])
@pytest.mark.parametrize("upstream", ["--output=pwned", "../../../../outside", "main"])
def test_a_branch_s_name_is_no_option_and_no_path(
    clone: Repository, tmp_path: Path, branch: str, upstream: str
) -> None:
    """CVE-2026-67323, GHSA-p538-c434-8v24 (`--output` as a revision), CVE-2023-41040 (`..` in a reference's name)."""
    (tmp_path / "outside").write_text("hush\n")
    tracked(clone, branch, upstream)
    done = clone.tk("doctor")
    assert done.code in (0, 1, 4, 5), done.stderr
    assert "hush" not in done.stdout + done.stderr
    assert [path for path in tmp_path.rglob("*pwned*") if ".git" not in path.parts] == []


def test_a_variable_in_a_folder_s_name_is_not_filled_in(clone: Repository) -> None:
    """CVE-2026-67322, GHSA-94p4-4cq8-9g67: GitPython expands variables in paths unless told not to."""
    moved = clone.folder.parent / "a $SECRET ${SECRET} ~"
    clone.folder.rename(moved)
    done = clone.tk("doctor", cwd=moved, env={"SECRET": "hush"})
    assert done.code in (0, 1)
    assert "hush" not in done.stdout + done.stderr
    assert "Warning" not in done.stderr


def test_doctor_asks_gitpython_about_our_repository_even_inside_a_hook_of_another(
    clone: Repository, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    clone.git("clone", "-q", ".", str(other))
    clone.git("remote", "add", "origin", str(other))
    clone.git("fetch", "-q")
    clone.git("branch", "-q", "--set-upstream-to=origin/main")
    clone.tk("close", "aa-1")
    env = {
        name: str(other / ".git" / rest)
        for name, rest in (("GIT_DIR", ""), ("GIT_INDEX_FILE", "index"), ("GIT_OBJECT_DIRECTORY", "objects"))
    }
    plain, within = clone.tk("doctor"), clone.tk("doctor", env=env)
    assert "1 commit of tickets not yet on origin/main" in plain.stdout
    assert within.stdout == plain.stdout


def test_yaml_is_never_loaded_only_parsed() -> None:
    """CVE-2017-18342, CVE-2019-20477, CVE-2020-1747, CVE-2020-14343: no function is called that builds objects."""
    assert called("yaml") == ["core/yamltext.py: parse", "store/settings_files.py: parse"]
    assert not [
        str(found) for found in imports() if re.search(r"yaml\.(full_|unsafe_|Full|Unsafe)?(load|Loader)", found.name)
    ]
    assert called("frontmatter") == ["core/wholefile.py: parse"]
    tree = modules()["core/wholefile.py"]
    call = next(
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "frontmatter.parse"
    )
    assert [keyword.arg for keyword in call.keywords] == ["handler"]
    handler = next(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert [ast.unparse(base) for base in handler.bases] == ["BaseHandler"]  # its `load` loads nothing by itself


@pytest.mark.parametrize("tag", PYTHON_TAGS)
def test_a_tag_of_python_builds_nothing(clone: Repository, canary: Canary, tag: str) -> None:
    text = tag.format(program=canary.path)
    clone.tk.write("aa-3", "Third", more=f"x: {text}\n")
    (clone.tk.store / "templates").mkdir()
    (clone.tk.store / "templates" / "task.md").write_text(f"---\nassignee: {text}\n---\n")
    assert "yaml-tag" in clone.tk("ls").stderr
    assert clone.tk("set", "aa-3", "priority=0").code == 4
    assert clone.tk("new", "A ticket").code == 4
    (clone.tk.store / "config.yml").write_text(f"prefix: {text}\n")
    assert "yaml-tag" in clone.tk("ls").stderr
    assert canary.runs == []


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{b}: &{b}\n  <<: [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("bomb", [BOMB, MERGES], ids=["aliases", "merge keys"])
def test_a_bomb_of_aliases_is_refused_where_it_stands(clone: Repository, bomb: str) -> None:
    clone.tk.write("aa-3", "Third", more=bomb)
    assert "yaml-alias" in clone.tk("ls").stderr
    (clone.tk.store / "templates").mkdir()
    (clone.tk.store / "templates" / "task.md").write_text(f"---\n{bomb}---\n")
    assert "yaml-alias" in clone.tk("new", "A ticket").stderr
    (clone.tk.store / "config.yml").write_text(bomb)
    assert "yaml-alias" in clone.tk("ls").stderr


def test_nothing_is_unpickled() -> None:
    banned = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib"}
    found = [found for found in imports() if found.name.split(".")[0] in banned]
    assert {(one.path, one.name) for one in found} == {("search/storage.py", "pickle")}
    (tree,) = [tree for path, tree in modules().items() if path == "search/storage.py"]
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_pickle(node.value)}
    assert used == {"Unpickler", "dumps"}  # the unpickler is the base of one that admits data only


def _is_pickle(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "pickle"


class Planted:
    """What runs a program when it is unpickled."""

    def __init__(self, program: Path) -> None:
        self.program = program

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (str(self.program),)


def test_a_planted_index_runs_nothing_and_changes_no_answer(clone: Repository, canary: Canary) -> None:
    """Whoosh keeps pickles: whatever stands in their place is not believed, and runs nothing."""
    right = clone.tk("search", "text").stdout, clone.tk("similar", "aa-1").stdout
    bad = [pickle.dumps(Planted(canary.path), protocol) for protocol in (0, 2, 4)]
    derived = clone.folder / ".git" / "plaintickets"
    known = [path for path in derived.rglob("*") if path.is_file()]
    assert known
    for content in bad:
        for path in known:
            path.write_bytes(content)
        for name in ("_MAIN_1.toc", "MAIN_abc.seg", "index.pickle"):
            (derived / name).write_bytes(content)
            (derived / "search").mkdir(exist_ok=True)
            (derived / "search" / name).write_bytes(content)
        assert (clone.tk("search", "text").stdout, clone.tk("similar", "aa-1").stdout) == right
    pickle.loads(bad[0])
    assert len(canary.runs) == 1


def test_an_index_that_others_may_have_written_is_not_read(clone: Repository) -> None:
    right = clone.tk("search", "text").stdout
    folder = clone.folder / ".git" / "plaintickets" / "search"
    files = [path for path in folder.iterdir() if path.name != "lock"]
    assert files
    for path in files:
        path.write_bytes(b"planted")
    folder.chmod(0o777)
    assert clone.tk("search", "text").stdout == right
    assert {path.read_bytes() for path in files} == {b"planted"}


def test_click_starts_no_program_for_us() -> None:
    """CVE-2026-7246 (`click.edit` gave its editor to a shell): neither it nor the pager nor `launch` is called."""
    calls = {entry.partition(": ")[2] for entry in called("click")}
    assert calls
    assert not calls & {"edit", "echo_via_pager", "launch"}


@pytest.mark.parametrize("word", OPTIONS)
def test_what_looks_like_an_option_of_git_is_none(clone: Repository, word: str) -> None:
    lines = (
        ("show", word), ("show", "--", word), ("log", "--", word), ("log", "--since", word), ("log", "--author", word),
        ("close", "--", word), ("comment", "aa-1", "--", word), ("set", "aa-1", f"assignee={word}"),
        ("undo", "--", word),
        ("mv", "aa-2", "--", word), ("new", "--", word), ("search", "--", word), ("dep", "aa-1", "--", word),
        ("diff", "--", word), ("check", "--base", word), ("commits", "--", word), ("branches", "--", word),
        ("ls", "--at", word), ("sync", "--branch", word), ("apply-trailers", "--", word), ("blockers", "--base", word),
    )  # fmt: skip
    before = {path.name for path in clone.folder.iterdir()}
    for words in lines:
        done = clone.tk(*words)
        assert done.code not in (70, -1), (words, done.stderr)
        assert "unknown option" not in done.stderr
        assert "usage: git" not in done.stderr
    assert {path.name for path in clone.folder.iterdir()} == before
    assert not list(clone.folder.parent.rglob("pwned"))


def audited(tmp_path: Path, script: str | None) -> subprocess.CompletedProcess[str]:
    """What `make audit` says, with a pip-audit that answers like the script."""
    folder = tmp_path / "bin"
    folder.mkdir()
    if script is not None:
        (folder / "pip-audit").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "pip-audit").chmod(0o755)
    command = [sys.executable, str(Path(__file__).with_name("audit.py"))]
    env = {"PATH": f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin" if script else str(folder)}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=ROOT)


def test_an_audit_that_cannot_look_says_so_and_fails_nothing(tmp_path: Path) -> None:
    done = audited(tmp_path, None)
    assert (done.returncode, done.stdout[:12]) == (0, "not audited:")


def test_an_audit_without_its_data_says_so_and_fails_nothing(tmp_path: Path) -> None:
    done = audited(tmp_path, "echo 'ERROR: no connection' >&2; exit 1")
    assert (done.returncode, done.stdout) == (0, "not audited: pip-audit did not answer: ERROR: no connection\n")


def test_an_audit_says_which_dependencies_nothing_is_known_of(tmp_path: Path) -> None:
    answer = json.dumps(
        {"dependencies": [{"name": "x", "skip_reason": "not found"}, {"name": "y", "version": "1", "vulns": []}]}
    )
    done = audited(tmp_path, f"echo '{answer}'")
    assert (done.returncode, "nothing is known here of 1 of 2" in done.stdout) == (0, True)


def test_an_audit_that_finds_something_fails(tmp_path: Path) -> None:
    flaw = {"id": "CVE-1", "fix_versions": ["2"]}
    answer = json.dumps({"dependencies": [{"name": "y", "version": "1", "vulns": [flaw]}]})
    done = audited(tmp_path, f"echo '{answer}'; exit 1")
    assert (done.returncode, "y 1: CVE-1, mended in 2" in done.stdout) == (1, True)
