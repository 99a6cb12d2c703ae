"""S8: hostile files and inputs, through every command that reads or writes them."""

from __future__ import annotations

import json
import os
import pty
import resource
import select
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

from soak.ground import TICKET, Ground, command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 2.0
BYTES = 256 << 20
_RAW = frozenset({*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F})


class Ended(NamedTuple):
    """How a watched run ended: CPU seconds and the largest resident size in bytes."""

    code: int
    out: bytes
    err: bytes
    seconds: float
    size: int


def watched(ground: Ground, *args: str | bytes, stdin: bytes = b"") -> Ended:
    """Runs tk and measures it."""
    with subprocess.Popen(
        [*command(), *args],
        cwd=ground.repo,
        env=ground.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            out, err = process.communicate(stdin, timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ended(process.returncode, out, err, spent, after.ru_maxrss * 1024)


def on_a_terminal(ground: Ground, *args: str) -> bytes:
    """What tk prints on a terminal, colours and cursor left out of account by switching them off."""
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(ground.repo)
        environ = {**ground.environment, "NO_COLOR": "1", "PAGER": "", "TERM": "xterm", "COLUMNS": "100"}
        os.execvpe(command()[0], [*command(), *args], environ)
    out = b""
    while select.select([descriptor], [], [], 30)[0]:
        try:
            piece = os.read(descriptor, 65536)
        except OSError:
            break
        if not piece:
            break
        out += piece
    os.close(descriptor)
    os.waitpid(pid, 0)
    return out


def _front(lines: str, body: str = "# Title\n\nText.\n") -> bytes:
    return f"---\nid: aa-1\nstatus: open\n{lines}\n---\n{body}".encode(errors="surrogatepass")


def files() -> Iterator[tuple[str, bytes]]:
    """The bytes of hostile ticket files, by a name for each."""
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    yield "alias bomb", _front(bomb)
    yield "merge bomb", _front("x: &x {a: 1}\ny:\n  <<: [*x, *x, *x]")
    yield "deep flow list", _front("tags: " + "[" * 50000)
    yield "deep balanced list", _front("tags: " + "[" * 5000 + "]" * 5000)
    yield "deep mapping", _front("x: " + "{a: " * 5000)
    yield "deep block", _front("x:\n" + "".join(" " * n + "- \n" for n in range(1, 500)))
    yield "huge scalar", _front("assignee: " + "x" * 900000)
    yield "huge quoted scalar", _front('assignee: "' + "x" * 900000 + '"')
    yield "huge title", _front("", "# " + "t" * 1000000 + "\n")
    yield "title of blanks", _front("", "# a" + " " * 1000000 + "b\n")
    yield "title of blanks and nothing", _front("", "# " + " " * 1000000 + "\n")
    yield "many headings", _front("", "# \n" * 300000)
    yield "many fences", _front("", "```\n# x\n" * 120000)
    yield "100,000 tags", _front("tags: [" + ", ".join(f"t{n}" for n in range(100000)) + "]")
    yield "100,000 quoted tags", _front("tags: [" + ", ".join(f'"t{n}"' for n in range(80000)) + "]")
    yield "100,000 block tags", _front("tags:\n" + "".join(f"- t{n}\n" for n in range(90000)))
    yield "100,000 keys", _front("".join(f"k{n}: v\n" for n in range(90000)))
    yield "80,000 quoted keys", _front("".join(f"k{n}: 'v'\n" for n in range(70000)))
    yield "the same key 100,000 times", _front("k: v\n" * 200000)
    yield "colons", _front("x: " + "a:" * 400000)
    yield "hashes", _front("x: " + "a#" * 400000)
    yield "quotes", _front("x: a" + " '" * 300000)
    yield "backslashes", _front('x: "' + "\\\\" * 400000 + '"')
    yield "comment of blanks", _front("", "## Notes\n\n**2026-01-01T00:00:00Z** · a" + " " * 900000 + "b\n")
    yield "comment of dots", _front("", "## Notes\n\n**2026-01-01T00:00:00Z**" + " ·" * 400000 + "\n")
    yield "100,000 comments", _front("", "## Notes\n" + "\n**2026-01-01T00:00:00Z**\n\nx\n" * 28000)
    yield "10 MB", _front("", "x" * 10_000_000)
    yield "100 MB", _front("", "x" * 100_000_000)
    yield "empty", b""
    yield "one NUL", b"\0"
    yield "only dashes", b"---\n"
    yield "no end", b"---\nid: aa-1\n"
    yield "end at once", b"---\n---"
    yield "two documents", _front("x: 1\n...\n---\ny: 2")
    yield "document marker in a value", _front("x: |\n  ---\n  y")
    yield "duplicate keys", _front("status: closed")
    yield "python tag", _front("x: !!python/object/apply:os.system ['touch pwned']")
    yield "python name", _front("x: !!python/name:os.system")
    yield "own tag", _front("x: !x y")
    yield "tab indentation", _front("x:\n\t- a")
    yield "list at the top", b"---\n- a\n- b\n---\nx\n"
    yield "scalar at the top", b"---\njust words\n---\nx\n"
    yield "flow mapping at the top", b"---\n{id: aa-1, status: open}\n---\nx\n"
    yield "complex key", _front("? [a, b]\n: c")
    yield "empty key", _front(": x")
    yield "directive", b"---\n%YAML 1.1\n---\nid: aa-1\n---\nx\n"
    yield "conflict", _front("<<<<<<< HEAD\npriority: 1\n=======\npriority: 2\n>>>>>>> other")
    yield "conflict in the body", _front("", "<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> z\n")
    yield "conflict in the Notes", _front("", "## Notes\n\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> z\n")
    yield "Latin-1", "---\nid: aa-1\nassignee: Jos\xe9\n---\n# \xe9\n".encode("latin-1")
    yield "UTF-16", "---\nid: aa-1\n---\n# x\n".encode("utf-16")
    yield "overlong", b"---\nid: aa-1\nx: \xc0\xaf\n---\n"
    yield "surrogates", b"---\nid: aa-1\nx: \xed\xa0\x80\n---\n"
    yield "byte order mark", b"\xef\xbb\xbf" + _front("priority: 2")
    yield "two byte order marks", b"\xef\xbb\xbf" * 2 + _front("")
    yield "CRLF", _front("priority: 2").replace(b"\n", b"\r\n")
    yield "lone CR", _front("priority: 2").replace(b"\n", b"\r")
    yield "mixed line ends", b"---\r\nid: aa-1\nstatus: open\r\n---\n# x\r\n"
    yield "body like front matter", _front("", "---\nstatus: closed\n---\n# other\n")
    yield "id of another", _front("").replace(b"aa-1", b"aa-2")
    yield "id with a path", _front("").replace(b"id: aa-1", b"id: ../../x")
    yield "id as a list", _front("").replace(b"id: aa-1", b"id: [a]")
    for key in (
        "status",
        "deps",
        "links",
        "tags",
        "created",
        "type",
        "priority",
        "assignee",
        "parent",
        "title",
        "closed",
    ):
        for value in (
            "[[a], {b: c}]",
            "{a: b}",
            "|\n  two\n  lines",
            '"\\e]52;c;eA==\\a"',
            "~",
            "''",
            "[",
            "&x y",
            "9" * 5000,
        ):
            yield f"{key}: {value[:20]}", b"---\n" + f"{key}: {value}\n".encode() + b"---\n# x\n"
    for value in (
        "no",
        "on",
        "0755",
        "1e3",
        "12:30:00",
        "2026-01-05",
        ".inf",
        "0x1F",
        "=",
        "null",
        "1_000",
        "!!binary aGk=",
    ):
        yield f"word {value}", _front(f"assignee: {value}\nmilestone: {value}")
    for code in (
        *range(0x20),
        *range(0x7F, 0xA1),
        0x2028,
        0x2029,
        0x202E,
        0x2066,
        0xFEFF,
        0xFFFE,
        0xFFFF,
        0xFDD0,
        0x200B,
    ):
        yield f"U+{code:04X} in a value", _front(f"assignee: a{chr(code)}b")
        yield f"U+{code:04X} in a title", _front("", f"# a{chr(code)}b\n\nText {chr(code)}.\n")
    for name, text in (
        ("OSC 52", "\x1b]52;c;ZXZpbA==\x07"), ("OSC 8", "\x1b]8;;http://x\x1b\\y"), ("C1 CSI", "\x9b31m"),
        ("combining", "a" + "\u0301" * 5000), ("wide", "\u6f22" * 3000), ("bidi", "\u202eevil\u202c"),
    ):  # fmt: skip
        yield f"{name} in a title", _front("", f"# x{text}\n")
        yield f"{name} in a comment", _front("", f"# x\n\n## Notes\n\n**2026-01-01T00:00:00Z** · {text}\n\n{text}\n")
        yield f"{name} in a tag", _front(f"tags: [{text}]")
        yield f"{name} in a key", _front(f"{text}: x")


def names() -> Iterator[bytes]:
    """Hostile names of files in the store."""
    for name in (
        "new\nline", "tab\t", "esc\x1b]52;c;eA==\x07", "-rf", "--output=x", "$(touch pwned)", "`touch pwned`", "%P",
        "..", "...", "con", "NUL", "aux", "a b", " a", "a ", "a'b", 'a"b', "a;b", "a|b", "a&b", "*", "?", "[a]", "~", "AA-1",
        "\u00e9", "e\u0301", "\u202eevil", "\u2028", "x" * 252, "x" * 250, "a:b", ":(top)x", "!x", "#x", "@", "HEAD", "README",
    ):  # fmt: skip
        yield (name + ".md").encode()
    yield b"\xff\xfe.md"
    yield b".hidden.md"


def inputs() -> Iterator[tuple[list[str | bytes], bytes]]:
    """Hostile arguments, and standard input, for commands that read and write."""
    texts: list[str | bytes] = [
        "", " ", "\n", "a\nstatus: closed", "a\r\nstatus: closed", "---\nid: x\n---\n", "\x1b]52;c;eA==\x07", "\x9b31m", "\u202e",
        b"\xff\xfe", "<<<<<<< HEAD", "# heading\n## Notes\n", "**2026-01-01T00:00:00Z** · x", "$(touch pwned)", "`touch pwned`",
        "'; touch pwned; '", "%P%n", "{id}", "x" * 100000, "[a, b]", "{a: b}", "&a", "*a", "!!python/object:x", "a: b", "a #b",
        "- a", "? x", "@x", "%x", "|", ">", "null", "~", "\u2028", "\x85", "\ufeff", "\ufffe", "e\u0301" * 2000,
    ]  # fmt: skip
    for text in texts:
        raw = text if isinstance(text, bytes) else text.encode()
        yield ["new", text], b""
        yield ["new", "x", "-d", text, "-a", text], b""
        yield ["comment", "aa-2", text], b""
        yield ["comment", "aa-2"], text if isinstance(text, bytes) else text.encode()
        yield ["set", "aa-2", b"assignee=" + raw], b""
        yield ["set", "aa-2", b"tags+=" + raw], b""
        yield ["set", "aa-2", b"title=" + raw], b""
        yield ["ls", text], b""
        yield ["show", text], b""
    for word in (
        "../aa-1",
        "/etc/passwd",
        "--output=x",
        "-rf",
        "aa",
        "AA-1",
        ".",
        "..",
        "*",
        "\0"[:0],
        "aa-1.md",
        "HEAD",
    ):
        for verb in ("show", "close", "start", "dep", "status"):
            yield [verb, "--", word, *(["closed"] if verb == "status" else ["aa-2"] if verb == "dep" else [])], b""
    for query in ("(" * 5000, "NOT " * 3000, "a OR " * 3000, "x" * 1_000_000, "status:", 'status:"', ":::", "-", "created>", "created>9999-99-99",
                  "created<0000-00-00", "due<+999999999999d", "*" * 5000, "title:*a*a*a*a*a*a*a*a*b", "id:" + "?*" * 500, "@x", "priority<=" + "9" * 5000):  # fmt: skip
        yield ["ls", "--", query[:120000]], b""
    yield ["comment", "aa-2"], b"x" * 2_000_000
    yield ["new", "x", "-F", "-"], b"\0\xff" * 100
    yield ["new", "x", "-F", "/dev/zero"], b""
    yield ["new", "x", "--due", "+99999999999d"], b""
    yield ["new", "x", "-p", "9" * 5000], b""
    yield ["query", "input_filename"], b""
    yield ["query", "env"], b""


def judged(ended: Ended, what: str) -> list[str]:
    """What a run did that no input may make it do."""
    found = []
    if ended.code == 70 or b"Traceback" in ended.err or ended.code < 0:
        found.append(f"{what}: exit {ended.code}: {ended.err[-300:].decode(errors='replace')}")
    if ended.seconds > SECONDS:
        found.append(f"{what}: {ended.seconds:.1f} s")
    return found


def _escapes(ground: Ground) -> list[str]:
    strange = [str(path) for path in ground.base.rglob("pwned")]
    outside = {path.name for path in ground.repo.iterdir()} - {".git", ".tickets", "work.txt"}
    return [f"written outside the store: {name}" for name in (*strange, *sorted(outside))]


def try_files(base: Path, *, every: int = 1, terminal: bool = True) -> tuple[int, list[str]]:
    """Each hostile file through the commands; every one is shown or reported, and its neighbours are listed."""
    ground = Ground.make(base)
    found, count = [], 0
    for number, (name, content) in enumerate(files()):
        if number % every:
            continue
        count += 1
        path = ground.ticket("aa-1")
        path.write_bytes(content)
        listed = watched(ground, "ls", "--all", "--json")
        found += judged(listed, f"ls of {name}")
        if listed.code == 0:
            found += _hidden(listed, name)
        for args in (("show", "aa-1"), ("query",), ("set", "aa-1", "priority=0"), ("comment", "aa-1", "hello")):
            before = path.read_bytes()
            ended = watched(ground, *args)
            found += judged(ended, f"{args[0]} of {name}")
            if ended.code not in (0, 3) and path.read_bytes() != before:
                found.append(f"{args[0]} of {name}: exit {ended.code}, but the file changed")
            if ended.code == 0 and args[0] in ("set", "comment") and watched(ground, "show", "aa-1").code != 0:
                found.append(f"{args[0]} of {name}: not readable afterwards")
        if terminal and len(content) < 20000:
            path.write_bytes(content)
            for args in (("ls", "--all"), ("show", "aa-1"), ("query",)):
                found += _raw(on_a_terminal(ground, *args), f"{args[0]} of {name}")
        path.write_bytes(content[:0])
        ground.git("checkout", "-q", "-f", "HEAD", "--", ".tickets", check=False)
    return count, found + _escapes(ground)


def _hidden(listed: Ended, name: str) -> list[str]:
    shown = json.loads(listed.out)
    ids = {ticket["id"] for ticket in shown["tickets"]}
    found = []
    if "aa-1" not in ids and not any("aa-1" in problem for problem in shown["problems"]):
        found.append(f"{name}: neither shown nor reported")
    if not {"aa-2", "aa-3"} <= ids:
        found.append(f"{name}: hides its neighbours")
    return found


def _raw(out: bytes, what: str) -> list[str]:
    text = out.decode(errors="replace")
    raw = {ord(sign) for sign in text} & {*_RAW, *range(0x80, 0xA0), 0x202E, 0x2066, 0x2028}
    return [f"{what}: raw U+{min(raw):04X} on a terminal"] if raw else []


def try_names(base: Path) -> tuple[int, list[str]]:
    """Files of hostile names, and things that are no files, all at once; each is shown or reported."""
    ground = Ground.make(base)
    store = os.fsencode(ground.store)
    made = []
    for name in names():
        try:
            with open(os.path.join(store, name), "wb") as file:
                file.write(TICKET.format(id="x", title="Strange").encode())
            made.append(name)
        except OSError:
            continue
    (ground.store / "dangling.md").symlink_to("nowhere")
    (ground.store / "loop.md").symlink_to("loop.md")
    (ground.store / "out.md").symlink_to("/etc/passwd")
    (ground.store / "folder.md").mkdir()
    os.mkfifo(ground.store / "pipe.md")
    made += [b"dangling.md", b"loop.md", b"out.md", b"folder.md", b"pipe.md"]
    listed = watched(ground, "ls", "--all", "--json")
    found = judged(listed, "ls of hostile names")
    shown = json.loads(listed.out)
    there = {ticket["path"] for ticket in shown["tickets"]}
    told = "\n".join(shown["problems"])
    for name in made:
        text = name.decode(errors="surrogateescape")
        spellings = {text, *(text.encode("utf-8", how).decode() for how in ("replace", "backslashreplace"))}
        is_ticket = name[:1] != b"." and name != b"README.md"
        if is_ticket and text not in there and not any(spelling in told for spelling in spellings):
            found.append(f"{name!r}: neither shown nor reported")
        found += judged(watched(ground, "show", "--", name[:-3]), f"show {name!r}")
        found += judged(watched(ground, "set", "--", name[:-3], "priority=0"), f"set {name!r}")
    for args in (("ls", "--all"), ("ready",), ("query",)):
        found += _raw(on_a_terminal(ground, *args), f"{args[0]} of hostile names")
    return len(made), found + _escapes(ground)


def try_inputs(base: Path, *, every: int = 1) -> tuple[int, list[str]]:
    """Each hostile input; afterwards every ticket can be read."""
    ground = Ground.make(base)
    found, count = [], 0
    for number, (args, stdin) in enumerate(inputs()):
        if number % every:
            continue
        if any(len(arg) > 120000 for arg in args):
            continue
        count += 1
        ended = watched(ground, *args, stdin=stdin)
        what = f"{args[0]!r} {str(args[1:])[:60]} < {stdin[:20]!r}"
        found += judged(ended, what)
        if args[0] in ("new", "comment", "set"):
            listed = watched(ground, "ls", "--all", "--json")
            if json.loads(listed.out)["problems"]:
                found.append(f"{what}: left an unreadable ticket: {json.loads(listed.out)['problems'][:1]}")
                shutil.rmtree(ground.store)
                ground.git("checkout", "-q", "-f", "HEAD~1", "--", ".tickets", check=False)
    time.sleep(0)
    return count, found + _escapes(ground)
