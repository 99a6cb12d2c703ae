"""The overview of all commands, topics and options, which `tk`, `tk help` and `tk --help` print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets import plugins, user_aliases
from plaintickets.command_table import GROUPS
from plaintickets.render import safe
from plaintickets.topics import TOPICS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.console import CommandContext

NO_DESCRIPTION = "(no description)"


def overview(context: CommandContext) -> str:
    """Return the commands by purpose, the plug-ins, the topics and the global options, as wide as the terminal."""
    lines = _lines(context)
    if context.is_terminal:
        from plaintickets.render.screen import wrapped

        lines = wrapped(lines, context.terminal.columns)
    return "\n".join(lines) + "\n"


def _lines(context: CommandContext) -> list[str]:
    root = click.get_current_context().find_root()
    lines = ["tk: a minimal ticket system, kept as files in your git repository", ""]
    lines += ["Usage: tk [OPTIONS] COMMAND [ARGUMENTS]"]
    for title, names in GROUPS.items():
        lines += ["", f"{title}:", *_rows((name, _summary(root, name)) for name in names)]
    found = plugins.installed(context.around.environ)
    if found:
        described = ((plugin.name, plugins.description(plugin) or NO_DESCRIPTION) for plugin in found)
        lines += ["", "Plug-ins:", *_rows((safe.line(name), safe.line(text)) for name, text in described)]
    own = user_aliases.aliases_of(context, quietly=True)
    if own:
        lines += ["", "Your aliases:", *_rows((safe.line(name), safe.line(f"tk {text}")) for name, text in own.items())]
    lines += ["", "Topics:", *_rows(TOPICS.items())]
    options = [record for option in root.command.get_params(root) if (record := option.get_help_record(root))]
    lines += ["", "Options:", *_rows(options)]
    lines += ["", "`tk help COMMAND` shows a command's options and examples, `tk help TOPIC` a manual, and"]
    return [*lines, "`tk help RULE` a rule of `tk check`."]


def _rows(rows: Iterable[tuple[str, str]]) -> list[str]:
    rows = list(rows)
    columns = max((len(name) for name, _ in rows if len(name) <= 28), default=0)
    return [f"  {name:<{columns}}  {text}" for name, text in rows]


def aliases(root: click.Context) -> dict[str, str]:
    """Return the commands by their other names."""
    return dict(getattr(root.command, "aliases", {}))


def find_command(root: click.Context, name: str) -> click.Command | None:
    """Return the command of a name or alias, None for an unknown one."""
    return root.command.get_command(root, name) if isinstance(root.command, click.Group) else None


def _summary(root: click.Context, name: str) -> str:
    """Return the first sentence of a command's manual, and its other names."""
    known = find_command(root, name)
    others = [alias for alias, meant in aliases(root).items() if meant == name]
    also = f" (also: {', '.join(others)})" if others else ""
    return (known.get_short_help_str(200) if known else "") + also
