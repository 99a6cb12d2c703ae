"""`tk route`."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import click

from plaintickets.commands.list_options import QueryCommand
from plaintickets.commands.options import Known, finish, json_option, known, writes
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.route import Routed
    from plaintickets.console import CommandContext


@click.command("route", cls=QueryCommand)
@click.argument("words", metavar="ID… | QUERY", nargs=-1, required=True, type=Known("query or ids", is_dashed=True))
@click.option("--explain", is_flag=True, help="Show each route that was tried and what it found of each person.")
@click.option("--again", is_flag=True, help="Route tickets anew that a person has already.")
@click.option("-n", "--dry-run", is_flag=True, help="Only show who would get them.")
@known(
    "revision", "--at", metavar="REV", default="", help="Show who would have got them at a commit, a tag or a branch."
)
@click.option("--policy", type=click.File("rb"), default=None, help="Show what the routes of a file would do.")
@json_option
@writes()
@click.pass_obj
def command(
    context: CommandContext, /, words: tuple[str, ...], *, at: str, policy: IO[bytes] | None, **given: bool
) -> None:
    """Give tickets to the people that the routes in routes.yml find; --at and --policy only show.

    The first route whose query a ticket matches, and that leads to somebody, decides. People who are away or
    full are passed over; if nobody is left, the team of the route gets the ticket. A ticket that a person has
    already is left alone. A word without any sign of the query language is an ID; a query finds open tickets.
    Exit code 3 if nobody is found for any of the tickets, 1 if for some of them.

    \b
    Examples:
      tk route 7f3k
      tk route 7f3k a2c9 --dry-run --explain
      tk route 7f3k --again
      tk route queue:support -has:assignee
      tk route 7f3k --policy new-routes.yml --at v1.0
    """
    from plaintickets.actions import route

    again, dry_run = given["again"], given["dry_run"] or bool(at) or policy is not None
    if dry_run:
        from plaintickets.actions.sla import TriedFile
        from plaintickets.store.settings import LARGEST

        tried = None if policy is None else TriedFile(policy.name, policy.read(LARGEST + 1))
        found = route.explained(context.project, words, again=again, revision=at, policy=tried)
    else:
        found = route.route(context.project, words, again=again, subject=context.subject)
    for problem in found.problems:
        context.warn(f"{problem.path}:{problem.line}: {problem.message}")
    unread = [] if at else context.project.reading.problems
    context.report(unread)
    found.problems.extend(unread)
    if context.json:
        _print_json(context, found)
    else:
        _print(context, found, explain=given["explain"], dry_run=dry_run)
    if found.nobody:
        context.exit(3 if len(found.nobody) == len(found.given) else 1)


def _print(context: CommandContext, found: Routed, *, explain: bool, dry_run: bool) -> None:
    from plaintickets.render.routing import given_line, tried_lines

    for one in found.given:
        context.say(safe.line(given_line(one, is_done=not dry_run)))
        for line in tried_lines(one) if explain else ():
            context.say(safe.line(line))
    for ticket, reason in found.kept.items():
        context.say(safe.line(f"{ticket}: {reason}"))
    if not (found.given or found.kept):
        context.say("No open ticket matches.")
    if found.outcome is not None:
        finish(context, found.outcome)


def _print_json(context: CommandContext, found: Routed) -> None:
    from plaintickets.render.jsonform import document
    from plaintickets.render.routing import given_object

    commit = found.outcome.commit if found.outcome else None
    problems = [{"path": one.path, "line": one.line, "message": one.message} for one in found.problems]
    given = map(given_object, found.given)
    context.out(document("routed", given, commit=commit or None, kept=found.kept, problems=problems))
    if found.outcome is not None:
        context.note_uncommitted()
