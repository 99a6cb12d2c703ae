"""What Markdown and front matter mean is decided in one place each."""

from __future__ import annotations

import os
import re

SOURCE = os.path.join(os.path.dirname(__file__), "..", "..", "src", "plaintickets")
# They guard fences in what they write, or read another markup; whether one is open they ask of `markdown`.
MAY_NAME_FENCES = {
    *("core/markdown.py", "core/comments.py", "core/import_text.py"),
    *("importers/html_markdown.py", "importers/markup.py", "importers/textile.py"),
}


def modules() -> list[tuple[str, str]]:
    found = []
    for folder, _, names in os.walk(SOURCE):
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    found.append((os.path.relpath(path, SOURCE).replace(os.sep, "/"), file.read()))
    return found


def test_only_the_outline_knows_fences() -> None:
    named = {path for path, text in modules() if re.search(r"""[`~]{3}["'|)]|[`~]\{3""", text)}
    assert named - MAY_NAME_FENCES == set()
