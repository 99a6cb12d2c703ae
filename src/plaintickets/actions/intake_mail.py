"""Take mails in: in batches, each in one commit, so that a run that was stopped goes on where it was."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.file_mail import MailFiler
from plaintickets.actions.judge_mail import MailJudge
from plaintickets.core.mail.message import UnreadableMailError, digest_of_bytes, identity_of, read_mail, sender_line
from plaintickets.errors import RefusedError, TicketsError
from plaintickets.store import kept_mail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from plaintickets.core.mail.message import Mail
    from plaintickets.importers.mailboxes import Message
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit

BATCH = 100
BATCH_BYTES = 64 * 1024 * 1024
LARGEST_MAIL = 25 * 1024 * 1024
NEW, COMMENT, HELD, DROPPED, KNOWN, FAILED = RESULTS = ("new", "comment", "held", "dropped", "known", "failed")
"""The results of a message; one that is `known` was taken in before."""


class Row(NamedTuple):
    """One message: its place, its result, its ticket, the reason or what else was done, its subject and sender."""

    where: str
    result: str
    ticket: str
    why: str
    subject: str
    sender: str


def largest_mail(project: Project) -> int:
    """Return the size in bytes up to which a mail is read."""
    limit: int = project.config.intake.get("largest_mail", LARGEST_MAIL)
    return limit


def take_in(
    project: Project, messages: Iterable[Message], *, dry_run: bool = False, released: bool = False, subject: str = ""
) -> Iterator[Row]:
    """Take messages in; yield what became of each, batch by batch, after the batch is committed.

    Raise TicketsError if git refuses a commit: the batches before it are in, and another run goes on.
    """
    run = _Intake(project, dry_run=dry_run, released=released, subject=subject)
    waiting = iter(messages)
    while batch := _batch(waiting):
        yield from run.take(batch)


def _batch(messages: Iterator[Message]) -> list[Message]:
    found: list[Message] = []
    size = 0
    for message in islice(messages, BATCH):
        found.append(message)
        size += len(message.raw)
        if size > BATCH_BYTES:
            break
    return found


class _Intake:
    """The mails that the store has, before this run and by it."""

    def __init__(self, project: Project, *, dry_run: bool, released: bool, subject: str) -> None:
        project.require_settings()
        self._project = project
        self._kept = kept_mail.kept_mails(project.place.store)
        self._dry_run, self._released, self._subject = dry_run, released, subject
        self._dry_edit: Edit | None = None

    def take(self, messages: Sequence[Message]) -> list[Row]:
        """Take one batch in."""
        seen = [self._row(message, *self._seen(message)) for message in messages]
        if all(row.result for row in seen):
            return seen
        if self._dry_run:
            self._dry_edit = self._dry_edit or self._project.edit("intake")
            return self._into(self._dry_edit, messages)
        before = dict(self._kept)
        try:
            with self._project.edit("intake") as edit:
                rows = self._into(edit, messages)
                self._commit(edit, rows)
                return rows
        except RefusedError as error:
            self._kept = before
            if len(messages) > 1:
                return [row for message in messages for row in self.take([message])]
            return [self._hold_alone(messages[0], str(error))]

    def _commit(self, edit: Edit, rows: Sequence[Row]) -> None:
        counts = [(name, sum(row.result == name for row in rows)) for name in (NEW, COMMENT, HELD)]
        said = ", ".join(f"{count} {name}" for name, count in counts if count)
        if said:
            edit.subject = self._subject
            edit.standard = f"tk: intake of mail: {said}"
            edit.commit()

    def _into(self, edit: Edit, messages: Sequence[Message]) -> list[Row]:
        filer, judge = MailFiler(edit), MailJudge(self._project, self._kept)
        return [self._one(message, edit, filer, judge) for message in messages]

    def _one(self, message: Message, edit: Edit, filer: MailFiler, judge: MailJudge) -> Row:
        result, ticket, why = self._seen(message)
        if result:
            return self._row(message, result, ticket, why)
        try:
            mail = read_mail(message.raw)
        except UnreadableMailError as error:
            return self._row(message, FAILED, "", str(error))
        if mail.digest in self._kept and not self._released:
            mail = mail._replace(digest=digest_of_bytes(message.raw))
            return self._held(message, mail, filer, "it has the Message-ID of a mail of another sender")
        verdict = judge.judge(mail, edit, released=self._released)
        if verdict.held:
            drops = verdict.is_automatic and self._project.config.intake.get("automatic") == "drop"
            return self._held(message, mail, filer, verdict.held, drops=drops)
        try:
            if verdict.ticket:
                done = filer.add_comment(mail, message.raw, verdict)
                self._kept[mail.digest] = verdict.ticket
                return self._row(message, COMMENT, verdict.ticket, done, mail)
            made = self._kept[mail.digest] = filer.open_ticket(mail, message.raw, verdict)
            return self._row(message, NEW, "" if self._dry_run else made, "", mail)
        except TicketsError as error:
            return self._held(message, mail, filer, str(error).split("\n", 1)[0])

    def _held(self, message: Message, mail: Mail, filer: MailFiler, why: str, *, drops: bool = False) -> Row:
        if not drops:
            filer.hold(mail.digest, message.raw, filer.stamp(mail))
            self._kept[mail.digest] = ""
        return self._row(message, DROPPED if drops else HELD, "", why, mail)

    def _hold_alone(self, message: Message, why: str) -> Row:
        """Hold a mail whose ticket the rules or the guards refuse at the end."""
        with self._project.edit("intake") as edit:
            row = self._held(message, read_mail(message.raw), MailFiler(edit), why.split("\n", 1)[0])
            self._commit(edit, [row])
            return row

    def _seen(self, message: Message) -> tuple[str, str, str]:
        """Return the result of a message that need not be read: a bad one, and one that was taken in before."""
        if message.problem:
            return FAILED, "", message.problem
        known = self._kept.get(identity_of(message.raw))
        if known is None or (known == "" and self._released):
            return "", "", ""
        if self._has_other_sender(message, known):
            known = self._kept.get(digest_of_bytes(message.raw))
            return ("", "", "") if known is None else (KNOWN, known, "held")
        return KNOWN, known, "" if known else "held"

    def _has_other_sender(self, message: Message, ticket: str) -> bool:
        """Tell whether the kept mail with the Message-ID of this one has another sender, so that it is another mail."""
        path = self._project.existing_path(ticket) if ticket else None
        kept = kept_mail.head_of(self._project.place.store, path, identity_of(message.raw))
        return kept is not None and sender_line(kept) != sender_line(message.raw)

    def _row(self, message: Message, result: str, ticket: str, why: str, mail: Mail | None = None) -> Row:
        sender = mail.sender[1] if mail else ""
        return Row(message.where, result, ticket, why, mail.subject if mail else "", sender)
