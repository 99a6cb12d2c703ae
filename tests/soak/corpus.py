"""The hostile corpus: contents of ticket files, names of files, arguments and input, one row an idea."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Words = list[str | bytes]


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
    yield from _dates()
    yield from _exports()
    yield from _bodies()
    for name, text in (
        ("OSC 52", "\x1b]52;c;ZXZpbA==\x07"), ("OSC 8", "\x1b]8;;http://x\x1b\\y"), ("C1 CSI", "\x9b31m"),
        ("combining", "a" + "\u0301" * 5000), ("wide", "\u6f22" * 3000), ("bidi", "\u202eevil\u202c"),
    ):  # fmt: skip
        yield f"{name} in a title", _front("", f"# x{text}\n")
        yield f"{name} in a comment", _front("", f"# x\n\n## Notes\n\n**2026-01-01T00:00:00Z** · {text}\n\n{text}\n")
        yield f"{name} in a tag", _front(f"tags: [{text}]")
        yield f"{name} in a key", _front(f"{text}: x")


def _dates() -> Iterator[tuple[str, bytes]]:
    """Moments that no clock should show."""
    for moment in (
        "0000-00-00T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "99999-01-01", "-0001-01-01", "2026-02-30",
        "2026-13-01T00:00:00Z", "2026-01-01T25:61:61Z", "2026-06-30T23:59:60Z", "2026-01-01T00:00:00+99:99", "1e309", "nan",
        "2026-01-01T00:00:00+14:00", "2026-01-01T00:00:00-23:59", "2026-W01-1", "2026-001", "1767225600", "now", "yesterday",
        "2026-01-01T00:00:00." + "9" * 5000 + "Z", "٢٠٢٦-٠١-٠١",
    ):  # fmt: skip
        yield f"date {moment[:30]}", _front(f"created: {moment}\nclosed: {moment}\ndue: {moment}")
        note = f"## Notes\n\n**{moment}** · Ada\n\nText.\n"
        yield f"comment of {moment[:30]}", _front("", f"# T\n\n{note}")


def _exports() -> Iterator[tuple[str, bytes]]:
    """Texts that mean something where a ticket is shown elsewhere: tables, pages, formulas, shells."""
    for text in (
        "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))", "![x](http://x/y.png)", "</details></table>", "<!-- x", "--> x", "|a|b|", "```", "~~~",
        "@everyone", "#1", "fixes #1", "::error file=x::y", "::set-output name=x::y", "%0A%0D", "##[error]x", "]]>", "&lt;",
        "&#x1b;", "\\x1b[31m", "\\u001b[31m", 'a,b;c\t"d"', "{{7*7}}", "${jndi:ldap://x}", "%s%s%s%n", "{0.__class__}",
        "\x00".join("ab"), "../../../etc/passwd", "file:///etc/passwd", "Co-authored-by: Eve <e@x>", "Signed-off-by: x",
        "tk: close aa-2", "HEAD", "refs/heads/main", "deadbeef" * 5, "-----BEGIN PGP SIGNATURE-----",
    ):  # fmt: skip
        yield f"export {text[:30]}", _front("", f"# {text}\n\n{text}\n")
        quoted = text.replace("'", "''").replace("\x00", "")
        yield f"export in a value {text[:30]}", _front(f"assignee: '{quoted}'\ntags: ['{quoted}']")


def _bodies() -> Iterator[tuple[str, bytes]]:
    """Bodies that cost, or that look like something else."""
    yield "one long line", _front("", "# T\n\n" + "word " * 180000)
    yield "a line of one word", _front("", "# T\n\n" + "w" * 900000)
    yield "100,000 different words", _front("", "# T\n\n" + " ".join(f"w{n}x" for n in range(100000)))
    yield "identifiers without end", _front("", "# T\n\n" + "aB" * 450000)
    yield "dots and slashes", _front("", "# T\n\n" + "a./" * 300000)
    yield "Chinese without blanks", _front("", "# T\n\n" + "\u6f22\u5b57" * 150000)
    yield "stems", _front("", "# T\n\n" + "nationalizationalizations " * 35000)
    yield "emoji with joiners", _front("", "# T\n\n" + "\U0001f468\u200d\U0001f469\u200d\U0001f467 " * 20000)
    yield "stars", _front("", "# T\n\n" + "*" * 900000)
    yield "brackets", _front("", "# T\n\n" + "[" * 450000 + "]" * 450000)
    yield "tasks", _front("", "# T\n\n## Acceptance Criteria\n\n" + "- [ ] x\n" * 100000)
    yield "sections", _front("", "# T\n\n" + "## Notes\n\n" * 80000)
    yield "sections of one name", _front("", "# T\n\n" + "## Design\n\nx\n\n" * 50000)
    yield "quotes within quotes", _front("", "# T\n\n" + ">" * 900000)
    yield "references", _front("", "# T\n\n" + "aa-2 " * 180000)
    yield "100,000 dependencies", _front("deps: [" + ", ".join(f"zz-{n}" for n in range(90000)) + "]")
    yield "depends on itself", _front("deps: [aa-1, aa-1]\nlinks: [aa-1]\nparent: aa-1\nduplicate-of: aa-1")
    yield "depends in a circle", _front("deps: [aa-2, aa-3]\nparent: aa-2")
    yield "ids that are paths", _front("deps: [../../x, /etc/passwd, '', '-rf', '$(x)', '*']\nparent: ../aa-2")
    yield "external reference", _front("external-ref: 'a:b:c:::'")
    yield "an attribute line", _front("", "# T\n\n* text eol=crlf working-tree-encoding=UTF-16\n")
    yield "nested conflict", _front("", "<<<<<<< a\n<<<<<<< b\n||||||| c\n=======\n>>>>>>> d\n=======\n>>>>>>> e\n")
    yield "conflict of CRLF", _front("", "<<<<<<< a\r\nx\r\n=======\r\ny\r\n>>>>>>> b\r\n")
    yield "conflicts entry", _front("conflicts:\n  - {key: status, value: closed}\n  - x\n  - [y]")


def settings() -> Iterator[tuple[str, bytes]]:
    """Hostile texts of `config.yml`, by a name for each."""
    many = "\n".join(f"  s{n}: {{class: open}}" for n in range(3000))
    for name, text in (
        ("alias", "x: &a [1]\ny: *a"), ("python", "prefix: !!python/object/apply:os.system [x]"), ("deep", "a: " * 5000),
        ("deep list", "statuses: " + "[" * 50000), ("no mapping", "- a"), ("scalar", "x"), ("two documents", "a: 1\n---\nb: 2"),
        ("editor", "editor: touch pwned"), ("pager", "pager: touch pwned"), ("huge", "x: " + "y" * 400000), ("NUL", "x: \0"),
        ("escape", 'prefix: "\\e]52;c;eA==\\a"'), ("raw escape", "prefix: \x1b]52;c;eA==\x07"), ("bidi", "prefix: \u202e"),
        ("statuses", "statuses:\n" + many), ("transitions to nowhere", "statuses: {a: {class: open, transitions: [b]}}"),
        ("no open status", "statuses: {a: {class: done}}"), ("class", "statuses: {a: {class: '../x'}}"), ("empty", "statuses: {}"),
        ("types", "types: {'../x': {}, '$(x)': {}, '': {}}"), ("type", "types: [a, [b]]"), ("template", "commit.template: '{x}'"),
        ("format string", "commit.template: '{title.__class__}'"), ("trailer", "commit.trailer: 'x: y\\nz'"),
        ("queries", "queries: {a: '@b', b: '@a'}"), ("query of itself", "queries: {a: '@a @a'}"), ("prefix", "prefix: ../../x"),
        ("doubling queries", "queries:\n" + "\n".join(f"  q{n}: '@q{n + 1} OR @q{n + 1}'" for n in range(40)) + "\n  q40: x"),
        ("number", "default_priority: " + "9" * 5000), ("size", "format.max_file_size: 999999999999 MiB"), ("keys", "a: 1\n" * 30000),
        ("many keys", "\n".join(f"k{n}: 1" for n in range(9000))), ("field", "fields: {id: {type: list}, status: {type: text}}"),
        ("field names", "fields: {'a: b': {type: string}, '\\n': {type: string}}"), ("conflict", "<<<<<<< a\n=======\n>>>>>>> b"),
        ("Latin-1", "me: \xff"), ("CR", "prefix: a\rprefix: b"), ("tabs", "statuses:\n\ta: b"), ("merge key", "<<: {a: 1}"),
        ("values", "fields: {x: {type: enum, values: [" + "a, " * 9000 + "]}}"), ("color", "color: always"), ("mode", "commit.mode: rm -rf"),
    ):  # fmt: skip
        yield name, text.encode("latin-1" if name == "Latin-1" else "utf-8")


def surroundings() -> Iterator[dict[str, str]]:
    """Hostile environments."""
    for name, values in (
        ("TK_NOW", ("", "x", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59")),
        ("TZ", (":/etc/passwd", "x" * 5000, "UTC-99", "Pacific/Kiritimati", "../../../etc/passwd")),
        ("COLUMNS", ("0", "1", "-1", "9" * 30, "x")), ("TERM", ("", "dumb", "x" * 5000, "../x")),
        ("TICKETS_DIR", ("/", "/etc", "/dev/null", "nowhere", ".", "..", ".git", "\x1b]52;c;eA==\x07", "-rf")),
        ("HOME", ("", "/", "nowhere", "/dev/null")), ("XDG_CONFIG_HOME", ("/dev", "x", "/proc/self")),
        ("LC_ALL", ("C", "POSIX", "x", "tr_TR.UTF-8", "de_DE.ISO-8859-1")), ("PYTHONIOENCODING", ("ascii", "latin-1")),
        ("PWD", ("/", "nowhere", "x" * 5000)), ("NO_COLOR", ("1",)), ("CLICOLOR_FORCE", ("1",)), ("PATH", (".", "", "nowhere")),
        ("TK_COMMIT_MODE", ("x", "auto\n", "off")), ("TK_SEED", ("x" * 5000,)), ("USER", ("\x1b[31m", "a\nstatus: closed")),
        ("GIT_AUTHOR_NAME", ("\x1b]52;c;eA==\x07", "a\nstatus: closed", "<>", "x" * 5000)), ("GIT_DIR", ("/", "nowhere", "/etc")),
        ("GIT_INDEX_FILE", ("/dev/null", "nowhere")), ("GIT_WORK_TREE", ("/", "/etc")), ("PAGER", ("",)), ("LESS", ("+!touch pwned",)),
    ):  # fmt: skip
        for value in values:
            yield {name: value}


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


def inputs() -> Iterator[tuple[Words, bytes]]:
    """Hostile arguments, and standard input, for commands that read and write."""
    texts: Words = [
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
