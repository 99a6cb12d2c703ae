"""`tk branches`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import id_argument, json_option
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.branches import BranchState, BranchStates
    from plaintickets.console import CommandContext


@click.command("branches")
@id_argument()
@json_option
@click.pass_obj
def command(context: CommandContext, ticket: str) -> None:
    """List branches where a ticket differs from the files here, with the differences.

    The branches are those of this clone, and those of its remotes as they were last fetched. A branch is
    marked `merged` if HEAD contains all of its commits: it only has an older state. Comments in separate
    files are not compared.

    \b
    Examples:
      tk branches 7f3k
      tk branches 7f3k --json
    """
    from plaintickets.actions.branches import branch_states

    found = branch_states(context.project, ticket)
    if context.json:
        from plaintickets.render.jsonform import document

        context.out(document("branches", map(_object, found.branches), ticket=found.ticket))
    else:
        _show(context, found)


def _show(context: CommandContext, found: BranchStates) -> None:
    from plaintickets.render.diffs.text import inline
    from plaintickets.render.diffs.wording import sentence
    from plaintickets.render.width import padded, width

    lacking = [safe.line(branch.name) for branch, exists, _ in found.branches if not exists]
    differing = [(branch, changed) for branch, exists, changed in found.branches if exists and changed]
    columns = max((width(safe.line(branch.name)) for branch, _ in differing), default=0)
    for branch, changed in differing:
        facts = ", ".join(inline(sentence(fact), context.paint) for fact in changed.facts)
        merged = context.paint("  (merged)", "quiet") if branch.is_merged else ""
        context.out(f"{context.paint(padded(safe.line(branch.name), columns), 'id')}  {facts}{merged}")
    if lacking:
        context.out(context.paint(f"not in {', '.join(lacking)}", "quiet"))
    if not differing and not lacking:
        context.say(f"{found.ticket} is the same in every branch")


def _object(row: BranchState) -> dict[str, object]:
    from plaintickets.render.diffs.objects import fact_object

    branch, exists, changed = row
    return {
        "branch": branch.name,
        "commit": branch.commit,
        "merged": branch.is_merged,
        "exists": exists,
        "facts": [fact_object(fact) for fact in changed.facts] if changed else [],
    }
