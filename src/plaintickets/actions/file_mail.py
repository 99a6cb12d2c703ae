"""Make a ticket or a comment of a mail, and keep the whole mail beside it."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.change_status import unarchive
from plaintickets.actions.new import NewTickets
from plaintickets.actions.requester_answers import rate, wake
from plaintickets.core.comments import Comment
from plaintickets.core.dates import utc_text
from plaintickets.core.draft import Draft
from plaintickets.core.mail import filed_text
from plaintickets.core.mail.message_ids import plain_subject
from plaintickets.core.mail.quotes import count_texts, cut, without_signature
from plaintickets.core.mail.rating import rating_in
from plaintickets.core.servicedesk.contacts import believed_name, is_reporter, staff_by_address
from plaintickets.errors import RefusedError, TicketsError
from plaintickets.store import files, kept_mail
from plaintickets.write.atomic_files import Write

if TYPE_CHECKING:
    from plaintickets.actions.judge_mail import Verdict
    from plaintickets.core.mail.message import Attachment, Mail
    from plaintickets.core.ticket import Ticket
    from plaintickets.write.edit import Edit

LARGEST_ATTACHMENT = 1024 * 1024
MOST_ATTACHMENTS = 50
_MOST_REPEATS = 3


class RepeatedMailError(RefusedError):
    """A mail whose sender has sent the same text several times: two programs that answer each other."""


class Writing(NamedTuple):
    """The new text of a mail, the numbers of lines that were cut, the sender, and the time at which it came."""

    text: str
    quoted: int
    signature: int
    author: str
    stamp: str


class Attached(NamedTuple):
    """The attachments that become files, by name, and the names and sizes of the others."""

    kept: list[tuple[str, bytes]]
    omitted: list[tuple[str, int]]


class MailFiler:
    """Files mails in one edit."""

    def __init__(self, edit: Edit) -> None:
        self._edit = edit
        self._project = edit.project
        self._settings = edit.project.config.intake
        self._new = NewTickets(edit)
        self._staff = staff_by_address(edit.project.config)

    def open_ticket(self, mail: Mail, raw: bytes, verdict: Verdict) -> str:
        """Create a ticket of a mail; return its id.

        Raise TicketsError with nothing changed.
        """
        writing = self._writing(mail, verdict, is_answer=False)
        attached = self._attached(mail)
        draft = Draft(
            filed_text.title_of(plain_subject(mail.subject)),
            _filed(mail, verdict, writing, attached),
            values={"reporter": writing.author, **self._values(mail)},
            tags=self._settings.get("tags", ()),
            created=writing.stamp,
        )
        document = self._new.add_guarded(draft)
        self._keep(document.path, mail, raw, writing, attached)
        return files.id_of(document.path)

    def add_comment(self, mail: Mail, raw: bytes, verdict: Verdict) -> str:
        """Add a mail as a comment to the ticket that it answers; return what else was done.

        Raise TicketsError with nothing changed.
        """
        writing = self._writing(mail, verdict, is_answer=True)
        attached = self._attached(mail)
        state = self._edit.state()
        try:
            ticket = self._edit.ticket(verdict.ticket)
            self._refuse_repetition(ticket.id, writing)
            done, text = self._answer(mail, writing, ticket)
            filed = _filed(mail, verdict, writing._replace(text=text), attached)
            internal = bool(verdict.staff) and self._settings.get("staff", "internal") == "internal"
            self._edit.add_comment(ticket.id, Comment(writing.stamp, writing.author, internal, filed), mail.digest)
            unarchive(self._edit, ticket.id)
        except TicketsError:
            self._edit.return_to(state)
            raise
        self._keep(self._edit.document(ticket.id).path, mail, raw, writing, attached)
        return done

    def _answer(self, mail: Mail, writing: Writing, ticket: Ticket) -> tuple[str, str]:
        """Do what the answer of a reporter asks for; return what was done, and the text of the comment."""
        if not is_reporter(mail.sender[1], ticket, self._project.config):
            return "", writing.text
        rating, rest = self._rating(writing, ticket)
        if rating:
            return f"rating {rating}", f"Rating: {rating} of 5.\n\n{rest}".strip()
        return wake(self._edit, ticket), writing.text

    def hold(self, mail_digest: str, raw: bytes, stamp: str) -> None:
        """Keep a mail among those that wait for a decision."""
        self._put([Write(kept_mail.held_path(stamp, mail_digest), None, raw)])

    def stamp(self, mail: Mail) -> str:
        """Return when a mail came, and now for one that says it comes from the future."""
        now = self._project.now
        return utc_text(now if mail.date is None or mail.date > now else mail.date)

    def _writing(self, mail: Mail, verdict: Verdict, *, is_answer: bool) -> Writing:
        from plaintickets.importers.html_markdown import to_markdown

        text = "\n\n".join(mail.texts)
        text = filed_text.from_plain(text) if text.strip() else to_markdown("\n".join(mail.pages))
        quoted = signature = 0
        if is_answer:
            text, quoted, signature = cut(text)
        else:
            lines = text.split("\n")
            kept = without_signature(lines)
            if any(line.strip() for line in kept):
                text, signature = "\n".join(kept), count_texts(lines) - count_texts(kept)
        return Writing(text, quoted, signature, self._author(mail, verdict), self.stamp(mail))

    def _author(self, mail: Mail, verdict: Verdict) -> str:
        """Return the sender as a ticket names people; a name that is one of the people's is not believed."""
        if verdict.staff:
            return verdict.staff
        name, address = mail.sender if mail.sender[1] else next(iter(mail.senders), ("", ""))
        return believed_name(name, address, self._project.config) or "unknown"

    def _values(self, mail: Mail) -> dict[str, str]:
        queues = {address.casefold(): queue for address, queue in self._settings.get("addresses", {}).items()}
        wanted = {"type": self._settings.get("type"), "queue": self._settings.get("queue")}
        named = ("delivered-to", "x-original-to", "to", "cc")
        line = " ".join(value for name in named for value in mail.headers.get(name, ())).casefold()
        found = [(line.find(address), queue) for address, queue in queues.items() if address in line]
        if found:
            wanted["queue"] = min(found)[1]
        return {name: value for name, value in wanted.items() if value}

    def _attached(self, mail: Mail) -> Attached:
        limit = self._settings.get("largest_attachment", LARGEST_ATTACHMENT)
        kept: list[tuple[str, bytes]] = []
        omitted: list[tuple[str, int]] = []
        for file in mail.files:
            name = _file_name(file)
            if len(file.content) > limit or len(kept) >= MOST_ATTACHMENTS:
                omitted.append((name, len(file.content)))
            elif name not in dict(kept):
                kept.append((name, file.content))
        return Attached(kept, omitted[:MOST_ATTACHMENTS])

    def _keep(self, ticket_path: str, mail: Mail, raw: bytes, writing: Writing, attached: Attached) -> None:
        """Keep a mail and its attachments beside a ticket."""
        store = self._project.place.store
        writes = [Write(kept_mail.mail_path(ticket_path, writing.stamp, mail.digest), None, raw)]
        writes += [Write(kept_mail.file_path(ticket_path, name), None, content) for name, content in attached.kept]
        self._put([write for write in writes if not os.path.lexists(f"{store}/{write.path}")])

    def _put(self, writes: list[Write]) -> None:
        for write in writes:
            self._edit.put(write)

    def _refuse_repetition(self, ticket_id: str, writing: Writing) -> None:
        text = writing.text.strip()
        earlier = self._project.comments(self._edit.document(ticket_id))
        same = [one for one in earlier if one.author == writing.author and one.text.startswith(f"{text}\n\n")]
        if text and len(same) >= _MOST_REPEATS:
            raise RepeatedMailError(f"its sender has sent this text {len(same)} times already: perhaps a loop")

    def _rating(self, writing: Writing, ticket: Ticket) -> tuple[str, str]:
        """Set the rating that the reporter of a closed ticket gives; return it, and the rest of the text."""
        rating, rest = rating_in(writing.text)
        return (rating, rest) if rating and rate(self._edit, ticket, rating) else ("", writing.text)


def _filed(mail: Mail, verdict: Verdict, writing: Writing, attached: Attached) -> str:
    """Return the text of a mail for its ticket, with what it says of the mail."""
    name = kept_mail.mail_path("", writing.stamp, mail.digest).rpartition("/")[2]
    sizes = [(one, len(content)) for one, content in attached.kept]
    left_out = [(f"{mail.left_out} parts nested too deeply", 0)] if mail.left_out else []
    origin = filed_text.Origin(
        name, sizes, writing.quoted, writing.signature, verdict.is_verified, [*attached.omitted, *left_out]
    )
    return filed_text.filed_text(writing.text, origin)


def _file_name(file: Attachment) -> str:
    return filed_text.file_name(file.name, file.type, hashlib.sha256(file.content).hexdigest()[:8])
