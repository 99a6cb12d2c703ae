"""What a comment was before its conversion, and its files, come along with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository

AT = "2026-02-0{}T08:00:00Z"
LINK = "https://files.example/1/log.txt"
BARE = {"name": "log.txt", "size": 4, "attachment_url": LINK}
EXPORTS: dict[str, object] = {
    "zendesk": {
        "tickets": [
            {
                "id": 5,
                "subject": "Hot",
                "description": "It is hot.",
                "status": "open",
                "requester_id": 1,
                "submitter_id": 1,
                "created_at": AT.format(1),
                "updated_at": AT.format(5),
                "comments": [
                    {
                        "id": 1,
                        "html_body": "<p>See <b>this</b></p>",
                        "public": True,
                        "created_at": AT.format(2),
                        "attachments": [{"file_name": "log.txt", "size": 4, "content_url": LINK}],
                    }
                ],
            }
        ]
    },
    "freshdesk": [
        {
            "id": 5,
            "subject": "Hot",
            "description": "It is hot.",
            "status": 2,
            "priority": 1,
            "requester_id": 1,
            "created_at": AT.format(1),
            "updated_at": AT.format(5),
            "conversations": [
                {
                    "id": 1,
                    "body": "<p>See <b>this</b></p>",
                    "private": False,
                    "created_at": AT.format(2),
                    "attachments": [BARE],
                }
            ],
        }
    ],
    "helpscout": {
        "id": 5,
        "subject": "Hot",
        "status": "active",
        "mailboxId": 2,
        "createdAt": AT.format(1),
        "_embedded": {
            "threads": [
                {"id": 1, "type": "customer", "body": "It is hot.", "createdAt": AT.format(1)},
                {
                    "id": 2,
                    "type": "message",
                    "body": "<p>See <b>this</b></p>",
                    "createdAt": AT.format(2),
                    "_embedded": {
                        "attachments": [{"filename": "log.txt", "size": 4, "_links": {"data": {"href": LINK}}}]
                    },
                },
            ]
        },
    },
    "otrs": {
        "Ticket": [
            {
                "TicketNumber": "5",
                "TicketID": "5",
                "Title": "Hot",
                "State": "open",
                "Created": AT.format(1),
                "Article": [
                    {"ArticleID": 1, "Body": "It is hot.", "IsVisibleForCustomer": 1, "CreateTime": AT.format(1)},
                    {
                        "ArticleID": 2,
                        "Body": "<p>See <b>this</b></p>",
                        "MimeType": "text/html",
                        "IsVisibleForCustomer": 1,
                        "CreateTime": AT.format(2),
                        "Attachment": [{"Filename": "log.txt", "FilesizeRaw": 4}],
                    },
                ],
            }
        ]
    },
    "bugzilla": {
        "bugs": [
            {
                "id": 5,
                "summary": "Hot",
                "status": "NEW",
                "creation_time": AT.format(1),
                "product": "P",
                "comments": [
                    {"id": 1, "count": 0, "text": "It is hot.", "time": AT.format(1)},
                    {"id": 2, "count": 1, "text": "See **this**", "time": AT.format(2), "attachment_id": 9},
                ],
                "attachments": [
                    {"id": 9, "file_name": "log.txt", "size": 4},
                    {"id": 8, "file_name": "other.txt", "size": 4},
                ],
            }
        ]
    },
    "jira": {
        "key": "P-5",
        "fields": {
            "summary": "Hot",
            "created": AT.format(1),
            "comment": {"comments": [{"body": "See *this*", "created": AT.format(2)}]},
        },
    },
}
WITH_FILES = sorted(EXPORTS.keys() - {"jira"})
CONVERTED = {"bugzilla": "", "jira": "See *this*"}


def put(store: Repository, system: str, *words: str) -> str:
    """Import the export of a system, and return the ticket's text."""
    (store.folder.parent / "old.json").write_text(json.dumps(EXPORTS[system]), "utf-8")
    done = store.tk("import", system, "../old.json", *words, "--json")
    assert done.code == 0, done.stderr
    (path,) = store.tk.store.glob("*.md")
    return path.read_text("utf-8")


@pytest.mark.parametrize("system", sorted(EXPORTS))
def test_the_original_of_a_comment_is_below_it_if_asked_for(repository: Repository, system: str) -> None:
    original = CONVERTED.get(system, "<p>See <b>this</b></p>")
    said = put(repository, system, "--raw").partition(f"**{AT.format(2)}**")[2]
    assert "See **this**" in said
    assert ("## Original text" in said) is bool(original)
    if original:
        assert said.rstrip().endswith(f"\n    {original}")


@pytest.mark.parametrize("system", WITH_FILES)
def test_the_files_of_a_comment_are_listed_in_it(repository: Repository, system: str) -> None:
    text, _, said = put(repository, system).partition(f"**{AT.format(2)}**")
    assert "log.txt" not in text
    assert "Original text" not in said
    name = f"[log.txt]({LINK})" if system not in {"otrs", "bugzilla"} else "log.txt"
    assert said.rstrip().endswith(f"See **this**\n\nAttachments:\n\n- {name} (4 bytes)")
    assert repository.tk("import", system, "../old.json").stdout.startswith("0 imported, 1 here already\n")
    assert repository.tk("check").code == 0


@pytest.mark.parametrize("system", WITH_FILES)
def test_the_files_of_a_comment_are_copied_with_its_time(repository: Repository, system: str) -> None:
    files = repository.folder.parent / "files"
    files.mkdir()
    words = ("import", system, "../old.json", "--attachments", "../files", "--json")
    put(repository, system, "--attachments", "../files")
    assert "missing attachment: 5/log.txt" in json.loads(repository.tk(*words).stdout)["left_out"]
    (files / "5").mkdir()
    (files / "5" / "log.txt").write_bytes(b"hot\n")
    assert json.loads(repository.tk(*words).stdout)["attachments"] == 1
    (manifest,) = repository.tk.store.glob("*.d/attachments/manifest.json")
    rows = json.loads(manifest.read_text("utf-8"))
    assert [(row["source-name"], row["comment"]) for row in rows] == [("log.txt", AT.format(2))]
    assert (manifest.parent / rows[0]["name"]).read_bytes() == b"hot\n"
    assert json.loads(repository.tk(*words).stdout)["commit"] is None


def test_mail_addresses_leave_with_the_originals(repository: Repository) -> None:
    assert "Original" not in put(repository, "freshdesk", "--raw", "--redact", "mail")


def test_a_thread_that_has_only_files_is_kept(repository: Repository) -> None:
    export = json.loads(json.dumps(EXPORTS["helpscout"]))
    export["_embedded"]["threads"][1]["body"] = None
    (repository.folder.parent / "old.json").write_text(json.dumps(export), "utf-8")
    assert repository.tk("import", "helpscout", "../old.json").code == 0
    (path,) = repository.tk.store.glob("*.md")
    assert f"- [log.txt]({LINK}) (4 bytes)" in path.read_text("utf-8")
