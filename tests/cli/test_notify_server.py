"""`tk notify --send` and the mail server: settings, encryption, refusals, a server that hangs, hostile headers."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import threading
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from built_once import built_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import Message
    from pathlib import Path

    from builders import Repository

SEND = ("notify", "before..HEAD", "--send")


class Box:
    """The mails that the server took."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []
        self.recipients: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - a name of aiosmtpd
        self.contents.append(envelope.content)
        self.recipients += envelope.rcpt_tos
        return "250 OK"

    @property
    def mails(self) -> list[Message]:
        return [message_from_bytes(content) for content in self.contents]


class Speaker:
    """A server on 127.0.0.1 that says these lines, one for each line of the client, and then nothing more."""

    def __init__(self, *lines: str) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._lines = lines
        threading.Thread(target=self._speak, daemon=True).start()

    def _speak(self) -> None:
        connection, _ = self._socket.accept()
        with connection, connection.makefile("rwb", buffering=0) as stream:
            for line in self._lines:
                stream.write(line.encode() + b"\r\n")
                stream.readline()
            while not line.startswith("421") and stream.readline():
                pass

    def close(self) -> None:
        self._socket.close()


def settings(port: int, **more: str) -> dict[str, str]:
    found = {"host": "127.0.0.1", "port": str(port), "from": "help@desk.example", "security": "none", **more}
    return {f"TK_SMTP_{name.upper()}": value for name, value in found.items()}


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def start(box: Box) -> Iterator[Callable[..., int]]:
    """Start a server; return its port."""
    running = []

    def start(**options: Any) -> int:
        class Made(Controller):
            def factory(self) -> SMTP:
                return SMTP(box, **options)

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        controller = Made(box, hostname="127.0.0.1", port=port)
        controller.start()
        running.append(controller)
        return port

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk("init", "--prefix", "pt")
    repository.commit_all()
    repository.git("tag", "before")
    return repository


def ticket(store: Repository, number: int, title: str = "Printer", reporter: str = "bob@c.example") -> None:
    """Commit a ticket that somebody outside reported."""
    name = f"pt-{number:04}"
    lines = [f"id: {name}", "status: open", "created: 2026-11-23T09:00:00Z", f"reporter: {reporter}"]
    text = "---\n" + "\n".join(lines) + f"\n---\n# {title}\n\nSmoke.\n"
    (store.tk.store / f"{name}.md").write_text(text, encoding="utf-8")
    store.commit_all()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ssl.SSLContext]:
    """A self-signed certificate of 127.0.0.1, and a server's context with it."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed, which makes the certificate")
    folder = tmp_path_factory.mktemp("certificate")
    names = "subjectAltName=IP:127.0.0.1,DNS:localhost"
    subprocess.run(
        [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3",
         "-keyout", "key", "-out", "cert", "-subj", "/CN=desk.example", "-addext", names],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert", folder / "key")
    return str(folder / "cert"), context


def test_a_certificate_that_nobody_vouches_for_is_refused_and_one_of_a_named_authority_is_not(
    store: Repository, box: Box, start: Callable[..., int], certificate: tuple[str, ssl.SSLContext]
) -> None:
    path, context = certificate
    ticket(store, 1)
    env = settings(start(tls_context=context, require_starttls=True), security="")
    refused = store.tk(*SEND, env=env)
    assert (refused.code, box.contents) == (4, [])
    assert "self-signed certificate" in refused.stderr
    assert "Hint: TK_SMTP_CA names a file" in refused.stderr
    gone = store.tk(*SEND, env={**env, "TK_SMTP_CA": "/nowhere.pem"})
    assert (gone.code, "no certificates can be read from /nowhere.pem" in gone.stderr) == (2, True)
    by_name = store.tk(*SEND, env={**env, "TK_SMTP_CA": path})
    assert (by_name.code, len(box.contents)) == (0, 1)
    ticket(store, 2)
    assert store.tk(*SEND, env={**env, "SSL_CERT_FILE": path, "TK_SMTP_HOST": "localhost"}).code == 0
    assert len(box.contents) == 2


def test_a_server_that_offers_no_encryption_gets_nothing_unless_asked(
    store: Repository, box: Box, start: Callable[..., int]
) -> None:
    ticket(store, 1)
    refused = store.tk(*SEND, env=settings(start(), security=""))
    assert (refused.code, "STARTTLS" in refused.stderr, box.contents) == (4, True, [])


def test_a_password_is_not_sent_in_the_open(store: Repository) -> None:
    ticket(store, 1)
    login = {"user": "desk", "password": "PLANTEDSECRET"}
    done = store.tk(*SEND, env=settings(9, host="mail.desk.example", **login))
    assert (done.code, "not sent to mail.desk.example without encryption" in done.stderr) == (2, True)
    without = store.tk(*SEND, env=settings(9, host="mail.desk.example", user="desk"))
    assert (without.code, "TK_SMTP_PASSWORD" in without.stderr) == (2, True)
    wrong = Speaker("220 hi", "250-me\r\n250 AUTH PLAIN", "535 5.7.8 no")
    refused = store.tk(*SEND, env=settings(wrong.port, **login))
    wrong.close()
    assert (refused.code, "refused: 535 5.7.8 no" in refused.stderr) == (4, True)
    assert "PLANTEDSECRET" not in done.stderr + refused.stderr


def test_the_server_may_stand_in_the_user_s_own_settings_and_the_environment_is_stronger(
    store: Repository, box: Box, start: Callable[..., int], tmp_path: Path
) -> None:
    ticket(store, 1)
    own = tmp_path / "xdg" / "plaintickets" / "config.yml"
    own.parent.mkdir(parents=True)
    own.write_text("smtp: {host: 127.0.0.1, port: 9, from: help@desk.example, security: none}\n")
    env = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    nobody = store.tk(*SEND, env=env)
    assert (nobody.code, "127.0.0.1:9" in nobody.stderr) == (4, True)
    assert store.tk(*SEND, env={**env, "TK_SMTP_PORT": str(start())}).code == 0
    assert [str(mail["From"]) for mail in box.mails] == ["help@desk.example"]
    for text, word in (("{password: x}", "TK_SMTP_PASSWORD"), ("{hots: x}", "'host'"), ("{port: 0}", "a number")):
        own.write_text(f"smtp: {text}\n")
        wrong = store.tk(*SEND, env=env)
        assert (wrong.code, word in wrong.stderr) == (4, True), text


def test_a_store_cannot_name_the_server(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("smtp: {host: evil.example, from: a@b.example}\n")
    refused = store.tk("ls")
    assert (refused.code, "smtp" in refused.stderr) == (4, True)


def test_a_server_that_hangs_in_the_middle_of_a_mail_leaves_one_in_doubt_and_the_others_to_be_sent(
    store: Repository, box: Box, start: Callable[..., int]
) -> None:
    from builders import opened
    from plaintickets.actions.notify import asked_range
    from plaintickets.actions.send_notices import send
    from plaintickets.errors import UnreadableError

    ticket(store, 1)
    ticket(store, 2, reporter="eve@c.example")
    hanging = Speaker("220 hi", "250 me", "250 from", "250 to", "354 go on")
    store.tk.environment.update(settings(hanging.port))
    project = opened(store)
    asked = asked_range(project, "before..HEAD", since_last=False)
    with pytest.raises(UnreadableError, match="does not answer; 0 mails were sent, of one nobody knows"):
        send(project, asked, timeout=5)
    hanging.close()
    again = store.tk(*SEND, env=settings(start()))
    assert (again.code, "may have been sent" in again.stderr, len(box.recipients)) == (3, True, 1)
    assert store.tk(*SEND, "--again", env=settings(start())).code == 0
    assert sorted(box.recipients) == ["bob@c.example", "eve@c.example"]


def test_a_server_that_closes_before_a_mail_leaves_nothing_in_doubt(
    store: Repository, box: Box, start: Callable[..., int]
) -> None:
    ticket(store, 1)
    for lines in (
        ("220 hi", "250 me", "421 too many"),
        ("220 hi", "250 me", "250 from", "250 to", "421 no more data"),
    ):
        closing = Speaker(*lines)
        done = store.tk(*SEND, env=settings(closing.port))
        closing.close()
        assert (done.code, "421" in done.stderr, "nobody knows" in done.stderr) == (4, True, False)
    assert store.tk(*SEND, env=settings(start())).code == 0
    assert box.recipients == ["bob@c.example"]


def test_an_address_that_the_server_cannot_take_stops_nobody_else(
    store: Repository, box: Box, start: Callable[..., int]
) -> None:
    ticket(store, 1, reporter="bøb@c.example")
    ticket(store, 2, reporter='"Eve <eve@c.example\\nBcc: all@c.example>"')
    ticket(store, 3, reporter='"=?utf-8?q?x=0D=0ABcc:_y?=@c.example"')
    ticket(store, 4, reporter="good@c.example")
    done = store.tk(*SEND, env=settings(start()))
    assert (done.code, "SMTPUTF8" in done.stderr, "Traceback" in done.stderr) == (3, True, False)
    assert box.recipients == ["good@c.example"]
    assert store.tk(*SEND, env=settings(start(enable_SMTPUTF8=True))).code == 3
    assert box.recipients == ["good@c.example", "bøb@c.example"]


@pytest.mark.parametrize(
    "title",
    [
        "=?utf-8?q?x=0D=0ABcc:_all@c.example?=",
        "=?utf-8?b?eA0KQmNjOiBhbGxAYy5leGFtcGxl?=",
        "a\x0bBcc: all@c.example",
        "a\u2028Bcc: all@c.example",
        "long " * 300,
        "ü" * 900,
    ],
)
def test_no_title_makes_a_header(store: Repository, box: Box, start: Callable[..., int], title: str) -> None:
    ticket(store, 1, title)
    assert store.tk(*SEND, env=settings(start())).code == 0
    (mail,) = box.mails
    names = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Plaintickets"]
    more = ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
    assert set(mail.keys()) - {"X-Peer", "X-MailFrom", "X-RcptTo"} == {*names, *more}
    (content,) = box.contents
    subject = str(message_from_bytes(content, policy=default)["Subject"])
    assert "\n" not in subject
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_sending_a_later_range_does_not_skip_what_comes_between(
    store: Repository, box: Box, start: Callable[..., int]
) -> None:
    env = settings(start())
    ticket(store, 1)
    assert store.tk(*SEND, env=env).code == 0
    ticket(store, 2)
    ticket(store, 3)
    assert store.tk("notify", "HEAD~1..HEAD", "--send", env=env).code == 0
    assert store.tk("notify", "--since-last", "--send", env=env).code == 0
    subjects = [str(mail["Subject"])[:9] for mail in box.mails]
    assert subjects == ["[pt-0001]", "[pt-0003]", "[pt-0002]"]


def test_half_a_line_of_the_record_loses_nothing(store: Repository, box: Box, start: Callable[..., int]) -> None:
    env = settings(start())
    ticket(store, 1)
    assert store.tk(*SEND, env=env).code == 0
    record = store.folder / ".git" / "plaintickets-sent" / "sent.tsv"
    begun, done, last = record.read_text().splitlines(keepends=True)
    record.write_text(begun + done + last[:12])
    cut = store.tk("notify", "--since-last", "--send", env=env)
    assert (cut.code, "no last time" in cut.stderr) == (2, True)
    record.write_text(begun + done.rstrip("\n"))
    ticket(store, 2)
    again = store.tk(*SEND, env=env)
    assert (again.code, "may have been sent" in again.stderr) == (3, True)
    assert [str(mail["Subject"])[:9] for mail in box.mails] == ["[pt-0001]", "[pt-0002]"]


QUIET = (
    ("notify.yml", "calendar: office\n"),
    ("calendars.yml", "office: {zone: Europe/Berlin, hours: {mon-fri: 9-17}}\n"),
)


def test_outside_the_hours_of_its_calendar_nothing_is_sent_and_the_next_run_sends_it_all_once(
    store: Repository, box: Box, start: Callable[..., int]
) -> None:
    for name, text in QUIET:
        (store.tk.store / name).write_text(text.replace("9-17", "09:00-17:00"))
    env = settings(start()) | {"TK_NOW": "2026-03-02T10:00:00Z"}
    ticket(store, 1)
    assert store.tk(*SEND, env=env).code == 0
    ticket(store, 2)
    night = env | {"TK_NOW": "2026-03-06T20:00:00Z"}
    for words in (("--since-last",), ("before..HEAD",)):
        quiet = store.tk("notify", *words, "--send", env=night)
        assert (quiet.code, len(box.mails)) == (0, 1)
        assert "begin at 2026-03-09T09:00+01:00" in quiet.stdout
        assert "bob@c.example: pt-0002" in quiet.stdout
        assert ("a job that names only its own push loses them" in quiet.stderr) is (words != ("--since-last",))
    ticket(store, 3)
    told = json.loads(store.tk("notify", "--since-last", "--send", "--json", env=night).stdout)
    assert (told["sent"], [one[1] for one in told["waiting"]]) == ([], ["pt-0002", "pt-0003"])
    morning = env | {"TK_NOW": "2026-03-09T08:00:00Z"}
    for _ in range(2):
        assert store.tk("notify", "--since-last", "--send", env=morning).code == 0
    assert [str(mail["Subject"])[:9] for mail in box.mails] == ["[pt-0001]", "[pt-0002]", "[pt-0003]"]
    ticket(store, 4)
    assert store.tk("notify", "--since-last", "--send", "--now", env=night).code == 0
    assert len(box.mails) == 4


def test_a_calendar_that_nobody_knows_is_an_error_with_the_nearest(store: Repository) -> None:
    for name, text in QUIET:
        (store.tk.store / name).write_text(
            text.replace("9-17", "09:00-17:00").replace("calendar: office", "calendar: ofice")
        )
    wrong = store.tk("notify", "before..HEAD")
    assert (wrong.code, "Did you mean 'office'?" in wrong.stderr, "notify.yml:1" in wrong.stderr) == (4, True, True)
    (store.tk.store / "notify.yml").unlink()
    alone = store.tk("notify", "before..HEAD", "--now")
    assert (alone.code, "--now is for --send" in alone.stderr) == (2, True)
