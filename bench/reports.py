"""Measures every report of `tk` on a made history, warm, as ratios to Python with click in the same rounds.

    python bench/reports.py [--tickets 10000] [--runs 7] [--only WORD] [--keep FOLDER] [--write]

Each ticket has five events on average: it is created, changes its status, its assignee or its priority, gets comments.
Two policies with a calendar give the open tickets clocks. In the made history all tickets are alike.
`--write` puts the table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import commands

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

from plaintickets.reports import REPORTS  # noqa: E402

EVENTS_PER_TICKET = 5
CHANGES_PER_COMMIT = 20
START, HOURS = 1_735_689_600, 15_000  # from 2025 on
PEOPLE = ("ada", "bo", "cleo", "dan", "eve", "")
KEPT = ("sla", "recurring")  # what these read is kept from their first run
MORE = {"burndown": ("--milestone", "2.1")}
POLICIES = {
    "calendars": """\
office:
  zone: Europe/Berlin
  hours: {mon-fri: [09:00-12:00, 13:00-18:00]}
  dates: {12-24: Christmas Eve, 12-25: Christmas}
""",
    "sla": """\
- name: gold
  if: milestone:2.1
  calendar: office
  targets:
    first_response: {critical: 30min, high: 2h, default: 1d}
    next_response: {critical: 1h, default: 1d}
    resolution: {critical: 4h, high: 2d, default: 2w}
- name: everything
  calendar: office
  targets: {first_response: 1d, update: {default: 2d, after: any}, resolution: {critical: 1d, default: 2w}}
""",
}
WARM_UP = 2


class Made:
    """A ticket of the made history."""

    def __init__(self, number: int, when: int, choice: random.Random) -> None:
        self.name = f"pt-{number:05}"
        self.created = f"{datetime.fromtimestamp(when, UTC):%Y-%m-%dT%H:%M:%SZ}"
        self.status, self.priority, self.assignee = "open", choice.randrange(5), choice.choice(PEOPLE)
        self.milestone = f"2.{choice.randrange(9)}"
        self.comments: list[str] = []

    def change(self, when: int, choice: random.Random) -> None:
        """Change one thing of the ticket."""
        kind = choice.random()
        if kind < 0.6:
            self.status = {"open": "in_progress", "in_progress": "closed"}.get(self.status, "open")
        elif kind < 0.7:
            self.priority = (self.priority + choice.randrange(1, 5)) % 5
        elif kind < 0.8:
            self.assignee = choice.choice(PEOPLE)
        else:
            date = f"{datetime.fromtimestamp(when, UTC):%Y-%m-%dT%H:%M:%SZ}"
            self.comments.append(f"**{date}** {choice.choice(PEOPLE) or 'fay'}\n\nIt still happens here.\n")

    def content(self) -> bytes:
        """Return the file."""
        keys = (
            f"id: {self.name}\nstatus: {self.status}\ncreated: {self.created}\ntype: bug\npriority: {self.priority}\n"
        )
        keys += f"assignee: {self.assignee}\n" if self.assignee else ""
        notes = "\n## Notes\n\n" + "\n".join(self.comments) if self.comments else ""
        return f"---\n{keys}milestone: '{self.milestone}'\n---\n# Ticket {self.name}\n\nWhat happens.\n{notes}".encode()


def build(folder: Path, tickets: int) -> None:
    """Make the repository, by one `git fast-import`."""
    choice = random.Random(7)
    commits = max(tickets * EVENTS_PER_TICKET // CHANGES_PER_COMMIT, 1)
    made: list[Made] = []
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    importer = subprocess.Popen(["git", "-C", str(folder), "fast-import", "--quiet"], stdin=subprocess.PIPE)
    if importer.stdin is None:
        raise RuntimeError
    for number in range(commits):
        when = START + HOURS * 3600 * number // commits
        changed = {len(made) + at: None for at in range(tickets * (number + 1) // commits - len(made))}
        made += [Made(at, when, choice) for at in changed]
        for at in choice.sample(range(len(made)), min(len(made), CHANGES_PER_COMMIT - len(changed))):
            if at not in changed:
                made[at].change(when, choice)
                changed[at] = None
        who = b"Ann <ann@example.org> %d +0000" % when
        importer.stdin.write(b"commit refs/heads/main\nauthor %s\ncommitter %s\ndata 6\nchange\n" % (who, who))
        for at in changed:
            content = made[at].content()
            importer.stdin.write(b"M 100644 inline .tickets/%s.md\n" % made[at].name.encode())
            importer.stdin.write(b"data %d\n%s\n" % (len(content), content))
    importer.stdin.close()
    if importer.wait():
        sys.exit("git fast-import failed")
    subprocess.run(["git", "-C", str(folder), "reset", "-q", "--hard"], check=True)


def add_settings(folder: Path, files: dict[str, str], environment: dict[str, str], date: str) -> None:
    """Commit files of settings in a made store."""
    for name, text in files.items():
        (folder / ".tickets" / f"{name}.yml").write_text(text, encoding="utf-8")
    who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org"]
    for arguments in (["add", "--all"], [*who, "commit", "--quiet", "--message", "desk", f"--date={date}"]):
        subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True)


def cases() -> list[commands.Case]:
    """Every report, and two grouped by a field."""
    found = [(name, *MORE.get(name, ())) for name in REPORTS]
    found += [("backlog", "--by", "assignee"), ("flow", "--by", "priority")]
    return [
        commands.Case(" ".join(("tk report", *words)), commands.fixed(commands.TK, "report", *words)) for words in found
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--only", default="", help="measure the reports whose name holds this word only")
    parser.add_argument("--keep", type=Path, help="the folder in which the repository is made, if it is not there")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = asked.keep or Path(work) / "store"
        is_new = not folder.exists()
        if is_new:
            build(folder, asked.tickets)
        now = f"{datetime.fromtimestamp(START + HOURS * 3600, UTC):%Y-%m-%dT%H:%M:%SZ}"
        environment = {
            "TK_NOW": now,
            "PATH": os.environ["PATH"],
            "HOME": work,
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        if is_new:
            add_settings(folder, POLICIES, environment, now)
        chosen = [case for case in cases() if asked.only in case.name]
        for _ in range(WARM_UP):
            for words in (("report", "volume"), *(("report", name, *MORE.get(name, ())) for name in KEPT)):
                subprocess.run([commands.TK, *words], cwd=folder, env=environment, check=True, stdout=-3)
        results = commands.measure([*commands.references(), *chosen], folder, environment, asked.runs)
    for name in REPORTS:
        commands.GOALS[" ".join(("tk report", name, *MORE.get(name, ())))] = (None, 10.0, 100.0)
    shown = commands.table(results, asked.tickets)
    print(f"{asked.tickets:,} tickets, {asked.runs} runs, {commands.machine()}\n\n{shown}\n")
    if asked.write:
        how = f"{asked.tickets:,} tickets. Measured on {commands.machine()}, by"
        how += f" `python bench/reports.py --tickets {asked.tickets} --runs {asked.runs} --write`."
        put(commands.PAGE, "reports", f"{how}\n\n{shown}")


def put(page: Path, name: str, content: str) -> None:
    """Put content into the page, between its marks."""
    text = page.read_text("utf-8")
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n{content}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
