"""Attachments in the browser: files of strangers, shown only if they are raster images, saved otherwise."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import anyio
import httpx
import pytest

from plaintickets.core.paths import LARGEST_IMPORTED
from plaintickets.store.attachments import open_attachment
from plaintickets.web.attachment_pages import CHUNK, POLICY, AttachmentResponse, disposition
from plaintickets.web.guard import HEADERS
from plaintickets.web.site.attachments import SiteAttachments
from web.test_serve import serving

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from pathlib import Path

    from builders import Repository
    from web.served import Served

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
TEXT = """\
![Shot](aa-1.d/attachments/shot.png) and ![Drawing](aa-1.d/attachments/drawing.svg),
![far](https://evil.example/x.png), ![up](../aa-2.d/attachments/shot.png), ![gone](aa-1.d/attachments/gone.png),
[log](aa-1.d/attachments/log.txt), [spaced](<aa-1.d/attachments/my log.txt>), [other](aa-2.d/attachments/shot.png),
[kept](aa-2.md)

## Notes

**2026-11-02T10:00:00Z** · Mary

Look: ![Seen <b>](aa-1.d/attachments/shot.png)
"""
COMMENT = "---\nauthor: Ben\ndate: 2026-11-03T10:00:00Z\n---\nHere ![it](attachments/shot.png) is.\n"
RASTER = (
    (PNG, "image/png"),
    (b"\xff\xd8\xff\xe0" + b"x" * 20, "image/jpeg"),
    (b"GIF89a" + b"x" * 20, "image/gif"),
    (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
)
OTHERS = {
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "drawing.svg": SVG,
    "claims.png": SVG,
    "empty.png": b"",
    "paper.pdf": b"%PDF-1.7",
    "half.png": PNG[:5],
    "sound.webp": b"RIFF\x10\x00\x00\x00WAVEfmt ",
}


def attach(repository: Repository, name: str, content: bytes, folder: str = "aa-1.d") -> Path:
    path = repository.tk.store / folder / "attachments" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def shown(served: Served) -> Served:
    """A server of a ticket with attachments, named in its text, in a comment and in a comment file."""
    repository = served.repository
    for name, content in (("shot.png", PNG), ("drawing.svg", SVG), ("log.txt", b"one\n"), ("my log.txt", b"two\n")):
        attach(repository, name, content)
    attach(repository, "shot.png", PNG + b"second", "aa-2.d")
    repository.tk.write("aa-1", "Parser drops the last line", body=TEXT)
    (repository.tk.store / "aa-1.d" / "2026-11-03T100000Z-abcd.md").write_text(COMMENT, encoding="utf-8")
    repository.commit_all("attachments")
    return served


def test_links_and_images_of_texts_and_comments_lead_to_the_attachments(shown: Served) -> None:
    page = shown.get("/t/aa-1").text
    images = re.findall(r"<img [^>]*>", page)
    assert images == [
        '<img src="/t/aa-1/attachments/shot.png" alt="Shot">',
        '<img src="/t/aa-1/attachments/shot.png" alt="Seen &lt;b&gt;">',
        '<img src="/t/aa-1/attachments/shot.png" alt="it">',
    ]
    links = dict(re.findall(r'<a href="([^"]*)" rel="[^"]*">([^<]*)</a>', page))
    assert {address: name for address, name in links.items() if "/attachments/" in address} == {
        "/t/aa-1/attachments/drawing.svg": "Drawing",
        "/t/aa-1/attachments/gone.png": "gone",
        "/t/aa-1/attachments/log.txt": "log",
        "/t/aa-1/attachments/my%20log.txt": "spaced",
        "../aa-2.d/attachments/shot.png": "up",
        "aa-2.d/attachments/shot.png": "other",
    }
    assert links["https://evil.example/x.png"] == "far"
    assert links["aa-2.md"] == "kept"
    assert shown.get("/t/aa-1/attachments/my%20log.txt").content == b"two\n"


def test_a_raster_image_is_shown_by_its_first_bytes(served: Served) -> None:
    for content, kind in RASTER:
        attach(served.repository, "named.html", content)
        answer = served.get("/t/aa-1/attachments/named.html")
        assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, content, kind)
        assert answer.headers["content-disposition"].startswith("inline; ")


def test_any_other_file_is_saved_and_never_shown(served: Served) -> None:
    for name, content in OTHERS.items():
        attach(served.repository, name, content)
        answer = served.get(f"/t/aa-1/attachments/{name}")
        assert (answer.status_code, answer.content) == (200, content), name
        assert answer.headers["content-type"] == "application/octet-stream", name
        assert answer.headers["content-disposition"].startswith("attachment; "), name


def test_a_file_is_no_part_of_the_pages(shown: Served) -> None:
    for name in ("shot.png", "drawing.svg"):
        answer = shown.get(f"/t/aa-1/attachments/{name}")
        assert answer.headers.get_list("content-security-policy") == [POLICY]
        others = {key: value for key, value in HEADERS.items() if key != "Content-Security-Policy"}
        assert {key: answer.headers.get(key) for key in others} == others
    assert "img-src 'self'" in HEADERS["Content-Security-Policy"]
    assert shown.get("/t/aa-1").headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_an_attachment_needs_the_session(shown: Served) -> None:
    answer = shown.stranger().get("/t/aa-1/attachments/shot.png")
    assert answer.status_code == 401
    assert b"PNG" not in answer.content


def test_a_name_reaches_the_browser_whole_and_ends_no_header() -> None:
    assert disposition("log.txt", is_inline=False) == "attachment; filename=\"log.txt\"; filename*=UTF-8''log.txt"
    said = disposition('übersicht "1"\r\nSet-Cookie: x%\ud800.pdf', is_inline=False)
    assert said.isascii()
    assert said.startswith('attachment; filename="_bersicht _1___Set-Cookie: x__.pdf"; ')
    assert said.endswith("filename*=UTF-8''%C3%BCbersicht%20%221%22%0D%0ASet-Cookie%3A%20x%25%3F.pdf")


def test_an_archived_ticket_has_its_attachments(shown: Served) -> None:
    store = shown.repository.tk.store
    year = store / "archive" / "2026"
    year.mkdir(parents=True)
    for name in ("aa-1.md", "aa-1.d"):
        (store / name).rename(year / name)
    assert shown.get("/t/aa-1/attachments/shot.png").content == PNG
    assert '<img src="/t/aa-1/attachments/shot.png"' in shown.get("/t/aa-1").text


OUTSIDE = (
    *("..%2f..%2faa-2.md", "%2e%2e", "..%2fattachments%2fshot.png", "%2fetc%2fpasswd", "..%5c..%5caa-2.md"),
    *("shot.png%00", "manifest.json", "Manifest.JSON", ".hidden", "-x", "link.png", "folder", "pipe", "inside%2fx.png"),
    *("%ff%fe", "x" * 3000),
)


def test_no_name_leaves_the_folder_and_no_link_is_followed(shown: Served) -> None:
    folder = shown.repository.tk.store / "aa-1.d" / "attachments"
    (folder / "link.png").symlink_to(shown.repository.tk.store / "aa-2.md")
    (folder / "folder").mkdir()
    (folder / "inside").mkdir()
    for name in (".hidden", "-x", "inside/x.png"):
        (folder / name).write_bytes(PNG)
    (folder / "manifest.json").write_text("[]")
    os.mkfifo(folder / "pipe")
    for name in OUTSIDE:
        answer = shown.get(f"/t/aa-1/attachments/{name}")
        assert answer.status_code == 404, name
        assert not re.search(b"Second|PNG|root:", answer.content), name


@pytest.mark.parametrize("linked", ["aa-3.d", "aa-3.d/attachments"])
def test_a_folder_that_is_a_link_is_not_entered(shown: Served, linked: str) -> None:
    store = shown.repository.tk.store
    path = store / linked
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(store / linked.replace("aa-3", "aa-1"))
    assert (path.parent / path.name / ("attachments" if linked == "aa-3.d" else "") / "shot.png").is_file()
    assert shown.get("/t/aa-3/attachments/shot.png").status_code == 404
    shown.repository.tk.write("aa-3", "Third", body="![x](aa-3.d/attachments/shot.png)\n")
    assert "<img" not in shown.get("/t/aa-3").text


def test_a_missing_file_is_named_with_what_its_manifest_knows(shown: Served) -> None:
    row = {
        "name": "gone.png",
        "source-name": "screen <1>.png",
        "size": 1234,
        "link": "https://jira.example/7",
        "x": [1],
    }
    attach(shown.repository, "manifest.json", json.dumps([row]).encode())
    answer = shown.get("/t/aa-1/attachments/gone.png")
    assert answer.status_code == 404
    for word in ("gone.png", "screen &lt;1&gt;.png", "1234 bytes", "from https://jira.example/7"):
        assert word in answer.text
    near = shown.get("/t/aa-1/attachments/shots.png")
    assert (near.status_code, "Did you mean &#39;shot.png&#39;?" in near.text) == (404, True), near.text
    assert shown.get("/t/aa-9/attachments/shot.png").status_code == 404
    attach(shown.repository, "manifest.json", b'{"a": ' * 100_000)
    assert "is no list of attachments" in shown.get("/t/aa-1/attachments/gone.png").text


def test_a_large_file_comes_in_pieces_and_its_head_without_them(repository: Repository) -> None:
    repository.tk.write("aa-1", "First")
    content = os.urandom(CHUNK) * 50 + b"end"
    path = attach(repository, "dump.bin", content)
    with serving(repository) as address:
        start = address.partition("/?")[0]
        with httpx.Client(follow_redirects=True, timeout=300) as browser:
            browser.get(address)
            answer = browser.get(f"{start}/t/aa-1/attachments/dump.bin")
            assert (answer.content == content, answer.headers["content-length"]) == (True, str(len(content)))
            head = browser.head(f"{start}/t/aa-1/attachments/dump.bin")
            assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(content)))
            with browser.stream("GET", f"{start}/t/aa-1/attachments/dump.bin") as cut:
                next(cut.iter_raw())
            path.write_bytes(b"")
            assert browser.get(f"{start}/t/aa-1/attachments/dump.bin").content == b""


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_more_than_a_piece_of_a_file_is_in_memory_and_it_is_closed(served: Served, method: str) -> None:
    attach(served.repository, "dump.bin", bytes(3 * CHUNK + 5))
    found = open_attachment(str(served.repository.tk.store), "aa-1.md", "dump.bin")
    pieces: list[int] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        pieces.append(len(message.get("body", b"")))

    async def receive() -> MutableMapping[str, Any]:
        return {}

    anyio.run(AttachmentResponse(found, "dump.bin"), {"method": method}, receive, send)
    assert pieces == ([0, CHUNK, CHUNK, CHUNK, 5, 0] if method == "GET" else [0, 0])
    assert found.file.closed


def test_a_site_has_copies_of_linked_attachments_under_names_that_no_server_shows_as_pages(shown: Served) -> None:
    repository = shown.repository
    for name in ("page.html", "run.php.txt", "server.2026.log", "photo.html", "README"):
        attach(repository, name, PNG if name == "photo.html" else b"<script>alert(1)</script>")
    attach(repository, "photo-html.png", PNG + b"other")
    attach(repository, "unlinked.txt", b"nobody")
    names = ("page.html", "run.php.txt", "server.2026.log", "photo.html", "photo-html.png", "README")
    more = "".join(f"\n[{name}](aa-1.d/attachments/{name}) ![{name}](aa-1.d/attachments/{name})\n" for name in names)
    repository.tk.write("aa-1", "Parser drops the last line", body=TEXT.replace("\n## Notes", f"{more}\n## Notes"))
    repository.commit_all("more")
    done = repository.tk("site", "out")
    assert (done.code, "Attachments: 10, 0.0 MB\n" in done.stdout) == (0, True), done
    out = repository.folder / "out"
    folder = out / "t" / "aa-1.d" / "attachments"
    assert sorted(path.name for path in folder.iterdir()) == [
        *("1-photo-html.png", "README.bin", "drawing-svg.bin", "log.txt", "my log.txt", "page-html.bin"),
        *("photo-html.png", "run-php.txt", "server-2026.log", "shot.png"),
    ]
    page = (out / "t" / "aa-1.html").read_text(encoding="utf-8")
    images = re.findall(r'<img src="([^"]*)" alt="([^"]*)">', page)
    assert [(address.rpartition("/")[2], name) for address, name in images] == [
        *(("shot.png", "Shot"), ("photo-html.png", "photo.html"), ("1-photo-html.png", "photo-html.png")),
        *(("shot.png", "Seen &lt;b&gt;"), ("shot.png", "it")),
    ]
    for address in re.findall(r'(?:src|href)="(aa-1\.d/[^"]*)"', page):
        assert (out / "t" / unquote(address)).is_file(), address
    assert 'gone.png"' not in page
    assert (out / ".nojekyll").read_bytes() == b""
    again = repository.tk("site", "out").stdout
    assert "Wrote 0 files to out" in again
    assert "0 removed" in again
    repository.tk.write("aa-1", "Parser drops the last line")
    (repository.tk.store / "aa-1.d" / "attachments" / "shot.png").unlink()
    repository.tk("site", "out")
    assert [*(out / "t").glob("*.d"), *out.glob(".nojekyll")] == []


def test_a_site_leaves_out_what_is_too_large_and_says_so(shown: Served) -> None:
    repository = shown.repository
    os.truncate(repository.tk.store / "aa-1.d" / "attachments" / "log.txt", LARGEST_IMPORTED + 1)
    done = repository.tk("site", "out")
    assert (done.code, "note: attachments left out: 1, each above 25 MB" in done.stderr) == (0, True), done
    assert not (repository.folder / "out" / "t" / "aa-1.d" / "attachments" / "log.txt").exists()
    page = (repository.folder / "out" / "t" / "aa-1.html").read_text(encoding="utf-8")
    assert ('/log.txt"' in page, "/my%20log.txt" in page) == (False, True)
    small = SiteAttachments("", together=100)
    assert [small.takes(60), small.takes(60), small.takes(40), small.takes(1)] == [True, False, True, False]


def test_a_list_of_files_removes_nothing_through_a_link(shown: Served) -> None:
    repository = shown.repository
    repository.tk("site", "out")
    folder = repository.folder / "out" / "t" / "aa-1.d"
    folder.rename(repository.folder / "elsewhere")
    folder.symlink_to(repository.folder / "elsewhere")
    repository.tk.write("aa-1", "Parser drops the last line")
    (repository.tk.store / "aa-1.d" / "2026-11-03T100000Z-abcd.md").unlink()
    done = repository.tk("site", "out")
    assert (done.code, "changed by somebody, so it stays" in done.stderr) == (0, True), done
    assert (repository.folder / "elsewhere" / "attachments" / "shot.png").read_bytes() == PNG
