"""Walk through the untriaged tickets on a terminal, one key an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.actions.triage import DUPLICATE, Triage, accept, untriaged
from plaintickets.render import safe
from plaintickets.render.triage import triaged_lines
from plaintickets.system.keys import ESCAPE, single_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.actions.triage import Triaged
    from plaintickets.console import CommandContext

KEYS = "y accept all  1-9 only that one  o open  e explain  n next  q quit"


def walk(context: CommandContext, *, explain: bool) -> None:
    """Show each untriaged ticket with its proposals and do what the key says; each answer is a commit."""
    project = context.project
    project.require_settings()
    found = untriaged(project)
    context.report(project.reading.problems)
    if not found:
        context.out("No ticket waits for triage.")
        return
    left = len(found)
    with single_keys() as next_key:
        for number, ticket in enumerate(found, 1):
            with Triage(project) as ready:
                one = ready.of(project.document(ticket.id))
            context.out(f"{number} of {len(found)}")
            for line in triaged_lines(one, explain=explain, numbered=True):
                context.out(safe.line(line))
            if not _answered(context, one, next_key):
                break
            left -= 1
    context.out("Done." if not left else f"{left} left; `tk triage` goes on with them.")
    context.note_uncommitted()


def _answered(context: CommandContext, one: Triaged, next_key: Callable[[], str]) -> bool:
    """Ask until a key ends the ticket; return False to stop."""
    chosen: set[int] = set()
    while True:
        click.echo(f"{KEYS}: ", nl=False)
        key = next_key()
        context.out(safe.line(key) if key.isprintable() else "")
        if key in ("q", "Q", ESCAPE, "\x04", ""):
            return False
        if key in ("n", "s", " ", "\r", "\n"):
            return True
        if key == "o":
            context.out(safe.block(context.project.document(one.ticket.id).body))
        elif key == "e":
            for line in triaged_lines(one, explain=True, numbered=True)[len(one.proposals) + 1 :]:
                context.out(safe.line(line))
        elif key in ("y", "a"):
            _accept(context, one, [*range(len(one.proposals))])
            return True
        elif key.isascii() and key.isdigit() and 0 < int(key) <= len(one.proposals):
            chosen.add(int(key) - 1)
            _accept(context, one, [int(key) - 1])
            if len(chosen) == len(one.proposals):
                return True


def _accept(context: CommandContext, one: Triaged, numbers: list[int]) -> None:
    """Set proposals and say what was set; a duplicate is named with the command that merges it."""
    wanted = [one.proposals[number] for number in numbers]
    fields = [proposal for proposal in wanted if proposal.field != DUPLICATE]
    if fields:
        done = accept(context.project, {one.ticket.id: fields}, subject=context.subject)
        names = ", ".join(done.get(one.ticket.id, ())) or "nothing to change"
        context.out(safe.line(f"Updated {one.ticket.id}: {names}"))
    for proposal in wanted:
        if proposal.field == DUPLICATE:
            context.out(safe.line(f"If it is one: tk merge-into {one.ticket.id} --into {proposal.value}"))
