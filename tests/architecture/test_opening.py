"""Files are opened in one way: `system/files` opens regular files only and waits for none.

A pipe in a work tree would otherwise keep a command waiting for ever, and a link lead out of the store.
"""

from __future__ import annotations

import ast
from functools import cache

from architecture.sources import is_below, modules, nodes

GIT_FOLDER = "a file in git's own folder, which whoever can write there can replace anyway"
OWN_FILE = "a file that was made by the same command"
NAMED = "a file that the user names; a pipe, such as <(…) or /dev/stdout, is meant"
PLAIN_OPENS = {
    "system/": "the place itself",
    "topics/__init__.py": "the package's own pages",
    "web/assets.py": "the package's own files, by names in a table",
    "commands/completions/commands.py": "the package's own sources",
    "git/shallow.py": GIT_FOLDER,
    "git/lock_files.py": GIT_FOLDER,
    "git/index_file.py": GIT_FOLDER,
    "git/ref_names.py": GIT_FOLDER,
    "git/depth.py": GIT_FOLDER,
    "git/stopped_merge.py": GIT_FOLDER,
    "git/head.py": GIT_FOLDER,
    "store/settings.py": GIT_FOLDER,
    "write/sync_state.py": GIT_FOLDER,
    "write/recent_commits.py": GIT_FOLDER,
    "write/journal.py": GIT_FOLDER,
    "actions/hooks.py": "a new file, by `x`",
    "git/unmerged.py": OWN_FILE,
    "commands/editor.py": OWN_FILE,
    "actions/merge_driver.py": "git's own three versions, which it makes for the driver",
    "plugins.py": "a program on the PATH that is about to be run",
    "commands/check.py": NAMED,
    "commands/diff.py": NAMED,
    "commands/build_summary.py": NAMED,
    "commands/drafting.py": NAMED,
    "commands/output_file.py": NAMED,
    "cli.py": "the null device",
}


@cache
def plain_opens(tree: ast.Module) -> list[int]:
    """The lines that open a file by its name, and not a descriptor that `system/files` made."""
    lines = []
    for node in nodes(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name in {"os.open", "io.open"} or name.endswith(
            (".read_text", ".read_bytes", ".write_text", ".write_bytes")
        ):
            lines += [node.lineno] if name.split(".")[0] in {"os", "io", "Path", "path"} else []
        elif name == "open":
            first = ast.unparse(node.args[0])
            if first != "descriptor" and not first.startswith(("files.", "open_to_read(")):
                lines.append(node.lineno)
    return lines


def test_a_file_is_opened_by_its_name_in_few_places_each_with_its_reason() -> None:
    found = [
        f"src/plaintickets/{path}:{line}"
        for path, tree in modules().items()
        if not is_below(path, tuple(PLAIN_OPENS))
        for line in plain_opens(tree)
    ]
    assert found == [], "open it by plaintickets.system.files"


def test_every_place_of_the_list_still_opens_files() -> None:
    opening = {path for path, tree in modules().items() if plain_opens(tree)}
    idle = [place for place in PLAIN_OPENS if not any(is_below(path, (place,)) for path in opening)]
    assert idle == [], "take it off the list"


def test_a_plain_open_is_told_from_one_of_a_descriptor() -> None:
    text = "open(path)\nopen(files.open_to_read(path), 'rb')\nopen(descriptor)\nos.open(path, 0)\nfolder.open(name)\n"
    assert plain_opens(ast.parse(text)) == [1, 4]
