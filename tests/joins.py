"""Two clones in which people change tickets, and what must hold once both sides are joined.

Each ticket has a token in its title and each comment has the token of its ticket, so that wherever a
text ends up, it shows where it belongs.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from builders import Repository
from store_files import Result, Tk

if TYPE_CHECKING:
    from pathlib import Path

    from soak.forked import Forked

TOKENS = ("alpha", "beta", "gamma")
_TITLE = re.compile(r"^# .*?\((\w+)\)", re.MULTILINE)
_COMMENT = re.compile(r"Said of \((\w+)\): (\w+)\.")


class Operation(NamedTuple):
    """What a person does: the verb, the number of the ticket, and a number that varies it."""

    verb: str
    ticket: int
    variant: int


class Pulled(NamedTuple):
    """Whether git stopped on the way."""

    stopped: bool


class Team:
    """Two clones of one store, and the command run in forks of one process."""

    def __init__(self, template: Path, folder: Path, environment: dict[str, str], forked: Forked) -> None:
        shutil.copytree(template, folder, symlinks=True)
        self._forked = forked
        self._environment = environment
        self.written: dict[str, set[str]] = {token: set() for token in TOKENS}
        self.removed: dict[str, set[str]] = {"ada": set(), "bo": set()}
        self.touched: dict[str, set[str]] = {"ada": set(), "bo": set()}
        self.waits: set[tuple[str, str]] = set()
        self.clones = {name: Repository(Tk("tk", folder / name, environment)) for name in ("ada", "bo")}
        for clone in self.clones.values():
            clone.git("remote", "set-url", "origin", str(folder / "remote.git"))
        self._second = 0

    def run(self, name: str, *words: str) -> Result:
        """Run tk in a clone, a minute after the last time."""
        self._second += 1
        moment = f"2026-03-01T12:{self._second // 60:02}:{self._second % 60:02}Z"
        done = self._forked.run(
            self.clones[name].folder, words, {**self._environment, "TK_NOW": moment, "TK_SEED": f"{name}{moment}"}
        )
        return Result(done.out, done.err, done.code)

    def files(self, name: str) -> dict[str, list[Path]]:
        """The files of each ticket in a clone, by token."""
        found: dict[str, list[Path]] = {}
        store = self.clones[name].folder / ".tickets"
        for path in sorted((*store.glob("*.md"), *store.glob("archive/*/*.md"))):
            tokens = _TITLE.findall(path.read_text(encoding="utf-8"))
            assert len(tokens) == 1, f"{path.name} has the titles of {tokens}: {path.read_text(encoding='utf-8')}"
            found.setdefault(tokens[0], []).append(path)
        return found

    def comments(self, name: str) -> list[tuple[str, str, str]]:
        """Each comment in a clone: the token of the ticket that it stands under, its own, and its text."""
        found = []
        owners = {path.with_suffix(".d"): token for token, paths in self.files(name).items() for path in paths}
        store = self.clones[name].folder / ".tickets"
        for path in store.rglob("*.md"):
            owner = owners.get(path.with_suffix(".d")) or owners.get(path.parent, "nobody")
            found += [(owner, *match) for match in _COMMENT.findall(path.read_text(encoding="utf-8"))]
        return found

    def do(self, name: str, operation: Operation) -> None:
        """Carry out one operation, if the ticket is still there."""
        verb, number, variant = operation
        files = self.files(name)
        tokens = sorted(files)
        if verb == "new":
            self._make(name, variant)
            return
        if not tokens:
            return
        token = tokens[number % len(tokens)]
        ticket = files[token][0].stem
        other = tokens[(number + 1) % len(tokens)]
        if verb == "comment":
            text = f"{name}{self._second}"
            self.written[token].add(text)
            done = self.run(name, "comment", ticket, f"Said of ({token}): {text}.")
        elif verb == "rm":
            done = self.run(name, "rm", ticket)
            if done.code == 0:
                self.removed[name].add(token)
        elif verb == "dep" and token != other:
            done = self.run(name, "dep", ticket, files[other][0].stem)
            if done.code == 0:
                self.waits.add((token, other))
        else:
            words = {
                "edit": ("set", ticket, f"priority={variant}"),
                "title": ("set", ticket, f"title=Named {variant} ({token})"),
                "mv": ("mv", ticket, f"pt-m{variant}"),
                "close": ("close", ticket),
                "archive": ("archive", ticket),
                "reopen": ("reopen", ticket),
                "wait": ("wait", ticket, "--on", "reporter", "--until", f"2026-04-0{variant}"),
                "snooze": ("snooze", ticket, f"2026-04-1{variant}"),
                "approve": ("approve", ticket),
                "reject": ("reject", ticket, "-m", "Not yet."),
                "watch": ("set", ticket, f"watchers+=p{variant}"),
                "spend": ("set", ticket, f"spent={variant}.5"),
                "merge": ("merge-into", files[other][0].stem, "--into", ticket),
                "dep": ("show", ticket),
            }[verb]
            done = self.run(name, *words)
        assert done.code in (0, 1, 3), done.stderr
        if done.code == 0:
            self.touched[name].add(token)
            if verb == "merge":  # what waited for the duplicate waits for the other ticket now
                self.touched[name].add(other)
                self.waits = {pair for pair in self.waits if other not in pair}

    def pull(self, name: str, *, rebases: bool) -> Pulled:
        """Bring both sides together by git alone, and settle each of its stops by `tk resolve`."""
        clone = self.clones[name]
        way = "--rebase" if rebases else "--no-rebase"
        code = self._git(name, "pull", "--quiet", "--no-edit", way)
        stops = 0
        while code and stops < 10:
            stops += 1
            self.run(name, "resolve", "--auto")
            for ticket in self._unmerged(name):
                done = self.run(
                    name, "resolve", ticket, "--theirs" if self._is_removed_here(name, ticket) else "--ours"
                )
                assert done.code == 0, done.stdout + done.stderr
            assert clone.git("ls-files", "-u") == "", clone.git("status")
            code = self._git(name, *(("rebase", "--continue") if rebases else ("commit", "--quiet", "--no-edit")))
        assert not code, clone.git("status")
        return Pulled(stops > 0)

    def _git(self, name: str, *words: str) -> int:
        clone = self.clones[name]
        command = ["git", "-c", "core.editor=true", *words]
        done = subprocess.run(command, cwd=clone.folder, env=clone.tk.environment, capture_output=True, check=False)
        return done.returncode

    def _unmerged(self, name: str) -> list[str]:
        rows = self.clones[name].git("ls-files", "-u", "-z", "--", ".tickets").split("\0")
        paths = {row.partition("\t")[2] for row in rows if row}
        return sorted(
            {re.sub(r"(\.d/[^/]*|\.md)$", "", path.rpartition(".tickets/")[2]).split("/")[-1] for path in paths}
        )

    def _is_removed_here(self, name: str, ticket: str) -> bool:
        rows = self.clones[name].git("ls-files", "-u", "--", f".tickets/{ticket}.md").splitlines()
        return bool(rows) and not any(row.split()[2] == "2" for row in rows)

    def _make(self, name: str, variant: int) -> None:
        """Make a ticket of an id that the other side may give too."""
        store = self.clones[name].folder / ".tickets"
        ticket = f"pt-m{variant}"
        if (store / f"{ticket}.md").exists():
            return
        token = f"{name}{self._second}"
        self.written[token] = set()
        tk = self.clones[name].tk
        path = tk.write(ticket, title=f"Made here ({token})", body=f"About {token}.\n")
        made = f"created: 2026-02-01T0{int(name == 'bo')}:00:{self._second:02}Z"
        path.write_text(re.sub("created: .*", made, path.read_text(encoding="utf-8")), encoding="utf-8")
        assert self.run(name, "commit").code == 0
        self.touched[name].add(token)

    def faults(self, name: str, before: dict[str, set[str]]) -> list[str]:
        """What is wrong in a clone in which both sides are joined; `before` are the tokens that each clone had."""
        files = self.files(name)
        found = [f"{token} is in {len(paths)} files" for token, paths in files.items() if len(paths) > 1]
        gone = self.removed["ada"] | self.removed["bo"]
        for token in before["ada"] | before["bo"]:
            others = {clone for clone in self.removed if token not in self.removed[clone]}
            is_kept = token not in gone or any(token in self.touched[clone] for clone in others if len(others) == 1)
            if is_kept and token not in files:
                found.append(f"{token} is lost")
        comments = self.comments(name)
        found += [f"a comment on {token} stands under {owner}" for owner, token, _ in comments if owner != token]
        said = [text for _, _, text in comments]
        for token, texts in self.written.items():
            here = token in files and token not in gone
            found += [f"the comment {text} is lost" for text in texts if here and text not in said]
        found += [f"the comment {text} is there twice" for text in set(said) if said.count(text) > 1]
        for one, other in self.waits:
            if one in files and other in files and one not in gone and other not in gone:
                text = files[one][0].read_text(encoding="utf-8")
                if not re.search(rf"^deps: .*\b{files[other][0].stem}\b", text, re.MULTILINE):
                    found.append(f"{one} does not wait for {other}")
        for token, paths in files.items():
            id_line = f"id: {paths[0].stem}\n"
            if id_line not in paths[0].read_text(encoding="utf-8"):
                found.append(f"{token} has another id than its file")
        return found


def make_template(repository: Repository, folder: Path, layout: str) -> None:
    """A bare repository and two clones of it, each with a ticket for every token, set up to merge by the driver."""
    for number, token in enumerate(TOKENS, 1):
        path = repository.tk.write(f"pt-{number}", title=f"A ticket ({token})", body=f"Text of {token}.\n")
        text = path.read_text(encoding="utf-8").replace("03:04:05Z", f"03:04:0{number}Z")
        path.write_text(text, encoding="utf-8")
    (repository.tk.store / "config.yml").write_text(
        f"fields: {{spent: {{type: number}}}}\nformat:\n  comments: {layout}\n", encoding="utf-8"
    )
    repository.commit_all()
    for number, token in enumerate(TOKENS, 1):
        for turn in range(2):
            done = repository.tk("comment", f"pt-{number}", f"Said of ({token}): first{number}{turn}.")
            assert done.code == 0, done.stderr
    assert repository.tk("close", "pt-3").code == 0
    repository.git("clone", "--quiet", "--bare", ".", str(folder / "remote.git"))
    for name in ("ada", "bo"):
        repository.git("clone", "--quiet", str(folder / "remote.git"), str(folder / name))
        clone = Tk(repository.tk.command, folder / name, repository.tk.environment)
        assert clone("setup").code == 0
        # so that the same change of both is two commits also within a second
        Repository(clone).git("config", "user.name", name)
        Repository(clone).git("push", "--quiet")
