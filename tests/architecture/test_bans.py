"""Time, randomness, the environment and the home folder enter at the top only."""

from __future__ import annotations

import ast

import pytest

from architecture.sources import is_below, modules

TOP = ("__main__.py", "cli.py")
# A dotted name, and the modules that may use it with the reason.
BANNED: dict[str, tuple[str, ...]] = {
    "datetime.now": TOP,
    "datetime.utcnow": (),
    "datetime.today": (),
    "date.today": (),
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
    "os.urandom": (*TOP, "write/", "store/", "git/", "history/", "search/", "web/session.py"),
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


def uses(tree: ast.Module, name: str) -> list[int]:
    """The lines where a name is used; `shell=` with anything but False counts for `os.system`."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Attribute, ast.Name)) and isinstance(node.ctx, ast.Load):
            dotted = ast.unparse(node)
            if dotted == name or ("." in name and dotted.endswith(f".{name}")):
                lines.append(node.lineno)
        elif name == "os.system" and isinstance(node, ast.keyword) and node.arg == "shell":
            is_off = isinstance(node.value, ast.Constant) and node.value.value is False
            lines += [] if is_off else [node.value.lineno]
    return lines


@pytest.mark.parametrize("name", sorted(BANNED))
def test_a_banned_name_is_used_at_the_top_only(name: str) -> None:
    found = [
        f"src/plaintickets/{path}:{line} uses {name}"
        for path, tree in modules().items()
        if not is_below(path, BANNED[name])
        for line in uses(tree, name)
    ]
    assert found == [], "pass it down as an argument instead"


def test_a_use_is_found_by_its_last_names_only_where_it_has_several() -> None:
    tree = ast.parse("datetime.datetime.now()\nre.compile('x')\ncompile('y')\nrun(x, shell=True)\nrun(x, shell=False)")
    assert uses(tree, "datetime.now") == [1]
    assert uses(tree, "compile") == [3]
    assert uses(tree, "os.system") == [4]
