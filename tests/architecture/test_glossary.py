"""The glossary names modules and classes that exist, and no module or class has a banned word in its name."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from architecture.sources import ROOT, modules, nodes

VAGUE = {"manager", "helper", "helpers", "util", "utils", "service", "handler", "processor", "data", "info"}
OLD = {
    "book", "fold", "fragments", "handwork", "moving", "remains", "remark", "remarks", "sealed", "settle",
    "settled", "settling", "stories", "survey", "tale", "told", "touch", "unjudged", "wish", "wishes",
}  # fmt: skip
STILL_TO_BE_RENAMED = {"Survey"}

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
NAMED = re.findall(r"`([\w/]+\.py|[A-Z]\w+)`", GLOSSARY.partition("## In the code")[2])


@cache
def classes() -> set[str]:
    return {node.name for tree in modules().values() for node in nodes(tree) if isinstance(node, ast.ClassDef)}


def names() -> set[str]:
    folders_and_files = {part.removesuffix(".py") for path in modules() for part in path.split("/")}
    return folders_and_files | classes()


def words(name: str) -> set[str]:
    """Return the words of `snake_case` or `CamelCase` in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)}


def banned(found: set[str]) -> set[str]:
    return {name for name in found if words(name) & (VAGUE | OLD)}


def test_no_module_and_no_class_has_a_banned_word_in_its_name() -> None:
    assert banned(names()) - STILL_TO_BE_RENAMED == set()


def test_an_exception_for_a_name_that_is_gone_is_removed() -> None:
    assert STILL_TO_BE_RENAMED - names() == set()


@pytest.mark.parametrize("name", ["TicketManager", "date_utils", "HTTPHandler", "remarks", "Told", "store_data"])
def test_a_banned_word_is_found_within_a_name(name: str) -> None:
    assert banned({name}) == {name}


def test_a_word_that_only_contains_a_banned_one_is_allowed() -> None:
    assert banned({"metadata", "Folder", "utility", "information"}) == set()


@pytest.mark.parametrize("name", NAMED)
def test_what_the_glossary_names_exists(name: str) -> None:
    assert name in (modules() if name.endswith(".py") else classes()), f"{name} is in docs/glossary.md only"


def test_the_glossary_names_modules_and_classes() -> None:
    assert len(NAMED) > 20


def test_the_glossary_explains_each_word_once() -> None:
    terms = [term for row in re.findall(r"^\| \*\*(.+?)\*\* \|", GLOSSARY, re.MULTILINE) for term in row.split(", ")]
    assert sorted(terms) == sorted(set(terms))
