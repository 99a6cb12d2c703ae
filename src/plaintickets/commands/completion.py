"""`tk completion`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from plaintickets.console import CommandContext

SHELLS = ("bash", "zsh", "fish")
# click writes the script for one name of the program; this is the last line for the other name.
_OTHER_NAME = {
    "bash": "complete -o nosort -F {function} plaintickets\n",
    "zsh": "[[ $zsh_eval_context[-1] == loadautofunc ]] || compdef {function} plaintickets\n",
    "fish": 'complete --no-files --command plaintickets --arguments "({function})";\n',
}


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
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
    context: CommandContext = ctx.obj
    context.out(script(shell, ctx.find_root().command))


def script(shell: str, program: click.Command) -> str:
    """Return the script of a shell, for both names of the program."""
    from click.shell_completion import ShellComplete, get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    completion = found(program, {}, "tk", "_TK_COMPLETE")
    # click's own `source` would start bash to learn its version.
    text = ShellComplete.source(completion).replace("#compdef tk\n", "#compdef tk plaintickets\n")
    return text.rstrip("\n") + "\n" + _OTHER_NAME[shell].format(function=completion.func_name).rstrip("\n")
