"""The aliases of the user: expanded on the command line, and unknown commands answered with near names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.command_table import ALIASES, COMMANDS, SYNONYMS
from plaintickets.core.suggestions import nearest
from plaintickets.errors import TicketsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import click

    from plaintickets.console import CommandContext


def aliases_of(context: CommandContext, *, quietly: bool = False) -> Mapping[str, str]:
    """Return the user's aliases, from the user's own settings; `quietly`, none if these cannot be read.

    Raise ConfigError for settings with problems.
    """
    from plaintickets.store.settings import user_config

    try:
        return user_config(context.around.user_config).aliases
    except TicketsError:
        if quietly:
            return {}
        raise


def expansion(name: str, context: CommandContext, *, quietly: bool = False) -> list[str]:
    """Return the words that an alias means, none for a name that is no alias."""
    aliases = aliases_of(context, quietly=quietly)
    if name not in aliases:
        return []
    from plaintickets.core.aliases import expanded

    return expanded(name, aliases)


def run_plugin(words: Sequence[str], context: CommandContext) -> None:
    """Replace this process by the plug-in that an alias names; return if there is none."""
    from plaintickets.plugins import become

    become(words[0], [*words[1:]], context.around)


def unknown(name: str, context: CommandContext) -> str:
    """Return the sentence for a command that does not exist, with what may be meant."""
    meant = likely(name, context)
    return f"no such command: {name}. {meant or '`tk help` lists the commands.'}"


def with_option_first(program: click.Command, arguments: Sequence[str], option: str) -> list[str] | None:
    """Return the arguments with an option of the whole program, written behind the command, before the command.

    Return None for an option that the program does not have, or that already is where it belongs, and for the modes of
    committing: a command that can be told them has these options itself.
    """
    movable = [one for one in program.params if one.name not in ("no_commit", "stage")]
    takes_value = {name: not getattr(one, "is_flag", True) for one in movable for name in one.opts}
    place = next((n for n, word in enumerate(arguments) if word.split("=")[0] == option), 0)
    if option not in takes_value or place == 0:
        return None
    end = place + (2 if takes_value[option] and "=" not in arguments[place] else 1)
    # Without its value the option stands alone, so that click names what it lacks.
    return [*arguments[place:end], *(() if end > len(arguments) else (*arguments[:place], *arguments[end:]))]


def likely(name: str, context: CommandContext) -> str:
    """Return `Did you mean `tk x` or `tk y`?`, empty if nothing is near."""
    known = [*COMMANDS, *ALIASES, *aliases_of(context, quietly=True)]
    found = [f"`tk {word}`" for word in SYNONYMS.get(name.casefold(), ()) or nearest(name, known)]
    if not found:
        return ""
    return f"Did you mean {' or '.join([', '.join(found[:-1]), found[-1]] if found[1:] else found)}?"
