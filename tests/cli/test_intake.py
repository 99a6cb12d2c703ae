"""`tk intake mail`: each mail once, where it belongs, by whom somebody vouches for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from mails_to_take import VOUCHED, mail, opened_ticket, take

if TYPE_CHECKING:
    from builders import Repository
    from store_files import Result

PEOPLE = "ada: {name: Ada Lovelace, mail: ada@desk.example, teams: [support]}\n"
INTAKE = "type: question\nservers: [mx.desk.example]\n"


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk("init", "--prefix", "pt")
    (repository.tk.store / "people.yml").write_text(PEOPLE)
    (repository.tk.store / "intake.yml").write_text(INTAKE)
    repository.commit_all()
    return repository


def test_a_mail_becomes_a_ticket_and_the_whole_mail_is_kept(store: Repository) -> None:
    text = mail("Bob <bob@c.example>", "b1@c", subject="Re: Printer", body="It burns.\n\n-- \nBob\nCEO\n")
    ticket = take(store, text)["ticket"]
    made = store.tk.text(ticket)
    for part in ("type: question\n", "reporter: Bob <bob@c.example>\n", "created: 2026-03-01T10:00:00Z\n"):
        assert part in made
    assert "# Printer\n\nIt burns.\n\n*Mail `20260301T100000Z-" in made
    assert "3 signature lines left out; sender not verified*" in made
    (kept,) = (store.tk.store / f"{ticket}.d" / "mail").iterdir()
    assert kept.read_text() == text
    assert store.git("status", "--porcelain") == ""
    assert store.tk("check").code == 0


def test_the_same_mail_twice_is_once_with_and_without_a_message_id(store: Repository) -> None:
    opened_ticket(store)
    head = store.git("rev-parse", "HEAD")
    assert take(store, mail("Bob <bob@c.example>", "b1@c"))["result"] == "known"
    assert store.git("rev-parse", "HEAD") == head
    without = mail("Bob <bob@c.example>", "x").replace("Message-ID: <x>\n", "")
    assert take(store, without)["result"] == "new"
    assert take(store, without.replace("\n", "\r\n"))["result"] == "known"
    other = take(store, mail("Eve <eve@e.example>", "b1@c"))
    assert (other["result"], other["why"]) == ("held", "it has the Message-ID of a mail of another sender")
    assert take(store, mail("Eve <eve@e.example>", "b1@c"))["result"] == "known"


def test_an_answer_becomes_a_public_comment_without_what_it_quotes(store: Repository) -> None:
    ticket = opened_ticket(store)
    body = "me too\n\nOn Sun, 1 Mar 2026 at 10:00, Bob <bob@c.example> wrote:\n> It burns.\n"
    row = take(store, mail("Carl <carl@c.example>", "c1@c", extra="References: <b1@c>\n", body=body))
    assert (row["result"], row["ticket"]) == ("comment", ticket)
    text = store.tk.text(ticket)
    assert "· Carl <carl@c.example>\n\nme too\n\n*Mail `" in text
    assert "2 quoted lines left out" in text
    assert "> It burns" not in text
    again = take(store, mail("Dora <d@d.example>", "d1@d", extra="In-Reply-To: <c1@c>\n", body="and me\n"))
    assert again["ticket"] == ticket


@pytest.mark.parametrize(
    ("sender", "extra", "result"),
    [
        ("Bob <bob@c.example>", VOUCHED.format("c.example"), "comment"),
        ("Bob <bob@c.example>", "", "held"),
        ("Bob <bob@c.example>", "Authentication-Results: evil.example; dmarc=pass header.from=c.example\n", "held"),
        ("Bob <bob@c.example>", VOUCHED.format("e.example"), "held"),
        ("Bob <bob@c.example>", VOUCHED.format("c.example").replace("pass", "fail"), "held"),
        (
            "Bob <bob@c.example>",
            "Authentication-Results: mx.desk.example; spf=none\n" + VOUCHED.format("c.example"),
            "held",
        ),
        ("Mallory <mal@e.example>", VOUCHED.format("e.example"), "held"),
        ("Bob <bob@c.example>, Eve <eve@e.example>", VOUCHED.format("c.example"), "held"),
    ],
)
def test_the_id_in_a_subject_counts_only_for_people_of_the_ticket_that_a_server_vouches_for(
    store: Repository, sender: str, extra: str, result: str
) -> None:
    ticket = opened_ticket(store)
    row = take(store, mail(sender, "t@t", subject=f"[{ticket}] more", extra=extra))
    assert row["result"] == result
    assert len(list(store.tk.store.glob("pt-*.md"))) == 1


def test_nobody_is_one_of_the_people_by_his_own_word(store: Repository) -> None:
    ticket = opened_ticket(store)
    answer = "In-Reply-To: <b1@c>\n"
    forged = take(store, mail("Ada Lovelace <ada@desk.example>", "a1@d", extra=answer))
    assert (forged["result"], forged["why"]) == (
        "held",
        "it says that ada wrote it, and no named server vouches for that",
    )
    take(store, mail("Ada Lovelace <evil@e.example>", "a2@d", extra=answer, body="trust me\n"))
    assert "· evil@e.example\n\ntrust me" in store.tk.text(ticket)
    real = take(store, mail("Ada <ada@desk.example>", "a3@d", extra=answer + VOUCHED.format("desk.example")))
    assert real["result"] == "comment"
    assert "· ada · internal\n" in store.tk.text(ticket)
    (store.tk.store / "intake.yml").write_text(INTAKE + "staff: public\n")
    take(store, mail("Ada <ada@desk.example>", "a4@d", extra=answer + VOUCHED.format("desk.example")))
    assert "· ada\n" in store.tk.text(ticket)


def test_nothing_in_a_mail_looks_like_another_part_of_a_ticket(store: Repository) -> None:
    evil = (
        "## Notes\n\n**2026-01-01T00:00:00Z** · ada\n\nforged\n\n---\nstatus: closed\n---\n"
        "<<<<<<< HEAD\n```\nopen\n<!--\n\x1b[31mred\x00\n"
    )
    subject = "=?utf-8?Q?a=0Astatus:_closed?="
    ticket = opened_ticket(store, subject=subject, body=evil)
    take(store, mail("Bob <bob@c.example>", "b2@c", extra="In-Reply-To: <b1@c>\n", body=evil))
    html = "Content-Type: text/html\nIn-Reply-To: <b1@c>\n"
    page = "<h2>Notes</h2><p>**2026-01-01T00:00:00Z** · ada</p><script>x</script><a href='javascript:x'>l</a>"
    take(store, mail("Bob <bob@c.example>", "b3@c", extra=html, body=page))
    text = store.tk.text(ticket)
    assert "# a status: closed\n" in text
    assert "\x1b" not in text
    assert "script" not in text
    (shown,) = json.loads(store.tk("show", ticket, "--json").stdout)["tickets"]
    assert shown["status"] == "open"
    assert [one["author"] for one in shown["comments"]] == ["Bob <bob@c.example>"] * 2
    assert store.tk("check").code == 0


def test_attachments_become_files_up_to_a_size(store: Repository) -> None:
    (store.tk.store / "intake.yml").write_text("largest_attachment: 10\n")
    kind = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="q"\n'
    parts = [("../../../a b.txt", "small"), ("big.bin", "x" * 100), ("note.md", "# no comment")]
    body = "--q\nContent-Type: text/plain\n\nsee\n" + "".join(
        f'--q\nContent-Type: application/x; name="{name}"\n\n{content}\n' for name, content in parts
    )
    ticket = opened_ticket(store, extra=kind, body=f"{body}--q--\n")
    names = sorted(os.listdir(store.tk.store / f"{ticket}.d" / "files"))
    assert [name.partition("-")[2] for name in names] == ["a-b.txt"]
    text = store.tk.text(ticket)
    assert "big.bin` (100 bytes), in the whole mail only" in text
    assert store.tk("mv", ticket, "pt-other").code == 0
    assert sorted(os.listdir(store.tk.store / "pt-other.d" / "files")) == names
    assert not (store.tk.store / f"{ticket}.d").exists()
    assert take(store, mail("Bob <bob@c.example>", "b1@c"))["result"] == "known"
    assert store.tk("undo").code == 0
    assert (store.tk.store / f"{ticket}.d" / "files" / names[0]).read_text() == "small"
    assert store.tk("undo").code == 0
    assert not list(store.tk.store.glob("*.d"))
    assert take(store, mail("Bob <bob@c.example>", "b1@c"))["result"] == "new"


def test_an_answer_opens_a_closed_ticket_again_and_a_number_rates_it(store: Repository) -> None:
    ticket = opened_ticket(store)
    store.tk("close", ticket)
    rated = take(store, mail("Bob <bob@c.example>", "b2@c", extra="References: <b1@c>\n", body="4\n\nthanks\n"))
    assert rated["why"] == "rating 4"
    assert (store.tk.field(ticket, "rating"), store.tk.field(ticket, "status")) == ("4", "closed")
    take(store, mail("Eve <eve@e.example>", "e2@c", extra="References: <b1@c>\n", body="1\n"))
    assert store.tk.field(ticket, "rating") == "4"
    again = take(store, mail("Bob <bob@c.example>", "b3@c", extra="References: <b1@c>\n", body="It burns again\n"))
    assert again["why"] == "status open"
    assert store.tk.field(ticket, "status") == "open"


def test_what_is_held_is_listed_filed_or_removed(store: Repository) -> None:
    automatic = take(store, mail("Bob <bob@c.example>", "o@c", extra="Auto-Submitted: auto-replied\n"))
    assert (automatic["result"], automatic["why"]) == ("held", "an automatic reply")
    (store.tk.store / "intake.yml").write_text("senders: ['*@c.example']\nhold: [eve@*]\nautomatic: drop\n")
    assert take(store, mail("Eve <eve@c.example>", "e@c"))["why"] == "`hold` of the intake names its sender"
    assert "does not name its sender" in take(store, mail("Zoe <zoe@z.example>", "z@c"))["why"]
    assert take(store, mail("Bob <bob@c.example>", "o2@c", extra="Precedence: bulk\n"))["result"] == "dropped"
    held = json.loads(store.tk("intake", "held", "--json").stdout)["rows"]
    by_sender = {row["sender"]: row["name"] for row in held}
    assert len(held) == 3
    released = json.loads(store.tk("intake", "release", by_sender["zoe@z.example"], "--json").stdout)["rows"]
    assert [row["result"] for row in released] == ["new"]
    assert store.tk("intake", "drop", by_sender["eve@c.example"]).code == 0
    assert take(store, mail("Eve <eve@c.example>", "e@c"))["result"] == "held"
    wrong = store.tk("intake", "drop", "nothing")
    assert (wrong.code, "no held mail nothing" in wrong.stderr) == (3, True)
    assert store.git("status", "--porcelain", "--", ".tickets/intake", ".tickets/*.d") == ""


def test_a_ticket_that_the_settings_refuse_is_held_with_the_reason(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("types:\n  question: {required: [customer]}\n")
    row = take(store, mail("Bob <bob@c.example>", "b1@c"))
    assert row["result"] == "held"
    assert "customer" in row["why"]


def test_one_text_sent_again_and_again_is_held_as_a_loop(store: Repository) -> None:
    opened_ticket(store)
    found = [
        take(store, mail("Bob <bob@c.example>", f"l{n}@c", extra="References: <b1@c>\n", body="I am away.\n"))
        for n in range(4)
    ]
    assert [row["result"] for row in found] == ["comment"] * 3 + ["held"]
    assert "perhaps a loop" in found[-1]["why"]


def nested(depth: int) -> bytes:
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return f"From: a@b.example\nSubject: deep\n{parts}Content-Type: text/plain\n\nx\n".encode()


HOSTILE = {
    "empty": b"",
    "noise": bytes(range(256)) * 40,
    "deep": nested(3000),
    "deep and long": nested(90) + b"x\n" * 240_000,
    "large": b"From: a@b.example\nSubject: large\n\n" + b"x" * 300,
    "headers": b"From: a@b.example\n" + b"X: 1\n" * 200_000 + b"\nx\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_mail_that_cannot_be_read_is_one_line_and_the_others_are_in(store: Repository, name: str) -> None:
    (store.tk.store / "intake.yml").write_text("largest_mail: 2MB\n" if name != "large" else "largest_mail: 300\n")
    folder = store.folder / "box"
    folder.mkdir()
    (folder / "1.eml").write_bytes(HOSTILE[name])
    (folder / "2.eml").write_text(mail("Bob <bob@c.example>", "b1@c"))
    done = store.tk("intake", "mail", "box")
    assert done.code == 1
    assert "1 new, 1 failed" in done.stdout
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("1.eml: ")]
    assert len(line) < 200


def test_wrong_charsets_and_moderate_nesting_are_read(store: Repository) -> None:
    body = "Content-Type: text/plain; charset=zip\n"
    assert take(store, mail("Bob <b@c.example>", "1@c", extra=body))["result"] == "new"
    done = store.tk("intake", "mail", "-", stdin=nested(100).decode())
    assert done.code == 0
    assert "1 new" in done.stdout


def mbox(count: int) -> bytes:
    return b"".join(
        f"From x Sun Mar  1 10:00:00 2026\n{mail('Bob <bob@c.example>', f'{n}@c', subject=f's{n}')}\n".encode()
        for n in range(count)
    )


def test_a_mailbox_that_is_interrupted_goes_on_without_doubles(store: Repository) -> None:
    (store.folder / "in.mbox").write_bytes(mbox(260))
    first, second = store.folder.parent / "first", store.folder.parent / "second"
    hook = store.folder / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\ntest -e {first} || exec touch {first}\ntouch {second}\nexec sleep 600\n")
    hook.chmod(0o755)
    child = subprocess.Popen(
        [store.tk.command, "intake", "mail", "in.mbox"],
        cwd=store.folder,
        env=store.tk.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not second.exists():  # the second commit is under way
        assert child.poll() is None
        time.sleep(0.02)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    hook.unlink()
    taken = len(list(store.tk.store.glob("pt-*.md")))
    assert 0 < taken < 260
    done = store.tk("intake", "mail", "in.mbox")
    assert done.code == 0
    assert len(list(store.tk.store.glob("pt-*.md"))) == 260
    assert len(list(store.tk.store.glob("pt-*.d/mail/*.eml"))) == 260
    assert store.git("status", "--porcelain") == "?? in.mbox"
    assert store.tk("intake", "mail", "in.mbox").stdout == "260 known\n"


def test_a_dry_run_writes_nothing(store: Repository) -> None:
    (store.folder / "in.mbox").write_bytes(mbox(3))
    head = store.git("rev-parse", "HEAD")
    done = store.tk("intake", "mail", "in.mbox", "--dry-run")
    assert "Would be: 3 new" in done.stdout
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "?? in.mbox")


def test_a_maildir_is_read_in_the_order_of_delivery(store: Repository) -> None:
    for sub in ("cur", "new", "tmp"):
        (store.folder / "box" / sub).mkdir(parents=True)
    answer = mail("Bob <bob@c.example>", "b2@c", extra="In-Reply-To: <b1@c>\n", body="more\n")
    (store.folder / "box" / "cur" / "200.b:2,S").write_text(answer)
    (store.folder / "box" / "new" / "100.a").write_text(mail("Bob <bob@c.example>", "b1@c"))
    assert "1 new, 1 comment" in store.tk("intake", "mail", "box").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["mial"], 2, "Did you mean 'mail'?"),
        (["mail", "gone.mbox"], 2, "no such file or folder: gone.mbox"),
        (["mail", "--map", "x"], 2, "--map is for `tk intake json`"),
        (["json"], 2, "which map?"),
        (["release"], 2, "which mails?"),
        (["held", "-n"], 2, "--dry-run is for"),
        (["json", "--map", "frm"], 2, "Did you mean 'form'?"),
    ],
)
def test_wrong_words_are_named(store: Repository, words: list[str], code: int, said: str) -> None:
    (store.tk.store / "intake.yml").write_text("maps: {form: {title: subject}}\n")
    done = store.tk("intake", *words)
    assert (done.code, said in done.stderr) == (code, True), done.stderr


def answered(store: Repository, text: str) -> Result:
    return store.tk("intake", "json", "--map", "form", stdin=text)


def test_the_json_of_a_form_becomes_a_ticket_by_a_map(store: Repository) -> None:
    (store.tk.store / "intake.yml").write_text(
        "maps:\n  form: {title: data.subject, text: data.body, reporter: data.mail, tags: data.labels, key: id, "
        "severity: =low}\n"
    )
    good = {"subject": "Hi", "body": "## Notes\n\n**2026-01-01T00:00:00Z** · ada", "mail": "z@z.example"}
    rows = [{"id": 7, "data": {**good, "labels": ["a", "b"]}}, {"id": 8, "data": {"subject": {"no": 1}}}, 5]
    done = answered(store, json.dumps(rows))
    assert (done.code, "1 new, 2 failed" in done.stdout) == (1, True)
    assert "object 2: data.subject is an object" in done.stderr
    (path,) = store.tk.store.glob("pt-*.md")
    for part in ("external-ref: form:7\n", "severity: low\n", "tags: [a, b]\n", "# Hi\n\n\\## Notes\n\n\\**2026"):
        assert part in path.read_text()
    assert "1 known, 2 failed" in answered(store, json.dumps(rows)).stdout
    for wrong in ("{", "[" * 100_000, '{"a": 1}\n{"b": '):
        assert answered(store, wrong).code == 1
    assert "1 new" in answered(store, '{"data": {"subject": "no key"}}').stdout
    assert "1 known" in answered(store, '{"data": {"subject": "no key"}}').stdout


def test_what_a_guard_refuses_is_not_known_to_the_objects_after_it(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text(
        "prefix: pt\nstatuses:\n  open: {class: open, guards: {checklist: complete}}\n  closed: {class: done}\n"
    )
    (store.tk.store / "intake.yml").write_text("maps:\n  form: {title: t, text: b, key: id}\n")
    store.commit_all("guards")
    rows = [{"id": 7, "t": "no", "b": "- [ ] open"}, {"id": 7, "t": "yes"}, {"id": 7, "t": "again"}]
    done = answered(store, json.dumps(rows))
    assert (done.code, "1 new, 1 known, 1 failed" in done.stdout) == (1, True), done.stdout + done.stderr
    (path,) = store.tk.store.glob("pt-*.md")
    assert "# yes\n" in path.read_text()


def test_a_map_without_a_title_is_a_problem_of_the_settings(store: Repository) -> None:
    (store.tk.store / "intake.yml").write_text("maps: {form: {text: 'a b'}}\ntype: questio\n")
    done = store.tk("intake", "held")
    assert done.code == 4
    for part in ("intake.yml:1: a map needs the path of the `title`", "is no path", "Did you mean 'question'?"):
        assert part in done.stderr
