"""GitPython runs every git command that writes; the reading ways of `git/process` start none of them."""

from __future__ import annotations

import ast

from architecture.sources import modules, nodes

READING = {"run", "read", "start"}
WRITES = {
    *(
        "add",
        "apply",
        "checkout",
        "checkout-index",
        "cherry-pick",
        "commit",
        "commit-tree",
        "fast-import",
        "fetch",
        "gc",
    ),
    *(
        "maintenance",
        "merge",
        "merge-tree",
        "mktree",
        "mv",
        "pack-refs",
        "prune",
        "pull",
        "push",
        "read-tree",
        "rebase",
    ),
    *("repack", "reset", "restore", "revert", "rm", "sparse-checkout", "stash", "switch", "tag"),
    *("update-index", "update-ref", "worktree", "write-tree"),
}


def written_by_readers(tree: ast.Module) -> list[int]:
    """Return the lines where a reading way gets a command that writes; `read-tree -n` only tries."""
    lines = []
    for node in nodes(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READING):
            continue
        words = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        command = next((word for word in words if not word.startswith("-") and "=" not in word), "")
        writes = command in WRITES and "-n" not in words
        if writes or {"hash-object", "-w"} <= set(words) or {"commit-graph", "write"} <= set(words):
            lines.append(node.lineno)
    return lines


def test_no_reading_way_starts_a_command_that_writes() -> None:
    found = [f"src/plaintickets/{path}:{line}" for path, tree in modules().items() for line in written_by_readers(tree)]
    assert found == [], "run it by GitProcess.write, must_write or start_writing"


def test_the_search_tells_writing_from_reading() -> None:
    text = (
        "git.run('log')\ngit.read('write-tree')\ngit.write('add')\ngit.start(['update-ref', '--stdin'])\n"
        "git.run('read-tree', '-n')\ngit.read('hash-object', '-w')\ngit.run('hash-object', path)\n"
    )
    assert written_by_readers(ast.parse(text)) == [2, 4, 6]
