"""The mail server of the user's environment or own settings, never of the repository; a mail handed to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.mail.address import is_address
from plaintickets.core.settings.smtp import SECURITIES, is_port
from plaintickets.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

VARIABLES = {
    "host": "TK_SMTP_HOST",
    "port": "TK_SMTP_PORT",
    "user": "TK_SMTP_USER",
    "from": "TK_SMTP_FROM",
    "security": "TK_SMTP_SECURITY",
    "ca": "TK_SMTP_CA",
}
"""The variable that is stronger than each entry of the setting `smtp`."""
PASSWORD = "TK_SMTP_PASSWORD"  # noqa: S105 - the name of a variable
_USUAL_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Server(NamedTuple):
    """The server that mails are sent by, and the sender's address."""

    host: str
    port: int
    user: str
    password: str
    sender: str
    security: str
    ca: str


def server_of(environ: Mapping[str, str], settings: Mapping[str, str]) -> Server:
    """Return the server of the environment and of the user's own settings.

    Raise UsageError for an entry that is missing, wrong or not safe.
    """
    found = {key: environ.get(name, "").strip() or settings.get(key, "") for key, name in VARIABLES.items()}
    host, sender, security = found["host"], found["from"], found["security"] or "starttls"
    if not host or not is_address(sender):
        raise UsageError(
            "no server to send by",
            hint="set TK_SMTP_HOST and TK_SMTP_FROM (an address), or `smtp` in your settings; see `tk help notify`.",
        )
    if security not in SECURITIES:
        raise UsageError(f"TK_SMTP_SECURITY cannot be '{security}'", hint=f"Must be one of: {' '.join(SECURITIES)}")
    if found["port"] and not is_port(found["port"]):
        raise UsageError("TK_SMTP_PORT is no port", hint="it is a number, usually 587.")
    port = int(found["port"]) if found["port"] else _USUAL_PORTS[security]
    server = Server(host, port, found["user"], environ.get(PASSWORD, ""), sender, security, found["ca"])
    _refuse_unsafe(server)
    return server


def _refuse_unsafe(server: Server) -> None:
    if server.user and not server.password:
        raise UsageError(f"no password for {server.user} at {server.host}", hint=f"set {PASSWORD} in the environment.")
    if server.user and server.security == "none" and not _is_this_machine(server.host):
        raise UsageError(
            f"a password is not sent to {server.host} without encryption",
            hint="set TK_SMTP_SECURITY to starttls or tls.",
        )


def _is_this_machine(host: str) -> bool:
    from ipaddress import ip_address

    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def connected(server: Server, timeout: float) -> Any:
    """Return a connection to the server, which has proved its name, logged in.

    Raise OSError or SMTPException if that fails.
    """
    import smtplib

    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=_trust(server))
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=timeout)
    try:
        if server.security == "starttls":
            connection.starttls(context=_trust(server))
        if server.user:
            connection.login(server.user, server.password)
        connection.ehlo_or_helo_if_needed()
    except BaseException:
        connection.close()
        raise
    return connection


def _trust(server: Server) -> Any:
    import ssl

    try:
        return ssl.create_default_context(cafile=server.ca or None)
    except OSError as error:
        message = f"TK_SMTP_CA: no certificates can be read from {server.ca}: {why(error)}"
        raise UsageError(message, hint="it names a file of certificates (PEM).") from None


def hand_over(connection: Any, sender: str, address: str, content: bytes, begin: Callable[[], None]) -> str:
    """Hand a mail to the server; return why it refused it. `begin` is called before the contents are sent.

    Raise OSError or SMTPException if the connection is gone: after `begin` nobody knows whether the mail was taken.
    """
    import smtplib

    options = [] if address.isascii() else ["SMTPUTF8"]
    if options and not connection.has_extn("smtputf8"):
        return "the server takes no address of other letters (it has no SMTPUTF8)"
    for code, text in _envelope(connection, sender, address, options):
        if code not in (250, 251):
            return _refusal(connection, code, text)
    begin()
    try:
        code, text = connection.data(content)
    except smtplib.SMTPDataError as error:
        return _refusal(connection, error.smtp_code, error.smtp_error)
    return "" if code == 250 else _refusal(connection, code, text)


def _envelope(connection: Any, sender: str, address: str, options: list[str]) -> Iterator[tuple[int, bytes]]:
    yield connection.mail(sender, options)
    yield connection.rcpt(address)


class ClosingError(UnreadableError):
    """The server refused a mail and said that it takes no more on this connection."""


def _refusal(connection: Any, code: int, text: str | bytes) -> str:
    import contextlib
    import smtplib

    said = f"refused: {code} {_decoded(text)}"
    if code == 421:
        connection.close()
        raise ClosingError(said)
    with contextlib.suppress(smtplib.SMTPException, OSError):
        connection.rset()
    return said


def unreachable(server: Server, error: Exception, outcome: str) -> UnreadableError:
    """Return the error for a server that cannot be used, with what became of the mails."""
    import ssl

    hint = "run the command again when the server answers."
    if isinstance(error, ssl.SSLCertVerificationError):
        hint = "TK_SMTP_CA names a file with the certificate of its authority, if it is not one of the system's."
    return UnreadableError(f"{server.host}:{server.port}: {why(error)}; {outcome}", hint=hint)


def why(error: Exception) -> str:
    """Return the reason of a failure on one line."""
    import smtplib
    import ssl

    if isinstance(error, smtplib.SMTPResponseException):
        return f"refused: {error.smtp_code} {_decoded(error.smtp_error)}"
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "the server does not answer"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate proves nothing: {error.verify_message}"
    return " ".join(str(error).split())[:200] or type(error).__name__


def _decoded(text: str | bytes) -> str:
    return " ".join((text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)).split())[:200]
