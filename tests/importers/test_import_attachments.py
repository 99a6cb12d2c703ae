"""`tk import --attachments FOLDER`: files beside an export go to `ID.d/attachments/`; those missing stay links."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from builders import opened
from plaintickets.actions.import_attachments import AttachmentCopies
from plaintickets.core.imported import Attachment, Imported
from plaintickets.core.paths import LARGEST_IMPORTED
from plaintickets.importers.attachment_files import AttachmentFolder

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

SITE = "https://old.example/secure/attachment"


def write(store: Repository, *names: str, key: str = "OLD-1") -> None:
    files = [{"filename": name, "size": 3, "content": f"{SITE}/{at}/{name}"} for at, name in enumerate(names)]
    issue = {"key": key, "fields": {"summary": "With files", "attachment": files}}
    (store.folder.parent / "old.json").write_text(json.dumps({"startAt": 0, "issues": [issue]}), "utf-8")


def put(store: Repository, *words: str) -> dict[str, Any]:
    done = store.tk("import", "jira", "../old.json", "--attachments", "../files", "--json", *words)
    assert done.code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def copied(store: Repository) -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in store.tk.store.glob("*.d/attachments/*")}
    found.pop("manifest.json", None)
    return {name.partition("-")[2]: content for name, content in found.items()}


@pytest.fixture
def files(repository: Repository) -> Path:
    folder = repository.folder.parent / "files"
    (folder / "OLD-1").mkdir(parents=True)
    (folder / "OLD-1" / "a.txt").write_bytes(b"one")
    write(repository, "a.txt", "b.txt", "gone.txt")
    (folder / "old.example/secure/attachment/1").mkdir(parents=True)
    (folder / "old.example/secure/attachment/1/b.txt").write_bytes(b"two")
    return folder


@pytest.mark.parametrize("words", [(), ("--history",)])
def test_files_are_copied_and_missing_ones_are_reported(repository: Repository, files: Path, words: list[str]) -> None:
    assert files.is_dir()
    done = put(repository, *words)
    assert (done["attachments"], done["left_out"]) == (2, {"missing attachment: OLD-1/gone.txt": 1})
    assert copied(repository) == {"a.txt": b"one", "b.txt": b"two"}
    (manifest,) = repository.tk.store.glob("*.d/attachments/manifest.json")
    rows = json.loads(manifest.read_text("utf-8"))
    assert [(row["source-name"], row["size"], row["link"]) for row in rows] == [
        ("a.txt", 3, f"{SITE}/0/a.txt"),
        ("b.txt", 3, f"{SITE}/1/b.txt"),
    ]
    assert f"{SITE}/2/gone.txt" in repository.tk.text(done["created"][0])
    assert repository.git("status", "--porcelain") == ""
    assert repository.tk("check").code == 0


def test_a_later_import_adds_what_was_missing_and_leaves_what_was_removed_here(
    repository: Repository, files: Path
) -> None:
    put(repository)
    (removed,) = repository.tk.store.glob("*.d/attachments/*a.txt")
    removed.unlink()
    repository.commit_all()
    assert put(repository)["commit"] is None
    (files / "OLD-1" / "gone.txt").write_bytes(b"three")
    done = put(repository)
    assert (done["attachments"], done["left_out"], len(done["updated"])) == (1, {}, 1)
    assert f"{SITE}/2/gone.txt" not in repository.tk.text(done["updated"][0])
    assert copied(repository) == {"b.txt": b"two", "gone.txt": b"three"}
    assert repository.tk("undo").code == 0
    assert copied(repository) == {"b.txt": b"two"}


def test_without_a_folder_attachments_are_links_and_no_loss(repository: Repository) -> None:
    write(repository, "a.txt")
    done = json.loads(repository.tk("import", "jira", "../old.json", "--json").stdout)
    assert (done["attachments"], done["left_out"]) == (0, {})
    assert f"{SITE}/0/a.txt" in repository.tk.text(done["created"][0])


def test_a_dry_run_copies_nothing(repository: Repository, files: Path) -> None:
    assert files.is_dir()
    assert put(repository, "--dry-run")["attachments"] == 2
    assert copied(repository) == {}


@pytest.mark.parametrize("name", ["../secret.txt", "..", "/etc/passwd", "..\\secret.txt", "link.txt", "pipe", "nul"])
def test_no_file_outside_of_the_folder_is_copied(repository: Repository, files: Path, name: str) -> None:
    (files / "secret.txt").write_bytes(b"secret")
    (files / "OLD-1" / "link.txt").symlink_to(files / "secret.txt")
    os.mkfifo(files / "OLD-1" / "pipe")
    write(repository, name)
    done = put(repository)
    assert (done["attachments"], list(done["left_out"].values())) == (0, [1])
    assert copied(repository) == {}


def test_linked_folders_are_not_followed(repository: Repository, files: Path) -> None:
    (files / "OLD-2").symlink_to(files / "OLD-1")
    write(repository, "a.txt", key="OLD-2")
    assert put(repository)["attachments"] == 0


def test_names_and_sizes_are_limited(repository: Repository, files: Path) -> None:
    with (files / "OLD-1" / "large").open("wb") as file:
        file.truncate(LARGEST_IMPORTED + 1)
    (files / "OLD-1" / ("x" * 240)).write_bytes(b"x")
    (files / "OLD-1" / "manifest.json").write_bytes(b"{}")
    write(repository, "large", "x" * 240, "manifest.json")
    done = put(repository)
    assert (done["attachments"], list(done["left_out"])) == (2, ["attachment above 25 MB: OLD-1/large"])
    assert put(repository)["attachments"] == 0


def test_one_import_holds_a_limited_amount(repository: Repository, files: Path) -> None:
    (files / "OLD-1" / "b.txt").write_bytes(bytes(2 << 20))
    found = [Attachment("b.txt"), Attachment("a.txt")]
    with opened(repository).edit("import") as edit:
        copies = AttachmentCopies(edit, AttachmentFolder(str(files)), together=1 << 20)
        copies.take("pt-1.md", Imported("", "Title", key="old:OLD-1", attachments=found))
    assert copies.count == 1
    assert list(copies.left_out) == ["attachment beyond 1 MB of one import, which the next import takes: OLD-1/b.txt"]


def test_a_damaged_manifest_and_a_missing_folder_are_refused(repository: Repository, files: Path) -> None:
    put(repository)
    (manifest,) = repository.tk.store.glob("*.d/attachments/manifest.json")
    manifest.write_text('{"a": ', "utf-8")
    done = repository.tk("import", "jira", "../old.json", "--attachments", str(files))
    assert (done.code, "is no list of attachments" in done.stderr) == (3, True)
    done = repository.tk("import", "jira", "../old.json", "--attachments", "../none")
    assert (done.code, "is no folder" in done.stderr) == (2, True)
