"""`tk completion`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from plaintickets.console import CommandContext

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_obj
def command(context: CommandContext, shell: str) -> None:
    """Print a script for shell completion of commands, options, ids and values.

    It completes `tk` and `plaintickets`. To load it in every new shell:

    \b
    bash   echo 'eval "$(tk completion bash)"' >> ~/.bashrc
           or, faster to start, into a file that bash-completion loads by itself:
           tk completion bash > ~/.local/share/bash-completion/completions/tk
    zsh    echo 'eval "$(tk completion zsh)"' >> ~/.zshrc     (after compinit)
           or, as `_tk`, into a folder of $fpath
    fish   tk completion fish > ~/.config/fish/completions/tk.fish

    \b
    Examples:
      eval "$(tk completion bash)"
      tk completion fish | source
    """
    from plaintickets.commands.completions.scripts import SCRIPTS

    context.out(SCRIPTS[shell])
