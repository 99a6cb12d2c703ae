"""Contents of attachments that stand in the export itself go to `ID.d/attachments/`, and texts link to them."""

from __future__ import annotations

import base64
import json
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.imported import RecordError
from plaintickets.core.paths import LARGEST_IMPORTED
from plaintickets.importers.attachment_contents import TOO_LARGE, AttachmentContents

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

AT = "2026-02-0{}T08:00:00Z"
PICTURE, LOG, OTHER = b"\x89PNG\r\n", b"first\n", b"second\n"


def packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


def otrs(folder: Path) -> None:
    files = [
        {"Filename": "plan.png", "FilesizeRaw": "6", "Content": packed(PICTURE), "ContentID": "<plan@x>"},
        {"Filename": "../log.txt", "FilesizeRaw": "6", "Content": packed(LOG)},
    ]
    first = {
        "ArticleID": 1,
        "Body": "<p>See <img src='cid:plan@x' alt='the plan'></p>",
        "MimeType": "text/html",
        "IsVisibleForCustomer": 1,
        "CreateTime": "2026-02-01 08:00:00",
        "Attachment": files,
    }
    second = {
        "ArticleID": 2,
        "Body": "again",
        "MimeType": "text/plain",
        "CreateTime": "2026-02-02 08:00:00",
        "Attachment": [{"Filename": "../log.txt", "FilesizeRaw": "7", "Content": packed(OTHER)}],
    }
    ticket = {"TicketID": 5, "TicketNumber": "55", "Title": "Hot", "State": "open", "Article": [first, second]}
    (folder / "ticket.json").write_text(json.dumps({"Ticket": [ticket]}), "utf-8")


def bugzilla(folder: Path) -> None:
    bug = {"id": 35, "summary": "Hot", "status": "NEW", "creation_time": AT.format(1)}
    comments = [
        {"id": 1, "bug_id": 35, "count": 0, "text": "It is hot.", "creation_time": AT.format(1)},
        {"id": 2, "bug_id": 35, "count": 1, "text": "again", "attachment_id": 8, "creation_time": AT.format(2)},
    ]
    files = [
        {"id": number, "bug_id": 35, "file_name": name, "size": len(content), "data": packed(content)}
        for number, name, content in ((6, "plan.png", PICTURE), (7, "../log.txt", LOG), (8, "../log.txt", OTHER))
    ]
    (folder / "bugs.json").write_text(json.dumps({"bugs": [bug]}), "utf-8")
    (folder / "comments.json").write_text(json.dumps({"bugs": {"35": {"comments": comments}}}), "utf-8")
    (folder / "files.json").write_text(json.dumps({"bugs": {"35": files}, "attachments": {}}), "utf-8")


def mail(number: int, html: str) -> EmailMessage:
    found = EmailMessage()
    found["From"], found["Subject"], found["Message-ID"] = "Bob <bob@example.com>", "Hot", f"<m{number}@example.com>"
    found["Date"] = f"Sun, 0{number} Feb 2026 08:00:00 +0000"
    if number > 1:
        found["In-Reply-To"] = "<m1@example.com>"
    found.set_content(html, subtype="html")
    return found


def mbox(folder: Path) -> None:
    first, second = mail(1, "<p>See <img src='cid:plan@x' alt='the plan'></p>"), mail(2, "<p>again</p>")
    first.add_attachment(PICTURE, "image", "png", filename="plan.png", cid="<plan@x>")
    first.add_attachment(LOG, "text", "plain", filename="../log.txt")
    second.add_attachment(OTHER, "text", "plain", filename="../log.txt")
    (folder / "1.eml").write_bytes(first.as_bytes())
    (folder / "2.eml").write_bytes(second.as_bytes())


EXPORTS = {"otrs": otrs, "bugzilla": bugzilla, "mbox": mbox}


def bring(store: Repository, system: str, *words: str) -> dict[str, Any]:
    folder = store.folder.parent / "export"
    folder.mkdir(exist_ok=True)
    EXPORTS[system](folder)
    done = store.tk("import", system, str(folder), "--json", *words)
    assert done.code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def files(store: Repository) -> dict[str, bytes]:
    return {
        f"{path.parent.parent.name}/attachments/{path.name}": path.read_bytes()
        for path in store.tk.store.glob("*.d/attachments/*[!n]")
    }


@pytest.mark.parametrize("system", EXPORTS)
def test_contents_are_copied_once_and_linked(repository: Repository, system: str) -> None:
    done = bring(repository, system)
    assert (done["attachments"], [name for name in done["left_out"] if "attach" in name]) == (3, [])
    held = {path: content for path, content in files(repository).items() if not path.endswith(".json")}
    assert sorted(held.values()) == sorted([PICTURE, LOG, OTHER])
    path_of = {content: path for path, content in held.items()}
    text = repository.tk.text(done["created"][0])
    head, notes = text.split("\n## Notes\n")
    assert f"- [plan.png]({path_of[PICTURE]}) (6 bytes)" in head
    assert f"({path_of[LOG]})" in head
    assert f"({path_of[OTHER]})" in notes
    assert ("![the plan]" in head) == (system != "bugzilla")
    assert "sha256:" not in text
    again = bring(repository, system)
    assert (again["commit"], again["attachments"], again["unchanged"]) == (None, 0, 1)
    assert repository.tk("check").code == 0


@pytest.mark.parametrize("words", [("--dry-run",), ("--ignore", "attachments")])
def test_nothing_is_copied_in_a_dry_run_or_if_it_is_ignored(repository: Repository, words: tuple[str, ...]) -> None:
    done = bring(repository, "otrs", *words)
    assert done["attachments"] == (3 if "--dry-run" in words else 0)
    assert done["left_out"].get("contents of attachments", 0) == (0 if "--dry-run" in words else 3)
    assert files(repository) == {}
    if done["commit"]:
        assert "See the plan\n" in repository.tk.text(done["created"][0])


def test_comments_in_files_link_from_their_folder(repository: Repository) -> None:
    (repository.tk.store / "config.yml").write_text("format:\n  comments: files\n", "utf-8")
    repository.commit_all()
    done = bring(repository, "otrs")
    (comment,) = repository.tk.store.glob(f"{done['created'][0]}.d/*.md")
    (path,) = [path for path, content in files(repository).items() if content == OTHER]
    assert f"({path.partition('/')[2]})" in comment.read_text("utf-8")


def test_a_bad_content_names_its_record_and_nothing_is_imported(repository: Repository) -> None:
    (repository.folder / "files.json").write_text(
        json.dumps({"bugs": {"35": [{"id": 6, "file_name": "a\x1b.png", "data": "/w==="}]}, "attachments": {}}), "utf-8"
    )
    done = repository.tk("import", "bugzilla", "files.json")
    assert done.code == 3
    assert "files.json: record 1: the content of its attachment 'a\\x1b.png' is no base64" in done.stderr
    assert files(repository) == {}


def test_what_is_too_large_is_not_decoded() -> None:
    contents = AttachmentContents()
    assert contents.add_base64("", "a", "!" * (LARGEST_IMPORTED * 2 + 1)) == TOO_LARGE
    assert contents.add_base64("", "a", "!" * (LARGEST_IMPORTED // 3 * 4 + 8)) == TOO_LARGE


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_contents_are_held_by_their_digests(parts: list[bytes]) -> None:
    contents = AttachmentContents()
    names = [contents.add_base64("", "a", packed(part)) for part in parts]
    assert [contents.content(name) for name in names] == parts
    assert len(set(names)) == len(set(parts))
    assert contents.content("sha256:0") is None


@pytest.mark.parametrize("text", ["a", "ab", "abc", "a b-c=", "====", "äää="])
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match=r"here: the content of its attachment 'a' is no base64"):
        AttachmentContents().add_base64("here", "a", text)


def test_equal_attachments_of_a_ticket_are_copied_once(repository: Repository) -> None:
    row = {"bug_id": 35, "file_name": "a.txt", "size": 6, "data": packed(LOG)}
    bug = {"id": 35, "summary": "Hot", "status": "NEW", "creation_time": AT.format(1)}
    bug["attachments"] = [{"id": number, **row} for number in range(20)]
    (repository.folder / "bugs.json").write_text(json.dumps({"bugs": [bug]}), "utf-8")
    assert repository.tk("import", "bugzilla", "bugs.json").code == 0
    assert sorted(path.rpartition(".")[2] for path in files(repository)) == ["txt"]


@pytest.mark.parametrize("row", [{"link": []}, {"name": {}, "source-name": None}, {"comment": [1], "sha256": 5}])
def test_a_manifest_with_odd_values_stops_no_import(repository: Repository, row: dict[str, Any]) -> None:
    bring(repository, "bugzilla")
    (manifest,) = repository.tk.store.glob("*.d/attachments/manifest.json")
    manifest.write_text(json.dumps([row, *json.loads(manifest.read_text("utf-8"))]), "utf-8")
    assert bring(repository, "bugzilla")["attachments"] == 0
