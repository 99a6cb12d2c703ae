"""Decide what becomes of a mail: a new ticket, a comment on the one that it answers, or nothing for now."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.mail.authentication import verified_sender
from plaintickets.core.mail.automatic import why_automatic
from plaintickets.core.mail.message import digest_of
from plaintickets.core.mail.message_ids import is_genuine, parsed_own_id, tokens
from plaintickets.core.servicedesk.contacts import is_concerned, staff_by_address
from plaintickets.errors import FormerIdError, TicketsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plaintickets.core.mail.message import Mail
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit

OWN_PARTS = ("event", "digest")
"""The kinds of mails that `tk notify` makes of one commit."""
_LONGEST_CHAIN = 20
_NOT_OF_TICKET = "no named server vouches that its sender is one of that ticket"


class Verdict(NamedTuple):
    """What becomes of a mail: of `ticket`, if it answers one; `held` says why it is neither filed nor dropped.

    `staff` is the sender's key in `people`. `is_verified` says that a named server vouches for the sender.
    """

    ticket: str = ""
    held: str = ""
    is_automatic: bool = False
    is_verified: bool = False
    staff: str = ""


class MailJudge:
    """Judges mails by the settings, and by the mails that the store has."""

    def __init__(self, project: Project, kept: Mapping[str, str]) -> None:
        self._project = project
        self._kept = kept
        self._settings = project.config.intake
        self._staff = staff_by_address(project.config)
        self._unknown: set[str] = set()
        self._own = {address.casefold() for address in self._settings.get("addresses", {})}

    def judge(self, mail: Mail, edit: Edit, *, released: bool = False) -> Verdict:
        """Return what becomes of a mail; a released one is filed whoever sent it."""
        is_verified, staff = self._sender(mail)
        base = Verdict(is_verified=is_verified, staff=staff if is_verified or released else "")
        automatic = why_automatic(mail)
        if not released:
            if automatic:
                return base._replace(held=automatic, is_automatic=True)
            if held := self._why_held(mail, staff, is_verified=is_verified):
                return base._replace(held=held)
        ticket, is_sure = self._answered(mail, edit, mail.sender[1] if is_verified else "")
        if ticket and (is_sure or released):
            return base._replace(ticket=ticket)
        if ticket:
            return base._replace(held=f"it names {ticket}, and {_NOT_OF_TICKET}")
        return base if released else base._replace(held=self._why_closed_to(mail, staff))

    def _sender(self, mail: Mail) -> tuple[bool, str]:
        address = mail.sender[1].lower()
        if self._settings.get("identity") == "claimed":
            is_verified = bool(address)
        else:
            is_verified = bool(verified_sender(mail, self._settings.get("servers", ())))
        return is_verified, self._staff.get(address, "")

    def _why_held(self, mail: Mail, staff: str, *, is_verified: bool) -> str:
        _, address = mail.sender
        if not address:
            return "it names no sender" if not mail.senders else "it names several senders"
        if address.casefold() in self._own:
            return "its sender is an address of this desk"
        if _fits(address, self._settings.get("hold", ())):
            return "`hold` of the intake names its sender"
        if staff and not is_verified:
            return f"it says that {staff} wrote it, and no named server vouches for that"
        return ""

    def _why_closed_to(self, mail: Mail, staff: str) -> str:
        allowed = self._settings.get("senders")
        if staff or allowed is None or _fits(mail.sender[1], allowed):
            return ""
        return "`senders` of the intake does not name its sender"

    def _answered(self, mail: Mail, edit: Edit, verified: str) -> tuple[str, bool]:
        """Return the ticket that a mail answers, and whether that is beyond doubt; an empty id if it answers none.

        A Message-ID that only who got the mail can know decides. A ticket's id, which can be guessed, counts only if
        the ticket concerns the sender.
        """
        guessed = []
        for parent in mail.parents:
            known = self._kept.get(digest_of(parent))
            if known and (found := self._existing(edit, known)):
                return found, True
            own = parsed_own_id(parent)
            if own is None:
                continue
            if (found := self._existing(edit, own.ticket)) and is_genuine(own, self._commit(own.commit), OWN_PARTS):
                return found, True
            guessed.append(own.ticket)
        doubted = ""
        for name in dict.fromkeys([*guessed, *tokens(mail.subject)]):
            found = self._existing(edit, name)
            if not found:
                continue
            if verified and is_concerned(verified, edit.ticket(found), self._project.config):
                return found, True
            doubted = doubted or found
        return doubted, False

    def _existing(self, edit: Edit, ticket_id: str) -> str:
        """Return the id of a ticket, or of what it was renamed to or repeats; empty if none is there."""
        from plaintickets.core.paths import is_ticket_id

        if ticket_id in self._unknown or not is_ticket_id(ticket_id):
            return ""
        for _ in range(_LONGEST_CHAIN):
            try:
                ticket = edit.ticket(ticket_id)
            except TicketsError as error:
                current = error.current if isinstance(error, FormerIdError) else ""
                if not current:
                    self._unknown.add(ticket_id)  # asking the history again and again takes long
                    return ""
                ticket_id = current
                continue
            if ticket.id != ticket_id:
                return ""
            other = ticket.text("duplicate-of")
            if not other or not self._project.config.is_done(ticket.status):
                return ticket_id
            ticket_id = other
        return ""

    def _commit(self, start: str) -> str:
        """Return the whole id of the commit that begins so; empty if there is none or several."""
        if self._project.git is None:
            return ""
        from plaintickets.git.revisions import commit_named

        try:
            return commit_named(self._project.git, start)
        except TicketsError:
            return ""


def _fits(address: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(address.casefold(), pattern.casefold()) for pattern in patterns)
