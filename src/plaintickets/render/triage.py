"""What is proposed for a ticket, as lines and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.votes import LEAST, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.actions.triage import Triaged
    from plaintickets.core.servicedesk.triage import Proposal

_WIDTH = len("duplicate-of")


def triaged_lines(one: Triaged, *, explain: bool, numbered: bool = False) -> list[str]:
    """Return the ticket, a line for each proposal, and with `explain` what was found besides."""
    lines = [f"{one.ticket.id}  {one.ticket.title}"]
    width = max((len(proposal.value) for proposal in one.proposals), default=0)
    lines += [
        f"  {f'{number} ' if numbered else ''}{_line(proposal, width)}"
        for number, proposal in enumerate(one.proposals, 1)
    ]
    if not one.proposals:
        lines.append("  nothing to propose")
    if explain:
        lines += _explained(one)
    return lines


def _line(one: Proposal, width: int) -> str:
    return f"{one.field:<{_WIDTH}}  {one.value:<{width}}  {one.confidence:>4.0%}  {one.reason}"


def _explained(one: Triaged) -> list[str]:
    lines = [f"  - {field} is {value}, which stays" for field, value in one.given.items()]
    for field, votes in one.votes.items():
        if field in one.given:
            continue
        if not votes:
            lines.append(f"  - {field}: no similar closed ticket has one")
        made = {proposal.value for proposal in one.proposals if proposal.field == field}
        for vote in [each for each in votes[:3] if each.value not in made]:
            low = f", below {LEAST:.0%}" if vote.confidence < LEAST else ""
            lines.append(f"  - {field} {vote.value} {vote.confidence:.0%}{low}: {reason(vote)}")
    return lines


def triaged_object(one: Triaged, applied: Sequence[str]) -> dict[str, object]:
    """Return what is proposed for a ticket, and which fields were set, as plain JSON types."""
    return {
        "ticket": one.ticket.id,
        "title": one.ticket.title,
        "proposals": [
            {
                "field": proposal.field,
                "value": proposal.value,
                "confidence": round(proposal.confidence, 3),
                "reason": proposal.reason,
            }
            for proposal in one.proposals
        ],
        "given": one.given,
        "applied": list(applied),
        "votes": {
            field: [
                {"value": vote.value, "confidence": round(vote.confidence, 3), "tickets": list(vote.voters)}
                for vote in votes[:3]
            ]
            for field, votes in one.votes.items()
        },
    }
