"""Settings that only the user's own file may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import USER, Setting, Shape
from plaintickets.core.settings.reading import named

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

_NONE = ("no", "false", "off")
SETTINGS = (
    Setting(
        "me", "text",
        "The name that `me` means. Without it: git's `user.name`.",
        USER, example="me: Ada Lovelace",
    ),
    Setting(
        "editor", "text",
        "The editor's command. Without it: the one that git would use.",
        USER, example="editor: vim",
    ),
    Setting(
        "pager", "text",
        "The pager's command, or `cat` for none. Without it: `GIT_PAGER`, `PAGER`, else `less -FRX`.",
        USER, example="pager: less -FRX",
    ),
    Setting(
        "pagers", "pagers",
        "For a command its own pager, or `no` for none: `ls: no`.",
        USER, example="pagers:\n  ls: no\n  log: less -S",
    ),
    Setting(
        "color", "choice", "Whether the output is coloured.",
        USER, ("auto", "always", "never"),
    ),
)  # fmt: skip


def read_pagers(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, str] | None:
    """Return the pagers by command; an empty text for none."""
    texts = {name: findings.text(spot, value) for name, spot, value in named(findings, where, raw)}
    return {name: "" if text.lower() in _NONE else text for name, text in texts.items() if text is not None}


def _schema(_: Setting) -> Json:
    return schema_parts.named({"type": ["string", "boolean"], "maxLength": schema_parts.LONGEST_TEXT})


SHAPES = {"pagers": Shape("pagers by command", read_pagers, _schema)}
