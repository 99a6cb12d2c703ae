"""Sizes: what has grown past them wants to be two things."""

from __future__ import annotations

import ast
import warnings

from architecture.sources import PACKAGE, functions, modules, nodes, relative

LONG_FILE, LONGEST_FILE = 400, 500
LONGEST_COMMAND = 120
LONGEST_FUNCTION = 40
VAGUE = ("manager", "helper", "util", "utils", "service", "handler", "processor", "data", "info", "misc", "common")


def lines_of(path: str) -> int:
    return len((PACKAGE / path).read_text("utf-8").splitlines())


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function's body, its docstring and decorators apart."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    last = function.end_lineno or 0
    return last - body[0].lineno + 1 if body else 0


def has_command(path: str) -> bool:
    """Whether a module holds a command, and not what commands share."""
    return any(isinstance(node, ast.FunctionDef) and node.name == "command" for node in modules()[path].body)


def test_no_file_is_too_long() -> None:
    sizes = {path: lines_of(path) for path in modules()}
    for path, size in sizes.items():
        if size > LONG_FILE:
            warnings.warn(f"{relative(PACKAGE / path)} has {size} lines: look hard at it", stacklevel=1)
    assert {path: size for path, size in sizes.items() if size > LONGEST_FILE} == {}


def test_no_command_is_too_long() -> None:
    sizes = {path: lines_of(path) for path in modules() if path.startswith("commands/") and has_command(path)}
    assert {path: size for path, size in sizes.items() if size > LONGEST_COMMAND} == {}


def test_no_function_is_too_long() -> None:
    sizes = {f"{path}: {name}": length(made) for path, tree in modules().items() for name, made in functions(tree)}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}


def test_no_name_is_vague() -> None:
    found = []
    for path, tree in modules().items():
        names = list(path.removesuffix(".py").split("/"))
        names += [node.name for node in nodes(tree) if isinstance(node, ast.ClassDef)]
        found += [f"{path}: {name}" for name in names if name.lower().endswith(VAGUE)]
    assert found == []
