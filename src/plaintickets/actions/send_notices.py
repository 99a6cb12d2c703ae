"""Send notices, each once: as mails by the user's own server, or to the user's own channels."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.actions import mail_server, notice_channels
from plaintickets.actions.calendars import calendar_named
from plaintickets.actions.notify import commits_between, head, told
from plaintickets.core.mail.address import is_address
from plaintickets.core.mail.message import UnreadableMailError, read_mail
from plaintickets.core.mail.message_ids import own_id, with_token
from plaintickets.core.mail.quotes import ANSWER_ABOVE
from plaintickets.core.servicedesk.calendar import NoHoursError
from plaintickets.core.servicedesk.portal_links import FIELD, VARIABLE, public_origin, status_path
from plaintickets.errors import GitRefusedError, RefusedError
from plaintickets.store import kept_mail
from plaintickets.store.portal_key import portal_key
from plaintickets.store.sent_mails import SentMails

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plaintickets.actions.mail_server import Server
    from plaintickets.actions.notify import Range
    from plaintickets.core.servicedesk.notices import Notification
    from plaintickets.project import Project

TIMEOUT_SECONDS = 30
_RATING = "How content are you? Answer with a number from 1 to 5 on the first line."
_RATING_PAGE = "How content are you? Answer with a number from 1 to 5 on the first line,\nor choose it on this page:"
_PAGE = "All about this request:"


class Delivery(NamedTuple):
    """What was sent to whom, what failed with the reason, and what may have been sent before a run was killed.

    Outside the hours of sending nothing was: `waiting` has the mails, and `until` when the hours begin.
    """

    sent: list[tuple[str, str]]
    failed: list[tuple[str, str, str]]
    uncertain: int
    waiting: tuple[tuple[str, str], ...] = ()
    until: str = ""


def send(
    project: Project, asked: Range, *, again: bool = False, at_once: bool = False, timeout: float = TIMEOUT_SECONDS
) -> Delivery:
    """Send what was not sent yet; with `again` also what may have been sent when a run was killed.

    Outside the hours of the settings send nothing and record nothing, except with `at_once`.
    Raise UnreadableError if the server cannot be reached: what was not sent stays to be sent.
    """
    channels = notice_channels.channels_of(project.around.environ, project.config.apprise)
    server = None if channels else mail_server.server_of(project.around.environ, project.config.smtp)
    with SentMails(project.place.common_dir) as record:
        without = record.done if again else record.done | record.uncertain
        waiting = [*told(project, asked, without=without)]
        doubtful = 0 if again else len(record.uncertain - record.done)
        until = "" if at_once or not waiting else quiet_until(project)
        if until:
            later = tuple((found[0].address, _tickets(found)) for found in _grouped(project, waiting))
            return Delivery([], [], 0, later, until)
        delivery = Delivery([], [], doubtful)
        groups = [*_grouped(project, waiting)]
        mails = [found for found in groups if found[0].address.casefold() not in channels]
        if mails and server is None:
            server = mail_server.server_of(project.around.environ, project.config.smtp)
        ready = notice_channels.opened(channels, (found[0].address for found in groups))
        _tell_all(ready, record, groups, project, delivery)
        if mails and server is not None:
            _send_all(server, record, mails, project, delivery, timeout)
        if not (delivery.failed or doubtful or _leaves_gap(project, record, asked)):
            record.set_last(asked.end)
        return delivery


def quiet_until(project: Project) -> str:
    """Return when the calendar that mails are sent by opens, in its own time; empty while it is open."""
    name = project.config.notify.get("calendar")
    if not name:
        return ""
    calendar, now = calendar_named(project, name), int(project.now.timestamp())
    if calendar.is_open(now):
        return ""
    try:
        opens = calendar.add(now, 0)
    except NoHoursError as error:
        raise RefusedError(str(error), hint="`--now` sends at once.") from None
    return datetime.fromtimestamp(opens, calendar.zone).isoformat(timespec="minutes")


def _tickets(found: Sequence[Notification]) -> str:
    return ", ".join(one.ticket for one in found)


def _leaves_gap(project: Project, record: SentMails, asked: Range) -> bool:
    """Tell whether commits since the last sending are not in the range, which `--since-last` still has to send."""
    if project.git is None or asked.end != head(project):
        return True
    try:
        return bool(record.last) and not commits_between(project.git, record.last, asked.end) <= {*asked.commits}
    except GitRefusedError:
        return False  # the last commit is not there any more: the history was rewritten


def _tell_all(
    channels: Mapping[str, Any], record: SentMails, groups: Sequence[list[Notification]], project: Project,
    delivery: Delivery,
) -> None:  # fmt: skip
    """Tell the channels what is theirs, and record each outcome."""
    for found in groups:
        channel = channels.get(found[0].address.casefold())
        if channel is None:
            continue
        keys = [key for one in found for key in one.keys]
        record.begin(keys)
        refused = notice_channels.tell(channel, _title(found), _body(project, found))
        record.end(keys, is_sent=not refused)
        _note(delivery, found, refused)


def _note(delivery: Delivery, found: Sequence[Notification], refused: str) -> None:
    """Note that something was sent, or why it was not."""
    address, tickets = found[0].address, _tickets(found)
    if refused:
        delivery.failed.append((address, tickets, refused))
    else:
        delivery.sent.append((address, tickets))


def _title(found: Sequence[Notification]) -> str:
    return f"{len(found)} tickets" if len(found) > 1 else _one_line(f"{found[0].ticket}: {found[0].title}")


def _body(project: Project, found: Sequence[Notification]) -> str:
    return _encodable("\n\n".join(_text(one, _link(project, one)) for one in found))


def _send_all(
    server: Server, record: SentMails, groups: Sequence[list[Notification]], project: Project,
    delivery: Delivery, timeout: float,
) -> None:  # fmt: skip
    import smtplib

    begun: list[str] = []
    try:
        connection = mail_server.connected(server, timeout)
        try:
            for found in groups:
                begun = []
                _note(delivery, found, _sent(connection, server, project, found, record, begun))
        finally:
            connection.close()
    except (OSError, smtplib.SMTPException, mail_server.ClosingError) as error:
        raise mail_server.unreachable(server, error, _outcome(delivery, begun, error)) from None


def _outcome(delivery: Delivery, begun: Sequence[str], error: Exception) -> str:
    done = f"{len(delivery.sent)} mails were sent, "
    if begun and not isinstance(error, mail_server.ClosingError):
        done += "of one nobody knows whether it was, "
    return f"{done}the others stay to be sent"


def _sent(
    connection: Any, server: Server, project: Project, found: list[Notification], record: SentMails, begun: list[str]
) -> str:
    """Send one mail and record the outcome; return why it was refused. What is begun is added to `begun`.

    Raise OSError or SMTPException if the connection is gone.
    """
    address, keys = found[0].address, [key for one in found for key in one.keys]
    if not is_address(address):
        return "is no address"
    content = _mail(project, found, server).as_bytes()

    def begin() -> None:
        begun.extend(keys)
        record.begin(keys)

    try:
        refused = mail_server.hand_over(connection, server.sender, address, content, begin)
    except mail_server.ClosingError:
        if begun:
            record.end(keys, is_sent=False)
        raise
    if begun:
        record.end(keys, is_sent=not refused)
    return refused


def _grouped(project: Project, waiting: Sequence[Notification]) -> Iterator[list[Notification]]:
    """Yield what goes into one mail: of one person and ticket, or with `digest` of one person."""
    if not project.config.notify.get("digest"):
        yield from ([one] for one in waiting)
        return
    ordered = sorted(waiting, key=lambda one: one.address.casefold())
    for _, group in groupby(ordered, key=lambda one: one.address.casefold()):
        yield [*group]


def _mail(project: Project, found: Sequence[Notification], server: Server) -> EmailMessage:
    first, domain = found[0], server.sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP.clone(utf8=not first.address.isascii()))
    mail["From"], mail["To"] = server.sender, first.address
    is_digest = len(found) > 1
    title = _one_line(first.title)
    mail["Subject"] = f"{len(found)} tickets" if is_digest else with_token(title, first.ticket)
    mail["Date"] = format_datetime(project.now)
    mail["Message-ID"] = f"<{own_id(first.ticket, first.commit, 'digest' if is_digest else 'event', domain)}>"
    root = "" if is_digest else _root(project, first)
    if root:
        mail["In-Reply-To"] = mail["References"] = f"<{root}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Plaintickets"] = "notification"
    mail.set_content(f"{ANSWER_ABOVE}\n\n{_body(project, found)}\n")
    return mail


def _one_line(text: str) -> str:
    """Return a text for a header: no control characters, and nothing that a mail program decodes."""
    plain = "".join(one if one.isprintable() else " " for one in _encodable(text))
    return " ".join(plain.split()).replace("=?", "= ?")


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _link(project: Project, one: Notification) -> str:
    """Return the address of the page of a request, for its requester; empty where no portal is named."""
    environ = project.around.environ
    origin = public_origin(environ.get(VARIABLE, "")) if one.is_requester else ""
    if not origin:
        return ""
    turn = project.reading.tickets[one.ticket].text(FIELD)
    return origin + status_path(portal_key(project.place.common_dir, environ), one.ticket, turn)


def _text(one: Notification, link: str) -> str:
    parts = [f"{one.ticket}: {one.title} [{one.status}]"]
    for _, notice in one.notices:
        parts += [notice.line, notice.text] if notice.text else [notice.line]
    if one.asks_rating:
        parts.append(f"{_RATING_PAGE}\n{link}" if link else _RATING)
    elif link:
        parts.append(f"{_PAGE}\n{link}")
    return "\n\n".join(parts)


def _root(project: Project, one: Notification) -> str:
    """Return the Message-ID of the first mail of the ticket that this person sent; empty if there is none."""
    path = project.existing_path(one.ticket)
    store = project.place.store
    for name in kept_mail.mails_of(store, path) if path else ():
        content = kept_mail.head_of(store, path, kept_mail.digest_in(name))
        try:
            mail = read_mail(content or b"")
        except UnreadableMailError:
            continue
        if mail.id and mail.sender[1].casefold() == one.address.casefold() and "\n" not in mail.id:
            return mail.id
    return ""


def refuse_unsent(delivery: Delivery) -> None:
    """Raise RefusedError if mails were refused, or may have been sent by a run that was killed."""
    if delivery.failed:
        rows = [f"{address} ({tickets}): {why}" for address, tickets, why in delivery.failed[:20]]
        raise RefusedError(
            f"{len(delivery.failed)} mails were not sent:\n  " + "\n  ".join(rows),
            hint="the next run sends them again.",
        )
    if delivery.uncertain:
        raise RefusedError(
            f"{delivery.uncertain} notices may have been sent before: a run was stopped between",
            hint="`--again` sends them, perhaps a second time.",
        )
