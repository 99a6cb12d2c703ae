"""A problem in data that was read: a value, never an exception."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """One problem at one place; line 0 means the whole file."""

    path: str
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message} [{self.code}]"
