"""Approvals of a ticket: who approved it, whether that is valid, and whether it is enough for a guard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.person_names import TEAM
from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.identities import is_known, is_person, key_of, person_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plaintickets.core.config import Config
    from plaintickets.core.servicedesk.identities import Identity
    from plaintickets.core.ticket import Ticket

APPROVALS = "approvals"
REJECTIONS = "rejections"
FIELDS = (APPROVALS, REJECTIONS)
_ENTRY = re.compile(r"(?P<who>\S(?:.*\S)?)@(?P<when>\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?)\Z")
_SIGNED = {
    "B": "its signature is bad",
    "E": "its signature cannot be checked here: the key is missing",
    "N": "it is not signed",
    "R": "its key is revoked",
    "U": "its key is not trusted here",
    "X": "its signature has expired",
    "Y": "its key has expired",
}


class Maker(NamedTuple):
    """Who made a commit: author, committer, the result of checking its signature (`%G?`), and its signer."""

    commit: str
    author: Identity
    committer: Identity
    signature: str = "N"
    signer: str = ""


class Approval(NamedTuple):
    """An entry of `approvals` or `rejections`; `reason` says why it is not valid, and is empty if it is.

    `person` is the key in `people`. `is_forged` tells an entry that somebody else made from one that has ended.
    """

    entry: str
    field: str
    person: str
    when: str
    commit: str = ""
    reason: str = ""
    is_forged: bool = False

    @property
    def is_valid(self) -> bool:
        """Tell whether it counts."""
        return not self.reason


class Approvals(NamedTuple):
    """The approvals and rejections of a ticket, and who created it."""

    found: Sequence[Approval]
    creator: Identity | None


def entry_of(person: str, when: str) -> str:
    """Return the text of an approval."""
    return f"{person}@{when}"


def parts_of(entry: str) -> tuple[str, str] | None:
    """Return the person and the date of an entry, None if it is none."""
    match = _ENTRY.match(entry)
    return (match["who"], match["when"]) if match else None


def judged(entry: str, field: str, maker: Maker | None, changed: Sequence[str], config: Config) -> Approval:
    """Return an entry with the reason why it is not valid, if any.

    `maker` made the commit that added it, None if no commit has it; `changed` is what has changed since and ends it.
    """
    parts = parts_of(entry)
    if parts is None:
        reason = "it is not written as NAME@2026-11-25"
        return Approval(entry, field, entry, "", "" if maker is None else maker.commit, reason, is_forged=True)
    person, when = key_of(parts[0], config), parts[1]
    commit = "" if maker is None else maker.commit
    reason = _forgery(parts[0], maker, config)
    if reason:
        return Approval(entry, field, person, when, commit, reason, is_forged=True)
    if maker is None:
        return Approval(entry, field, person, when, "", "no commit has it yet")
    if changed and field == APPROVALS:
        return Approval(entry, field, person, when, commit, f"{', '.join(changed)} changed afterwards")
    return Approval(entry, field, person, when, commit)


def _forgery(name: str, maker: Maker | None, config: Config) -> str:
    """Return why a person did not make an entry, or nothing."""
    if not is_known(name, config):
        return f"{quoted(name)} is not one of the people of this project"
    if maker is None:
        return ""
    where = maker.commit[:10]
    if not is_person(name, maker.author, config):
        return f"{_who(maker.author, config)} added it in {where}"
    if not is_person(name, maker.committer, config) and not is_trusted_committer(maker.committer, config):
        return f"{_who(maker.committer, config)} committed it in {where}"
    return fault_of_signature(maker) if config.approvals_signed else ""


def is_trusted_committer(committer: Identity, config: Config) -> bool:
    """Tell whether somebody may commit what others have authored, such as a forge."""
    trusted = {one.casefold() for one in config.approvals_committers}
    return not trusted.isdisjoint({committer.name.casefold(), committer.mail.casefold()})


def fault_of_signature(maker: Maker) -> str:
    """Return why a commit has no good signature of its author, or nothing."""
    where = maker.commit[:10]
    if maker.signature != "G":
        return f"{_SIGNED.get(maker.signature, 'its signature is not good')}, in {where}"
    signer = maker.signer.casefold()
    mail = signer.rpartition("<")[2].rstrip("> ") if "<" in signer else signer
    if mail != maker.author.mail.casefold():
        return f"{quoted(maker.signer)} signed it in {where}"
    return ""


def _who(identity: Identity, config: Config) -> str:
    return quoted(person_of(identity, config) or str(identity))


class Count(NamedTuple):
    """How far an approval guard is: who approved, who rejected, and who still may approve (None: everybody)."""

    needed: int
    approved: list[str]
    rejected: list[str]
    others: list[str] | None

    @property
    def is_met(self) -> bool:
        """Tell whether the guard is satisfied."""
        return len(self.approved) >= self.needed and not self.rejected


def counted(guard: Mapping[str, Any], ticket: Ticket, approvals: Approvals, config: Config) -> Count:
    """Return how far an approval guard is."""
    allowed = allowed_by(guard, config)
    barred = {one.casefold() for one in _barred(guard, ticket, approvals, config)}

    def counting(field: str) -> list[str]:
        people = dict.fromkeys(one.person for one in approvals.found if one.field == field and one.is_valid)
        return [
            person
            for person in people
            if person.casefold() not in barred and (allowed is None or person.casefold() in allowed)
        ]

    approved, rejected = counting(APPROVALS), counting(REJECTIONS)
    approved = [person for person in approved if person not in rejected]
    others = None
    if allowed is not None:
        others = [name for folded, name in allowed.items() if folded not in barred and name not in approved]
    return Count(guard["count"], approved, rejected, others)


def allowed_by(guard: Mapping[str, Any], config: Config) -> dict[str, str] | None:
    """Return the people from whom a guard takes approvals, by their names in lower case; None for everybody."""
    return {name.casefold(): name for name in people_named(guard["from"], config)} if guard.get("from") else None


def barred_always(guard: Mapping[str, Any], config: Config) -> set[str]:
    """Return the people who are barred whatever the ticket, in lower case."""
    names = [name for name in guard.get("not", ()) if name not in ("assignee", "reporter")]
    return {name.casefold() for name in people_named(names, config)}


def people_named(names: Iterable[str], config: Config) -> list[str]:
    """Return the people that a list names, by their keys; a team is all its people."""
    found: dict[str, None] = {}
    for name in names:
        if name.startswith(TEAM):
            team = name.removeprefix(TEAM)
            people = config.people_details.items()
            found |= dict.fromkeys(key for key, person in people if team in person.get("teams", ()))
        else:
            found[key_of(name, config)] = None
    return [*found]


def _barred(guard: Mapping[str, Any], ticket: Ticket, approvals: Approvals, config: Config) -> set[str]:
    """Return the people whom a guard bars for a ticket; without a key `reporter` that is who created it."""
    found = barred_always(guard, config)
    for role in set(guard.get("not", ())) & {"assignee", "reporter"}:
        if ticket.text(role):
            found.add(key_of(ticket.text(role), config))
        elif role == "reporter" and approvals.creator is not None:
            found.add(person_of(approvals.creator, config))
    return found
