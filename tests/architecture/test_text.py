"""What Markdown and front matter mean is decided in one place each."""

from __future__ import annotations

import os
import re

SOURCE = os.path.join(os.path.dirname(__file__), "..", "..", "src", "plaintickets")
# It guards fences in what it writes; whether one is open it asks of `markdown`.
MAY_NAME_FENCES = {"core/markdown.py", "core/comments.py", "importers/html_markdown.py"}


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
