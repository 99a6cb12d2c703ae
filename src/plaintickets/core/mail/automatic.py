"""Recognise mails that no person wrote: delivery reports, automatic replies, mass mail, our own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plaintickets.core.mail.message import Mail

OWN_HEADER = "x-plaintickets"
REPORT = "a delivery report"
FEEDBACK = "a feedback report"
REPLY = "an automatic reply"
MASS = "mass mail"
OWN = "a notification of this desk"

_DAEMON = re.compile(r"(?:mailer-daemon|mail-daemon|mailerdaemon)(?:@|$)", re.IGNORECASE)
_POSTMASTER = re.compile(r"postmaster(?:@|$)", re.IGNORECASE)
_FAILED = re.compile(
    r"undeliver|(?:delivery|mail).{0,20}(?:fail|status|error|notif|return)|returned mail|failure notice|could not send",
    re.IGNORECASE,
)
_AUTOMATIC_SUBJECT = re.compile(
    r"(?:auto(?:matic|mated)?[- ]?(?:repl(?:y|ies)|respon[sd]e?s?|answer)|out of (?:the )?office|"
    r"abwesenheit(?:snotiz)?|automatische (?:antwort|abwesenheit)|automatisch antwoord|autosvar|automatiskt svar|"
    r"réponse automatique|respuesta automática|resposta automática|risposta automatica|autoodpowiedź|"
    r"automatická odpověď|automaattinen vastaus|автоответ|automātiskā atbilde|自動返信|自动回复|自動回覆)\s*[:：]?",
    re.IGNORECASE,
)
_REPLY_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-vacation", "x-ebay-autoreply")
_MASS = frozenset(("bulk", "junk", "list"))


def why_automatic(mail: Mail) -> str:
    """Return what a mail is that no person wrote; empty for a mail of a person. RFC 3834, RFC 3464, RFC 5965."""
    if mail.header(OWN_HEADER):
        return OWN
    return _report(mail) or _reply(mail) or _mass(mail)


def _report(mail: Mail) -> str:
    if mail.type.startswith("multipart/report"):
        return FEEDBACK if "feedback" in mail.type else REPORT
    if any(file.type in {"multipart/report", "message/delivery-status"} for file in mail.files):
        return REPORT
    address = mail.senders[0][1] if mail.senders else ""
    if mail.header("x-failed-recipients") or _DAEMON.match(address):
        return REPORT
    returns = mail.header("return-path").strip("<> ")
    has_failed = bool(_FAILED.search(mail.subject))
    is_daemon = bool(_POSTMASTER.match(address) or _DAEMON.match(returns) or "<>" in mail.header("return-path"))
    return REPORT if has_failed and is_daemon else ""


def _reply(mail: Mail) -> str:
    submitted = mail.header("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if submitted and submitted != "no":
        return REPLY
    if mail.header("return-path").replace(" ", "") == "<>":
        return REPLY
    if any(mail.header(name).strip().lower() not in {"", "no", "none"} for name in _REPLY_HEADERS):
        return REPLY
    if mail.header("precedence").strip().lower() in {"auto_reply", "auto-reply"}:
        return REPLY
    return REPLY if _AUTOMATIC_SUBJECT.match(mail.subject) else ""


def _mass(mail: Mail) -> str:
    return MASS if mail.header("precedence").strip().lower() in _MASS else ""
