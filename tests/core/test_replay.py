"""What happened between two standings of a ticket, and which copy an added comment is."""

from __future__ import annotations

from plaintickets.core.notes import Comment
from plaintickets.core.parts import Parts
from plaintickets.core.replay import COPY, NOTHING, Standing, happenings, replayed

SEEN = Comment("2026-01-01T00:00:00Z", "", internal=False, text="Seen.")


def stands(*comments: Comment) -> Standing:
    return Standing(exists=True, broken="", parts=Parts({}, "", comments))


def copies(old: Standing, new: Standing) -> list[object]:
    return [row[3].get(COPY) for row in happenings(old, new) if isinstance(row[3], dict) and row[0] == "commented"]


def test_an_added_comment_like_others_says_which_copy_it_is() -> None:
    other = SEEN._replace(text="Other.")
    assert copies(stands(SEEN), stands(SEEN, other, SEEN, SEEN)) == [None, "2", "3"]
    assert copies(NOTHING, stands(SEEN, SEEN)) == [None, "2"]
    assert replayed(NOTHING, happenings(NOTHING, stands(SEEN, other, SEEN))).parts.comments.count(SEEN) == 2


def test_comments_by_the_ten_thousand_are_counted_in_one_pass() -> None:
    """Comparing each with all the others would take an hour here."""
    told = copies(NOTHING, stands(*[SEEN] * 100_000))
    assert (len(told), told[-1]) == (100_000, "100000")
