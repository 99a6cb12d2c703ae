"""The rules of `tk check`: their codes, levels and explanations."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from plaintickets import addresses

Level: TypeAlias = Literal["error", "warning", "note", "off"]
Group: TypeAlias = Literal["files", "settings", "values", "relations", "workflow", "git"]

GROUPS: dict[Group, str] = {
    "files": "Files",
    "values": "Values and text",
    "relations": "Relations",
    "workflow": "Workflow",
    "git": "Git",
    "settings": "Settings",
}
RANKS: dict[Level, int] = {"error": 0, "warning": 1, "note": 2, "off": 3}


class Rule(NamedTuple):
    """One rule; `fixed` means that its level cannot be set, `is_fixable` that `tk check --fix` repairs a violation."""

    code: str
    group: Group
    level: Level
    summary: str
    explanation: str
    fixed: bool = False
    is_fixable: bool = False

    @property
    def page(self) -> str:
        """The address of its documentation, "" if the project has none."""
        return addresses.page(f"docs/reference/rules.md#{self.code}")

    @property
    def manual(self) -> str:
        """The command that prints its documentation."""
        return f"tk help {self.code}"
