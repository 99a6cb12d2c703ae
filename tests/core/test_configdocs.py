"""The template, the schema and the reference page, all made from one table."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from plaintickets.core.config import DEFAULT, VARIABLES, Config, attribute_of
from plaintickets.core.configcheck import build
from plaintickets.core.configreference import reference
from plaintickets.core.configscalars import SCALARS
from plaintickets.core.configschema import schema, schema_line, schemas
from plaintickets.core.configtemplate import template
from plaintickets.core.settings import SETTINGS
from plaintickets.store.settings_files import read_yaml

DOCS = Path(__file__).parents[2] / "docs" / "reference"


def uncommented(text: str) -> str:
    return re.sub(r"^#(?! \S)", "", text, flags=re.MULTILINE)


def test_every_setting_is_an_attribute_and_every_attribute_a_setting() -> None:
    names = [attribute_of(key) for key in SETTINGS]
    assert sorted([*names, "people_details", "sources"]) == sorted(Config._fields)


def test_every_variable_sets_a_plain_setting() -> None:
    assert {SETTINGS[key].shape for key in VARIABLES.values()} <= set(SCALARS)


def test_the_template_says_nothing_until_it_is_uncommented() -> None:
    text = template("pt")
    assert all(line.startswith("#") or not line for line in text.split("\n"))
    assert text.startswith(f"{schema_line()}\n")
    assert max(map(len, text.split("\n")[1:])) <= 100


def test_the_uncommented_template_is_the_defaults_and_the_examples() -> None:
    tree, positions = read_yaml(uncommented(template("pt")).encode(), "config.yml")
    assert set(tree) == {key for key, found in SETTINGS.items() if "store" in found.layers}
    config, problems = build(tree, positions, "config.yml")
    assert problems == []
    assert config.prefix == "pt"
    for key, setting in SETTINGS.items():
        if not setting.example:
            attribute = attribute_of(key)
            assert getattr(config, attribute) == getattr(DEFAULT, attribute), key


@pytest.mark.parametrize("key", [key for key, found in SETTINGS.items() if "store" in found.layers])
def test_each_setting_of_the_template_can_be_uncommented_alone(key: str) -> None:
    blocks = template("pt").split("\n\n")
    mine = [block for block in blocks if re.search(rf"^#{re.escape(key)}:", block, re.MULTILINE)]
    assert len(mine) == 1
    tree, positions = read_yaml(uncommented(mine[0]).encode(), "config.yml")
    config, problems = build(tree, positions, "config.yml")
    assert problems == []
    assert config.source(key).startswith("config.yml:")


def test_the_published_schema_is_the_one_of_the_table() -> None:
    for file, made in schemas().items():
        assert json.loads((DOCS / f"{Path(file).stem}.schema.json").read_text("utf-8")) == made


def test_the_published_reference_is_the_one_of_the_table() -> None:
    assert (DOCS / "config.md").read_text("utf-8") == reference()


def test_the_reference_names_every_setting() -> None:
    page = reference()
    assert [key for key in SETTINGS if f"| `{key}` |" not in page] == []


def test_the_schema_knows_every_setting() -> None:
    known = schema()["properties"]
    assert set(SETTINGS) <= set(known)
    assert set(known["commit"]["properties"]) == {
        key.removeprefix("commit.") for key in SETTINGS if key.startswith("commit.")
    }
