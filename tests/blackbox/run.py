"""S12, the black-box suite: `python tests/blackbox/run.py [NAME=]COMMAND … [--path NAME=DIR] [--only WORD] [--fast]`.

Tries what any tool that keeps tickets as `.tickets/<id>.md` owes its user, by its command line and its files
alone. The words are those of the bash tool: `create`, `close`, `add-note`, `dep`, `ls`, `ready` and so on.
With several commands the table has a column for each. Ends with 1 if the first one broke a promise.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from blackbox import crowds, keeping, naming, reading, smuggling
from blackbox.place import BrokenPromiseError, NotHereError, Place, Tool
from blackbox.promise import PROMISES, Promise

if TYPE_CHECKING:
    from collections.abc import Iterable

GROUPS = (keeping, naming, smuggling, reading, crowds)  # imported, they have entered their promises
KEPT, BROKEN, ABSENT = "kept", "BROKEN", "not here"


def tool(asked: str, folders: Iterable[str] = ()) -> Tool:
    """The tool that an argument `NAME=COMMAND` or `COMMAND` stands for; `folders` hold those for PATH, by name."""
    name, _, words = asked.rpartition("=")
    command = shlex.split(words)
    program = shutil.which(command[0])
    if program is None:
        raise SystemExit(f"no such command: {command[0]}")
    name = name or os.path.basename(program)
    path = tuple(os.path.abspath(folder[len(name) + 1 :]) for folder in folders if folder.startswith(f"{name}="))
    return Tool(name, (os.path.abspath(program), *command[1:]), path)


def tried(promise: Promise, under_test: Tool) -> tuple[str, str]:
    """How a tool keeps a promise, in a place of its own, and what happened where it does not."""
    with tempfile.TemporaryDirectory(prefix="promise-") as folder:
        try:
            promise.trial(Place.make(Path(folder), under_test))
        except BrokenPromiseError as broken:
            return BROKEN, str(broken)
        except NotHereError as absent:
            return ABSENT, str(absent)
        except (UnicodeDecodeError, FileNotFoundError) as lost:
            return BROKEN, f"the ticket cannot be read any more: {lost}"
    return KEPT, ""


def faults(under_test: Tool, *, fast: bool = False, only: str = "", every: int = 1) -> tuple[int, list[str]]:
    """How many promises, or each so many-th, were tried, and each that was broken."""
    count, found = 0, []
    for name, promise in list(PROMISES.items())[::every]:
        if only in name and not (fast and promise.slow):
            verdict, why = tried(promise, under_test)
            count += verdict != ABSENT
            if verdict == BROKEN:
                found.append(f"{name}: {why}")
    return count, found


def main() -> int:
    """Prints the table; 1 if the first tool broke a promise."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("commands", nargs="+", metavar="[NAME=]COMMAND")
    reader.add_argument(
        "--path", action="append", default=[], metavar="NAME=DIR", help="a folder to put on a tool's PATH"
    )
    reader.add_argument("--only", default="", metavar="WORD", help="promises with this word in their name")
    reader.add_argument("--fast", action="store_true", help="leave out those that take seconds")
    asked = reader.parse_args()
    tools = [tool(command, asked.path) for command in asked.commands]
    print("| promise | " + " | ".join(each.name for each in tools) + " |")
    print("|---|" + "---|" * len(tools))
    broken = dict.fromkeys(tools, 0)
    count, said = 0, []
    for name, promise in PROMISES.items():
        if asked.only not in name or (asked.fast and promise.slow):
            continue
        count += 1
        verdicts = [tried(promise, each) for each in tools]
        for each, (verdict, why) in zip(tools, verdicts, strict=True):
            broken[each] += verdict == BROKEN
            if verdict == BROKEN:
                said.append(f"{each.name}: {name}: {why}")
        print(f"| {promise.sentence} | " + " | ".join(verdict for verdict, _ in verdicts) + " |", flush=True)
    print(f"| **broken, of {count}** | " + " | ".join(f"**{broken[each]}**" for each in tools) + " |")
    print(*said, sep="\n", file=sys.stderr)
    return 1 if broken[tools[0]] else 0


if __name__ == "__main__":
    sys.exit(main())
