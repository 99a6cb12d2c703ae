"""`tk notify`: the right people, nothing internal outside the team, each mail once, by a real SMTP exchange."""

from __future__ import annotations

import json
import socket
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller

from built_once import built_once
from plaintickets.core.servicedesk.portal_links import status_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from builders import Repository

PEOPLE = (
    "ada: {name: Ada Lovelace, mail: ada@desk.example, teams: [support]}\n"
    "grace: {name: Grace Hopper, mail: grace@desk.example, teams: [support]}\n"
    "linus: {mail: linus@desk.example}\n"
)
MAIL = (
    "From: Bob <bob@c.example>\nTo: help@desk.example\nMessage-ID: <b1@c>\nSubject: Printer burns\n"
    "Date: Sun, 1 Mar 2026 10:00:00 +0000\n\nSmoke.\n"
)


class Box:
    """The mails that the server took; recipients in `refused` and everything after `most` mails are refused."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refused: set[str] = set()

    async def handle_RCPT(  # noqa: N802 - a name of aiosmtpd
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content))
        return "250 OK"

    @property
    def to(self) -> list[str]:
        return [str(mail["To"]) for mail in self.mails]


def text_of(mail: Message) -> str:
    content = mail.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode().replace("\r\n", "\n")


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def server(box: Box) -> Iterator[dict[str, str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield settings(port)
    controller.stop()


def settings(port: int) -> dict[str, str]:
    return {
        "TK_SMTP_HOST": "127.0.0.1",
        "TK_SMTP_PORT": str(port),
        "TK_SMTP_FROM": "help@desk.example",
        "TK_SMTP_SECURITY": "none",
    }


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk("init", "--prefix", "pt")
    (repository.tk.store / "people.yml").write_text(PEOPLE)
    (repository.tk.store / "intake.yml").write_text("type: question\n")
    repository.commit_all()
    repository.git("tag", "before")
    return repository


def asked(store: Repository) -> str:
    """The ticket of a mail."""
    (row,) = json.loads(store.tk("intake", "mail", "--json", stdin=MAIL).stdout)["rows"]
    return str(row["ticket"])


def told(store: Repository, words: str = "before..HEAD") -> dict[str, list[str]]:
    rows = json.loads(store.tk("notify", words, "--json").stdout)["told"]
    return {row["address"]: [notice["event"] for notice in row["notices"]] for row in rows}


def test_each_role_is_told_of_the_events_of_its_table(store: Repository) -> None:
    ticket = asked(store)
    assert told(store) == {"bob@c.example": ["created"]}
    store.git("tag", "-f", "before")
    store.tk("assign", ticket, "grace")
    store.tk("set", ticket, "watchers=Eve <eve@e.example>")
    store.tk("comment", ticket, "Look at room 7, @linus")
    store.tk("close", ticket)
    found = told(store)
    assert found["bob@c.example"] == ["commented", "closed"]
    assert found["grace@desk.example"] == ["assigned", "commented", "closed"]
    assert found["eve@e.example"] == ["commented", "closed"]
    assert found["linus@desk.example"] == ["commented"]
    assert "ada@desk.example" not in found, "nobody is told of what they did themselves"
    (store.tk.store / "notify.yml").write_text("commented: []\nclosed: [assignee]\nassigned: [assignee]\n")
    assert told(store) == {"grace@desk.example": ["assigned", "closed"]}
    (store.tk.store / "notify.yml").write_text("comented: [asignee]\n")
    wrong = store.tk("notify", "before..HEAD")
    assert (wrong.code, "Did you mean 'commented'?" in wrong.stderr) == (4, True)


def test_nothing_internal_goes_outside_the_team(store: Repository, box: Box, server: dict[str, str]) -> None:
    ticket = asked(store)
    secret = json.loads(store.tk("new", "PLANTEDTITLE of a leak", "--json").stdout)["id"]
    store.tk("set", secret, "visibility=internal", "reporter=Bob <bob@c.example>", "assignee=grace")
    store.tk("comment", secret, "PLANTEDHIDDEN text")
    store.tk("comment", ticket, "PLANTEDWORD", "--internal")
    store.tk("comment", ticket, f"like {secret} PLANTEDTITLE of a leak, mail planted@desk.example, fixed")
    store.tk("assign", ticket, "grace")
    store.tk("set", ticket, "severity=PLANTEDFIELD")
    store.tk("close", ticket)
    (store.tk.store / "notify.yml").write_text(
        "".join(f"{event}: [reporter, assignee, watchers, team, mentioned]\n" for event in ("commented", "changed"))
    )
    assert store.tk("notify", "before..HEAD", "--send", env=server).code == 0
    outside = [mail for mail in box.mails if mail["To"] == "bob@c.example"]
    inside = "".join(str(mail) for mail in box.mails if mail["To"] == "grace@desk.example")
    assert "PLANTEDWORD" in inside
    assert "PLANTEDHIDDEN" in inside
    assert outside
    shown = "".join(str(mail) for mail in outside)
    assert "fixed" in shown
    for word in ("PLANTED", secret, "planted@", "severity"):
        assert word not in shown
    page = store.tk("notify", "before..HEAD", "--format", "md").stdout
    assert "@" not in page.replace("\\@", "")


def test_mails_are_threaded_and_an_answer_comes_back(store: Repository, box: Box, server: dict[str, str]) -> None:
    ticket = asked(store)
    assert store.tk("notify", "before..HEAD", "--send", env=server).stdout == f"sent to bob@c.example: {ticket}\n"
    (mail,) = box.mails
    assert mail["In-Reply-To"] == mail["References"] == "<b1@c>"
    assert mail["Subject"] == f"[{ticket}] Printer burns"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = f"From: Bob <other@c.example>\nMessage-ID: <b9@c>\nSubject: x\nIn-Reply-To: {mail['Message-ID']}\n\nmore\n"
    (row,) = json.loads(store.tk("intake", "mail", "--json", stdin=text).stdout)["rows"]
    assert (row["result"], row["ticket"]) == ("comment", ticket)
    forged = str(mail["Message-ID"])
    forged = forged[: forged.index("@") - 3] + "000" + forged[forged.index("@") :]
    text = text.replace(str(mail["Message-ID"]), forged).replace("b9@c", "b10@c")
    (row,) = json.loads(store.tk("intake", "mail", "--json", stdin=text).stdout)["rows"]
    assert row["result"] == "held"
    own = store.tk("intake", "mail", "--json", stdin=mail.as_string())
    assert json.loads(own.stdout)["rows"][0]["why"] == "a notification of this desk"


def test_closing_asks_for_a_rating_and_the_answer_sets_it(store: Repository, box: Box, server: dict[str, str]) -> None:
    ticket = asked(store)
    store.tk("close", ticket)
    store.tk("notify", "before..HEAD", "--send", env=server)
    (mail,) = box.mails
    assert "a number from 1 to 5" in str(mail.get_payload())
    text = f"From: Bob <bob@c.example>\nMessage-ID: <r@c>\nSubject: Re\nIn-Reply-To: {mail['Message-ID']}\n\n5\n"
    store.tk("intake", "mail", stdin=text)
    assert store.tk.field(ticket, "rating") == "5"


def test_a_requester_s_mail_links_to_their_page_and_nobody_else_s_does(
    store: Repository, box: Box, server: dict[str, str]
) -> None:
    ticket = asked(store)
    store.tk("set", ticket, "watchers=eve@c.example,linus")
    store.tk("set", ticket, "portal-link=2")
    store.tk("close", ticket)
    portal = {**server, "TK_PORTAL_URL": "https://help.example.org/", "TK_PORTAL_KEY": "k" * 64}
    store.tk("notify", "before..HEAD", "--send", env=portal)
    mails = {str(mail["To"]): text_of(mail) for mail in box.mails}
    link = f"https://help.example.org{status_path(b'k' * 64, ticket, '2')}"
    assert f"choose it on this page:\n{link}" in mails["bob@c.example"]
    assert {"eve@c.example", "linus@desk.example"} <= mails.keys()
    assert [to for to, text in mails.items() if "/r/" in text] == ["bob@c.example"]


def test_sending_twice_sends_once_and_since_last_goes_on(store: Repository, box: Box, server: dict[str, str]) -> None:
    ticket = asked(store)
    first = store.tk("notify", "--since-last", "--send", env=server)
    assert (first.code, "no last time" in first.stderr) == (2, True)
    for _ in range(2):
        assert store.tk("notify", "before..HEAD", "--send", env=server).code == 0
    assert box.to == ["bob@c.example"]
    store.tk("comment", ticket, "seen")
    assert store.tk("notify", "--since-last", "--send", env=server).code == 0
    assert store.tk("notify", "before..HEAD", "--send", env=server).stdout == "Nothing was sent.\n"
    assert box.to == ["bob@c.example"] * 2


def test_what_a_killed_run_may_have_sent_is_not_sent_again_unless_asked(
    store: Repository, box: Box, server: dict[str, str]
) -> None:
    asked(store)
    store.tk("notify", "before..HEAD", "--send", env=server)
    record = store.folder / ".git" / "plaintickets-sent" / "sent.tsv"
    record.write_text(record.read_text().splitlines(keepends=True)[0])  # killed before the server's answer was noted
    again = store.tk("notify", "before..HEAD", "--send", env=server)
    assert (again.code, "--again" in again.stderr, len(box.mails)) == (3, True, 1)
    assert store.tk("notify", "before..HEAD", "--send", "--again", env=server).code == 0
    assert len(box.mails) == 2
    assert box.mails[0]["Message-ID"] == box.mails[1]["Message-ID"]


def test_a_refused_recipient_stops_nobody_else_and_is_tried_again(
    store: Repository, box: Box, server: dict[str, str]
) -> None:
    ticket = asked(store)
    store.tk("assign", ticket, "grace")
    box.refused = {"bob@c.example"}
    done = store.tk("notify", "before..HEAD", "--send", env=server)
    assert (done.code, "bob@c.example" in done.stderr, "550 no such user" in done.stderr) == (3, True, True)
    assert box.to == ["grace@desk.example"]
    box.refused = set()
    assert store.tk("notify", "before..HEAD", "--send", env=server).code == 0
    assert box.to == ["grace@desk.example", "bob@c.example"]


def test_a_server_that_is_not_there_or_hangs_is_a_clear_error(store: Repository) -> None:
    from builders import opened
    from plaintickets.actions.notify import asked_range
    from plaintickets.actions.send_notices import send
    from plaintickets.errors import UnreadableError

    asked(store)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        gone = store.tk("notify", "before..HEAD", "--send", env=settings(port))
        assert (gone.code, "stay to be sent" in gone.stderr, "Traceback" in gone.stderr) == (4, True, False)
        silent.listen()
        store.tk.environment.update(settings(port))
        project = opened(store)
        with pytest.raises(UnreadableError, match="stay to be sent"):
            send(project, asked_range(project, "before..HEAD", since_last=False), timeout=0.3)
    unset = store.tk("notify", "before..HEAD", "--send", env={"TK_SMTP_HOST": ""})
    assert (unset.code, "TK_SMTP_HOST" in unset.stderr) == (2, True)


def test_a_digest_is_one_mail_for_each_person(store: Repository, box: Box, server: dict[str, str]) -> None:
    asked(store)
    store.tk("intake", "mail", stdin=MAIL.replace("b1@c", "b2@c"))
    (store.tk.store / "notify.yml").write_text("digest: true\n")
    assert store.tk("notify", "before..HEAD", "--send", env=server).code == 0
    assert [str(mail["Subject"]) for mail in box.mails] == ["2 tickets"]
