"""A store of any size in a repository of its own, the same for the same size.

python bench/corpus.py FOLDER TICKETS
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

_WORDS = (
    *("parser", "drops", "line", "crash", "window", "resize", "cache", "index", "rebuild", "slow", "query", "user"),
    *(
        "login",
        "token",
        "expires",
        "upload",
        "large",
        "file",
        "timeout",
        "retry",
        "network",
        "socket",
        "thread",
        "lock",
    ),
    *("memory", "leak", "after", "restart", "config", "missing", "default", "theme", "colour", "contrast", "font"),
    *("export", "import", "csv", "unicode", "date", "zone", "sort", "order", "page", "empty", "table", "column"),
)
_NAMES = ("Ada Lovelace", "Bo Li", "Chidi Obi", "Dana Ruiz", "")
_TYPES = ("bug", "bug", "task", "task", "feature", "chore", "epic")
_TAGS = ("ui", "backend", "parser", "search", "release", "docs")
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
CLOSED_SHARE = 0.6
DEPENDING_SHARE = 0.3


def ticket_id(number: int) -> str:
    """The id of a ticket, by its number from 0."""
    number = number * 7919 % 36**4
    return "bt-" + "".join(_ALPHABET[number // 36**place % 36] for place in (3, 2, 1, 0))


def ticket(number: int, chance: random.Random) -> str:
    """The text of a ticket; it may wait for earlier ones."""
    status = "closed" if chance.random() < CLOSED_SHARE else chance.choice(("open", "open", "in_progress"))
    waits = chance.randint(1, 2) if number and chance.random() < DEPENDING_SHARE else 0
    deps = sorted({ticket_id(chance.randrange(number)) for _ in range(waits)})
    assignee = chance.choice(_NAMES)
    moment = f"2026-{1 + number % 9:02}-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00Z"
    lines = [
        f"id: {ticket_id(number)}",
        f"status: {status}",
        f"deps: [{', '.join(deps)}]",
        "links: []",
        f"created: {moment}",
        f"type: {chance.choice(_TYPES)}",
        f"priority: {chance.randint(0, 4)}",
        *([f"assignee: {assignee}"] if assignee else []),
        f"tags: [{', '.join(chance.sample(_TAGS, 2))}]",
        *([f"closed: {moment}"] if status == "closed" else []),
    ]
    title = " ".join(chance.choices(_WORDS, k=6)).capitalize() + f" {number}"
    body = "\n".join(" ".join(chance.choices(_WORDS, k=14)).capitalize() + "." for _ in range(6))
    front = "\n".join(lines)
    return f"---\n{front}\n---\n# {title}\n\n{body}\n"


def make(folder: Path, count: int) -> None:
    """Makes the store and commits it."""
    chance = random.Random(count)
    store = folder / ".tickets"
    store.mkdir(parents=True)
    for number in range(count):
        (store / f"{ticket_id(number)}.md").write_text(ticket(number, chance), encoding="utf-8")
    settings = ["-c", "gc.auto=0", "-c", "user.name=Bench", "-c", "user.email=bench@example.org"]
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "tickets"]):
        subprocess.run(["git", *settings, *arguments], cwd=folder, check=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
