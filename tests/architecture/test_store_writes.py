"""Every change of a store goes through `write.edit.Edit`, so that each command's events are known in one place."""

from __future__ import annotations

import ast

from architecture.sources import modules, nodes

# A sync takes over commits that git's objects already hold; it needs the lock alone.
LOCK_ONLY = {"actions/sync.py"}


def test_only_edit_uses_the_writer() -> None:
    users = {
        path
        for path, tree in modules().items()
        for node in nodes(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "plaintickets.write.writer"
        and any(name.name == "Writer" for name in node.names)
    }
    assert users == {"write/edit.py", *LOCK_ONLY}
