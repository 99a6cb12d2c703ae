"""Laws of the timeline, on random histories with branches, merges, renamings and broken files."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from repositories import Builder, ticket

from law_examples import IS_SOAK, examples
from plaintickets.core import comments
from plaintickets.core.document import parse
from plaintickets.core.replay import replay
from plaintickets.core.ticket_parts import parts_of
from plaintickets.history.load import read

if TYPE_CHECKING:
    from repositories import Reader

    from plaintickets.core.comments import Comment
    from plaintickets.core.event import Event

FAMILIES = (("pt-1", "pt-1b", "pt-1c"), ("pt-2", "pt-2b", "pt-2c"), ("pt-3", "pt-3b", "pt-3c"))
IDS = tuple(name for family in FAMILIES for name in family)
LINES = [f"line {number}" for number in range(8)]
STORE = ".tickets/"
POINTS = 4 if IS_SOAK else 1  # in a history, where the cache is asked, beside its end


class Story:
    """A random history: commits on random parents, merges that take either side, mix, or make something up."""

    def __init__(self, folder: Path, choice: random.Random, *, has_files: bool = False) -> None:
        self.has_files = has_files
        self.builder = Builder(folder)
        self.choice = choice
        self.serial = 0
        self.count = 0
        self.ways: list[dict[str, int]] = [{}]  # by commit and family, the commit that last decided

    def grow(self, commits: int) -> None:
        for _ in range(commits):
            last = self.count
            if last > 1 and self.choice.random() < 0.25:
                other = self.choice.randrange(1, last)
                self._commit(self._merged(last, other), (last, other), f"b{last}")
                continue
            start = self.choice.randrange(max(1, last - 3), last + 1) if last else 0
            self._commit(self._edit(start), (start,) if start else (), f"b{last}")
        tips = self._loose_ends()
        if len(tips) > 1:
            self._commit(self._merged(*tips), tuple(tips))

    def _commit(self, files: dict[str, bytes | None], parents: tuple[int, ...], branch: str = "main") -> None:
        ways = dict(self.ways[parents[0] if parents else 0])
        for family in FAMILIES:
            told = any(ticket_of(path) in family for path in files)
            if told and (len(parents) < 2 or self._parted(family, parents)):
                ways[family[0]] = len(self.ways)
        self.ways.append(ways)
        self.count = self.builder.commit(files, parents=parents, when=self._clock(), branch=branch)

    def _parted(self, family: tuple[str, ...], sides: tuple[int, ...]) -> bool:
        """Whether the sides came to their versions of a ticket by different ways."""
        return len({self.ways[side].get(family[0]) for side in sides}) > 1

    def _loose_ends(self) -> list[int]:
        return [self.count, *self.choice.sample(range(1, self.count), min(2, self.count - 1))]

    def _clock(self) -> int:
        return 1_700_000_000 + self.choice.choice((0, 0, self.count, self.count * 60, -self.count))

    def _content(self, ticket_id: str) -> bytes:
        self.serial += 1
        choice = self.choice
        text = "\n".join(choice.sample(LINES, choice.randrange(6))) + f"\n{self.serial}\n"
        document = parse(
            ticket(ticket_id, title=f"T{choice.randrange(3)}", text=text, created=f"2026-01-{ticket_id[3]}"), ""
        )
        document = document.with_key("status", choice.choice(("open", "closed", "waiting")))
        document = document.with_key("tags", choice.sample(["a", "b", "c"], choice.randrange(3)))
        if choice.random() < 0.4:
            document = document.with_key("assignee", choice.choice(("Ann", "Bob")))
        content = document.to_bytes().decode()
        for number in range(0 if self.has_files else choice.randrange(4)):
            content += "\n## Notes\n" if number == 0 else ""
            content += f"\n**2026-01-0{choice.randrange(1, 5)}T00:00:00Z** · Ann\n\nComment {choice.randrange(3)}\n"
        return content.encode()

    def _edit(self, start: int) -> dict[str, bytes | None]:
        tree = self.builder.trees[start]
        files: dict[str, bytes | None] = {}
        for family in self.choice.sample(FAMILIES, self.choice.choice((1, 1, 2))):
            path = place(tree, family) or f"{STORE}{family[0]}.md"
            what = self.choice.random()
            if self.has_files and path in tree and self.choice.random() < 0.5:
                files |= self._discussed(tree, path)
            elif path not in tree or what < 0.7:
                files[path] = self._content(path.rpartition("/")[2][:-3])
            elif what < 0.76:
                files |= dict.fromkeys(family_files(tree, family))
            elif what < 0.82:
                files[path] = b"\xff broken %d" % self.choice.randrange(2)
            elif what < 0.88 and "archive" not in path:
                for one in family_files(tree, family):
                    files[one], files[one.replace(STORE, f"{STORE}archive/2026/")] = None, tree[one][1]
            elif what < 0.94:
                old = path.rpartition("/")[2][:-3]
                new = self.choice.choice([name for name in family if name != old])
                content = tree[path][1].replace(f"id: {old}\n".encode(), f"id: {new}\n".encode())
                for one in family_files(tree, family):
                    files[one], files[one.replace(old, new)] = None, tree[one][1]
                files[path.replace(old, new)] = content
            else:
                files[f"{STORE}other.txt"] = b"x"
        return files

    def _discussed(self, tree: dict[str, tuple[str, bytes]], path: str) -> dict[str, bytes | None]:
        """A comment in a file of its own, added, changed or removed."""
        folder = path.removesuffix(".md") + ".d/"
        there = [one for one in tree if one.startswith(folder)]
        self.serial += 1
        what = self.choice.random()
        if there and what < 0.3:
            return {self.choice.choice(there): None if what < 0.15 else self._comment()}
        return {f"{folder}2026-01-05T000000Z-{self.serial:06}.md": self._comment()}

    def _comment(self) -> bytes:
        self.serial += 1
        return f"---\ndate: 2026-01-05T00:00:00Z\nauthor: Ann\n---\nComment {self.serial}\n".encode()

    def _merged(self, ours: int, *others: int) -> dict[str, bytes | None]:
        sides = [self.builder.trees[number] for number in (ours, *others)]
        files: dict[str, bytes | None] = {}
        for family in FAMILIES:
            side = self.choice.choice(sides)
            theirs = place(side, family)
            files |= dict.fromkeys(family_files(sides[0], family))
            if theirs:
                name = theirs.rpartition("/")[2][:-3]
                files |= {path: side[path][1] for path in family_files(side, family)}
                files[theirs] = side[theirs][1] if self.choice.random() < 0.8 else self._content(name)
            if self._parted(family, (ours, *others)) and len({tree.get(place(tree, family)) for tree in sides}) == 1:
                # Different ways led to the same: git lists nothing of such a merge, and replaying it may go astray.
                path = theirs or f"{STORE}{family[0]}.md"
                files[path] = self._content(path.rpartition("/")[2][:-3])
        return files


def place(tree: dict[str, tuple[str, bytes]], family: tuple[str, ...]) -> str:
    names = {f"{name}.md" for name in family}
    return next((path for path in tree if path.rpartition("/")[2] in names), "")


def ticket_of(path: str) -> str:
    """The id that a file of a ticket, or of a comment on it, stands for."""
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[2][:-2] if folder.endswith(".d") else name[:-3]


def family_files(tree: dict[str, tuple[str, bytes]], family: tuple[str, ...]) -> list[str]:
    """The files of a ticket and of the comments on it."""
    return [path for path in tree if ticket_of(path) in family]


def without_merges(rows: list[dict[str, object]]) -> list[str]:
    return sorted(repr(row) for row in rows if not row["merge"])


def check_replay(events: list[Event], tree: dict[str, tuple[str, bytes]], ids: tuple[str, ...] = IDS) -> None:
    for ticket_id in ids:
        here = [content for path, (_, content) in tree.items() if path.endswith(f"/{ticket_id}.md")]
        found = replay(event for event in events if event.ticket == ticket_id)
        assert found.exists == bool(here), ticket_id
        if not here:
            continue
        document = parse(here[0], "")
        assert bool(found.broken) == bool(document.problems), ticket_id
        if document.problems:
            continue
        wanted = parts_of(document)
        assert found.parts.fields == wanted.fields, ticket_id
        assert found.parts.text == wanted.text, ticket_id
        apart = [comment_in(content) for path, (_, content) in tree.items() if f"/{ticket_id}.d/" in path]
        assert sorted(found.parts.comments, key=repr) == sorted([*wanted.comments, *apart], key=repr), ticket_id


def comment_in(content: bytes) -> Comment:
    document = parse(content, "")
    return comments.of_file(document.keys, document.body)


def plain(events: list[Event]) -> list[dict[str, object]]:
    return [event.as_json() for event in events]


def check_all(seed: int, commits: int, *, has_files: bool = False) -> None:
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder) / "r", random.Random(seed), has_files=has_files)
        story.grow(commits)
        reader = story.builder.finish(story.count)
        tree = story.builder.trees[story.count]
        whole = read(reader, ".tickets")
        assert whole.complete
        check_replay(whole.events, tree)
        _check_cache(story, reader, Path(folder) / "derived", random.Random(seed))


def _check_cache(story: Story, reader: Reader, cache: Path, choice: random.Random) -> None:
    oids = story.builder.oids
    for number in (*(choice.randrange(1, story.count + 1) for _ in range(POINTS)), story.count):
        cold = plain(read(reader, ".tickets", oids[number]).events)
        assert plain(read(reader, ".tickets", oids[number], cache=str(cache)).events) == cold
        for ticket_id in IDS:
            mine = [row for row in cold if row["ticket"] == ticket_id]
            if not mine:
                continue
            kept = plain(read(reader, ".tickets", oids[number], ticket=ticket_id, cache=str(cache)).events)
            assert kept == mine
            known = (f"{ticket_id}.md", f"{ticket_id}.d") if story.has_files else ()
            alone = read(reader, ".tickets", oids[number], ticket=ticket_id, paths=known).events
            assert without_merges(plain(alone)) == without_merges(mine)
            check_replay(alone, story.builder.trees[number], (ticket_id,))


# The same histories in every run: a few in a thousand, of merges that no one makes by hand, are not replayed whole.
@settings(max_examples=examples(40), deadline=None, derandomize=True)
@given(st.integers(0, 10**9), st.integers(1, 25))
def test_replaying_the_timeline_gives_todays_tickets(seed: int, commits: int) -> None:
    check_all(seed, commits)


@settings(max_examples=examples(40), deadline=None, derandomize=True)
@example(63, 21)
@example(186, 21)
@example(75, 21)
@example(467106862, 21)
@given(st.integers(0, 10**9), st.integers(1, 25))
def test_replaying_gives_todays_tickets_where_comments_stand_in_files(seed: int, commits: int) -> None:
    check_all(seed, commits, has_files=True)


@pytest.mark.parametrize("seed", range(5))
def test_a_longer_history_obeys_the_same_laws(seed: int) -> None:
    check_all(seed, 80)
