"""`tk tag`: tags added, and taken away whatever letters they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
@built_once
def tags(repository: Repository) -> Repository:
    for ticket in ("pt-1", "pt-2"):
        repository.tk.write(ticket, more="tags: [sqlite, graphs, quick]\n")
    repository.commit_all()
    return repository


@pytest.mark.parametrize("tag", ["sqlite", "graphs", "quick"])
def test_a_tag_whose_letters_are_options_is_taken_away(tags: Repository, tag: str) -> None:
    done = tags.tk("tag", "pt-1", f"-{tag}")
    assert (done.stdout, done.code) == ("Updated pt-1: tags\n", 0)
    left = [known for known in ("sqlite", "graphs", "quick") if known != tag]
    assert tags.tk.field("pt-1", "tags") == f"[{', '.join(left)}]"


def test_options_are_still_read_beside_tags_to_take_away(tags: Repository) -> None:
    done = tags.tk("tag", "pt-1", "-sqlite", "-q", "--message", "-tidy up")
    assert (done.stdout, done.code) == ("", 0)
    assert tags.git("log", "-1", "--format=%s") == "-tidy up"


def test_words_without_a_sign_are_tags_unless_another_has_one(tags: Repository) -> None:
    tags.tk("tag", "pt-1", "new", "more")
    assert tags.tk.field("pt-1", "tags") == "[sqlite, graphs, quick, new, more]"
    tags.tk("tag", "pt-1", "pt-2", "+both", "-quick")
    assert tags.tk.field("pt-1", "tags") == "[sqlite, graphs, new, more, both]"
    assert tags.tk.field("pt-2", "tags") == "[sqlite, graphs, both]"
    assert tags.git("log", "-1", "--format=%s") == "tk: tag pt-1, pt-2"


def test_taking_the_last_tag_away_takes_the_line_away(tags: Repository) -> None:
    tags.tk("tag", "pt-1", "-sqlite", "-graphs", "-quick")
    assert tags.diff_lines() == ["-tags: [sqlite, graphs, quick]"]


def test_a_tag_that_is_there_already_makes_no_commit(tags: Repository) -> None:
    before = tags.git("rev-parse", "HEAD")
    assert tags.tk("tag", "pt-1", "quick").stdout == "pt-1: nothing to change\n"
    assert tags.git("rev-parse", "HEAD") == before


def test_a_tag_with_a_line_break_is_refused(tags: Repository) -> None:
    refused = tags.tk("tag", "pt-1", "a\nstatus: closed")
    assert (refused.code, tags.git("status", "--porcelain")) == (2, "")
    assert "one plain line" in refused.stderr


def test_no_tag_is_a_usage_error_with_an_example(tags: Repository) -> None:
    refused = tags.tk("tag", "pt-1")
    assert refused.code == 2
    assert "tk tag 7f3k parser" in refused.stderr
