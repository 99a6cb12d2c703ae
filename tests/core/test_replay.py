"""What happened between two standings of a ticket, and which copy an added comment is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.comments import Comment
from plaintickets.core.replay import COPY, NOTHING, Standing, happenings, replayed
from plaintickets.core.ticket_parts import Parts

if TYPE_CHECKING:
    from plaintickets.core.frontmatter import Value

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


def test_ten_thousands_of_keys_and_comments_are_replayed_in_one_pass() -> None:
    """Copying the ticket for each of them would take an hour here."""
    fields: dict[str, Value] = {f"k{number}": "v" for number in range(50_000)}
    comments = [SEEN._replace(text=str(number)) for number in range(50_000)]
    new = Standing(exists=True, broken="", parts=Parts(fields, "", tuple(comments)))
    assert replayed(stands(), happenings(stands(), new)) == new
    assert replayed(new, happenings(new, stands())) == stands()


def test_a_ticket_that_one_side_deleted_and_the_other_broke_is_told_to_be_broken() -> None:
    gone = replayed(stands(), [("broken", "", None, "no end", ()), ("deleted", "", None, None, ())])
    both = replayed(gone, [("broken", "", None, "no end", ())])
    kept = Standing(exists=True, broken="no end", parts=Parts({}, "", ()))
    assert replayed(both, happenings(both, kept)) == kept
