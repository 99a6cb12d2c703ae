"""A stranger's rules, replies, recurring tickets and mail settings run nothing, in two seconds and 256 MB at most."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository

LIMITS = "ulimit -t 2 && ulimit -v 262144 && exec"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n"
SPAWN = "- {name: s%d, on: created, do: [%s]}\n"
MANY = "".join(SPAWN % (n, ", ".join(["{create: {title: '{title}{title}', text: '{title}'}}"] * 20)) for n in range(5))
CIRCLE = "".join(f"- {{name: r{n}, on: [changed, time], do: [{{tag: [a{n}]}}]}}\n" for n in range(200))
COMMENT = "- {name: a, on: created, do: [{comment: '%s'}]}\n"
SLOW = "".join(
    f"r{n}: {{rrule: FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30, start: 2026-01-01, title: x}}\n" for n in range(200)
)
OFTEN = "".join(f"r{n}: {{rrule: FREQ=DAILY, start: 1970-01-01, title: x}}\n" for n in range(200))
HOSTILE = {
    "bomb": ("rules", BOMB, "new", 4),
    "tag of YAML": ("rules", "- !!python/object/apply:os.system ['touch hacked']\n", "new", 4),
    "deep": ("rules", "[" * 5000 + "]" * 5000, "new", 4),
    "long": ("rules", "- {name: a, on: created, do: [stop]}\n" * 7_000, "new", 4),
    "control characters": ("rules", '- {name: "a\\e[31m", on: created, do: [stop]}\n', "new", 4),
    "reply outside": ("rules", "- {name: a, on: created, do: [{comment: {reply: ../../../etc/passwd}}]}\n", "new", 4),
    "reply that is a link": ("rules", "- {name: a, on: created, do: [{comment: {reply: secret}}]}\n", "new", 3),
    "a program": ("rules", "- {name: a, on: created, do: [{run: touch hacked}]}\n", "new", 4),
    "attributes": ("rules", COMMENT % "{title.__class__}", "new", 4),
    "code": ("rules", COMMENT % "$(touch hacked) `touch hacked` %s {0} {}", "new", 0),
    "tickets that make tickets": ("rules", MANY, "new", 3),
    "rules that fire each other": ("rules", CIRCLE, "new", 0),
    "a circle on time": ("rules", CIRCLE, "tick", 0),
    "a pattern": ("rules", "- {name: a, on: created, if: 'tag:%s', do: [stop]}\n" % ("*a" * 200), "new", 0),
    "never": ("recurring", SLOW, "tick", 4),
    "often": ("recurring", OFTEN, "tick", 3),
}


SENDER = "a" * 60 + "@c.example"
MAIL = f"From: {SENDER}\nTo: help@desk.example\nMessage-ID: <b1@c>\nSubject: It burns\n\nSmoke.\n"
PATTERNS = ", ".join(f"'{'*a' * 200}{n}'" for n in range(200))
MISTAKES = """\
sender: ['*@e.example']
type: questoin
queue: ../../../etc/passwd
largest_mail: 999999999MB
tags: ["a\\e[31m"]
maps: {a: {titel: t}}
"""
WRONG = """\
comented: [reporter]
assigned: [reporters]
smtp: {host: evil.example}
calendar: ../../etc/passwd
"""
HOSTILE_DESK = {
    "bomb": ("intake", BOMB, 4, ["intake.yml:1: anchors are not allowed"]),
    "tag of YAML": ("notify", "created: !!python/object/apply:os.system ['touch hacked']\n", 4, ["notify.yml:1"]),
    "patterns": ("intake", f"senders: [{PATTERNS}]\n", 0, ["`senders` of the intake does not name its sender"]),
    "mistakes": ("intake", MISTAKES, 4, ["Did you mean 'senders'?", "up to 100MB", "the path of the `title`"]),
    "wrong notices": ("notify", WRONG, 4, ["Did you mean 'commented'?", "Did you mean 'reporter'?", "'smtp'"]),
}


@pytest.mark.parametrize("name", HOSTILE_DESK)
def test_the_settings_of_mail_of_a_stranger_run_nothing_and_take_little(repository: Repository, name: str) -> None:
    file, text, code, said = HOSTILE_DESK[name]
    repository.tk.write("a-1", "One")
    (repository.tk.store / f"{file}.yml").write_text(text, "utf-8")
    repository.commit_all("a policy")
    words = ["intake", "mail"] if file == "intake" else ["notify", "HEAD~1..HEAD", "--send"]
    done = limited(repository, words, MAIL)
    assert done.returncode == code, done.stdout + done.stderr[:2000]
    assert [one for one in said if one not in done.stdout + done.stderr] == []


def limited(repository: Repository, words: list[str], stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `tk` in two seconds and 256 MB; refuse a traceback, control characters, and a change where it failed."""
    head = repository.git("rev-parse", "HEAD")
    done = subprocess.run(
        ["sh", "-c", f'{LIMITS} "$0" "$@"', repository.tk.command, *words],
        cwd=repository.folder, env=repository.tk.environment, input=stdin, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "\x1b" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 30_000
    assert not (repository.folder / "hacked").exists()
    assert (repository.git("rev-parse", "HEAD") == head) is bool(done.returncode)
    assert repository.git("status", "--porcelain") == ""
    return done


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_of_a_stranger_runs_nothing_and_takes_little(repository: Repository, name: str) -> None:
    file, text, command, code = HOSTILE[name]
    store = repository.tk.store
    repository.tk.write("a-1", "One", more=f"tags: [{'a' * 5000}]\n")
    (store / "replies").mkdir()
    (repository.folder / "secret").write_text("secret")
    (store / "replies" / "secret.md").symlink_to(repository.folder / "secret")
    (store / f"{file}.yml").write_text(text, "utf-8")
    repository.commit_all("a policy")
    done = limited(repository, ["new", "x" * 400] if command == "new" else [command])
    assert done.returncode == code, done.stderr[:2000]
