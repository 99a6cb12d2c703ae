"""Articles as text: what their keys say, which links they have, and whether they fit a ticket."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.article import (
    answer_text,
    article_of,
    days_overdue,
    draft_of,
    file_links,
    problems_of,
    readable_part,
    slug_of,
)
from plaintickets.core.article_fit import LEAST, Asker, AskerTerms, Fit, best, fit
from plaintickets.core.document import parse
from plaintickets.core.paths import is_ticket_id

FILE = """\
---
title: Reset your password
status: published
audience: public
keywords: [password, "log in"]
related: [pt-1]
reviewed: bo@2026-01-01
review_every: 30d
---
Open the settings.
"""


def problems(text: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.code, one.message) for one in problems_of(parse(text.encode(), "kb/a.md"))]


def test_an_article_says_what_it_is() -> None:
    article = article_of(parse(FILE.encode(), "kb/reset.md"))
    assert article[:6] == (
        "reset", "kb/reset.md", "Reset your password", "published", "public", ("password", "log in"),
    )  # fmt: skip
    assert (article.related, article.reviewed, article.review_every) == (("pt-1",), "bo@2026-01-01", "30d")
    assert problems(FILE) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("title: Reset your password\n", "", (1, "the article has no title")),
        ("published", "publishd", (3, "status is 'publishd', not one of draft, reviewed, published, retired. Did you")),
        ("audience: public", "audience: [public]", (4, "audience is a list or mapping, not one of internal, public.")),
        ('[password, "log in"]', "password", (5, "keywords is not a list of words")),
        ("[pt-1]", "{a: b}", (6, "related is not a list of words")),
        ("bo@2026-01-01", "bo", (7, "reviewed is not written as NAME@2026-11-25")),
        ("30d", "often", (8, "review_every is not a duration: write 30min, 4h, 2d, 1w or 1h30min")),
        ("30d", "[1d]", (8, "review_every is not a duration")),
    ],
)
def test_a_wrong_value_is_a_problem_at_its_line(old: str, new: str, found: tuple[int, str]) -> None:
    assert old in FILE
    (line, code, message) = problems(FILE.replace(old, new))[0]
    assert (line, code, message[: len(found[1])]) == (found[0], "broken-article", found[1])


def test_a_file_that_cannot_be_read_has_only_that_problem() -> None:
    assert [one[1] for one in problems("no keys\n")] == ["no-front-matter"]
    assert [one[1] for one in problems("---\ntitle: &a [*a]\n---\n")] == ["yaml-alias"]


@given(st.text(max_size=90))
def test_the_name_made_of_a_title_is_a_safe_file_name(title: str) -> None:
    slug = slug_of(title)
    assert slug == "" or (is_ticket_id(slug) and len(slug) <= 60 and slug.isascii()) or slug == "readme"


def test_a_long_title_is_cut_between_words() -> None:
    assert slug_of("Crème brûlée: Ångström & Co!") == "creme-brulee-angstrom-co"
    assert slug_of("word " * 30) == "-".join(["word"] * 12)
    assert len(slug_of("x" * 90)) == 60


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)


@given(TEXT.map(lambda text: " ".join(text.split())).filter(bool), st.lists(TEXT.filter(bool), max_size=3))
def test_a_draft_reads_back_as_it_was_meant(title: str, keywords: list[str]) -> None:
    made = draft_of("kb/a.md", title, {"keywords": [*keywords], "audience": "public"}, "Text.\r\nMore.\n")
    article = article_of(parse(made.to_bytes(), "kb/a.md"))
    assert (article.title, list(article.keywords), article.body) == (title, keywords, "\nText.\nMore.\n")
    assert problems_of(parse(made.to_bytes(), "kb/a.md")) == []


def test_a_review_is_about_what_readers_read() -> None:
    before = readable_part(parse(FILE.encode(), "kb/a.md"))
    for old, new in (("published", "draft"), ("bo@", "cy@"), ("30d", "60d"), ("password, ", ""), ("[pt-1]", "[]")):
        assert readable_part(parse(FILE.replace(old, new).encode(), "kb/a.md")) == before
    for old, new in (("public\n", "internal\n"), ("the settings", "them"), ("Reset", "Change")):
        assert readable_part(parse(FILE.replace(old, new).encode(), "kb/a.md")) != before


@pytest.mark.parametrize(("day", "late"), [("2026-01-31", 0), ("2026-02-01", 1), ("2027-01-31", 365)])
def test_a_review_is_due_after_its_time(day: str, late: int) -> None:
    article = article_of(parse(FILE.encode(), "kb/a.md"))
    assert days_overdue(article, datetime.fromisoformat(day).replace(tzinfo=UTC)) == late
    assert days_overdue(article._replace(review_every=""), datetime.fromisoformat(day).replace(tzinfo=UTC)) == 0
    assert days_overdue(article._replace(reviewed="bo@2026-99-99"), datetime.now(UTC)) == 0


def test_links_to_files_are_found_and_others_are_not() -> None:
    text = (
        "[a](b.md) [c](<d.md#top>) ![e](img/f.png 'title') [g](https://x.org/h.md) [i](#j) [k](mailto:a@b)\n"
        "`[l](m.md)` \\[n\\]\n```\n[o](p.md)\n```\n[q]: r.md\n[s](/t.md) [u](//v.md)\n"
    )
    assert file_links(text) == [("b.md", 0), ("d.md", 0), ("img/f.png", 0), ("r.md", 5)]


def test_hostile_brackets_take_no_time() -> None:
    before = time.process_time()
    assert file_links("a " + "`" * 50_000 + "[" * 50_000 + "[](" * 50_000) == [("[]", 0)] * 1000
    assert time.process_time() - before < 5


def test_a_draft_from_a_ticket_has_a_problem_and_an_answer() -> None:
    assert answer_text("It fails.", ["Do this.", " "]) == "## Problem\n\nIt fails.\n\n## Answer\n\nDo this."
    assert "What to do." in answer_text("", [])


def fits(asker: Asker, **changed: object) -> Fit:
    article = article_of(parse(FILE.encode(), "kb/reset.md"))._replace(**changed)  # type: ignore[arg-type]
    return fit(AskerTerms(asker), article, {"reset": 1, "password": 2}, 10)


@pytest.mark.parametrize(
    ("asker", "reasons"),
    [
        (Asker("pt-1", "Something else"), ("related",)),
        (Asker("", "The passwords were refused"), ("keyword 'password'", "word 'password'")),
        (Asker("", "I cannot log in"), ("keyword 'log in'",)),
        (Asker("", "No access", tags=("password",)), ("keyword 'password'",)),
        (Asker("", "How do I reset a PASSWORD?"), ("words 'reset, password'", "keyword 'password'")),
    ],
)
def test_an_article_fits_for_a_reason(asker: Asker, reasons: tuple[str, ...]) -> None:
    found = fits(asker)
    assert (found.reasons, found.score >= LEAST) == (reasons, True)


@pytest.mark.parametrize(
    "asker",
    [
        Asker("pt-2", "The printer is on fire"),
        Asker("", "Settings", "Where is the log of the printer? in the room"),
        Asker("", "Please help me with my problem, it is not what you do for your own"),
        Asker("", "Reset the printer"),
        Asker("", ""),
    ],
)
def test_an_article_that_does_not_fit_is_below_the_threshold(asker: Asker) -> None:
    assert best([fits(asker)], 3) == []


def test_the_best_come_first_and_are_few() -> None:
    rows = [fits(Asker("", "password"), slug=f"a{number}") for number in range(5)]
    rows.append(fits(Asker("", "reset the password"), slug="z"))
    assert [one.article.slug for one in best(rows, 3)] == ["z", "a0", "a1"]
