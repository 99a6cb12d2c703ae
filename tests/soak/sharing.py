"""S3: clones that work offline and meet in one remote by `tk sync`, while remote and network fail.

The book of what was acknowledged is kept here, by rules of its own: a mark that was added must stand
somewhere; a value that was set must stand in its field or among the ticket's recorded conflicts, unless
somebody who saw it put another in its place.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prefork.start import quick
from soak.crowd import unparsable
from soak.ground import Ground, Result, command

if TYPE_CHECKING:
    from pathlib import Path

FAULTS = ("refuse", "drop-before", "drop-after", "drop-fetch")
SETTINGS = "merge.on-conflict: record\nsync.method: {method}\nformat.comments: {comments}\nformat.lists: {lists}\n"
# The remote does what stands in a file beside it; a killed receive-pack is a network that broke off.
HOOK = 'case $(cat "$GIT_DIR/../fault") in {refuse}drop-{when}) kill -9 $PPID;; esac'
FETCH = '#!/bin/sh\ncase $(cat {base}/fault) in drop-fetch) git-upload-pack "$@" | {{ dd bs=1 count=900 2>/dev/null; kill -9 $$; }};; esac\nexec git-upload-pack "$@"\n'
VALUES = ("milestone", "assignee", "text")


@dataclass
class CommitGraph:
    """What was acknowledged: marks that must stand, and values by ticket and field, with those that were replaced."""

    marks: list[tuple[str, str]] = field(default_factory=list)
    values: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)
    renamed: dict[str, list[str]] = field(default_factory=dict)


class Crowd:
    """Clones of one remote, and the book of what they did."""

    def __init__(self, base: Path, seed: int, count: int, method: str) -> None:
        self.chance = random.Random(f"{seed} {method}")
        self.ground = Ground.make(base, tickets=8)
        layout = self.chance.choice([("body", "inline"), ("files", "block")])
        settings = SETTINGS.format(method=method, comments=layout[0], lists=layout[1])
        (self.ground.store / "config.yml").write_text(settings)
        (self.ground.store / ".gitattributes").write_text("/*.md merge=plaintickets\n")
        self.ground.git("add", "-A")
        self.ground.git("commit", "-qm", "settings")
        self.ground.git("clone", "-q", "--bare", "repo", "remote.git", cwd=base)
        self.ground.hook(
            "pre-receive", HOOK.format(refuse="refuse) exit 1;; ", when="before"), base / "remote.git/hooks"
        )
        self.ground.hook("post-receive", HOOK.format(refuse="", when="after"), base / "remote.git/hooks")
        fetch = base / "upload-pack"
        fetch.write_text(FETCH.format(base=base))
        fetch.chmod(0o755)
        self.fault("none")
        self.homes = [self._clone(base, number) for number in range(count)]
        self.book = CommitGraph()
        self.done = 0
        self.refused: list[str] = []
        self.failed_syncs = 0
        self.syncs = 0

    def _clone(self, base: Path, number: int) -> Path:
        home = base / f"clone{number}"
        self.ground.git("clone", "-q", "remote.git", home.name, cwd=base)
        self.ground.git("config", "remote.origin.uploadpack", str(base / "upload-pack"), cwd=home)
        self.ground.git("config", "user.name", f"Person {number}", cwd=home)
        # Work of the user's own, which nobody may touch.
        (home / "staged.txt").write_text("staged\n")
        self.ground.git("add", "staged.txt", cwd=home)
        (home / "work.txt").write_text("half done\n")
        (home / "untracked.txt").write_text("mine\n")
        return home

    def fault(self, name: str) -> None:
        """What happens to the next that meet the remote."""
        (self.ground.base / "fault").write_text(name)

    def change(self, number: int) -> None:
        """One random change in a random clone, entered in the book where it was acknowledged."""
        home = self.chance.choice(self.homes)
        tickets = sorted(path.stem for path in (home / ".tickets").glob("aa-*.md"))
        ticket = self.chance.choice(tickets)
        mark = f"m{number}x"
        name = self.chance.choice(
            [
                "comment",
                "comment",
                "tag",
                "untag",
                "value",
                "value",
                "value",
                "status",
                "new",
                "dep",
                "priority",
                "rename",
                "rm",
            ]
        )
        if name == "value":
            self._set_value(home, ticket, self.chance.choice(VALUES), mark)
            return
        orders = {
            "comment": ["comment", ticket, f"said {mark}"],
            "tag": ["set", ticket, f"tags+={mark}"],
            "untag": ["set", ticket, "tags-=passing", "tags+=passing", f"tags+={mark}"],
            "status": [self.chance.choice(["close", "reopen", "start"]), ticket, "-m", f"moved {mark}"],
            "new": ["new", f"Made {mark}", "-q"],
            "dep": ["link", ticket, self.chance.choice([other for other in tickets if other != ticket])],
            "priority": ["set", ticket, f"priority={self.chance.randrange(5)}"],
            "rename": ["mv", ticket, f"aa-r{number}"],
            "rm": ["new", f"Removed {mark}", "-q"],
        }
        result = self.run(home, *orders[name])
        if result.code:
            return
        if name == "rm":
            self.run(home, "rm", result.out.strip())
        elif name == "rename":
            # Two clones may each give a ticket another id; it then goes on under both.
            self.book.renamed.setdefault(ticket, []).append(f"aa-r{number}")
        elif name not in ("dep", "priority"):
            self.book.marks.append((ticket if name != "new" else "", mark))

    def _set_value(self, home: Path, ticket: str, name: str, mark: str) -> None:
        path = home / ".tickets" / f"{ticket}.md"
        seen = re.findall(r"m\d+x", _value(path.read_text(), name))
        if name == "text":
            if not seen and "\nText" not in path.read_text():
                return
            path.write_text(re.sub(r"(?m)^Text.*$", f"Text {mark}.", path.read_text(), count=1))
            result = self.run(home, "commit", ticket)
            if result.code:
                self.ground.git("checkout", "-q", "--", str(path), cwd=home)
        else:
            result = self.run(home, "set", ticket, f"{name}={mark}")
        if result.code == 0:
            self.book.replaced.update(seen)
            self.book.values.setdefault((ticket, name), []).append(mark)

    def run(self, home: Path, *args: str) -> Result:
        """One run of tk, counted."""
        result = self.ground.tk(*args, cwd=home)
        self.done += 1
        if result.code:
            self.refused.append(f"{' '.join(args)}: {result.err.strip()[:300]}")
        return result

    def meet(self, homes: list[Path], *, fault: str = "none") -> list[int]:
        """Several clones sync at once; the exit codes."""
        self.fault(fault)
        running = [
            subprocess.Popen(
                [*map(quick, command()), "sync"],
                cwd=home,
                env=self.ground.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for home in homes
        ]
        codes = []
        for process in running:
            said = process.communicate()[1]
            codes.append(process.returncode)
            self.syncs += 1
            self.failed_syncs += process.returncode != 0
            if process.returncode not in (0, 5) or (process.returncode and fault == "none"):
                self.refused.append(f"sync: {said.strip()[:400]}")
        self.fault("none")
        return codes

    def converge(self) -> list[str]:
        """Lets every clone sync until all are in step; the heads if they never are."""
        for _ in range(3):
            for home in self.homes:
                self.meet([home])
        heads = {self.ground.git("rev-parse", "HEAD", cwd=home).strip() for home in self.homes}
        return [] if len(heads) == 1 else sorted(heads)

    def lost(self) -> list[str]:
        """What was acknowledged and stands nowhere."""
        store = self.homes[0] / ".tickets"
        whole = "\n".join(path.read_text() for path in store.rglob("*.md"))
        found = [f"mark {mark} of {ticket}" for ticket, mark in self.book.marks if mark not in whole]
        for (ticket, name), marks in self.book.values.items():
            standing = [mark for mark in marks if mark not in self.book.replaced]
            found += [f"{name} {mark} of {ticket}" for mark in standing if mark not in whole]
        return found

    def misplaced(self) -> list[str]:
        """Marks that stand in another ticket than theirs."""
        store = self.homes[0] / ".tickets"
        found = []
        for ticket, mark in self.book.marks:
            names = [ticket]
            for name in names:
                names += self.book.renamed.get(name, [])
            holders = {
                path.stem if path.parent == store else path.parent.stem
                for path in store.rglob("*.md")
                if mark in path.read_text()
            }
            if ticket and holders and not holders & set(names):
                found.append(f"{mark} of {ticket} in {holders}")
        return found

    def marked(self) -> list[str]:
        """The commits that ever put a conflict marker into a ticket."""
        pattern = "^(<<<<<<<|=======|>>>>>>>)( |$)"
        return self.ground.git(
            "log", "-m", "--format=%H", f"-G{pattern}", "HEAD", "--", ".tickets", cwd=self.homes[0]
        ).split()

    def touched(self) -> list[str]:
        """What of the users' own work is not as they left it, and what git has not ended."""
        found = []
        for home in self.homes:
            status = self.ground.git("status", "--porcelain", "--untracked-files=all", cwd=home).splitlines()
            if status != ["A  staged.txt", " M work.txt", "?? untracked.txt"]:
                found.append(f"{home.name}: {status}")
            git_dir = home / ".git"
            names = ("index.lock", "MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD")
            found += [f"{home.name}: {name}" for name in names if (git_dir / name).exists()]
        return found

    def unsound(self) -> list[str]:
        """What tk cannot read in any clone, and what git finds wrong in any of them or in the remote."""
        found = [problem for home in self.homes for problem in unparsable(self.ground, home)]
        wrong = self.ground.git("fsck", "--no-dangling", cwd=self.ground.base / "remote.git", check=False)
        return [json.dumps(problem) for problem in found] + [wrong] * bool(wrong.strip())


def _value(text: str, name: str) -> str:
    pattern = r"(?m)^Text.*$" if name == "text" else rf"(?m)^{name}:.*$"
    match = re.search(pattern, text)
    return match[0] if match else ""


def share(base: Path, seed: int, count: int, rounds: int, method: str) -> dict[str, list[str] | int]:
    """So many changes in clones that sync in random order, alone and several at once, often through faults."""
    crowd = Crowd(base, seed, count, method)
    for number in range(rounds):
        crowd.change(number)
        draw = crowd.chance.random()
        if draw < 0.25:
            fault = crowd.chance.choice(FAULTS) if crowd.chance.random() < 0.4 else "none"
            homes = crowd.chance.sample(crowd.homes, 1 if draw < 0.17 else min(3, count))
            crowd.meet(homes, fault=fault)
    diverged = crowd.converge()
    return {
        "changes": crowd.done,
        "syncs": crowd.syncs,
        "syncs that failed": crowd.failed_syncs,
        "recorded conflicts": crowd.ground.git(
            "grep", "-c", "^conflicts:", "HEAD", "--", ".tickets", cwd=crowd.homes[0], check=False
        ).count("\n"),
        "merges": len(crowd.ground.git("rev-list", "--merges", "HEAD", cwd=crowd.homes[0]).split()),
        "lost": crowd.lost(),
        "misplaced": crowd.misplaced(),
        "diverged": diverged,
        "markers committed": crowd.marked(),
        "unparsable or unsound": crowd.unsound(),
        "user's work": crowd.touched(),
        "refused": crowd.refused,
    }
