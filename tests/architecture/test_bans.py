"""Time, randomness, the environment and the home folder enter at the top only; the zone of the machine nowhere."""

from __future__ import annotations

import ast
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING

import pytest

from architecture.sources import is_below, modules, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

TOP = ("__main__.py", "cli.py")
# A dotted name, and the modules that may use it with the reason.
BANNED: dict[str, tuple[str, ...]] = {
    "datetime.now": TOP,
    "datetime.utcnow": (),
    "datetime.today": (),
    "date.today": (),
    "astimezone()": (),
    "time.localtime": (),
    "time.mktime": (),
    "time.tzset": (),
    # A lock's age, and whether a file is younger than the clock's tick, are told by the same clock as the file's.
    "time.time": (*TOP, "write/", "store/", "git/", "history/", "search/"),
    "time.time_ns": ("write/", "store/", "search/"),
    "os.environ": TOP,
    "os.getenv": (),
    "os.getcwd": TOP,
    "os.chdir": (),
    "os.path.expanduser": (),
    # Names of temporary files and of what is kept, and pauses that two processes must not share.
    # The secrets of a web session, which must not follow TK_SEED.
    "os.urandom": (*TOP, "write/", "store/", "git/", "history/", "search/", "system/whole_files.py", "web/session.py"),
    "eval": (),
    "exec": (),
    "compile": (),
    "breakpoint": (),
    "print": TOP,
    "sys.exit": TOP,
    "yaml.load": (),
    "yaml.unsafe_load": (),
    "os.system": (),
    "os.popen": (),
}


def uses(tree: ast.Module) -> list[tuple[str, int]]:
    """Return the banned names that are used, with their lines; `shell=` with anything but False is `os.system`.

    `astimezone()` without a zone is that of the machine.
    """
    found = []
    for node in nodes(tree):
        if isinstance(node, (ast.Attribute, ast.Name)) and isinstance(node.ctx, ast.Load):
            found += [(name, node.lineno) for name in last_names(node) if name in BANNED]
        elif isinstance(node, ast.keyword) and node.arg == "shell":
            is_off = isinstance(node.value, ast.Constant) and node.value.value is False
            found += [] if is_off else [("os.system", node.value.lineno)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "astimezone":
            found += [] if node.args or node.keywords else [("astimezone()", node.lineno)]
    return found


def last_names(node: ast.Attribute | ast.Name) -> Iterator[str]:
    """Give the dotted name of a node, and its ends of several words: of `a.b.c` also `b.c`."""
    if isinstance(node, ast.Name):
        yield node.id
        return
    name, inner = node.attr, node.value
    while isinstance(inner, ast.Attribute):
        name, inner = f"{inner.attr}.{name}", inner.value
        yield name
    if isinstance(inner, ast.Name):
        yield f"{inner.id}.{name}"


@cache
def used() -> dict[str, list[tuple[str, int]]]:
    """Return each banned name with the modules and lines that use it."""
    places: dict[str, list[tuple[str, int]]] = {name: [] for name in BANNED}
    for path, tree in modules().items():
        for name, line in uses(tree):
            places[name].append((path, line))
    return places


@pytest.mark.parametrize("name", sorted(BANNED))
def test_a_banned_name_is_used_at_the_top_only(name: str) -> None:
    found = [
        f"src/plaintickets/{path}:{line} uses {name}" for path, line in used()[name] if not is_below(path, BANNED[name])
    ]
    assert found == [], "pass it down as an argument instead"


def test_a_use_is_found_by_its_last_names_only_where_it_has_several() -> None:
    tree = ast.parse(
        "datetime.datetime.now()\nre.compile('x')\ncompile('y')\nrun(x, shell=True)\nrun(x, shell=False)\n"
        "found().os.path.expanduser()\nos.environ = now\nnow.astimezone()\nnow.astimezone(UTC)\n"
    )
    assert sorted(uses(tree), key=itemgetter(1)) == [
        ("datetime.now", 1), ("compile", 3), ("os.system", 4), ("os.path.expanduser", 6), ("astimezone()", 8),
    ]  # fmt: skip
