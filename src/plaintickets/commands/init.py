"""`tk init`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, json_option, writes

if TYPE_CHECKING:
    from plaintickets.actions.init import SetUp
    from plaintickets.frame import Frame


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False))
@click.option("--prefix", metavar="WORD", default="", help="What new ids begin with, e.g. `pt` for pt-7f3k.")
@click.option("--adopt", "adopts", is_flag=True, help="Write the settings that an existing store needs.")
@json_option
@writes()
@click.pass_obj
def command(frame: Frame, folder: str | None, prefix: str, *, adopts: bool) -> None:
    """Make a ticket store: the folder `.tickets`, its settings, a README and git attributes, in one commit.

    Without DIR it is made at the top of the git repository, outside one in the current folder. What is
    there already is left as it is, so it is safe to run twice; no file is ever overwritten.

    Tickets that are there may have statuses and types of their own, or documents beside them. The
    settings with which `tk check` passes are shown; --adopt writes them into config.yml, in a commit.

    \b
    Examples:
      tk init
      tk init --prefix web
      tk init --adopt
      tk init services/api --no-commit
    """
    from plaintickets.actions.init import set_up, store_folder

    store = store_folder(frame.around, folder)
    done = set_up(frame.around, frame.overrides, store, prefix=prefix, subject=frame.subject)
    frame.__dict__["tracker"] = done.tracker
    _say(frame, done)
    lines = _adopt(frame, done, adopts=adopts)
    shown = {"created": done.made, "kept": done.kept, "proposed": lines}
    finish(frame, done.outcome, store=done.tracker.place.store, **shown)
    _warn_of_hooks(frame, done)


def _adopt(frame: Frame, done: SetUp, *, adopts: bool) -> list[str]:
    """Show or write the settings that the tickets need; return the lines that are left to write."""
    if done.is_new:
        return []
    from plaintickets.actions.adoption import adopt, propose
    from plaintickets.commands.doctor import show_proposed

    proposed = propose(done.tracker)
    written = proposed.lines if adopts else []
    if written:
        outcome = adopt(done.tracker, proposed, subject=frame.subject)
        frame.say("Wrote into config.yml: " + ", ".join(line.rstrip(":") for line in written if line[:1].isalpha()))
        if outcome.commit:
            frame.say(f"Committed {outcome.commit[:10]}")
    elif not frame.json:
        show_proposed(frame, proposed.lines, "tk init --adopt")
    if proposed.left and not frame.json:
        frame.say(f"No setting takes {proposed.left} of the errors away; `tk check` names them")
    return [] if written else proposed.lines


def _say(frame: Frame, done: SetUp) -> None:
    shown = os.path.relpath(done.tracker.place.store, frame.around.folder)
    if done.is_new:
        frame.say(f"Made the ticket store {shown}")
    elif done.made:
        frame.say(f"Completed the ticket store {shown}")
    else:
        frame.say(f"The ticket store {shown} is complete; nothing was changed")
    for name in done.made:
        frame.say(f"  made {name}")
    for name in done.kept:
        frame.say(f"  kept {name}")
    if done.outcome.commit:
        frame.say(f"Committed {done.outcome.commit[:10]}")
    if done.is_new:
        frame.say('Next: tk new "What is to be done"')
        if done.tracker.place.top:
            frame.say("      tk setup, in each clone, has git merge tickets field by field")


def _warn_of_hooks(frame: Frame, done: SetUp) -> None:
    top = done.tracker.place.top
    config = done.tracker.config
    if not top or not config.commit_verify or config.commit_mode != "auto":
        return
    from plaintickets.history.hooks import stashing_frameworks

    found = stashing_frameworks(top)
    if found:
        frame.note(
            f"note: {' and '.join(found)} may put your unstaged work aside while hooks run, at each commit of a "
            "ticket; `commit.verify: false` in .tickets/config.yml commits tickets without hooks"
        )
