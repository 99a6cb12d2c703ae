"""Measures the service desk of `tk` on a made history, warm, as ratios to Python with click in the same rounds.

    python bench/desk.py [--tickets 10000] [--runs 7] [--only WORD] [--keep FOLDER] [--write]

The history is that of `bench/reports.py`, five events a ticket. Two policies with a calendar give each open ticket
three clocks; twenty rules on changes and two on time are loaded. `--write` puts the table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import commands

import reports

NOW = f"{datetime.fromtimestamp(reports.START + reports.HOURS * 3600, UTC):%Y-%m-%dT%H:%M:%SZ}"
CLOSE, CLOSE_PLAIN = "tk close, 20 rules", "tk close --no-rules"
GOALS = {"tk sla": 6.0, "tk tick, nothing due": 8.0}
FILES = {
    "people": "".join(f"{name}: {{mail: {name}@example.org}}\n" for name in reports.PEOPLE if name),
    **reports.POLICIES,
    "rules": "".join(
        f"- {{name: rule-{number}, on: closed, if: 'tag:t{number}', do: [{{tag: seen}}]}}\n" for number in range(20)
    )
    + """\
- {name: escalate, on: time, if: 'sla:paused', do: [{tag: escalated}]}
- {name: stale, on: time, if: 'is:open in-class:waiting updated<-14d', do: [{tag: stale}]}
""",
}


def prepare(folder: Path, environment: dict[str, str]) -> None:
    """Add the policies to a made store, and fill the caches."""
    reports.add_settings(folder, FILES, environment, NOW)
    for _ in range(reports.WARM_UP):
        subprocess.run([commands.TK, "sla"], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)


def reading() -> list[commands.Case]:
    """What changes nothing."""
    return [
        commands.Case("tk sla", commands.fixed(commands.TK, "sla")),
        commands.Case("tk sla --warning", commands.fixed(commands.TK, "sla", "--warning")),
        commands.Case("tk sla check", commands.fixed(commands.TK, "sla", "check"), codes=(0, 1)),
        commands.Case("tk ls sla:breached", commands.fixed(commands.TK, "ls", "sla:breached")),
        commands.Case("tk show, with clocks", commands.fixed(commands.TK, "show", "pt-00100")),
        commands.Case("tk tick, nothing due", commands.fixed(commands.TK, "tick")),
    ]


def writing(folder: Path) -> list[commands.Case]:
    """What commits, and what is read after it."""
    closing = commands.open_ids(folder)
    return [
        commands.Case(CLOSE_PLAIN, lambda: [commands.TK, "close", "--no-rules", next(closing)], commits=True),
        commands.Case(CLOSE, lambda: [commands.TK, "close", next(closing)], commits=True),
        commands.Case("tk sla, after two changes", commands.fixed(commands.TK, "sla")),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--only", default="", help="measure the commands whose name holds this word only")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "store"
        reports.build(folder, asked.tickets)
        (Path(work) / ".gitconfig").write_text(
            "[user]\n\tname = Bench\n\temail = bench@example.org\n[gc]\n\tauto = 0\n"
        )
        environment = {
            "TK_NOW": NOW,
            "PATH": os.environ["PATH"],
            "HOME": work,
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        prepare(folder, environment)
        cases = [case for case in reading() if asked.only in case.name]
        results = commands.measure([*commands.references(), *cases], folder, environment, asked.runs)
        rows = subprocess.run([commands.TK, "sla"], cwd=folder, env=environment, capture_output=True, check=True)
        cases = [case for case in writing(folder) if asked.only in case.name]
        plain = commands.plain_commit(folder, ".tickets/pt-00000.md")
        results += commands.measure([*commands.references(), plain, *cases], folder, environment, asked.runs)[2:]
    for name, goal in GOALS.items():
        commands.GOALS[name] = (None, goal, goal)
    shown = commands.table(results, asked.tickets)
    clocks = len(rows.stdout.splitlines()) - 3
    how = f"{asked.tickets:,} tickets, {clocks:,} running clocks. Measured on {commands.machine()}, by"
    how += f" `python bench/desk.py --tickets {asked.tickets} --runs {asked.runs} --write`."
    print(f"{how}\n\n{shown}\n")
    if asked.write:
        reports.put(commands.PAGE, "desk", f"{how}\n\n{shown}")


if __name__ == "__main__":
    main()
