"""`tk rules`."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, json_option, known, refuse_given, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("rules")
@click.argument("words", nargs=-1, metavar="[try NAME | apply BASE..HEAD]", type=Known("rules words"))
@known("day", "--since", metavar="DATE", help="With try: since DATE, 2026-10-01 or -7d; by default 30 days ago.")
@click.option("--policy", type=click.File("rb"), default=None, help="Use the rules of a file instead of rules.yml.")
@click.option("-n", "--dry-run", is_flag=True, help="With apply: only show which rules would fire.")
@json_option
@writes()
@click.pass_obj
def command(
    context: CommandContext, words: tuple[str, ...], since: str | None, policy: IO[bytes] | None, *, dry_run: bool
) -> None:
    """List the automation rules, try one on the past, or catch up with changes made by hand.

    Rules on a change run in the command that makes the change, and in its commit; rules on `time` run in
    `tk tick`. `tk rules try` shows on which tickets and when a rule would have fired, and changes nothing.
    `tk rules apply` fires the rules for what the commits of a range changed without `tk`, for scheduled CI.

    \b
    Examples:
      tk rules
      tk rules try escalate --since -90d
      tk rules try escalate --policy new-rules.yml --json
      tk rules apply origin/main~5..HEAD
    """
    from plaintickets.render.tables import rendered
    from plaintickets.reports import automation

    if words[:1] != ("try",):
        refuse_given({"--since": since}, "tk rules try")
    if words[:1] != ("apply",):
        refuse_given({"--dry-run": dry_run}, "tk rules apply")
    else:
        refuse_given({"--policy": policy}, "tk rules and tk rules try")
    project, form = context.project, "json" if context.json else "text"
    if policy is not None:
        from plaintickets.actions.rules import with_rules_of
        from plaintickets.store.settings import LARGEST

        with_rules_of(project, policy.read(LARGEST + 1))
    if words[:1] == ("try",) and len(words) == 2:
        _try(context, words[1], since)
    elif words[:1] == ("apply",) and len(words) == 2:
        _apply(context, words[1], dry_run=dry_run)
    elif words:
        raise UsageError(f"unknown words: {' '.join(words)}", hint="tk rules, tk rules try NAME, tk rules apply A..B")
    else:
        project.require_settings()
        context.out(rendered(form, automation.rules_table(project.config.rules, project.config.sources)))


def _try(context: CommandContext, name: str, since: str | None) -> None:
    from plaintickets.actions.log import seconds_of
    from plaintickets.actions.rules import require_rule
    from plaintickets.actions.try_rules import would_fire
    from plaintickets.render.tables import rendered
    from plaintickets.reports import automation

    require_rule(context.project, name)
    context.project.require_settings()
    start = seconds_of(context.project, since)
    rows, notes = would_fire(context.project, name, None if start is None else int(start))
    table = automation.tried_table(name, rows, notes)
    context.out(rendered("json" if context.json else "text", table))
    context.report(context.project.reading.problems)


def _apply(context: CommandContext, range_: str, *, dry_run: bool) -> None:
    from plaintickets.actions.rules import apply_rules

    done = apply_rules(context.project, range_, dry_run=dry_run, subject=context.subject)
    tickets = f"{done.changed} ticket{'s' if done.changed != 1 else ''} changed without tk"
    verb = "would fire" if dry_run else "fired"
    context.say(f"{len(done.fired)} rule{'s' if len(done.fired) != 1 else ''} {verb}; {tickets}")
    rows = [
        {"rule": one.rule, "ticket": one.ticket, "changes": one.changes, "notify": one.notified} for one in done.fired
    ]
    if done.outcome is not None:
        finish(context, done.outcome, fired=rows)
    elif context.json:
        from plaintickets.render.jsonform import document

        context.out(document("fired", rows, commit=None))
