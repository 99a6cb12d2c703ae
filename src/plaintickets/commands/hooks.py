"""`tk hooks`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import json_option
from plaintickets.errors import GitRefusedError, NoStoreError, RefusedError, UsageError
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.hooks import Hook
    from plaintickets.console import CommandContext

_SAYS = {
    "absent": "not installed",
    "changed": "installed, and edited since",
    "installed": "installed",
    "other": "not installed; another hook is there",
}


def complete_actions(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The words that begin with what is typed."""
    return [word for word in ("install", "remove", "status") if word.startswith(incomplete)]


@click.command("hooks")
@click.argument("action", metavar="install | remove | status", shell_complete=complete_actions)
@json_option
@click.pass_obj
def command(context: CommandContext, action: str) -> None:
    """Install, remove or look at the git hook that closes tickets by a trailer of a commit.

    With it, a commit whose message has a line `Closes: ID` below the subject also holds the ticket,
    closed: the hook post-commit puts it into the commit that was just made, which gets another id. It
    changes the files of these tickets alone, and none that has changes of yours; it stages nothing. A
    signed commit stays as it is. Without the hook, `tk apply-trailers` does the same in a commit of its own.

    It is installed in this clone only, by this command only. A hook that is there is kept, and runs after
    it; `remove` puts it back as it was. A folder named by core.hooksPath is yours to change.

    \b
    Examples:
      tk hooks install
      tk hooks status
      tk hooks remove
    """
    from plaintickets.actions import hooks

    if action == hooks.HOOK:
        _run(context)
    elif action == "status":
        _show(context, hooks.look(context.project))
    elif action == "install":
        hook = hooks.install(context.project)
        context.say(f"Installed {_near(context, hook.path)}")
        if hook.kept:
            context.say(f"The hook that was there is kept as {_near(context, hook.kept)}, and runs after it.")
        _show_json(context, hook)
    elif action == "remove":
        hook = hooks.remove(context.project)
        done = hook.state == "installed"
        back = ", and put back the hook that was there before" if hook.kept else ""
        path = _near(context, hook.path)
        context.say(f"Removed {path}{back}" if done else f"{_SAYS[hook.state]}: {path}")
        _show_json(context, hooks.look(context.project))
    else:
        raise UsageError(f"unknown action '{action}'", hint="Usage: tk hooks install | remove | status")


def _near(context: CommandContext, path: str) -> str:
    """A path as it is shown: from the top of the work tree, if it is below it."""
    return path.removeprefix(context.project.place.top + "/")


def _show(context: CommandContext, hook: Hook) -> None:
    _show_json(context, hook)
    if context.json:
        return
    context.out(safe.line(f"{_near(context, hook.path)}: {_SAYS[hook.state]}"))
    if hook.kept:
        context.out(safe.line(f"{_near(context, hook.kept)}: the hook that was there before"))
    if hook.foreign:
        context.out(safe.line(f"core.hooksPath names this folder, which {hook.foreign}"))


def _show_json(context: CommandContext, hook: Hook) -> None:
    if context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        shown = {"hook": hook.path, "state": hook.state, "kept": hook.kept or None, "foreign": hook.foreign or None}
        context.out(dumps({"format": FORMAT, **shown}))


def _run(context: CommandContext) -> None:
    """What the hook does; nothing where there is no store or where several commits are being made."""
    from plaintickets.actions.closing_trailers import SHORT, in_newest
    from plaintickets.git.head import refuse_under_way

    if "GIT_INDEX_FILE" not in context.around.environ:
        raise RefusedError("only git runs this, after a commit", hint="`tk apply-trailers HEAD~1..HEAD` does it later.")
    context.overrides["commit.mode"] = "off"
    try:
        refuse_under_way(context.project.place.git_dir)
    except (GitRefusedError, NoStoreError):
        return
    done = in_newest(context.project)
    for one in done.left:
        context.warn(safe.line(f"tk: {one.ticket} stays as it is: {one.reason}"))
    if done.closed:
        names = ", ".join(one.ticket for one in done.closed)
        context.warn(safe.line(f"tk: closed {names} in this commit, which is now {done.commit[:SHORT]}"))
