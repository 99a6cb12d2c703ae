"""S8: the hostile corpus through every command that reads or writes tickets."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

from soak import corpus
from soak.ground import TICKET, Ground
from soak.watching import Watch, exists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    Table = Iterable[tuple[str, ...]]
    Tried = tuple[int, list[str]]

# What every hostile ticket goes through, as `aa-1` or among others; a command that this tk has not is left out.
READING = (
    ("ls", "--all"), ("show", "aa-1"), ("ready",), ("search", "text"), ("similar", "aa-1"), ("query",), ("log",),
    ("diff",), ("check",), ("doctor",), ("blockers",), ("dep", "tree", "aa-1"),
)  # fmt: skip
AS_DATA = (
    ("show", "--json", "aa-1"), ("search", "--json", "text"), ("diff", "--format", "json"), ("diff", "--format", "html"),
    ("diff", "--format", "markdown"), ("check", "--format", "github"), ("check", "--format", "sarif"),
    ("check", "--format", "junit"), ("check", "--format", "gitlab"),
)  # fmt: skip
HISTORY = (
    ("log", "aa-1"),
    ("diff", "HEAD~1..HEAD"),
    ("show", "aa-1@HEAD"),
    ("ls", "--at", "HEAD"),
    ("branches", "aa-1"),
)
WRITING = (("set", "aa-1", "priority=0"), ("comment", "aa-1", "hello"), ("edit", "aa-1"), ("tag", "aa-1", "+x"))
COMPLETION = {"_TK_COMPLETE": "bash_complete", "COMP_WORDS": "tk show ", "COMP_CWORD": "2"}
LARGE = 2_000_000
# Those of up to so many bytes are tried so many at a time, each under an id of its own; the others alone.
SMALL = 1 << 16
TOGETHER = 8


def known(table: Table) -> Iterator[tuple[str, ...]]:
    """The rows of a table whose command exists, and takes the option that the row uses."""
    return (words for words in table if exists(words[0]))


def _usage(code: int, out: bytes) -> bool:
    """Whether a row is not one of this tk's."""
    return code == 2 and (
        b"No such option" in out or b"no such option" in out or b"Invalid value for '--format'" in out
    )


def try_files(base: Path, *, every: int = 1, first: int = 0) -> Tried:
    """Each hostile ticket file; every one is shown or reported, and its neighbours are listed."""
    watch = Watch(Ground.make(base))
    ground, found, count = watch.ground, [], 0
    for name in _ids():
        ground.ticket(name).write_text(TICKET.format(id=name, title="Ticket"))
    ground.git("add", "-A")
    ground.git("commit", "-qm", "more", check=False)
    for files in _batches(islice(corpus.files(), first, None, every)):
        count += len(files)
        faults = _try_batch(watch, files)
        if faults and len(files) > 1:  # which of them it was
            faults = [fault for file in files for fault in _try_batch(watch, [file])] or faults
        found += faults
    return count, found


def _ids() -> list[str]:
    return [f"a{letter}-1" for letter in "abcdefgh"[:TOGETHER]]


def _batches(files: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    small: list[tuple[str, bytes]] = []
    for file in files:
        if len(file[1]) > SMALL:
            yield [file]
            continue
        small.append(file)
        if len(small) == TOGETHER:
            yield small
            small = []
    if small:
        yield small


def _try_batch(watch: Watch, files: list[tuple[str, bytes]]) -> list[str]:
    ground = watch.ground
    start = ground.git("rev-parse", "HEAD").strip()
    tickets = {
        id_: (name, content.replace(b"aa-1", id_.encode())) for id_, (name, content) in zip(_ids(), files, strict=False)
    }
    for id_, (_, content) in tickets.items():
        ground.ticket(id_).write_bytes(content)
    names = ", ".join(name for name, _ in files)
    found = _list(watch, tickets, names) + _read(watch, tickets, names, READING)
    found += _read_as_data(watch, tickets, names)
    if all(len(content) < LARGE for _, content in files):
        ground.git("commit", "-qam", "hostile", check=False)
        found += _read(watch, tickets, names, HISTORY)
    for id_, (name, content) in tickets.items():
        found += _write(watch, id_, name, content)
    ground.git("reset", "-q", "--hard", start)
    return found


def _about(rows: Table, tickets: Mapping[str, tuple[str, bytes]], names: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The rows, those about a ticket once for each, and what each is about."""
    for words in known(rows):
        if not any("aa-1" in word for word in words):
            yield words, f"{' '.join(words)} of {names}"
            continue
        for id_, (name, _) in tickets.items():
            yield tuple(word.replace("aa-1", id_) for word in words), f"{' '.join(words)} of {name}"


def _list(watch: Watch, tickets: Mapping[str, tuple[str, bytes]], names: str) -> list[str]:
    listed = watch.run("ls", "--all", "--json")
    found = watch.faults(listed, f"ls --json of {names}")
    if listed.code != 0:
        return [*found, f"{names}: ls ended with {listed.code}"]
    shown = json.loads(listed.out)
    ids = {ticket["id"] for ticket in shown["tickets"]}
    told = "\n".join(shown["problems"])
    found += [
        f"{name}: neither shown nor reported"
        for id_, (name, _) in tickets.items()
        if id_ not in ids and id_ not in told
    ]
    if not {"aa-2", "aa-3"} <= ids:
        found.append(f"{names}: hides its neighbours")
    done = watch.run(env=COMPLETION)
    found += watch.faults(done, f"completion of {names}")
    if b"aa-2" not in done.out:
        found.append(f"{names}: its neighbours are not completed")
    return found


def _read(watch: Watch, tickets: Mapping[str, tuple[str, bytes]], names: str, rows: Table) -> list[str]:
    found, lacking = [], list[str]()
    for words, what in _about(rows, tickets, names):
        ended = watch.on_terminal(*words)
        found += watch.faults(ended, what, terminal=True)
        if words == ("ls", "--all"):
            lacking = list(tickets)
        if words in (("ls", "--all"), ("doctor",)):
            lacking = [id_ for id_ in lacking if id_.encode() not in ended.out]
        # Of many problems a listing shows some, and names the command that shows the others.
        if words == ("doctor",) or (words == ("ls", "--all") and b"`tk doctor` lists them all" not in ended.out):
            found += [f"{tickets[id_][0]}: neither listed nor reported on a terminal" for id_ in lacking]
            lacking = []
    return found


def _read_as_data(watch: Watch, tickets: Mapping[str, tuple[str, bytes]], names: str) -> list[str]:
    found = []
    for words, what in _about(AS_DATA, tickets, names):
        ended = watch.run(*words)
        if not _usage(ended.code, ended.err):
            found += watch.faults(ended, what)
            found += _injected(words, ended.out, what)
    return found


def _injected(words: tuple[str, ...], out: bytes, what: str) -> list[str]:
    """What broke out of the form that it was written in."""
    form = words[-1] if "--format" in words else "json"
    if form in ("json", "sarif", "gitlab") or "--json" in words:
        try:
            json.loads(out or b"{}")
        except ValueError as error:
            return [f"{what}: {error}"]
    if form in ("html", "markdown") and (b"<script" in out.lower() or b"<img" in out.lower()):
        return [f"{what}: raw HTML"]
    if form == "html" and b"javascript:" in out.lower().replace(b"(javascript:", b""):
        return [f"{what}: a link that runs"]
    if form == "github" and any(row.startswith((b"::set-output", b"::error file=x")) for row in out.splitlines()):
        return [f"{what}: a workflow command out of a ticket"]
    return []


def _write(watch: Watch, id_: str, name: str, content: bytes) -> list[str]:
    path, found = watch.ground.ticket(id_), []
    for words in known(WRITING):
        path.write_bytes(content)
        args = [word.replace("aa-1", id_) for word in words]
        ended = watch.run(*args) if len(content) >= LARGE else watch.on_terminal(*args)
        what = f"{' '.join(words)} of {name}"
        found += watch.faults(ended, what, terminal=True)
        if ended.code != 0 and path.read_bytes() != content:
            found.append(f"{what}: exit {ended.code}, but the file changed")
        if ended.code == 0 and words[0] != "edit" and watch.run("show", id_).code != 0:
            found.append(f"{what}: not readable afterwards")
    return found


def try_names(base: Path, *, every: int = 1) -> Tried:
    """Files of hostile names, and things that are no files, all at once; each is shown or reported."""
    watch = Watch(Ground.make(base))
    ground, store = watch.ground, os.fsencode(watch.ground.store)
    made = []
    for name in corpus.names():
        try:
            with open(os.path.join(store, name), "wb") as file:
                file.write(TICKET.format(id="x", title="Strange").encode())
            made.append(name)
        except OSError:
            continue
    made += _no_files(ground)
    listed = watch.run("ls", "--all", "--json")
    found = watch.faults(listed, "ls of hostile names")
    shown = json.loads(listed.out)
    there = {ticket["path"] for ticket in shown["tickets"]}
    told = "\n".join(shown["problems"])
    for number, name in enumerate(made):
        text = name.decode(errors="surrogateescape")
        spellings = {text, *(text.encode("utf-8", how).decode() for how in ("replace", "backslashreplace"))}
        is_ticket = name[:1] != b"." and name != b"README.md"
        if is_ticket and text not in there and not any(spelling in told for spelling in spellings):
            found.append(f"{name!r}: neither shown nor reported")
        for verb in ("show", "set", "log", "diff", "similar"):
            if number % every == 0 and exists(verb):
                ended = watch.on_terminal(verb, "--", name[:-3], *(["priority=0"] if verb == "set" else []))
                found += watch.faults(ended, f"{verb} {name!r}", terminal=True)
    for words in known((*READING, *HISTORY)):
        found += watch.faults(watch.on_terminal(*words), f"{' '.join(words)} of hostile names", terminal=True)
    found += watch.faults(watch.run(env=COMPLETION), "completion of hostile names")
    return len(made), found


def _no_files(ground: Ground) -> list[bytes]:
    """Entries of the store that are called like tickets and are no files."""
    store = ground.store
    (store / "dangling.md").symlink_to("nowhere")
    (store / "loop.md").symlink_to("loop.md")
    (store / "out.md").symlink_to("/etc/passwd")
    (store / "device.md").symlink_to("/dev/zero")
    (store / "folder.md").mkdir()
    (store / "bare.md" / "objects").mkdir(parents=True)
    (store / "bare.md" / "refs").mkdir()
    (store / "bare.md" / "HEAD").write_text("ref: refs/heads/main\n")
    os.mkfifo(store / "pipe.md")
    (store / "aa-2.d").symlink_to("/etc")
    (store / "templates").symlink_to("/etc")
    (store / "archive").symlink_to("/etc")
    return [
        b"dangling.md",
        b"loop.md",
        b"out.md",
        b"device.md",
        b"folder.md",
        b"bare.md",
        b"pipe.md",
        b"archive.md"[:7],
    ]


def try_inputs(base: Path, *, every: int = 1) -> Tried:
    """Each hostile input; afterwards every ticket can be read."""
    watch = Watch(Ground.make(base))
    ground, found, count = watch.ground, [], 0
    start = ground.git("rev-parse", "HEAD").strip()
    for args, stdin in islice(corpus.inputs(), 0, None, every):
        if any(len(arg) > 120000 for arg in args):
            continue
        count += 1
        ended = watch.run(*args, stdin=stdin)
        what = f"{args[0]!r} {str(args[1:])[:60]} < {stdin[:20]!r}"
        found += watch.faults(ended, what)
        found += watch.faults(watch.on_terminal(*args), what, terminal=True) if not stdin else []
        if args[0] in ("new", "comment", "set"):
            listed = watch.run("ls", "--all", "--json")
            if json.loads(listed.out)["problems"]:
                found.append(f"{what}: left an unreadable ticket: {json.loads(listed.out)['problems'][:1]}")
                shutil.rmtree(ground.store)
            ground.git("reset", "-q", "--hard", start)
            ground.git("clean", "-qfd")
    return count, found


def try_settings(base: Path, *, every: int = 1) -> Tried:
    """Each hostile `config.yml`: refused or harmless, for every command."""
    watch = Watch(Ground.make(base))
    found, count = [], 0
    rows = (
        ("ls",),
        ("show", "aa-1"),
        ("config",),
        ("doctor",),
        ("new", "x", "--no-commit"),
        ("set", "aa-1", "priority=0"),
    )
    for name, content in islice(corpus.settings(), 0, None, every):
        count += 1
        (watch.ground.store / "config.yml").write_bytes(content)
        for words in known((*rows, ("check",), ("diff",), ("ls", "@a"), ("ls", "@q0"))):
            ended = watch.on_terminal(*words)
            found += watch.faults(ended, f"{' '.join(words)} with config {name}", terminal=True)
    return count, found


def try_surroundings(base: Path, *, every: int = 1) -> Tried:
    """Each hostile environment: nothing is run or written but by leave."""
    watch = Watch(Ground.make(base))
    found, count = [], 0
    for env in islice(corpus.surroundings(), 0, None, every):
        count += 1
        for words in known(
            (("ls",), ("show", "aa-1"), ("search", "text"), ("log",), ("doctor",), ("set", "aa-1", "priority=0"))
        ):
            ended = watch.on_terminal(*words, env=env)
            found += watch.faults(
                ended, f"{' '.join(words)} with {str(env)[:60]}", terminal="CLICOLOR_FORCE" not in env
            )
        watch.ground.git("checkout", "-q", "--", ".", check=False)
    return count, found


def try_all(base: Path, *, every: int = 1) -> Tried:
    """The corpus, or each so many-th of it, on all cores."""
    base.mkdir()
    cores = os.cpu_count() or 1
    parts = 8
    with ProcessPoolExecutor(cores) as pool:
        # The longest first, so that no core is idle in the end.
        whole = (try_inputs, try_surroundings, try_settings, try_names)
        tried = [pool.submit(trial, base / trial.__name__, every=every) for trial in whole]
        tried += [pool.submit(try_files, base / f"files-{n}", every=parts * every, first=n) for n in range(parts)]
        done = [part.result() for part in tried]
    return sum(count for count, _ in done), [fault for _, found in done for fault in found]
