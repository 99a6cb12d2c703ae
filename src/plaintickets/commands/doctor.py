"""`tk doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import json_option, writes
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.doctor import CheckUp
    from plaintickets.core.checks.finding import Finding
    from plaintickets.frame import Frame


@click.command("doctor")
@click.option("--fix", "fixes", is_flag=True, help="Make the repairs that are safe and can be taken back.")
@click.option("--adopt", "adopts", is_flag=True, help="Write the settings that are proposed into config.yml.")
@json_option
@writes()
@click.pass_obj
def command(frame: Frame, *, fixes: bool, adopts: bool) -> None:
    """Tell what is wrong with the store, the clone and the installation, and how to mend it.

    Exit code 1 if there are problems, 0 if there are none; advice does not count. --fix links back what
    is linked on one side only (one commit), removes what commands that died left behind, and writes
    git's commit graph where its absence makes history slow. Nothing else is ever changed.

    Where settings would take errors away, for statuses, types and documents of a store's own, their
    lines are shown; --adopt writes them into config.yml, in one commit.

    \b
    Examples:
      tk doctor
      tk doctor --fix
      tk doctor --adopt
      tk doctor --json | jq -r '.problems[].code' | sort | uniq -c
    """
    from plaintickets.actions.adoption import adopt, propose_where_new
    from plaintickets.actions.doctor import check_up, repair

    found = check_up(frame.tracker)
    done: list[str] = []
    if fixes:
        done = repair(frame.tracker, found.found, subject=frame.subject)
        found = check_up(frame.tracker)
    proposed = propose_where_new(frame.tracker) if found.problems else None
    if adopts and proposed and proposed.lines:
        adopt(frame.tracker, proposed, subject=frame.subject)
        done += [f"wrote {line}" for line in proposed.lines if line[:1].isalpha()]
        found, proposed = check_up(frame.tracker), None
    lines = proposed.lines if proposed else []
    if frame.json:
        _print_json(frame, found, done, lines)
    else:
        _print(frame, found, done)
        show_proposed(frame, lines, "tk doctor --adopt")
    frame.exit(1 if found.problems else 0)


def show_proposed(frame: Frame, lines: list[str], command: str) -> None:
    """Print the settings that are proposed, and the command that writes them."""
    if frame.quiet or not lines:
        return
    frame.out(f"\nWith these lines in config.yml `tk check` passes over it; `{command}` writes them:")
    for line in lines:
        frame.out(safe.line(f"    {line}"))


def _print_json(frame: Frame, found: CheckUp, done: list[str], proposed: list[str]) -> None:
    from plaintickets.render.jsonform import FORMAT, dumps

    advice = [_object(finding) for finding in found.found if finding.level == "advice"]
    shown = {
        "format": FORMAT,
        "problems": [_object(finding) for finding in found.problems],
        "advice": advice,
        "repaired": done,
        "proposed": proposed,
        "tickets": found.tickets,
        "versions": found.versions,
        "derived_bytes": found.derived_bytes,
    }
    frame.out(dumps(shown))


def _object(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "message": finding.message,
        "path": finding.path or None,
        "line": finding.line or None,
        "mend": finding.mend,
        "fixable": bool(finding.fix),
    }


def _print(frame: Frame, found: CheckUp, done: list[str]) -> None:
    for line in done:
        frame.say(f"Repaired: {line}")
    for finding in found.found:
        if finding.level == "problem" or not frame.quiet:
            lead = "" if finding.level == "problem" else frame.paint("advice: ", "quiet")
            frame.out(lead + safe.line(str(finding)))
            if finding.mend and not frame.quiet:
                frame.out(frame.paint(safe.line(f"    {finding.mend}"), "quiet"))
    if frame.quiet:
        return
    if found.found:
        frame.out()
    count = len(found.problems)
    fixable = sum(bool(finding.fix) for finding in found.found)
    verdict = "No problems" if count == 0 else "One problem" if count == 1 else f"{count} problems"
    hint = f"; `tk doctor --fix` mends {fixable} of what is named here" if fixable else ""
    frame.out(f"{verdict} in {found.tickets} ticket{'s'[: found.tickets != 1]}{hint}")
    versions = ", ".join(f"{name} {version or 'missing'}" for name, version in found.versions.items())
    frame.out(frame.paint(safe.line(f"{versions}; {found.derived_bytes} bytes of derived state"), "quiet"))
