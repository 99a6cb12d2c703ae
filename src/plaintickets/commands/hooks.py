"""`tk hooks`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option
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


@click.command("hooks")
@click.argument("action", metavar="install | remove | status", type=Known("hook action"))
@json_option
@click.pass_obj
def command(context: CommandContext, action: str) -> None:
    """Install, remove or show the git hook that closes tickets by trailers of commits.

    If a commit message has a line `Closes: ID` below the subject, the hook post-commit closes the ticket,
    of whichever store of the repository, in the same commit: it amends the new commit, which gets another
    id. It changes only the files of these tickets, and skips those that have changes of yours; it stages
    nothing. Signed commits are not amended. Without the hook, `tk apply-trailers` does the same in a
    separate commit.

    The hook is installed in this clone only. An existing hook is kept and runs after it; `remove` restores
    that hook. A folder that core.hooksPath names is never changed.

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
            context.say(f"The earlier hook is kept as {_near(context, hook.kept)}, and runs after it.")
        _show_json(context, hook)
    elif action == "remove":
        hook = hooks.remove(context.project)
        done = hook.state == "installed"
        back = ", and restored the earlier hook" if hook.kept else ""
        path = _near(context, hook.path)
        context.say(f"Removed {path}{back}" if done else f"{_SAYS[hook.state]}: {path}")
        _show_json(context, hooks.look(context.project))
    else:
        raise UsageError(f"unknown action '{action}'", hint="Usage: tk hooks install | remove | status")


def _near(context: CommandContext, path: str) -> str:
    """Return a path relative to the top of the work tree if it is below it, else unchanged."""
    return path.removeprefix(context.project.place.top + "/")


def _show(context: CommandContext, hook: Hook) -> None:
    _show_json(context, hook)
    if context.json:
        return
    context.out(safe.line(f"{_near(context, hook.path)}: {_SAYS[hook.state]}"))
    if hook.kept:
        context.out(safe.line(f"{_near(context, hook.kept)}: the earlier hook"))
    if hook.foreign:
        context.out(safe.line(f"core.hooksPath names this folder, which {hook.foreign}"))


def _show_json(context: CommandContext, hook: Hook) -> None:
    if context.json:
        from plaintickets.render.hook import json_text

        context.out(json_text(hook))


def _run(context: CommandContext) -> None:
    """Run the hook; do nothing without a store, or during a rebase or another series of commits."""
    from plaintickets.actions.closing_trailers import SHORT, in_newest_of_all
    from plaintickets.git.head import refuse_under_way

    if "GIT_INDEX_FILE" not in context.around.environ:
        raise RefusedError("only git runs this, after a commit", hint="`tk apply-trailers HEAD~1..HEAD` does it later.")
    context.overrides["commit.mode"] = "off"
    try:
        refuse_under_way(context.all_stores.stores[0].project.place.git_dir)
    except (GitRefusedError, NoStoreError):
        return
    for done in in_newest_of_all(context.all_stores):
        for one in done.left:
            context.warn(safe.line(f"tk: {one.ticket} stays as it is: {one.reason}"))
        if done.closed:
            names = ", ".join(one.ticket for one in done.closed)
            context.warn(safe.line(f"tk: closed {names} in this commit, which is now {done.commit[:SHORT]}"))
