"""No word of anything internal and no mail address is in a site for the public, wherever it was planted."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("nh3")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

PLANTED = "zq"
"""Every planted word begins with it; no public text holds it."""
CONFIG = """\
fields:
  zqfield: {type: string}
queues:
  hr: {audience: internal}
queries:
  mine: "tag:zqquery1 OR is:open"
sla:
  - {name: zqpolicy, if: "tag:zqquery2 OR is:open", targets: {resolution: 1d}}
rules:
  - {name: zqrule, on: created, if: "tag:zqquery3", do: [{tag: zqtag3}]}
dashboards:
  monday:
    - text: zqtext3
    - {query: "tag:zqquery4 OR id:pt-zq9a OR is:open OR is:done", limit: 1}
    - {query: "tag:zqquery5 OR id:pt-zq9a OR is:open", title: After zq secret plan of zqmary18@zqhost20.example}
    - {report: backlog, query: "tag:zqquery6 OR is:open", by: assignee}
    - {report: usage}
    - {report: sla}
  team:
    - {report: load}
    - text: zqtext4
  pt-zq9a: [{report: backlog}]
"""
PUBLIC = """\
---
id: pt-1
status: open
deps: [pt-zq9a, pt-2]
links: [pt-zq9a]
parent: pt-zq9a
created: 2026-11-01T10:00:00Z
assignee: Mary <zqmary1@zqhost1.example>
milestone: 2.0 zqmary15@zqhost17.example
reporter: zqmary2@zqhost2.example
tags: [visible, zqmary3@zqhost3.example]
conflicts: ["status: zqconflict"]
---
# Public, after zq secret plan

Seen by zqmary4@zqhost4.example and <zqmary5@zqhost5.example>, [write](mailto:zqmary6%40zqhost6.example),
zqmary7&#64;zqhost7.example, zqmary8\\@zqhost8.example, zqmary9*@*zqhost9.example, `zqmary10@zqhost10.example`.
See pt-zq9a, PT-ZQ9A, [it](pt-zq9a.html), _pt-zq9a_, pt\\-zq9a, zq9a and "Zq   Secret plan". visibleword

```zqlang@zqhost11.example
code
```

## Notes

**2026-11-02T10:00:00Z** · Mary

A visible comment of pt-2, not of pt-zq9a.

**2026-11-02T11:00:00Z** · Mary · internal

zqcomment1

**2026-11-02T12:00:00Z** · zqmary11@zqhost12.example · Internal

zqcomment2
"""
INTERNAL = """\
---
id: pt-zq9a
status: open
visibility: internal
deps: [pt-1]
created: 2026-11-01T10:00:00Z
tags: [zqtag1]
zqkey: zqvalue
---
# Zq secret plan

zqtext1
"""
QUEUED = "---\nid: pt-3\nstatus: open\nqueue: hr\ntags: [zqtag2]\n---\n# zqtitle two\n\nzqtext2\n"
FORMER = "---\nid: pt-2\nstatus: zqstatus\nvisibility: internal\n---\n# zqformer\n\nzqold\n"
NOW_PUBLIC = "---\nid: pt-2\nstatus: closed\ncreated: 2026-11-01T10:00:00Z\n---\n# Now public\n\ncleared\n"
COMMENT_FILE = "---\nauthor: Mary\ndate: 2026-11-03T10:00:00Z\ninternal: true\n---\nzqcomment3\n"


ARTICLE = """\
---
title: How to, after zq secret plan
status: published
audience: public
keywords: [visibleword, zqmary16@zqhost18.example]
related: [pt-1, pt-zq9a]
reviewed: zqreviewer@2026-11-05
---

Read pt-zq9a, [it](../pt-zq9a.md), [inside](zqinside.md), zqmary17@zqhost19.example; then a visible answer.
"""


ATTACHED = """
**2026-11-02T13:00:00Z** · Mary

Attached: ![seen](pt-1.d/attachments/seen.png) [notes](attachments/notes.txt) [held](pt-1.d/attachments/held.txt)
[lost](pt-1.d/attachments/lost.txt) [named](pt-1.d/attachments/of-pt-zq9a.txt) [of it](../pt-zq9a.d/attachments/x.txt)
[of it](pt-zq9a.d/attachments/x.txt) ![Alt of pt-zq9a](pt-1.d/attachments/of-pt-zq9a.png)
[up](pt-3.d/attachments/x.txt)
[both](pt-1.d/attachments/both.txt) [all](pt-1.d/attachments/manifest.json) [linked](pt-1.d/attachments/linked.txt)

**2026-11-02T14:00:00Z** · Mary · internal

[inner](pt-1.d/attachments/inner.txt) [both](pt-1.d/attachments/both.txt)
"""
MANIFEST = [
    {"name": "seen.png", "comment": "2026-11-02T13:00:00Z", "link": "https://zqhost.example/zqlink"},
    {"name": "held.txt", "comment": "2026-11-02T14:00:00Z"},
    {"name": "lost.txt", "comment": "2026-11-02T15:00:00Z"},
]
PNG = b"\x89PNG\r\n\x1a\n"


def attach(store: Path) -> None:
    """Attach files: `seen.png`, `notes.txt` and `both.txt` are for the public, all others hold a planted word."""
    for ticket, names in (("pt-1", OF_PUBLIC), ("pt-zq9a", ("x.txt",)), ("pt-3", ("x.txt",))):
        folder = store / f"{ticket}.d" / "attachments"
        folder.mkdir(parents=True)
        for name in names:
            (folder / name).write_bytes(b"zqcontent of " + name.encode())
    folder = store / "pt-1.d" / "attachments"
    (folder / "seen.png").write_bytes(PNG)
    (folder / "of-pt-zq9a.png").write_bytes(PNG + b"zqpicture")
    for name in ("notes.txt", "both.txt"):
        (folder / name).write_text(f"visible {name}")
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    (folder / "linked.txt").symlink_to(store / "pt-zq9a.d" / "attachments" / "x.txt")


OF_PUBLIC = ("held.txt", "lost.txt", "of-pt-zq9a.txt", "inner.txt", "unlinked.txt")


def plant(repository: Repository, more: str = "") -> None:
    """Plant secret words in every place that a store and its history have."""
    store = repository.folder / ".tickets"
    repository.git("config", "user.email", "zqcommitter@zqhost13.example")
    repository.git("config", "user.name", "Mary zqmary12@zqhost14.example")
    (store / "config.yml").write_text(CONFIG, encoding="utf-8")
    (store / "pt-1.md").write_text(PUBLIC + more, encoding="utf-8")
    (store / "pt-1.d").mkdir(exist_ok=True)
    (store / "pt-1.d" / "2026-11-03T100000Z-abcd.md").write_text(COMMENT_FILE, encoding="utf-8")
    doubtful = COMMENT_FILE.replace("true", "zqperhaps").replace("comment3", "comment4")
    (store / "pt-1.d" / "2026-11-04T100000Z-abcd.md").write_text(doubtful, encoding="utf-8")
    dated = COMMENT_FILE.replace("2026-11-03T10:00:00Z", "zqmary14@zqhost16.example").replace("zqcomment3", "dated")
    (store / "pt-1.d" / "2026-11-05T100000Z-abcd.md").write_text(dated.replace("true", "false"), encoding="utf-8")
    (store / "pt-zq9a.md").write_text(INTERNAL.replace("plan", "zqearlier"), encoding="utf-8")
    (store / "pt-2.md").write_text(FORMER, encoding="utf-8")
    (store / "pt-3.md").write_text(QUEUED, encoding="utf-8")
    (store / "pt-zqgone.md").write_text(INTERNAL.replace("9a", "gone").replace("secret plan", "lost one"), "utf-8")
    (store / "kb").mkdir()
    (store / "kb" / "how-to.md").write_text(ARTICLE, encoding="utf-8")
    for name, text in (("zqinside", "audience: internal"), ("zqgeneral", "audience: zqpublic"), ("pt-zq9a", "")):
        hidden = ARTICLE.replace("audience: public", text or "audience: public").replace("answer", "zqanswer")
        (store / "kb" / f"{name}.md").write_text(hidden, encoding="utf-8")
    (store / "kb" / "zqdraft.md").write_text(ARTICLE.replace("published", "reviewed"), encoding="utf-8")
    (store / "zqbroken.md").write_text("---\nid: zqbroken\n# zqunclosed\n", encoding="utf-8")
    repository.commit_all("zqsubject")
    (store / "pt-zqgone.md").unlink()
    (store / "pt-zq9a.md").write_text(INTERNAL, encoding="utf-8")
    (store / "pt-2.md").write_text(NOW_PUBLIC, encoding="utf-8")
    repository.commit_all("zqsubject pt-zq9a")
    (store / "pt-1.md").write_text(
        PUBLIC.replace("zqcomment1", "zqedited").replace("status: open", "status: in_progress") + more, encoding="utf-8"
    )
    repository.commit_all("more\n\nTk-Rule: zqrule: status in pt-1")


def leaks(folder: Path) -> list[str]:
    """Return the secret words in the files of a site and in their names."""
    found = []
    for path in sorted(folder.rglob("*")):
        text = path.name + "\n" + (path.read_text(encoding="utf-8", errors="replace") if path.is_file() else "")
        found += [f"{path.name}: {word}" for word in re.findall(rf"\w*{PLANTED}\w*", text, re.IGNORECASE)]
        found += [f"{path.name}: {word}" for word in re.findall(r"[\w.]+@[\w.]+", text)]
    return found


def test_nothing_internal_is_in_any_file(repository: Repository) -> None:
    plant(repository)
    done = repository.tk("site", "out", "--public", "--title", "Bugs of zqmary13@zqhost15.example")
    assert done.code == 0
    out = repository.folder / "out"
    assert leaks(out) == []
    page = (out / "t" / "pt-1.html").read_text(encoding="utf-8")
    for word in ("visibleword", "A visible comment", "Mary", "in_progress", "pt-2"):
        assert word in page
    assert (out / "t" / "pt-2.html").is_file()
    assert "visibleword" in (out / "search-index.js").read_text(encoding="utf-8")
    assert "1 ticket cannot be read" in (out / "index.html").read_text(encoding="utf-8")
    article = (out / "kb" / "how-to.html").read_text(encoding="utf-8")
    assert ("a visible answer" in article, "t/pt-1.html" in article) == (True, True)
    assert [path.name for path in (out / "kb").iterdir()] == ["how-to.html"]
    of_the_team = ("first-response", "knowledge", "load", "satisfaction", "sla", "usage")
    made = {path.name for path in out.iterdir()}
    assert not {f"report-{name}.html" for name in of_the_team} & made
    assert {name for name in made if name.startswith("dashboard")} == {
        *("dashboard-desk.html", "dashboard-lead.html", "dashboard-monday.html")
    }
    monday = (out / "dashboard-monday.html").read_text(encoding="utf-8")
    assert [re.sub(r"<[^>]*>", "", one) for one in re.findall("<h2>.*?</h2>", monday)] == [
        *("Tickets (2)", "After [internal] of [address] (1)", "Open tickets by age")
    ]
    assert "in_progress" in (out / "feed.xml").read_text(encoding="utf-8")


def test_only_attachments_that_a_public_text_links_to_are_in_a_public_site(repository: Repository) -> None:
    attach(repository.folder / ".tickets")
    plant(repository, ATTACHED)
    assert repository.tk("site", "out", "--public").code == 0
    out = repository.folder / "out"
    assert leaks(out) == []
    copied = out / "t" / "pt-1.d" / "attachments"
    assert sorted(path.name for path in copied.iterdir()) == ["both.txt", "notes.txt", "seen.png"]
    assert [path.name for path in out.glob("t/*.d")] == ["pt-1.d"]
    page = (out / "t" / "pt-1.html").read_text(encoding="utf-8")
    assert '<img src="pt-1.d/attachments/seen.png" alt="seen">' in page
    assert sorted(re.findall(r'"(pt-1\.d/[^"]*)"', page)) == [
        *("pt-1.d/attachments/both.txt", "pt-1.d/attachments/notes.txt", "pt-1.d/attachments/seen.png")
    ]
    (repository.folder / ".tickets" / "pt-1.d" / "attachments" / "manifest.json").write_text("{")
    assert repository.tk("site", "out", "--public").code == 0
    assert not (out / "t" / "pt-1.d").exists()


def test_reports_for_the_public_count_what_the_public_may_know(repository: Repository) -> None:
    plant(repository)
    assert repository.tk("site", "out", "--public", env={"TK_NOW": "2026-12-01T12:00:00Z"}).code == 0
    counted = {}
    for name in ("volume", "backlog", "flow"):
        page = (repository.folder / "out" / f"report-{name}.html").read_text(encoding="utf-8")
        heads = re.findall(r'<th scope="col"[^>]*>([^<]*)', page)
        cells = re.findall(r"<td[^>]*>([^<]*)", page)
        counted[name] = [dict(zip(heads, cells[at:], strict=False)) for at in range(0, len(cells), len(heads))]
    assert sum(int(row["opened"]) for row in counted["volume"]) == 1  # pt-2 was closed when it became public
    assert sum(int(row["open"]) for row in counted["backlog"]) == 1
    last = counted["flow"][-1]
    assert (last["in_progress"], last["closed"]) == ("1", "1")


def test_problems_for_the_public_are_those_of_tickets_that_name_each_other(repository: Repository) -> None:
    tk = repository.tk
    for number in range(20):
        tk.write(f"n-{number}", f"Task {number} about topic {number * 7}")
    for name, day in (("c-1", "03"), ("c-3", "04")):
        path = tk.write(name, "Crash on save of large photos in the gallery")
        path.write_text(path.read_text("utf-8").replace("2026-01-02", f"2026-02-{day}"), encoding="utf-8")
    tk.write("c-2", "It ended while I looked away", more="duplicate-of: c-1\n")
    tk.write("c-4", "Another one", more="visibility: internal\nduplicate-of: c-1\n")
    repository.commit_all()
    for options, times in (((), "4"), (("--public",), "2")):
        assert tk("site", "out", *options).code == 0
        page = (repository.folder / "out" / "report-recurring.html").read_text(encoding="utf-8")
        assert re.findall(r'<td class="number">(\d+)</td>', page)[0] == times
        assert ("look-alikes are not looked for" in page) == bool(options)


def test_the_site_of_the_team_has_what_was_planted(repository: Repository) -> None:
    plant(repository)
    assert repository.tk("site", "out").code == 0
    found = "\n".join(leaks(repository.folder / "out"))
    for word in ("zqedited", "zqcomment2", "zqcomment3", "zqtext1", "zqtag1", "zqvalue", "zqbroken", "zqmary4"):
        assert word in found


def test_a_ticket_that_becomes_internal_loses_its_page(repository: Repository) -> None:
    plant(repository)
    repository.tk("site", "out", "--public")
    path = repository.folder / ".tickets" / "pt-2.md"
    path.write_text(NOW_PUBLIC.replace("status", "visibility: secret\nstatus"), encoding="utf-8")
    assert repository.tk("site", "out", "--public").code == 0
    assert not (repository.folder / "out" / "t" / "pt-2.html").exists()
    for page in (repository.folder / "out").rglob("*.*"):
        assert "pt-2" not in page.read_text(encoding="utf-8")


ADDRESS = "zqmary77@zqhost77.example"
SIGNS = st.sampled_from(
    ["*", "_", "`", "[", "]", "(", ")", "<", ">", "\\", "&", "#", "|", "~", "!", '"', "'", ":", " ", "\n"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SIGNS, max_size=6).map("".join), st.lists(SIGNS, max_size=6).map("".join), st.integers(0, 24))
def test_no_markdown_around_an_address_or_an_id_brings_it_back(before: str, after: str, at: int) -> None:
    from plaintickets.core.visibility import Audience
    from plaintickets.render.html.markup import safe_html

    audience = Audience(["pt-zq9a"], ["zq secret plan"])
    split = ADDRESS[:at] + before[:1] + ADDRESS[at:]
    for text in (f"{before}{ADDRESS}{after}", f"{before}pt-zq9a{after}", f"{after}zq secret plan{before}", split):
        shown = safe_html(text, audience)
        plain = re.sub(r"<[^>]*>", "", shown)
        assert ADDRESS not in plain
        assert "pt-zq9a" not in plain
        assert "zq secret plan" not in plain
        image = html.unescape(safe_html(f"![{text}](a.png)", audience, image=lambda _: "a.png"))
        assert (ADDRESS in image, "pt-zq9a" in image, "zq secret plan" in image) == (False, False, False)
    assert '<img src="a.png"' in safe_html("![x](a.png)", audience, image=lambda _: "a.png")
