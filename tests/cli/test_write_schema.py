"""`tk config --write-schema`: the schema of each settings file beside it, where an editor finds it offline."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from plaintickets.actions.settings_schema import with_schema_line
from plaintickets.core.config import SETTINGS_FILES
from plaintickets.core.configschema import schema, schema_line, schema_name, schema_text

if TYPE_CHECKING:
    from builders import Repository

PUBLISHED = "# yaml-language-server: $schema=https://raw.example/plaintickets/main/docs/config.schema.json\n"


@pytest.mark.parametrize("file", SETTINGS_FILES)
def test_the_file_holds_the_schema_a_line_for_each_setting(file: str) -> None:
    text = schema_text(file)
    assert json.loads(text) == schema(file)
    if file == "config.yml":
        assert text.count("\n") > len(schema(file)["properties"])


def test_a_new_store_names_a_schema_that_is_there(repository: Repository) -> None:
    assert repository.tk("init").code == 0
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", (repository.tk.store / "config.yml").read_text())
    assert named is not None
    assert json.loads((repository.tk.store / named[1]).read_text()) == schema()
    assert repository.tk("check").code == 0


def test_an_existing_store_gets_its_schemas_in_one_commit(repository: Repository) -> None:
    tk = repository.tk
    tk.store.mkdir(exist_ok=True)
    (tk.store / "config.yml").write_text(f"{PUBLISHED}prefix: pt\n")
    (tk.store / "people.yml").write_text("[ada]\n")
    repository.commit_all()
    done = tk("config", "--write-schema", "--json")
    assert (done.code, done.stderr) == (0, "")
    names = ["config.schema.json", "config.yml", "people.schema.json", "people.yml"]
    assert json.loads(done.stdout)["written"] == names
    assert repository.git("diff", "--name-only", "HEAD^").split() == [f".tickets/{name}" for name in names]
    assert (tk.store / "config.yml").read_text() == f"{schema_line()}\nprefix: pt\n"
    assert (tk.store / "people.yml").read_text() == f"{schema_line('people.yml')}\n[ada]\n"
    head = repository.git("rev-parse", "HEAD")
    assert "nothing was changed" in tk("config", "--write-schema").stdout
    assert repository.git("rev-parse", "HEAD") == head
    assert tk("check").code == 0


def test_a_file_that_is_no_schema_of_ours_is_not_overwritten(repository: Repository) -> None:
    tk = repository.tk
    tk.store.mkdir(exist_ok=True)
    (tk.store / "config.yml").write_text("prefix: pt\n")
    (tk.store / "config.schema.json").write_text('{"mine": true}\n')
    repository.commit_all()
    refused = tk("config", "--write-schema")
    assert (refused.code, refused.stdout) == (3, "")
    assert "config.schema.json is not a schema that tk wrote" in refused.stderr
    assert (tk.store / "config.schema.json").read_text() == '{"mine": true}\n'
    assert (tk.store / "config.yml").read_text() == "prefix: pt\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"{schema_line()}\n"),
        ("a: 1\r\n", f"{schema_line()}\r\na: 1\r\n"),
        ("\ufeffa: 1\n", f"\ufeff{schema_line()}\na: 1\n"),
        (f"{schema_line()}\na: 1\n", f"{schema_line()}\na: 1\n"),
        (PUBLISHED, f"{schema_line()}\n"),
        ("# x\n# yaml-language-server: $schema=../mine.json\n", "# x\n# yaml-language-server: $schema=../mine.json\n"),
    ],
)
def test_the_line_is_added_once_and_what_a_user_chose_stays(before: str, after: str) -> None:
    assert with_schema_line(before.encode(), "config.yml").decode() == after
    assert schema_name() in after or "mine.json" in after
