"""The package's own source, as text and as syntax trees."""

from __future__ import annotations

import ast
import gc
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "plaintickets"


class Import(NamedTuple):
    """An import statement: where it stands, and the name it imports, in full."""

    path: str
    line: int
    name: str

    def __str__(self) -> str:
        return f"src/plaintickets/{self.path}:{self.line} imports {self.name}"


@cache
def modules() -> dict[str, ast.Module]:
    """The syntax tree of every module, by its path inside the package."""
    found = sorted(PACKAGE.rglob("*.py"))
    assert found, PACKAGE
    # A million nodes that stay: else the collector of garbage goes through them again and again, in later tests too.
    gc.disable()
    try:
        return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"), str(path)) for path in found}
    finally:
        gc.freeze()
        gc.enable()


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Every node of a module as `ast.walk` yields them, found once for all tests."""
    return tuple(ast.walk(tree))


@cache
def imports(*, for_types: bool = False) -> list[Import]:
    """Every import that may run, wherever it stands; with `for_types` those for type checkers too."""
    return list(_imports(for_types=for_types))


def _imports(*, for_types: bool) -> Iterator[Import]:
    for path, tree in modules().items():
        skipped = set() if for_types else {id(node) for block in _type_blocks(tree) for node in ast.walk(block)}
        for node in nodes(tree):
            if id(node) in skipped:
                continue
            if isinstance(node, ast.Import):
                yield from (Import(path, node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield from (Import(path, node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _type_blocks(tree: ast.Module) -> Iterator[ast.stmt]:
    for node in nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in (
            getattr(node.test, "id", ""),
            getattr(node.test, "attr", ""),
        ):
            yield from node.body


def is_below(path: str, places: tuple[str, ...]) -> bool:
    """Whether a module is one of the places: files, or folders where they end in `/`."""
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function and method with its dotted name."""

    def inside(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield prefix + child.name, child
            name = getattr(child, "name", None) if isinstance(child, (ast.FunctionDef, ast.ClassDef)) else None
            yield from inside(child, f"{prefix}{name}." if name else prefix)

    return inside(tree, "")


def relative(path: str | os.PathLike[str]) -> str:
    """A path below the checkout, as people write it."""
    return os.path.relpath(path, ROOT)
