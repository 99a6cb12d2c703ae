"""Fuzzing of what reads other people's text: tickets, queries, settings, templates, and the merge of tickets.

`python tests/soak/fuzz.py [--seed N] [--seconds N] [TARGET …]` draws with hypothesis, reproducibly: the same seed
gives the same examples. With atheris installed, `--atheris TARGET [libFuzzer's options]` lets coverage guide it.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from asking import PlainContext
from plaintickets.core import document, template
from plaintickets.core.configcheck import build
from plaintickets.core.merge import merge
from plaintickets.core.query import QueryError, compile_query, describe
from plaintickets.core.query import parse as parse_query
from plaintickets.core.ticket import Ticket
from plaintickets.errors import UnreadableError
from plaintickets.render import safe
from plaintickets.store.settings_files import ConfigSyntaxError, read_yaml
from soak import corpus

if TYPE_CHECKING:
    from collections.abc import Callable

    Target = Callable[[bytes], None]

PIECES = 300  # of a longer example
SECONDS = 2.0
ROUND = 500
SPLIT = b"\0\1\0"  # between the versions of a merge
TOKENS = (
    "---", "\n", "\n---\n", "\r\n", "\r", "id: aa-1\n", "status: open\n", "status: closed\n", "deps: [", "]", "tags:\n- a\n", "  - b\n",
    "priority: 1\n", "title: x\n", "created: 2026-01-02T03:04:05Z\n", "conflicts:\n", "- {key: a, value: b}\n", "x: ", ": ", ", ", "#",
    " #", "'", '"', "\\", "\\e", "|", ">", "|-\n  ", "&a ", "*a", "<<: ", "!!x ", "{", "}", "[", "? ", "- ", "~", "null", "%YAML 1.1\n", "...\n",
    "\t", " ", "  ", "\u2028", "\x85", "\ufeff", "\x00", "\x1b]52;c;x\x07", "\u202e", "\ud7ff", "\U0001f600", "e\u0301", "# T\n", "## Notes\n",
    "## Acceptance Criteria\n", "- [ ] a\n", "- [x] a\n", "**2026-01-01T00:00:00Z** · Ada\n", "```\n", "<" * 7 + " a\n", "=" * 7 + "\n", ">" * 7 + " b\n",
    "statuses:\n", "types: ", "fields: ", "queries: ", "class: ", "transitions: ", "commit.mode: ", "prefix: ", "editor: ", "{title}",
    "is:open", "status:", "tag:a*", "priority<=1", "created>", "due<+7d", "AND ", "OR ", "NOT ", "-", "(", ")", "*", "~2", "@x", "me", "9" * 30,
)  # fmt: skip
TICKETS = (
    Ticket("aa-1", "aa-1.md", {}, ""),
    Ticket("aa-1", "aa-1.md", {"status": "open", "priority": "1", "tags": ["a", "b"], "due": "2026-01-01"}, "Crash"),
    Ticket("aa-1", "aa-1.md", {"x": "y", "due": "z"}, "\u202e"),
)


def read_ticket(content: bytes) -> None:
    """A ticket is read or has problems, is never changed by being read, and a change changes what it should."""
    found = document.parse(content, "aa-1.md")
    plain = document.scan(content)
    if plain is not None:
        assert not found.problems, found.problems
        assert (plain[0], plain[1]) == (found.keys, found.title)
    if found.problems:
        assert not plain
        return
    assert found.to_bytes() == content
    assert "\n" not in safe.line(found.title)
    for comment in found.comments:
        safe.block(comment.text)
    try:
        changed = found.with_key("assignee", "Ada: #[").with_key("tags", ["a, b", "'"])
    except UnreadableError:
        return
    again = document.parse(changed.to_bytes(), "aa-1.md")
    assert again.keys == {**found.keys, "assignee": "Ada: #[", "tags": ["a, b", "'"]}
    assert again.body == found.body or not found.body


def ask(content: bytes) -> None:
    """A query is refused at its place, or answers for every ticket; its description says the same."""
    text = content.decode(errors="replace")
    try:
        query = parse_query(text)
        test = compile_query(query, PlainContext())
    except QueryError:
        return
    answers = [test(ticket) for ticket in TICKETS]
    again = compile_query(parse_query(describe(query)), PlainContext())
    assert [again(ticket) for ticket in TICKETS] == answers


def configure(content: bytes) -> None:
    """Settings are taken or are problems with lines; nothing of the user's own is taken from a store."""
    try:
        tree, lines = read_yaml(content, "config.yml")
    except ConfigSyntaxError:
        return
    config, problems = build(tree, lines, "config.yml")
    assert all(0 <= problem.line <= content.count(b"\n") + content.count(b"\r") + 2 for problem in problems)
    assert (config.editor, config.pager, config.me) == ("", "", "")


def fill_in(content: bytes) -> None:
    """A template is read or refused."""
    with contextlib.suppress(UnreadableError):
        template.read(content.decode(errors="replace"), "templates/task.md")


def reconcile(content: bytes) -> None:
    """A merge does not depend on who merges, and of two equal sides makes that side."""
    base, ours, theirs = (*content.split(SPLIT, 2), b"", b"")[:3]
    try:
        merged = merge(base or None, ours, theirs)
    except UnreadableError:
        return
    assert merge(base or None, theirs, ours).content == merged.content
    assert merge(base or None, ours, ours).content == ours
    if merged.content is not None and not merged.conflicts:
        sides = [document.parse(side, "aa-1.md").problems for side in (ours, theirs)]
        assert any(sides) or not document.parse(merged.content, "aa-1.md").problems


TARGETS: dict[str, Target] = {
    "ticket": read_ticket, "query": ask, "settings": configure, "template": fill_in, "merge": reconcile,
}  # fmt: skip


@cache
def _pieces() -> list[bytes]:
    return [content for _, content in (*corpus.files(), *corpus.settings()) if len(content) < PIECES]


def examples(name: str) -> st.SearchStrategy[bytes]:
    """What a target is tried with: tokens in any order, pieces of the hostile corpus, and bytes."""
    token = st.sampled_from(TOKENS).map(lambda text: text.encode(errors="surrogatepass"))
    seen = _pieces()
    piece = st.one_of(
        token,
        token,
        token,
        st.integers(0, len(seen) - 1).map(seen.__getitem__),
        st.binary(max_size=8),
        st.text(max_size=8).map(str.encode),
    )
    text = st.lists(piece, max_size=40).map(b"".join)
    ticket = st.tuples(st.lists(piece, max_size=12).map(b"".join), text).map(lambda parts: b"---\n%s\n---\n%s" % parts)
    if name == "merge":
        return st.tuples(ticket, ticket, ticket).map(SPLIT.join)
    return st.one_of(text, ticket) if name in ("ticket", "template") else text


def fuzz(name: str, start: int, seconds: float, most: int = sys.maxsize) -> tuple[int, list[str]]:
    """How many examples a target was tried with, and what it did wrong; `start` is the first seed."""
    target, tried = TARGETS[name], 0
    found: list[str] = []
    end = time.monotonic() + seconds
    number = start
    drawn = examples(name)

    def attempt(content: bytes) -> None:
        nonlocal tried
        tried += 1
        before = time.process_time()
        target(content)
        assert time.process_time() - before < SECONDS, "slow"

    while time.monotonic() < end and tried < most and not found:
        once = settings(
            max_examples=min(ROUND, most), database=None, deadline=None, phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        try:
            seed(number)(once(given(drawn)(attempt)))()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            notes = " ".join(getattr(error, "__notes__", ()))
            found.append(f"{name}, seed {number}: {type(error).__name__}: {error} {notes}"[:2000])
        number += 1
    return tried, found


def fuzz_all(start: int, seconds: float) -> tuple[str, list[str]]:
    """Every target for its share of the time."""
    parts = {name: fuzz(name, start, seconds / len(TARGETS)) for name in TARGETS}
    return ", ".join(f"{count} {name}" for name, (count, _) in parts.items()), [
        fault for _, found in parts.values() for fault in found
    ]


def _guided(name: str, options: list[str]) -> None:
    atheris = import_module("atheris")
    atheris.instrument_all()
    atheris.Setup([name, *options], TARGETS[name])
    atheris.Fuzz()


def main() -> int:
    """Prints what was tried; 1 if a target did what it must not."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--seconds", type=float, default=300)
    reader.add_argument("--atheris", action="store_true")
    reader.add_argument("targets", nargs="*", metavar="TARGET")
    asked, options = reader.parse_known_args()
    if asked.atheris:
        _guided(asked.targets[0], options)
    bad = 0
    for name in asked.targets or TARGETS:
        count, found = fuzz(name, asked.seed, asked.seconds / len(asked.targets or TARGETS))
        bad += len(found)
        print(f"{name:<10} {count:>8} examples  {len(found)} faults", *found, sep="\n  ", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
