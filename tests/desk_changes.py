"""A desk with people, routes, rules, replies and articles, and every command that changes its tickets.

`words_of` turns what a law draws into the words of a command. It looks at the store, so that most of them change
something.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

from builders import Repository
from store_files import Result, Tk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from soak.forked import Forked

SETTINGS = {
    "config": """\
prefix: pt
format:
  comments: body
  lists: inline
statuses: {open: open, in_progress: active, waiting: waiting, closed: done}
fields: {spent: {type: number}}
""",
    "people": """\
ada: {name: Ada Lovelace, mail: ada@example.org, teams: [core, leads]}
bo: {teams: [core, desk], skills: [parser]}
cy: {teams: [desk]}
""",
    "routes": "- {if: component:c1, team: core, by: skill}\n- {team: desk, by: round-robin}\n",
    "rules": """\
- name: analyse
  on: {changed: priority}
  if: priority:0 -tag:hot
  do: [{create: {title: "Analyse {id}", type: chore, as: child}}, {tag: hot}]
- name: thanks
  on: closed
  if: component:c2
  do: [{comment: "Closed {id}."}]
- name: old
  on: time
  if: age>3d -tag:old
  do: [{tag: old}, {set: {priority: +1}}]
""",
    "recurring": 'backups: {rrule: FREQ=WEEKLY;BYDAY=MO, start: 2026-02-09, title: "Check of {date}", type: chore}\n',
    "sla": "- {name: all, targets: {resolution: 3d}}\n",
}
REPLY = "---\nstatus: waiting\ntags: [asked]\n---\n\nWhich version, {reporter}?\n"
TALKED = """\
Text.

- [ ] Write the docs of it
- [ ] Find the cause

## Notes

**2026-01-03T00:00:00Z** · Cy

The invoices are wrong, too.

**2026-01-04T00:00:00Z** · Ada Lovelace · internal

Not for them.
"""


class Drawn(NamedTuple):
    """What a law draws: the verb, the numbers of a ticket and of another, and a number that varies it."""

    verb: str
    ticket: int
    other: int
    variant: int


VERBS = {
    "priority": "set {id} priority={n}",
    "urgent": "set {id} priority=0",
    "title": "set {id} title=Else{n}",
    "fields": "set {id} component=c{n} estimate={n}d due=2026-04-0{n}",
    "no fields": "set {id} component= due=",
    "update": "update {id} --odd={n} --queue=support",
    "spent": "set {id} spent={n}.5",
    "watch": "set {id} watchers+=bo",
    "watch more": "set {id} watchers+=p{n}",
    "watch less": "set {id} watchers-=bo",
    "tag": "tag {id} t{n}",
    "untag": "tag {id} +new -asked -t1",
    "assign": "assign {id} bo",
    "unassign": "assign {id} -",
    "comment": "comment {id} Said{n}",
    "internal": "comment {id} Quiet{n} --internal",
    "claim": "claim {id}",
    "start": "start {id} -m Now{n}",
    "close": "close {id} -r fixed",
    "close more": "close {id} {other} -m Done{n}",
    "reopen": "reopen {id}",
    "wait": "wait {id} --on reporter --until 2026-03-2{n}",
    "wait for": "wait {id} --on {other}",
    "snooze": "snooze {id} 2026-03-1{n}",
    "approve": "approve {id}",
    "reject": "reject {id} -m No{n}",
    "dep": "dep {id} {other}",
    "undep": "undep {id} {other}",
    "link": "link {id} {other}",
    "unlink": "unlink {id} {other}",
    "parent": "set {id} parent={other}",
    "duplicate": "merge-into {other} --into {id}",
    "duplicate, copied": "merge-into {other} --into {id} --copy-comments",
    "split": "split {id} last",
    "split off": "split {id} 1 --move --relation dep",
    "split items": "split {id} --items --move",
    "reply": "reply {id} --with more --yes",
    "route": "route {id} --again",
    "handover": "handover bo cy -m Away{n}",
    "triage": "triage {id} --apply",
    "new": "new Another{n} --tags a,b --dep {id} -d Text",
    "mv": "mv {id} pt-m{n} --texts",
    "rm": "rm {id} --force",
    "archive": "archive {id}",
    "archive all": "archive --closed-before 2027-01-01",
    "tick": "tick",
    "article": "kb new How{n}to --keywords a,b --related {id}",
    "article of": "kb from {id} --name of{n}",
    "retire": "kb retire known",
    "layout": "migrate-format --comments files --lists block",
    "layout back": "migrate-format --comments body --lists inline",
}  # fmt: skip

CHANGES = st.builds(Drawn, st.sampled_from(sorted(VERBS)), st.integers(0, 9), st.integers(0, 9), st.integers(1, 3))


def words_of(store: Path, drawn: Drawn) -> tuple[str, ...]:
    """Return the words of a command for the tickets that a store has now."""
    paths = sorted((*store.glob("*.md"), *store.glob("archive/*/*.md")), key=lambda path: path.name)
    ids = [path.stem for path in paths if path.name != "README.md"] or ["pt-none"]
    names = {"{id}": ids[drawn.ticket % len(ids)], "{other}": ids[drawn.other % len(ids)], "{n}": str(drawn.variant)}
    return tuple(re.sub(r"\{\w+\}", lambda found: names[found[0]], word) for word in VERBS[drawn.verb].split())


def make_desk(repository: Repository) -> Repository:
    """Write the settings of the desk and five tickets of different shapes, and commit them."""
    store = repository.tk.store
    for name, text in SETTINGS.items():
        (store / f"{name}.yml").write_text(text, encoding="utf-8")
    for folder, name, text in (
        ("replies", "more", REPLY),
        ("kb", "known", "---\ntitle: Known\nstatus: draft\n---\n\nKnown.\n"),
    ):
        (store / folder).mkdir()
        (store / folder / f"{name}.md").write_text(text, encoding="utf-8")
    write = repository.tk.write
    write("pt-1", "One", links="pt-4", more="x-odd:   kept  \ntags: ['a', t1] # why\n", body="See pt-2.\n\n\n")
    more = "reporter: Eve\nassignee: bo\nspent: 1\ncomponent: c3\n"
    write("pt-2", "Two", deps="pt-1", more=more, body="After pt-1, not pt-11.")
    write("pt-3", "Three", status="closed", more="closed: 2026-01-05T00:00:00Z\nresolution: done\n", body=TALKED)
    write("pt-4", "Four", links="pt-1", priority=None, more="watchers: [bo]\nreporter: Cy\n", body=TALKED)
    write("pt-5", "Five", more="parent: pt-2\ntitle: Five\ntags:\n- b\n- t2\n", body="")
    repository.commit_all()
    return repository


class DeskClone:
    """A repository of the desk, in which a minute passes with each command; its ids depend on the folder's name."""

    def __init__(self, repository: Repository, forked: Forked, tell: Callable[[str], object] = str) -> None:
        self.repository = repository
        self._forked = forked
        self._tell = tell
        self._minute = 0

    def tk(self, *words: str, now: str = "") -> Result:
        self._minute += 1
        moment = now or f"2026-03-01T{12 + self._minute // 60}:{self._minute % 60:02}:00Z"
        name = self.repository.folder.name
        around = {**self.repository.tk.environment, "TK_NOW": moment, "TK_SEED": f"{name}{moment}"}
        around |= {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
        done = self._forked.run(self.repository.folder, words, around)
        self._tell(f"{name}: tk {' '.join(words)}: {done.code} {done.out[:200]}{done.err}")
        assert done.code != 70, done.err
        return Result(done.out, done.err, done.code)

    def do(self, drawn: Drawn) -> Result:
        return self.tk(*words_of(self.repository.tk.store, drawn))

    @property
    def head(self) -> str:
        return self.repository.git("rev-parse", "HEAD")

    @property
    def tree(self) -> str:
        return self.repository.git("rev-parse", "HEAD^{tree}")

    def everything(self) -> tuple[str, ...]:
        """What reading must not change: files, index, references, the settings of the clone."""
        git = self.repository.git
        index = ("status", "--porcelain", "--ignored"), ("ls-files", "--stage"), ("for-each-ref",), ("config", "--list")
        return self.head, *(git(*words) for words in index)

    def files(self) -> dict[str, str]:
        """The text of each file of the store, without the blank lines at its end."""
        store = self.repository.tk.store
        texts = {path: path.read_text(encoding="utf-8") for path in store.rglob("*") if path.is_file()}
        return {str(path.relative_to(store)): text.rstrip("\n") for path, text in texts.items()}


def copied(desk: Repository, folder: Path) -> Repository:
    """Return a copy of a repository in a folder, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(desk.folder, folder, symlinks=True)
    return Repository(Tk("tk", folder, desk.tk.environment))
