"""The mails that nobody has decided on: list them, file them after all, or remove them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.intake_mail import HELD, Row, largest_mail, take_in
from plaintickets.actions.judge_mail import MailJudge
from plaintickets.core.mail.message import UnreadableMailError, read_mail
from plaintickets.core.paths import HELD as FOLDER
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import RefusedError
from plaintickets.importers.mailboxes import Message
from plaintickets.store import files, kept_mail
from plaintickets.write.atomic_files import Write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.project import Project
    from plaintickets.write.writer import Outcome


class HeldMail(NamedTuple):
    """A held mail: its name, when it came, its sender and subject, and why it is held by today's settings."""

    name: str
    received: str
    sender: str
    subject: str
    why: str


def held(project: Project) -> Iterator[HeldMail]:
    """Yield the held mails, oldest first."""
    names = kept_mail.held_names(project.place.store)
    judge = MailJudge(project, kept_mail.kept_mails(project.place.store))
    edit = project.edit("intake")
    for name in names:
        try:
            mail = read_mail(_content(project, name))
        except (OSError, UnreadableMailError) as error:
            yield HeldMail(_short(name), name.partition("-")[0], "", "", f"cannot be read: {error}")
            continue
        why = judge.judge(mail, edit).held or "nothing holds it any more"
        yield HeldMail(_short(name), name.partition("-")[0], mail.sender[1], mail.subject, why)


def release(project: Project, parts: Sequence[str], *, subject: str = "") -> list[Row]:
    """File held mails as if nothing spoke against their senders, and remove them from those held."""
    names = _named(project, parts)
    messages = [Message(_short(name), _content(project, name)) for name in names]
    rows = [*take_in(project, messages, released=True, subject=subject)]
    filed = [name for name, row in zip(names, rows, strict=True) if row.result != HELD and row.ticket]
    if filed:
        _remove(project, filed, subject=subject)
    return rows


def drop(project: Project, parts: Sequence[str], *, subject: str = "") -> tuple[list[str], Outcome]:
    """Remove held mails; return their names."""
    names = _named(project, parts)
    return [_short(name) for name in names], _remove(project, names, subject=subject)


def _remove(project: Project, names: Sequence[str], *, subject: str) -> Outcome:
    with project.edit("intake") as edit:
        for name in names:
            edit.put(Write(f"{FOLDER}/{name}", _content(project, name), None))
        edit.subject = subject
        edit.standard = f"tk: {len(names)} held mail{'s' if len(names) != 1 else ''} removed"
        return edit.commit()


def _content(project: Project, name: str) -> bytes:
    return files.read_bytes(project.place.store, f"{FOLDER}/{name}", largest_mail(project))


def _short(name: str) -> str:
    return kept_mail.digest_in(name)[:8]


def _named(project: Project, parts: Sequence[str]) -> list[str]:
    """Return the file names of held mails by the beginnings of their names.

    Raise RefusedError for one that is not there, and for a beginning of several.
    """
    names = kept_mail.held_names(project.place.store)
    found = []
    for part in parts:
        fitting = [name for name in names if kept_mail.digest_in(name).startswith(part)] if part else []
        if len(fitting) != 1:
            what = f"{len(fitting)} held mails begin with {part}" if fitting else f"no held mail {part}"
            hint = did_you_mean(part, [_short(name) for name in names]) or "`tk intake held` lists them."
            raise RefusedError(what, hint=hint)
        found += fitting
    return list(dict.fromkeys(found))
