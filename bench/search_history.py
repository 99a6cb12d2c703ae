"""Measures `tk search --history` and `--commits` in a generated history, beside Python with click.

    python bench/search_history.py [--commits 50000] [--tickets 2500] [--runs 5]

Every commit changes one ticket: its status, or one of five paragraphs. Words are drawn so that the first are in every
fourth text and most are rare. The first run of each builds its index; the others find it warm.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TK = os.path.join(os.path.dirname(sys.executable), "tk")
WORDS = [f"w{number:04}" for number in range(3000)]
FREQUENT, USUAL = WORDS[2], WORDS[40]
IMPORTS = "import plaintickets.cli, plaintickets.actions.search_history, plaintickets.commands.search_history"


def history(commits: int, tickets: int) -> Iterator[bytes]:
    """Yield the input of `git fast-import`."""
    chance = random.Random(5)

    def text(length: int) -> str:
        return " ".join(WORDS[min(len(WORDS), int(chance.paretovariate(0.6))) - 1] for _ in range(length))

    made: dict[int, tuple[str, list[str]]] = {}
    for number in range(commits):
        ticket = number % tickets
        status, paragraphs = made.get(ticket, ("open", []))
        if not paragraphs:
            paragraphs = [text(12) for _ in range(6)]
        elif chance.random() < 0.2:
            status = "open" if status == "closed" else "closed"
        else:
            paragraphs[chance.randrange(1, 6)] = text(12)
        made[ticket] = (status, paragraphs)
        body = f"---\nid: pt-{ticket}\nstatus: {status}\n---\n# " + "\n\n".join(paragraphs) + "\n"
        message = f"pt-{ticket}: {text(5)}"
        when = 1_704_067_200 + number * 600
        yield (
            f"commit refs/heads/main\ncommitter Bench <bench@example.org> {when} +0000\n"
            f"data {len(message)}\n{message}\n"
            f"M 100644 inline .tickets/pt-{ticket}.md\ndata {len(body)}\n{body}\n"
        ).encode()


def cpu_ms(folder: Path, *command: str) -> float:
    """Return the CPU time of a process, in ms."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} ended with {status}")
    return (used.ru_utime + used.ru_stime) * 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--commits", type=int, default=50_000)
    options.add_argument("--tickets", type=int, default=2_500)
    options.add_argument("--runs", type=int, default=5)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        subprocess.run(["git", "init", "-q", "-b", "main", temporary], check=True)
        stream = b"".join(history(asked.commits, asked.tickets))
        subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=stream, check=True)
        subprocess.run(["git", "reset", "-q", "--hard"], cwd=folder, check=True)
        cases: dict[str, tuple[str, ...]] = {
            "Python + click": (sys.executable, "-c", "import click"),
            "imports": (sys.executable, "-c", IMPORTS),
        }
        for option in ("--history", "--commits"):
            first = cpu_ms(folder, TK, "search", option, USUAL)
            print(f"{option} {'first, which builds the index':<34} {first:>9,.0f} ms")
            for name, word in (("a usual word", USUAL), ("a frequent word", FREQUENT)):
                said = [TK, "search", option, "--count", word]
                found = subprocess.run(said, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
                cases[f"{option} {name}, {int(found):,} found"] = (TK, "search", option, word)
        time.sleep(0.2)  # a file that is younger than a tick of the clock is not trusted
        runs = [{name: cpu_ms(folder, *command) for name, command in cases.items()} for _ in range(asked.runs)]
        for name in cases:
            print(f"{name:<44} {statistics.median(run[name] for run in runs):>9,.0f} ms")


if __name__ == "__main__":
    main()
