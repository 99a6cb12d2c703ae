"""The store that the golden files show: written by hand, so that every id and date is fixed."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from builders import Repository

HERE = Path(__file__).parent
_COMMIT = re.compile(r"\b[0-9a-f]{40}\b")
_SHORT = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{10}\b")
# Measures and versions: that they are there is held, what they are is not.
_VARYING = [
    (re.compile(r'"(score)": [\d.]+'), r'"\1": 0.5'),
    (re.compile(r'"(derived_bytes|bytes|parts)": \d+'), r'"\1": 1'),
    (re.compile(r'"(shared words): [^"]*"'), r'"\1: line"'),
    (re.compile(r'"(written)": [\d.]+'), r'"\1": 1.0'),
    (
        re.compile(
            r'"(plaintickets|python|git|click|pyyaml|python-frontmatter|gitpython|whoosh)": "[^"]*"', re.IGNORECASE
        ),
        r'"\1": "1.0"',
    ),
]
DATES = {"GIT_AUTHOR_DATE": "2026-03-01T12:00:00Z", "GIT_COMMITTER_DATE": "2026-03-01T12:00:00Z"}


def fill(repository: Repository) -> Repository:
    """Copies the tickets into the store of a repository and commits them at a fixed time."""
    for path in sorted((HERE / "store").glob("*.md")):
        shutil.copy(path, repository.tk.store)
    repository.tk.environment.update(DATES)
    repository.commit_all("The tickets")
    return repository


def normal(text: str, repository: Repository) -> str:
    """The text with what differs from run to run replaced."""
    text = text.replace(str(repository.folder), "<folder>")
    for pattern, shown in _VARYING:
        text = pattern.sub(shown, text)
    return _SHORT.sub("<commit>", _COMMIT.sub("<commit>", text))


def compare(path: str, text: str) -> None:
    """Holds a text against the golden file, or writes that with TK_WRITE_GOLDEN=1."""
    golden = HERE / path
    if os.environ.get("TK_WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), f"tests/golden/{path}; TK_WRITE_GOLDEN=1 writes it anew"
