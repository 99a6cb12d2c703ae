"""Send notices as mails, each once: by the SMTP server that the environment names, never by one of the repository."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.actions.notify import head, told
from plaintickets.core.mail.message import UnreadableMailError, read_mail
from plaintickets.core.mail.message_ids import own_id, with_token
from plaintickets.core.mail.quotes import ANSWER_ABOVE
from plaintickets.core.servicedesk.portal_links import VARIABLE, public_origin, status_path
from plaintickets.errors import RefusedError, UnreadableError, UsageError
from plaintickets.store import kept_mail
from plaintickets.store.portal_key import portal_key
from plaintickets.store.sent_mails import SentMails

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from plaintickets.actions.notify import Range
    from plaintickets.core.servicedesk.notices import Notification
    from plaintickets.project import Project

VARIABLES = ("TK_SMTP_HOST", "TK_SMTP_PORT", "TK_SMTP_USER", "TK_SMTP_PASSWORD", "TK_SMTP_FROM", "TK_SMTP_SECURITY")
SECURITIES = ("starttls", "tls", "none")
TIMEOUT_SECONDS = 30
_RATING = "How content are you? Answer with a number from 1 to 5 on the first line."
_RATING_PAGE = "How content are you? Answer with a number from 1 to 5 on the first line,\nor choose it on this page:"
_PAGE = "All about this request:"
_ADDRESS = re.compile(r"[^\s<>,;:\"()\\@]{1,64}@[^\s<>,;:\"()\\@]{1,255}")


class Server(NamedTuple):
    """The server that mails are sent by, and the sender's address."""

    host: str
    port: int
    user: str
    password: str
    sender: str
    security: str


class Delivery(NamedTuple):
    """What was sent to whom, what failed with the reason, and what may have been sent before a run was killed."""

    sent: list[tuple[str, str]]
    failed: list[tuple[str, str, str]]
    uncertain: int


def server_of(environ: Mapping[str, str]) -> Server:
    """Return the server of the environment.

    Raise UsageError for a variable that is missing or wrong.
    """
    host, port, user, password, sender, security = (environ.get(name, "").strip() for name in VARIABLES)
    security = security or "starttls"
    if not host or not _ADDRESS.fullmatch(sender):
        raise UsageError(
            "no server to send by", hint="set TK_SMTP_HOST and TK_SMTP_FROM (an address); see `tk help notify`."
        )
    if security not in SECURITIES:
        raise UsageError(f"TK_SMTP_SECURITY cannot be '{security}'", hint=f"Must be one of: {' '.join(SECURITIES)}")
    if port and not (port.isdecimal() and 0 < int(port[:6]) < 65536):
        raise UsageError("TK_SMTP_PORT is no port", hint="it is a number, usually 587.")
    usual = {"starttls": 587, "tls": 465, "none": 25}
    return Server(host, int(port) if port else usual[security], user, password, sender, security)


def send(project: Project, asked: Range, *, again: bool = False, timeout: float = TIMEOUT_SECONDS) -> Delivery:
    """Send what was not sent yet; with `again` also what may have been sent when a run was killed.

    Raise UnreadableError if the server cannot be reached: what was not sent stays to be sent.
    """
    server = server_of(project.around.environ)
    with SentMails(project.place.common_dir) as record:
        without = record.done if again else record.done | record.uncertain
        waiting = [*told(project, asked, without=without)]
        doubtful = 0 if again else len(record.uncertain - record.done)
        delivery = Delivery([], [], doubtful)
        if waiting:
            _send_all(server, record, _mails(project, waiting, server), delivery, timeout)
        if not delivery.failed and not doubtful and asked.end == head(project):
            record.set_last(asked.end)
        return delivery


def _send_all(
    server: Server, record: SentMails, mails: Iterator[tuple[EmailMessage, list[Notification]]],
    delivery: Delivery, timeout: float,
) -> None:  # fmt: skip
    import smtplib

    try:
        with _connected(server, timeout) as connection:
            for mail, found in mails:
                keys = [key for one in found for key in one.keys]
                address, tickets = found[0].address, ", ".join(one.ticket for one in found)
                if not _ADDRESS.fullmatch(address):
                    delivery.failed.append((address, tickets, "is no address"))
                    continue
                record.begin(keys)
                refused = _sent(lambda mail=mail, address=address: connection.send_message(  # type: ignore[misc]
                    mail, server.sender, [address]), record, keys)  # fmt: skip
                if refused:
                    delivery.failed.append((address, tickets, refused))
                else:
                    delivery.sent.append((address, tickets))
    except (OSError, smtplib.SMTPException) as error:
        done = f"{len(delivery.sent)} mails were sent, the others stay to be sent"
        raise UnreadableError(
            f"{server.host}:{server.port}: {_why(error)}; {done}", hint="run the command again when the server answers."
        ) from None


def _sent(transmit: Callable[[], Any], record: SentMails, keys: Sequence[str]) -> str:
    """Send one mail and record the outcome; return why the server refused it.

    Raise OSError or SMTPException if the connection is gone.
    """
    import smtplib

    try:
        transmit()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        record.end(keys, is_sent=False)
        return _why(error)
    record.end(keys, is_sent=True)
    return ""


def _connected(server: Server, timeout: float) -> Any:
    import smtplib
    import ssl

    if server.security == "tls":
        checked = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=checked)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=timeout)
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
    if server.user:
        connection.login(server.user, server.password)
    return connection


def _why(error: Exception) -> str:
    import smtplib

    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return f"refused: {code} {_decoded(text)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"refused: {error.smtp_code} {_decoded(error.smtp_error)}"
    if isinstance(error, TimeoutError):
        return "the server does not answer"
    return " ".join(str(error).split())[:200] or type(error).__name__


def _decoded(text: str | bytes) -> str:
    return " ".join((text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)).split())[:200]


def _mails(
    project: Project, waiting: Sequence[Notification], server: Server
) -> Iterator[tuple[EmailMessage, list[Notification]]]:
    """Yield the mails, one for each person and ticket, or one for each person."""
    if not project.config.notify.get("digest"):
        for one in waiting:
            yield _mail(project, [one], server), [one]
        return
    ordered = sorted(waiting, key=lambda one: one.address.casefold())
    for _, group in groupby(ordered, key=lambda one: one.address.casefold()):
        found = [*group]
        yield _mail(project, found, server), found


def _mail(project: Project, found: Sequence[Notification], server: Server) -> EmailMessage:
    first, domain = found[0], server.sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = server.sender, first.address
    is_digest = len(found) > 1
    title = " ".join(first.title.split())
    mail["Subject"] = f"{len(found)} tickets" if is_digest else with_token(title, first.ticket)
    mail["Date"] = format_datetime(project.now)
    mail["Message-ID"] = f"<{own_id(first.ticket, first.commit, 'digest' if is_digest else 'event', domain)}>"
    root = "" if is_digest else _root(project, first)
    if root:
        mail["In-Reply-To"] = mail["References"] = f"<{root}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Plaintickets"] = "notification"
    texts = [_text(one, _link(project, one)) for one in found]
    mail.set_content("\n\n".join([ANSWER_ABOVE, *texts]) + "\n")
    return mail


def _link(project: Project, one: Notification) -> str:
    """Return the address of the page of a request, for its requester; empty where no portal is named."""
    environ = project.around.environ
    origin = public_origin(environ.get(VARIABLE, "")) if one.is_requester else ""
    return origin and origin + status_path(portal_key(project.place.common_dir, environ), one.ticket)


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
