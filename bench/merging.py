"""Measures merging: how many pairs of edits conflict, how many clean merges are right, and what a large merge costs.

    python bench/merging.py [--pairs 1000] [--tickets 500] [--seed 1] [--write]

The pairs are drawn from the kinds of edit that ticket histories hold (tests/soak/tickets.py), in the
layouts that a store can have. Right is what an oracle says that knows nothing of the driver. Plain git
and union are `git merge-file`. `--write` puts the tables into docs/merging.md.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from plaintickets.core.merge import merge
from soak.merging import RULES, Triple, differences
from soak.tickets import Layout, edited, expected, some_ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGE = Path(__file__).resolve().parent.parent / "docs" / "merging.md"
TK = os.path.join(os.path.dirname(sys.executable), "tk")
LAYOUTS = {
    "lists on one line, comments in the body": Layout(),
    "lists one item a line, comments in the body": Layout(block=True),
    "lists on one line, comments in files": Layout(apart=True),
    "lists one item a line, comments in files": Layout(block=True, apart=True),
}


class Count(NamedTuple):
    """Of so many pairs: those that conflicted, and those that merged cleanly to what they should."""

    pairs: int
    conflicts: int
    right: int

    def cells(self) -> list[str]:
        """The share of conflicts, and of the clean merges the share that is right."""
        clean = self.pairs - self.conflicts
        return [f"{self.conflicts / self.pairs:.1%}", f"{self.right / clean:.1%}" if clean else "-"]


def by_git(*options: str) -> Callable[[tuple[bytes, bytes, bytes], Path], tuple[bytes, bool]]:
    """Git's own merge of three files: the result, and whether it conflicts."""

    def merged(contents: tuple[bytes, bytes, bytes], folder: Path) -> tuple[bytes, bool]:
        for name, content in zip(("base", "ours", "theirs"), contents, strict=True):
            (folder / name).write_bytes(content)
        command = ["git", "merge-file", "-p", "-q", *options, "ours", "base", "theirs"]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        return done.stdout, done.returncode != 0

    return merged


def by_driver(contents: tuple[bytes, bytes, bytes], _folder: Path) -> tuple[bytes, bool]:
    """The driver's merge."""
    merged = merge(*contents, RULES)
    return merged.content or b"", bool(merged.conflicts)


WAYS = {"plain git": by_git(), "merge=union": by_git("--union"), "tk setup": by_driver}


def some_pairs(seed: int, count: int, layout: Layout) -> list[Triple]:
    """Pairs of edits of one ticket, the same in every layout."""
    pairs = []
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        base = some_ticket(chance)
        pairs.append(Triple(base, edited(chance, base, "Bob"), edited(chance, base, "Cyd"), layout))
    return pairs


def measured(pairs: Sequence[Triple], way: Callable[[tuple[bytes, bytes, bytes], Path], tuple[bytes, bool]]) -> Count:
    """How a way of merging does."""
    conflicts = right = 0
    with tempfile.TemporaryDirectory() as name:
        for pair in pairs:
            wanted = expected(pair.base, pair.one, pair.other)
            contents = pair.contents()
            content, conflicting = contents[1], contents[1] != contents[2]
            if len(set(contents)) == 3:
                content, conflicting = way(contents, Path(name))
            elif conflicting:
                content, conflicting = next(side for side in contents[1:] if side != contents[0]), False
            # Of a comment in a file of its own, git makes a conflict where both sides edited that very one.
            conflicting |= pair.layout.apart and "comment" in wanted.conflicts
            if conflicting:
                conflicts += 1
                continue
            try:
                right += not wanted.conflicts and not differences(content, wanted.model, pair.layout)
            except (ValueError, AttributeError, TypeError, UnicodeDecodeError):
                continue
            except Exception as error:
                if type(error).__module__.partition(".")[0] != "yaml":
                    raise
    return Count(len(pairs), conflicts, right)


def layout_table(seed: int, count: int) -> list[str]:
    """The table of layouts."""
    ways = [cell for way in WAYS for cell in (f"{way}: conflicts", "right")]
    lines = [f"| layout | {' | '.join(ways)} |", "|---|" + "---:|" * len(ways)]
    for name, layout in LAYOUTS.items():
        pairs = some_pairs(seed, count, layout)
        cells = [cell for way in WAYS.values() for cell in measured(pairs, way).cells()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def true_share(seed: int, count: int) -> float:
    """The share of pairs that contradict themselves."""
    pairs = some_pairs(seed, count, Layout())
    return sum(bool(expected(pair.base, pair.one, pair.other).conflicts) for pair in pairs) / len(pairs)


def large_merge(tickets: int) -> list[str]:
    """What it costs to merge two branches that both changed so many tickets."""
    rows = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _git(folder, "init", "-q", "-b", "main")
        _git(folder, "config", "user.name", "A")
        _git(folder, "config", "user.email", "a@example.org")
        _tk(folder, "init")
        _commit(folder, tickets, priority="2", status="open")
        _git(folder, "checkout", "-q", "-b", "there")
        _commit(folder, tickets, priority="2", status="closed")
        _git(folder, "checkout", "-q", "main")
        _commit(folder, tickets, priority="1", status="open")
        base = _git(folder, "rev-parse", "HEAD")
        rows["plain git"] = _cost(lambda: _git(folder, "merge", "-q", "--no-edit", "there", fails=None))
        rows["and tk resolve --auto after it"] = rows["plain git"] + _cost(lambda: _tk(folder, "resolve", "--auto"))
        if _git(folder, "ls-files", "-u"):
            raise SystemExit("tk resolve --auto left tickets unmerged")
        _git(folder, "merge", "--abort")
        _git(folder, "reset", "-q", "--hard", base)
        _tk(folder, "setup")
        rows["tk setup"] = _cost(lambda: _git(folder, "merge", "-q", "--no-edit", "there"))
        start = _cost(lambda: [subprocess.run([sys.executable, "-c", "pass"], check=True) for _ in range(50)]) / 50
    lines = ["| way | CPU s | ms a ticket | of bare Python's start |", "|---|---:|---:|---:|"]
    for way, seconds in rows.items():
        each = seconds / tickets
        lines.append(f"| {way} | {seconds:.2f} | {each * 1000:.1f} | {each / start:.1f} |")
    return lines


def _commit(folder: Path, count: int, **fields: str) -> None:
    for number in range(count):
        text = (
            f"---\nid: pt-{number:04}\nstatus: {fields['status']}\ndeps: []\nlinks: []\n"
            f"priority: {fields['priority']}\ntype: task\n---\n# Ticket {number}\n\nText.\n"
        )
        if fields["status"] == "open" and fields["priority"] == "1":
            text = text.replace("deps: []", "deps: [pt-x]")
        (folder / ".tickets" / f"pt-{number:04}.md").write_text(text)
    _git(folder, "add", ".")
    _git(folder, "commit", "-q", "-m", "tickets")


def _git(folder: Path, *arguments: str, fails: bool | None = False) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if fails is not None and (done.returncode != 0) != fails:
        raise SystemExit(f"git {' '.join(arguments)}: {done.stderr}")
    return done.stdout.strip()


def _tk(folder: Path, *arguments: str) -> None:
    subprocess.run([TK, *arguments], cwd=folder, capture_output=True, check=True)


def _cost(action: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Prints the tables, and writes them into the page where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--tickets", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    share = true_share(asked.seed, asked.pairs)
    tables = {
        "layouts": [
            f"{asked.pairs} pairs of edits, of which {share:.1%} contradict themselves (seed {asked.seed}):",
            "",
            *layout_table(asked.seed, asked.pairs),
        ],
        "cost": [
            f"A merge of two branches that both changed the same {asked.tickets} tickets:",
            "",
            *large_merge(asked.tickets),
        ],
    }
    text = PAGE.read_text(encoding="utf-8") if asked.write else ""
    for name, lines in tables.items():
        print("\n".join(lines), end="\n\n")
        before, found, after = text.partition(f"<!-- {name} -->\n")
        if found:
            rest = after.partition(f"<!-- end of {name} -->")[2]
            text = before + found + "\n" + "\n".join(lines) + f"\n\n<!-- end of {name} -->" + rest
    if asked.write:
        PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
