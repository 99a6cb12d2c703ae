"""`tk setup`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, json_option, writes

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("setup")
@click.option("--remove", "removes", is_flag=True, help="Remove the merge driver from this clone.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, *, removes: bool) -> None:
    """Have git merge tickets field by field in this clone: in merge, rebase, cherry-pick, stash pop and am -3.

    It writes `merge.plaintickets` into the clone's own git configuration. Each clone needs this once,
    because git does not copy its configuration. If the store's `.gitattributes` lacks the driver, it is
    completed, in one commit. If `tk` is missing later, git merges tickets as text.

    \b
    Examples:
      tk setup
      tk setup --remove
    """
    from plaintickets.actions.setup import remove_from_clone, set_up_clone
    from plaintickets.write.writer import Outcome

    if removes:
        was_there = remove_from_clone(context.project)
        context.say("git merges tickets as text in this clone" + ("" if was_there else ", as it did before"))
        finish(context, Outcome("", []), driver=None, changed=was_there)
        return
    done = set_up_clone(context.project, subject=context.subject)
    if done.attributes is not None:
        context.say("Completed .tickets/.gitattributes")
    context.say("git merges tickets field by field in this clone" + ("" if done.is_new else ", as it did before"))
    finish(context, done.attributes or Outcome("", []), driver=done.command, changed=done.is_new)
