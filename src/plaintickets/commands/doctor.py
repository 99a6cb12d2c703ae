"""`tk doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import json_option, writes
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.doctor import CheckUp
    from plaintickets.console import CommandContext


@click.command("doctor")
@click.option("--fix", "fixes", is_flag=True, help="Make the repairs that are safe and can be undone.")
@click.option("--adopt", "adopts", is_flag=True, help="Write the proposed settings into config.yml.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, *, fixes: bool, adopts: bool) -> None:
    """Report what is wrong with the store, the clone and the installation, and how to fix it.

    The exit code is 1 if there are problems, 0 if there are none; advice does not count. --fix completes
    links that only one ticket has (one commit), removes leftovers of crashed commands, and writes git's
    commit graph if history is slow without it. It changes nothing else.

    If settings would remove errors (for the store's own statuses, types and documents), their lines are
    shown; --adopt writes them into config.yml, in one commit.

    \b
    Examples:
      tk doctor
      tk doctor --fix
      tk doctor --adopt
      tk doctor --json | jq -r '.problems[].code' | sort | uniq -c
    """
    from plaintickets.actions.adoption import adopt, propose_where_new
    from plaintickets.actions.doctor import check_up, repair

    found = check_up(context.project)
    done: list[str] = []
    if fixes:
        done = repair(context.project, found.found, subject=context.subject)
        found = check_up(context.project)
    # What a sparse checkout leaves out says nothing about the settings that the store needs.
    proposed = propose_where_new(context.project) if found.problems and not context.project.left_out else None
    if adopts and proposed and proposed.lines:
        adopt(context.project, proposed, subject=context.subject)
        done += [f"wrote {line}" for line in proposed.lines if line[:1].isalpha()]
        found, proposed = check_up(context.project), None
    lines = proposed.lines if proposed else []
    if context.json:
        from plaintickets.render.check_up import json_text

        context.out(json_text(found, done, lines))
    else:
        _print(context, found, done)
        show_proposed(context, lines, "tk doctor --adopt")
    context.exit(1 if found.problems else 0)


def show_proposed(context: CommandContext, lines: list[str], command: str) -> None:
    """Print the proposed settings and the command that writes them."""
    if context.quiet or not lines:
        return
    context.out(f"\nWith these lines in config.yml `tk check` accepts it; `{command}` writes them:")
    for line in lines:
        context.out(safe.line(f"    {line}"))


def _print(context: CommandContext, found: CheckUp, done: list[str]) -> None:
    for line in done:
        context.say(f"Repaired: {line}")
    lines = []
    for finding in found.found:
        if finding.level == "problem" or not context.quiet:
            lead = "" if finding.level == "problem" else context.paint("advice: ", "quiet")
            lines.append(lead + safe.line(str(finding)))
            if finding.remedy and not context.quiet:
                lines.append(context.paint(safe.line(f"    {finding.remedy}"), "quiet"))
    if not context.quiet:
        lines += ["", *_verdict(context, found)] if lines else _verdict(context, found)
    if lines:
        context.out("\n".join(lines))


def _verdict(context: CommandContext, found: CheckUp) -> list[str]:
    """Return the number of problems, and the versions of what tk uses."""
    count = len(found.problems)
    fixable = sum(bool(finding.fix) for finding in found.found)
    verdict = "No problems" if count == 0 else "One problem" if count == 1 else f"{count} problems"
    hint = f"; `tk doctor --fix` fixes {fixable} of these" if fixable else ""
    versions = ", ".join(f"{name} {version or 'missing'}" for name, version in found.versions.items())
    return [
        f"{verdict} in {found.tickets} ticket{'s'[: found.tickets != 1]}{hint}",
        context.paint(safe.line(f"{versions}; {found.derived_bytes} bytes of derived state"), "quiet"),
    ]
