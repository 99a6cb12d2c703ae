"""The reference page of the settings, made from their table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.config import SETTINGS_FILES
from plaintickets.core.configtemplate import flow
from plaintickets.core.fields import FIELD_TYPES
from plaintickets.core.settings import PAGES, SETTINGS, SHAPES
from plaintickets.core.settings.model import CUSTOM_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.core.settings.model import Entry, Setting

_SHAPES = {
    "boolean": "true or false",
    "approvals": "a number, or entries",
    "choice": "a choice",
    "graph": "statuses by name",
    "guards": "guards by name",
    "name": "a name",
    "names": "a list of names",
    "number": "a number or name",
    "requirements": "a list",
    "requirements by status": "lists by status",
    "size": "a size",
    "template": "a line of text",
    "text": "a line of text",
    "dates": "a list of dates",
    "effect": "the value of the effect",
    "effects": "a list of effects",
    "targets": "durations by clock and priority",
    "triggers": "triggers",
    "values": "values by field",
    "duration": "a duration",
    "hours": "hours by day",
    "named dates": "names by date",
}
_WORDS = {
    "lines": "a list of texts",
    "maps": "maps by name",
    "port": "a number",
    "texts by name": "texts by name",
    **_SHAPES,
    **{name: shape.words for name, shape in SHAPES.items()},
}
_HEAD = """\
# Settings

<!-- Made from core/settings/ by `make docs`. -->

What is in force comes from five places, the later over the earlier: the defaults; the user's
settings, `plaintickets/config.yml` in the XDG config folder; the store's `.tickets/config.yml`;
environment variables; the options of the command. `tk config` shows the value of each setting and
where it comes from.

A file with a mistake is reported with `path:line` and the command ends with exit code 4. The
files are plain YAML: no anchors, aliases, tags or duplicate keys, 256 KiB at most. Every scalar is
read as it was typed.

A key with a dot is written as it stands, `commit.mode: stage`, or as `commit:` with `mode: stage`
indented below it.
"""


def reference() -> str:
    """Return the page in Markdown."""
    lines = [_HEAD]
    for file, key in SETTINGS_FILES.items():
        if key:
            lines += [
                f"`.tickets/{file}`, if it is there, holds the value of `{key}` alone, and `config.yml` none.",
                "",
            ]
    lines += ["## Keys", ""]
    lines += _table(
        ("key", "type", "default", "set in", "variable", "meaning"),
        (_row(setting) for setting in SETTINGS.values()),
    )
    for title, short, entries in PAGES:
        lines += [
            "",
            f"## {title}",
            *(["", f"A plain text in place of the entries is its `{short}`."] if short else []),
        ]
        lines += ["", *_table(("key", "type", "meaning"), map(_entry_row, entries.items()))]
    lines += ["", "## Types of fields", ""]
    rows = ((f"`{name}`", FIELD_TYPES[name].meaning) for name in CUSTOM_TYPES)
    lines += _table(("type", "a value is"), rows)
    return "\n".join(lines) + "\n"


def _row(setting: Setting) -> tuple[str, ...]:
    default = setting.default
    if setting.shape in {"statuses", "types"} and isinstance(default, tuple):
        default = tuple(entry.name for entry in default)
    return (
        f"`{setting.key}`",
        _shape(setting.shape, setting.choices),
        f"`{flow(default, setting.shape)}`" if default not in ("", (), {}) else "",
        " or ".join(setting.layers),
        " ".join(f"`{name}`" for name in setting.variables),
        setting.meaning,
    )


def _entry_row(item: tuple[str, Entry]) -> tuple[str, ...]:
    key, entry = item
    return f"`{key}`", _shape(entry.shape, entry.choices), entry.meaning


def _shape(shape: str, choices: tuple[str, ...]) -> str:
    return ", ".join(f"`{choice}`" for choice in choices) or _WORDS[shape]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    cells = [head, ("---",) * len(head), *rows]
    return ["| " + " | ".join(row) + " |" for row in cells]
