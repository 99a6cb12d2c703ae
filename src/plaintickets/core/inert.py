"""Ticket text in a commit message, changed so that no forge, CI service or git acts on it."""

from __future__ import annotations

import re
from functools import cache

BREAK = "\u200b"
"""An invisible space. It disables a reference or a command without changing how it looks."""


def inert(text: str) -> str:
    """Return one line of text with an invisible space in every reference, mention, trailer and command."""
    if text.isalnum():
        return text
    broken = _markers().sub(rf"\g<0>{BREAK}", text)
    return _names().sub(lambda found: BREAK.join(part for part in found.groups() if part), broken)


@cache
def _markers() -> re.Pattern[str]:
    """Match the places after which the invisible space is inserted."""
    return re.compile(
        r"(?<![A-Za-z0-9])@(?=\w)"  # a mention, not an e-mail address
        r"|\#(?=\w)|(?<!\w)!(?=\d)|(?<!\w)&(?=\d)"  # an issue, a merge request, an epic
        r"|\bGH-(?=\d)"
        r"|/(?:issues?|pulls?|merge_requests|work_items|epics|discussions)/(?=\d)"  # the address of one
        r"|\[(?=(?:skip|no)[ -]\w+\]|\w+[ -]skip\])|\*{3}(?=NO_CI)"  # skips a build
        r"|^\W*(?:fixup|squash|amend)(?=!\s)",  # a commit that `git rebase --autosquash` folds
        re.IGNORECASE,
    )


@cache
def _names() -> re.Pattern[str]:
    """Match, in two groups, text to split: a trailer at the start, or an issue's key after a closing word."""
    return re.compile(
        r"^(\W*(?i:[\w-]+-by|(?:clos|fix|resolv)\w*|change-id|skip-checks|breaking[ -]change|tk-\w+))(\s*:)"
        r"|(\b(?i:(?:clos|fix|resolv|implement)\w*:?\s+(?:issues?\s+)?)[A-Z][A-Z0-9_]+-)(\d)"
    )
