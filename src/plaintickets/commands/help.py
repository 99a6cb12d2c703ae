"""`tk help`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets import plugins, user_aliases
from plaintickets.command_table import GROUPS, SYNONYMS
from plaintickets.errors import UsageError
from plaintickets.render import safe
from plaintickets.topics import TOPICS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.shell_completion import CompletionItem

    from plaintickets.console import CommandContext

# Purpose: its commands, in the order in which a new user needs them.
NO_DESCRIPTION = "(no description)"


def complete_topics(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the topics and commands that begin with the typed text."""
    from click.shell_completion import CompletionItem

    names = dict.fromkeys([*TOPICS, *(name for group in GROUPS.values() for name in group)])
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.command("help")
@click.argument("topic", required=False, shell_complete=complete_topics)
@click.pass_context
def command(ctx: click.Context, topic: str | None) -> None:
    """List commands and topics, or show the manual of one.

    \b
    Examples:
      tk help
      tk help new
      tk help query
    """
    context: CommandContext = ctx.obj
    context.out((overview(context) if topic is None else _manual(context, topic)).removesuffix("\n"))


def overview(context: CommandContext) -> str:
    """Return the commands by purpose, the plug-ins, the topics and the global options."""
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
    lines += ["", "`tk help COMMAND` shows a command's options and examples, `tk help TOPIC` a manual."]
    return "\n".join(lines) + "\n"


def _rows(rows: Iterable[tuple[str, str]]) -> list[str]:
    rows = list(rows)
    columns = max((len(name) for name, _ in rows if len(name) <= 28), default=0)
    return [f"  {name:<{columns}}  {text}" for name, text in rows]


def _aliases(root: click.Context) -> dict[str, str]:
    return dict(getattr(root.command, "aliases", {}))


def _find(root: click.Context, name: str) -> click.Command | None:
    return root.command.get_command(root, name) if isinstance(root.command, click.Group) else None


def _summary(root: click.Context, name: str) -> str:
    """Return the first sentence of a command's manual, and its other names."""
    known = _find(root, name)
    others = [alias for alias, meant in _aliases(root).items() if meant == name]
    also = f" (also: {', '.join(others)})" if others else ""
    return (known.get_short_help_str(200) if known else "") + also


def _manual(context: CommandContext, topic: str) -> str:
    from plaintickets.topics import text

    if topic in TOPICS:
        return text(topic)
    root = click.get_current_context().find_root()
    known = _find(root, topic)
    if known is not None:
        with click.Context(known, info_name=topic, parent=root) as ctx:
            return known.get_help(ctx)
    plugin = plugins.find(topic, context.around.environ)
    if plugin is not None:
        description = plugins.description(plugins.Plugin(topic, plugin)) or NO_DESCRIPTION
        return safe.line(f"{topic}: {description}") + "\n\n" + safe.line(f"a plug-in: {plugin}")
    own = user_aliases.aliases_of(context)
    if topic in own:
        return safe.line(f"{topic}: your alias for `tk {own[topic]}`")
    from plaintickets.core.suggestions import did_you_mean

    names = [*TOPICS, *(name for group in GROUPS.values() for name in group), *_aliases(root)]
    meant = user_aliases.likely(topic, context) if topic.casefold() in SYNONYMS else did_you_mean(topic, names)
    hint = meant or "`tk help` lists the commands and topics."
    raise UsageError(f"no command and no topic '{topic}'", hint=hint)
