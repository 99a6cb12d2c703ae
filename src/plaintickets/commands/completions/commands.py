"""Candidates for the name of a command: commands, aliases and plug-ins."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from plaintickets import commands
from plaintickets.command_table import ALIASES, COMMANDS

if TYPE_CHECKING:
    from collections.abc import Mapping


def command_names(environ: Mapping[str, str], own: Mapping[str, str], typed: str) -> dict[str, str]:
    """Return the names that begin with the typed text, those of the user's aliases included, and what they do."""
    found = {name: summary(module) for name, module in sorted(COMMANDS.items()) if name.startswith(typed)}
    others = list(ALIASES)
    with contextlib.suppress(OSError):
        from plaintickets import plugins

        others += [plugin.name for plugin in plugins.installed(environ)]
    found |= {name: f"tk {text}" for name, text in own.items() if name.startswith(typed)}
    return found | {name: "" for name in others if name.startswith(typed) and name not in found}


def summary(module: str) -> str:
    """Return the first line of a command's manual, from its source: importing all commands takes 40 ms."""
    try:
        with open(os.path.join(os.path.dirname(commands.__file__), f"{module}.py"), encoding="utf-8") as file:
            manual = file.read().partition("\ndef command(")[2].partition('"""')[2]
    except OSError:
        return ""
    return manual.partition("\n")[0].partition('"""')[0].rstrip(".")
