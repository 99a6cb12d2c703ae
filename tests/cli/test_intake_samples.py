"""Real mails become the tickets and answers that a person made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from mail_samples import ANSWER, DATA, HELD, ROOT, expected, is_whole, made_of, samples, table

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

COPIES = ROOT / "tests" / "data" / "mail"
HAND_MADE = [path for path in samples(COPIES) if path.suffix != ".json"]


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk("init")
    return repository


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def test_the_samples_in_the_repository_become_what_a_person_made_of_them(store: Repository) -> None:
    wanted = expected()
    assert {name_of(path): made_of(path, store) for path in HAND_MADE} == {
        name_of(path): wanted[name_of(path)] for path in HAND_MADE
    }


def test_all_samples_become_what_a_person_made_of_them(store: Repository) -> None:
    found = {name_of(path): made_of(path, store) for path in samples()}
    assert found == expected()


def test_the_page_shows_what_became_of_the_samples() -> None:
    page = (ROOT / "docs" / "guide" / "intake-and-notifications.md").read_text("utf-8")
    assert "\n".join(table(expected())) in page


def test_the_answers_of_twelve_mail_programs_are_cut_where_the_quoted_mail_begins(store: Repository) -> None:
    from plaintickets.core.mail.message import read_mail
    from plaintickets.core.mail.quotes import cut

    found = {path.name: cut("\n".join(read_mail(path.read_bytes()).texts)).text for path in COPIES.glob("talon/*.eml")}
    long_one = found.pop("reply-quotations-share-block.eml")
    assert set(found.values()) == {"Hello"}
    assert len(found) == 12
    assert long_one.endswith("Joe XXX")


def test_what_no_person_wrote_is_held(store: Repository) -> None:
    wanted = expected()
    reports = [path for path in HAND_MADE if path.parent.name == "sisimai" and "is-not" not in path.name]
    assert {wanted[name_of(path)].result for path in reports} == {HELD}
    assert all(wanted[name_of(path)].result != ANSWER for path in HAND_MADE if is_whole(path))


def test_all_whole_samples_at_once_leave_a_store_without_findings(store: Repository) -> None:
    folders = sorted({str(path.parent) for path in samples() if is_whole(path)})
    first = store.tk("intake", "mail", *folders)
    assert "2 failed" in first.stdout
    assert "Traceback" not in first.stderr
    assert store.tk("check").code == 0
    before = store.git("rev-parse", "HEAD")
    again = store.tk("intake", "mail", *folders)
    assert "new" not in again.stdout
    assert store.git("rev-parse", "HEAD") == before
    assert DATA.is_dir()
