"""The user's own names for commands, and the other names of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import USER, Setting, Shape
from plaintickets.core.settings.reading import named

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

SETTINGS = (
    Setting(
        "aliases", "aliases",
        "Your own names for commands: with `mine: ls @mine`, `tk mine -p 1` is `tk ls @mine -p 1`. "
        "(A list is read as `other_names`, which it was once.)",
        USER, example="aliases:\n  mine: ls @mine",
    ),
    Setting(
        "other_names", "names", "Your other names, which `assignee:me` finds too.", USER,
        example="other_names: [ada, ada@example.org]",
    ),
)  # fmt: skip


def read_aliases(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, str] | tuple[str, ...] | None:
    """Return the commands by alias; a list of names for the key as it was once."""
    if isinstance(raw, list):
        return findings.names(where, raw, plain=False)
    found: dict[str, str] = {}
    for name, spot, value in named(findings, where, raw):
        text = findings.text(spot, value)
        if text is not None and (fault := _fault(name, text)):
            findings.add(spot, "config-value", fault)
        elif text is not None:
            found[name] = text
    return _without_loops(findings, where, found)


def _fault(name: str, text: str) -> str:
    """Return what is wrong with one alias, or nothing."""
    from plaintickets.core.aliases import is_built_in, words_of

    if is_built_in(name):
        return f"the alias {name} would hide the command `tk {name}`; give it another name"
    try:
        words = words_of(text)
    except ValueError:
        return f"the alias {name} has a quote that is not closed"
    if not words:
        return f"the alias {name} is empty"
    if words[0].startswith(("-", "!")):
        return f"the alias {name} must begin with a command of `tk`, without `tk` before it"
    if words[0] == "tk":
        return f"the alias {name} must begin with a command of `tk`: leave `tk` out"
    return ""


def _without_loops(findings: Findings, where: Where, aliases: dict[str, str]) -> dict[str, str]:
    from plaintickets.core.aliases import expanded

    kept = dict(aliases)
    for name in aliases:
        try:
            expanded(name, aliases)
        except ValueError as error:
            findings.add((*where, name), "config-value", f"the aliases name each other in a loop: {error}")
            del kept[name]
    return kept


def _schema(_: Setting) -> Json:
    names = {**schema_parts.NAMES, "items": schema_parts.TEXT}
    return {"anyOf": [schema_parts.named(schema_parts.TEXT), names]}


SHAPES = {"aliases": Shape("commands by name", read_aliases, _schema)}
