"""The configuration of a store: its files, its layers, its cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from plaintickets.core.config import DEFAULT
from plaintickets.store.settings import (
    CACHE_NAME,
    LARGEST,
    ConfigError,
    config_template,
    examine,
    load,
)
from plaintickets.store.settings_files import LOADER, ConfigSyntaxError, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

LOADERS = [LOADER, yaml.SafeLoader]
YAML_LOADED = """
import sys
from pathlib import Path
from plaintickets.store.settings import load
config = load(Path(sys.argv[1]), Path(sys.argv[2]), None, {})
print(config.prefix, *sorted({"yaml", "json", "plaintickets.core.configcheck"} & set(sys.modules)))
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "work" / ".tickets"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def derived(tmp_path: Path) -> Path:
    return tmp_path / "derived"


def write(store: Path, text: str | bytes) -> None:
    (store / "config.yml").write_bytes(text if isinstance(text, bytes) else text.encode())


def problems(store: Path) -> list[str]:
    _, found = examine(store, None, None, {})
    return [str(problem) for problem in found]


def loaded_modules(store: Path, derived: Path) -> str:
    command = [sys.executable, "-c", YAML_LOADED, str(store), str(derived)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout.strip()


def test_a_store_without_a_file_has_the_defaults(store: Path, derived: Path) -> None:
    assert load(store, derived, None, {}) == DEFAULT
    assert not derived.exists()


def test_the_template_of_a_new_store_needs_no_yaml(store: Path, derived: Path) -> None:
    write(store, config_template("pt"))
    assert load(store, derived, None, {}) == DEFAULT
    assert loaded_modules(store, derived) == ""


@pytest.mark.parametrize("text", ["", "\n\n", "# a\n  # b\r\n\t\n", "\ufeff# a"])
def test_comments_and_blank_lines_say_nothing(store: Path, derived: Path, text: str) -> None:
    write(store, text)
    assert load(store, derived, None, {}) == DEFAULT
    assert not derived.exists()


def test_a_warm_cache_needs_no_yaml(store: Path, derived: Path) -> None:
    write(store, "prefix: pt\n")
    assert loaded_modules(store, derived) == "pt json plaintickets.core.configcheck yaml"
    assert loaded_modules(store, derived) == "pt json"


def test_a_changed_file_is_read_anew(store: Path, derived: Path) -> None:
    write(store, "prefix: aa\n")
    stamp = (store / "config.yml").stat()
    assert load(store, derived, None, {}).prefix == "aa"
    write(store, "prefix: bb\n")
    os.utime(store / "config.yml", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert load(store, derived, None, {}).prefix == "bb"


def test_the_cached_configuration_is_the_one_that_was_read(store: Path, derived: Path) -> None:
    write(store, "prefix: pt\ntypes: {bug: {required: [due]}}\nqueries: {mine: 'is:open'}\n")
    cold = load(store, derived, None, {})
    assert (derived / CACHE_NAME).exists()
    assert load(store, derived, None, {}) == cold == load(store, None, None, {})


def damage(store: Path, derived: Path, text: bytes) -> None:
    write(store, "prefix: pt\n")
    load(store, derived, None, {})
    (derived / CACHE_NAME).write_bytes(text)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"{}", b"\xff", b"[" * 100_000, b'{"schema": 1}'])
def test_a_damaged_cache_is_ignored(store: Path, derived: Path, text: bytes) -> None:
    damage(store, derived, text)
    assert load(store, derived, None, {}).prefix == "pt"
    assert json.loads((derived / CACHE_NAME).read_bytes())["config"]["prefix"] == "pt"


def test_a_cache_with_a_wrong_value_is_ignored(store: Path, derived: Path) -> None:
    write(store, "prefix: pt\n")
    load(store, derived, None, {})
    cached = json.loads((derived / CACHE_NAME).read_bytes())
    cached["config"]["statuses"] = [["open", "opened", None, ""]]
    damage(store, derived, json.dumps(cached).encode())
    assert load(store, derived, None, {}).statuses == DEFAULT.statuses


def test_a_cache_that_cannot_be_written_is_no_matter(store: Path, derived: Path) -> None:
    derived.write_text("a file where the folder should be")
    write(store, "prefix: pt\n")
    assert load(store, derived, None, {}).prefix == "pt"
    derived.unlink()
    (derived / CACHE_NAME).mkdir(parents=True)
    assert load(store, derived, None, {}).prefix == "pt"
    assert [path.name for path in derived.iterdir()] == [CACHE_NAME]


def test_a_configuration_with_problems_is_not_cached(store: Path, derived: Path) -> None:
    write(store, "prefix: ../x\n")
    for _ in range(2):
        with pytest.raises(ConfigError):
            load(store, derived, None, {})
    assert not derived.exists()


def test_the_layers_lie_over_each_other(store: Path, derived: Path, tmp_path: Path) -> None:
    user = tmp_path / "user.yml"
    user.write_text("color: never\ncommit.mode: off\ndefault_assignee: me\n")
    write(store, "commit.mode: stage\n")
    for _ in range(2):
        config = load(store, derived, user, {"TK_COLOR": "always"})
        assert (config.color, config.commit_mode, config.default_assignee) == (
            "always", "stage", "me",
        )  # fmt: skip
        assert config.source("color") == "TK_COLOR"
        assert config.source("commit.mode") == ".tickets/config.yml:1"
        assert config.source("default_assignee") == f"{user}:3"
    assert load(store, derived, user, {}).color == "never"
    user.write_text("")
    assert load(store, derived, user, {}).color == "auto"


def test_a_store_cannot_name_a_program_to_run(store: Path) -> None:
    write(store, "editor: touch x\npager: touch y\n")
    config, found = examine(store, None, None, {})
    assert (config.editor, config.pager) == ("", "")
    assert [problem.code for problem in found] == ["config-layer", "config-layer"]


def test_all_problems_of_all_files_are_told_at_once(store: Path, tmp_path: Path) -> None:
    user = tmp_path / "user.yml"
    user.write_text("colour: never\n")
    write(store, "\nprefx: a\n\ncommit.mode: x\n")
    with pytest.raises(ConfigError) as caught:
        load(store, None, user, {"TK_COMMIT_SYNC": "often"})
    assert caught.value.exit_code == 4
    lines = str(caught.value).split("\n")
    assert [line.split(": ")[0] for line in lines] == [
        f"{user}:1", ".tickets/config.yml:2", ".tickets/config.yml:4", "TK_COMMIT_SYNC:0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("a: &x [1]\nb: *x\n", 1, "yaml-alias"),
        ("prefix: pt\nb: *x\n", 2, "yaml-alias"),
        ("prefix: pt\n? *x\n: 1\n", 2, "yaml-alias"),
        ("prefix: pt\nme: !!python/name:os.system x\n", 2, "yaml-tag"),
        ("prefix: ! pt\n", 1, "yaml-tag"),
        ("prefix: !!str pt\n", 1, "yaml-tag"),
        ("prefix: pt\ncommit:\n  mode: off\n  mode: auto\n", 4, "duplicate-key"),
        ("prefix: pt\nprefix: pt\n", 2, "duplicate-key"),
        ("prefix: pt\n? [a]\n: b\n", 2, "key-not-text"),
        ("prefix: pt\n---\nprefix: x\n", 2, "yaml-documents"),
        ("- a\n", 1, "config-type"),
        ("just words\n", 1, "config-type"),
        ("prefix: [a\n", 2, "yaml-syntax"),
        ("a: b: c\n", 1, "yaml-syntax"),
        ("prefix: pt\n\tmode: x\n", 2, "yaml-syntax"),
        ("%YAML 9.9\n---\na: b\n", 1, "yaml-syntax"),
        ("a: " + "[" * 50_000, 1, "too-deep"),
        ("a: " + "{b: " * 50_000, 1, "too-deep"),
        ("a:\n" + "- x\n" * 20_000, 9999, "yaml-size"),
        ("a: pt\n<<<<<<< ours\n", 2, "conflict-markers"),
        ("a: pt\n=======\n", 2, "conflict-markers"),
        ("a: pt\nb: \x1b[31m\n", 2, "yaml-character"),
        ("a: pt\nb: \x00\n", 2, "yaml-character"),
    ],
)
@pytest.mark.parametrize("loader", LOADERS)
def test_what_is_not_plain_yaml_is_refused_at_its_line(
    text: str, line: int, code: str, loader: type[yaml.SafeLoader]
) -> None:
    with pytest.raises(ConfigSyntaxError) as caught:
        read_yaml(text.encode(), "config.yml", loader)
    problem = caught.value.problem
    assert (problem.path, problem.line, problem.code) == ("config.yml", line, code)
    assert problem.message.isprintable()


def test_what_is_not_plain_yaml_is_a_problem_of_the_store(store: Path) -> None:
    write(store, "prefix: pt\nprefix: pt\n")
    expected = ".tickets/config.yml:2: duplicate key 'prefix', first on line 1"
    assert problems(store) == [f"{expected} [duplicate-key]"]


def test_a_merge_key_is_a_key_like_another(store: Path) -> None:
    write(store, "<<: {prefix: pt}\n")
    (problem,) = problems(store)
    assert problem.startswith(".tickets/config.yml:1: unknown key '<<'")


@pytest.mark.parametrize("loader", LOADERS)
def test_both_readers_of_yaml_agree(loader: type[yaml.SafeLoader]) -> None:
    text = "a: ~\nb: '~'\nc: [no, 010, \"x\\u2028\"]\nd:\n- e: |\n    t\n"
    tree, positions = read_yaml(text.encode(), "config.yml", loader)
    assert tree == {"a": "", "b": "~", "c": ["no", "010", "x\u2028"], "d": [{"e": "t\n"}]}
    assert positions == {
        ("a",): 1, ("b",): 2, ("c",): 3, ("c", 0): 3, ("c", 1): 3, ("c", 2): 3,
        ("d",): 4, ("d", 0): 5, ("d", 0, "e"): 5,
    }  # fmt: skip


def test_bytes_that_are_not_utf_8_are_refused(store: Path) -> None:
    write(store, b"prefix: pt\nme: M\xfcller\n")
    assert problems(store) == [".tickets/config.yml:2: not UTF-8 [encoding]"]
    write(store, "prefix: pt\n".encode("utf-16"))
    assert problems(store) == [".tickets/config.yml:1: not UTF-8 [encoding]"]


def test_a_byte_order_mark_and_windows_line_ends_are_read(store: Path) -> None:
    write(store, "\ufeffprefix: pt\r\ncommit:\r\n  mode: off\r\n")
    config = load(store, None, None, {})
    assert (config.prefix, config.commit_mode) == ("pt", "off")
    assert config.source("commit.mode") == ".tickets/config.yml:3"


@pytest.mark.parametrize("word", ["no", "on", "0755", "12:30:00", "1e3", "2026-01-05"])
def test_words_stay_as_they_were_typed(store: Path, word: str) -> None:
    write(store, f"queries: {{a: {word}}}\n")
    assert load(store, None, None, {}).queries == {"a": word}


def test_an_empty_value_is_as_no_value(store: Path) -> None:
    write(store, "prefix:\ncommit:\nstatuses: ~\ntypes: null\n")
    assert load(store, None, None, {}) == DEFAULT


def test_a_file_over_the_limit_is_refused(store: Path) -> None:
    write(store, "prefix: pt\n" + "#" * LARGEST)
    assert problems(store) == [".tickets/config.yml:0: is larger than 256 KiB [too-large]"]
    write(store, ("prefix: pt\n" + "#" * LARGEST)[:LARGEST])
    assert problems(store) == []


def test_a_link_in_a_store_is_not_followed(store: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("prefix: pt\n")
    (store / "config.yml").symlink_to(tmp_path / "secret")
    (problem,) = problems(store)
    assert problem.endswith("[not-a-file]")


def test_a_link_of_the_user_is_followed(store: Path, tmp_path: Path) -> None:
    (tmp_path / "dotfiles.yml").write_text("color: never\n")
    (tmp_path / "user.yml").symlink_to(tmp_path / "dotfiles.yml")
    assert load(store, None, tmp_path / "user.yml", {}).color == "never"


def test_a_pipe_or_folder_is_refused_and_not_waited_for(store: Path) -> None:
    os.mkfifo(store / "config.yml")
    assert problems(store) == [".tickets/config.yml:0: is not a regular file [unreadable]"]
    (store / "config.yml").unlink()
    (store / "config.yml").mkdir()
    assert problems(store) == [".tickets/config.yml:0: is not a regular file [unreadable]"]
