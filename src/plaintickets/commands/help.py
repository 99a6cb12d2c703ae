"""`tk help`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets import plugins, user_aliases
from plaintickets.command_table import GROUPS, SYNONYMS
from plaintickets.commands.help_overview import NO_DESCRIPTION, aliases, find_command, overview
from plaintickets.commands.options import Known
from plaintickets.errors import UsageError
from plaintickets.render import safe
from plaintickets.topics import TOPICS

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("help")
@click.argument("topic", required=False, type=Known("topic"))
@click.option("--man", "as_roff", is_flag=True, help="Print the manual page of tk or of a command for `man -l -`.")
@click.pass_context
def command(ctx: click.Context, topic: str | None, *, as_roff: bool) -> None:
    """List commands and topics, or show the manual of one, or a rule of `tk check`.

    \b
    Examples:
      tk help
      tk help new
      tk help query
      tk help unknown-status
      tk help --man new | man -l -
    """
    context: CommandContext = ctx.obj
    shown = _roff if as_roff else _overview if topic is None else _manual
    context.out(shown(context, topic or "").removesuffix("\n"))


def _overview(context: CommandContext, _topic: str) -> str:
    return overview(context)


def _roff(_context: CommandContext, topic: str) -> str:
    from plaintickets.commands import man_pages

    root = click.get_current_context().find_root()
    if topic and find_command(root, topic) is None:
        raise UsageError(f"no command '{topic}' that has a page for `man`", hint="`tk help` lists the commands.")
    return man_pages.page_of_command(root, topic) if topic else man_pages.page_of_program(root)


def _manual(context: CommandContext, topic: str) -> str:
    from plaintickets.topics import text

    if topic in TOPICS:
        return text(topic)
    root = click.get_current_context().find_root()
    known = find_command(root, topic)
    if known is not None:
        with click.Context(known, info_name=topic, parent=root) as ctx:
            return known.get_help(ctx)
    from plaintickets.core.checks.rules import RULES, entry

    if topic in RULES:
        return "\n".join(entry(RULES[topic]))
    plugin = plugins.find(topic, context.around.environ)
    if plugin is not None:
        description = plugins.description(plugins.Plugin(topic, plugin)) or NO_DESCRIPTION
        return safe.line(f"{topic}: {description}") + "\n\n" + safe.line(f"a plug-in: {plugin}")
    own = user_aliases.aliases_of(context)
    if topic in own:
        return safe.line(f"{topic}: your alias for `tk {own[topic]}`")
    from plaintickets.core.suggestions import did_you_mean

    names = [*TOPICS, *(name for group in GROUPS.values() for name in group), *aliases(root), *RULES]
    meant = user_aliases.likely(topic, context) if topic.casefold() in SYNONYMS else did_you_mean(topic, names)
    hint = meant or "`tk help` lists the commands and topics."
    raise UsageError(f"no command, no topic and no rule '{topic}'", hint=hint)
