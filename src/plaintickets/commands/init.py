"""`tk init`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, json_option, writes

if TYPE_CHECKING:
    from plaintickets.actions.init import SetUp
    from plaintickets.console import CommandContext


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False))
@click.option("--prefix", metavar="WORD", default="", help="What new ids begin with, e.g. `pt` for pt-7f3k.")
@click.option("--adopt", "adopts", is_flag=True, help="Write the settings that an existing store needs.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, folder: str | None, prefix: str, *, adopts: bool) -> None:
    """Create a ticket store: the folder `.tickets`, its settings, a README and git attributes, in one commit.

    Without DIR the store is created at the top of the git repository, or in the current folder if there is
    no repository. No existing file is overwritten, so it is safe to run twice.

    Existing tickets may have their own statuses and types, or documents beside them. The settings with
    which `tk check` passes are shown; --adopt writes them into config.yml, in a commit.

    \b
    Examples:
      tk init
      tk init --prefix web
      tk init --adopt
      tk init services/api --no-commit
    """
    from plaintickets.actions.init import set_up, store_folder

    store = store_folder(context.around, folder)
    done = set_up(context.around, context.overrides, store, prefix=prefix, subject=context.subject)
    context.__dict__["project"] = done.project
    _say(context, done)
    lines = _adopt(context, done, adopts=adopts)
    shown = {"created": done.made, "kept": done.kept, "proposed": lines}
    finish(context, done.outcome, store=done.project.place.store, **shown)
    _warn_of_hooks(context, done)
    if done.is_new and not context.quiet and not context.json and context.is_terminal:
        from plaintickets.commands.agent_guide import offer_guide

        offer_guide(context)


def _adopt(context: CommandContext, done: SetUp, *, adopts: bool) -> list[str]:
    """Show or write the settings that the tickets need; return the lines that are left to write."""
    if done.is_new:
        return []
    from plaintickets.actions.adoption import adopt, propose
    from plaintickets.commands.doctor import show_proposed

    proposed = propose(done.project)
    written = proposed.lines if adopts else []
    if written:
        outcome = adopt(done.project, proposed, subject=context.subject)
        context.say("Wrote into config.yml: " + ", ".join(line.rstrip(":") for line in written if line[:1].isalpha()))
        if outcome.commit:
            context.say(f"Committed {outcome.commit[:10]}")
    elif not context.json:
        show_proposed(context, proposed.lines, "tk init --adopt")
    if proposed.left and not context.json:
        context.say(f"No setting removes {proposed.left} of the errors; `tk check` names them")
    return [] if written else proposed.lines


def _say(context: CommandContext, done: SetUp) -> None:
    shown = os.path.relpath(done.project.place.store, context.around.folder)
    if done.is_new:
        context.say(f"Created the ticket store {shown}")
    elif done.made:
        context.say(f"Completed the ticket store {shown}")
    else:
        context.say(f"The ticket store {shown} is complete; nothing was changed")
    for name in done.made:
        context.say(f"  created {name}")
    for name in done.kept:
        context.say(f"  kept {name}")
    if done.outcome.commit:
        context.say(f"Committed {done.outcome.commit[:10]}")
    if done.is_new:
        context.say('Next: tk new "What is to be done"')
        if done.project.place.top:
            context.say("      tk setup, in each clone, has git merge tickets field by field")


def _warn_of_hooks(context: CommandContext, done: SetUp) -> None:
    top = done.project.place.top
    config = done.project.config
    if not top or not config.commit_verify or config.commit_mode != "auto":
        return
    from plaintickets.git.hook_frameworks import stashing_frameworks

    found = stashing_frameworks(top)
    if found:
        context.note(
            f"note: {' and '.join(found)} may put your unstaged work aside while hooks run, at each commit of a "
            "ticket; `commit.verify: false` in .tickets/config.yml commits tickets without hooks"
        )
