"""`tk tag`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, writes
from plaintickets.errors import UsageError

_WORD = re.compile(r"-[^-].")

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


class TagCommand(click.Command):
    """Command whose arguments may be `-tag`: only single letters are options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; a blank before a tag to remove keeps it from being read as options."""
        return super().parse_args(ctx, [f" {word}" if _WORD.match(word) else word for word in args])


@click.command("tag", cls=TagCommand, context_settings={"ignore_unknown_options": True})
@click.argument("words", metavar="ID… [+]TAG… -TAG…", nargs=-1, required=True, type=Known("tag words", is_dashed=True))
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, words: tuple[str, ...]) -> None:
    """Add tags to tickets, or remove them with a leading `-`.

    The first word is an id and the others are tags. If a tag has a sign, words without a sign are ids.

    \b
    Examples:
      tk tag 7f3k parser
      tk tag 7f3k +parser -unicode
      tk tag 7f3k a2c9 +release
    """
    from plaintickets.actions.set import Setting, set_fields
    from plaintickets.commands.set import report

    words = tuple(word.strip() for word in words)
    ids, settings = [words[0]], []
    signed = any(word[:1] in "+-" for word in words[1:])
    for word in words[1:]:
        if word.startswith("-"):
            settings.append(Setting("tags", "-=", word[1:]))
        elif word.startswith("+"):
            settings.append(Setting("tags", "+=", word[1:]))
        elif signed:
            ids.append(word)
        else:
            settings.append(Setting("tags", "+=", word))
    if not settings:
        raise UsageError("name a tag", hint="for example: tk tag 7f3k parser")
    report(context, set_fields(context.project, "tag", ids, settings, subject=context.subject))
