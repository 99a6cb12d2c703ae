"""The documentation: every public name has a docstring, and every link leads somewhere."""

from __future__ import annotations

import ast
import os
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from architecture.sources import PACKAGE, ROOT, modules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = sorted(
    path
    for folder in (ROOT, ROOT / "docs", ROOT / "examples", PACKAGE / "topics")
    for path in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
    if ".tickets" not in path.parts
)
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!\\)\[[^\]\n]*(?:\n[^\]\n]*)?\]\(([^)\s]+)\)")


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """The functions and classes of a module without an underscore, and the methods of such classes."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                inside = (inner for inner in node.body if isinstance(inner, ast.FunctionDef))
                yield from (inner for inner in inside if not inner.name.startswith("_"))


def is_overload(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any("overload" in ast.unparse(mark) for mark in node.decorator_list)


@pytest.mark.parametrize("path", sorted(modules()))
def test_every_module_and_public_name_has_a_docstring(path: str) -> None:
    tree = modules()[path]
    # A method that a protocol of the module describes says nothing new.
    said = {node.name for node in public(tree) if ast.get_docstring(node)}
    bare = [node.name for node in public(tree) if not is_overload(node) and node.name not in said]
    if tree.body and not ast.get_docstring(tree):
        bare.append("the module itself")
    assert bare == []


def links(page: Path) -> Iterator[str]:
    text = _FENCED.sub("", page.read_text("utf-8"))
    yield from (found for found in _LINK.findall(text) if not re.match(r"[a-z][a-z+.-]*:", found))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual hosts make them."""
    text = _FENCED.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: os.path.relpath(page, ROOT))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    if page.parent == PACKAGE / "topics":
        assert list(links(page)) == [], "a topic is printed and published: it links nowhere but to the web"
        return
    broken = []
    for link in links(page):
        place, _, anchor = unquote(link).partition("#")
        target = (page.parent / place).resolve() if place else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_there_are_pages_to_look_at() -> None:
    assert ROOT / "docs" / "performance.md" in PAGES


def test_the_readme_names_every_guide_page_and_reference() -> None:
    readme = ROOT / "README.md"
    named = {(ROOT / link.partition("#")[0]).resolve() for link in links(readme)}
    pages = {*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "guide").glob("*.md")}
    assert sorted(os.path.relpath(page, ROOT) for page in pages - named) == []
