"""The forms of a person's name."""

from __future__ import annotations

TEAM = "team:"
"""What precedes the name of a team where a person may stand."""


def person_forms(raw: str) -> tuple[str, ...]:
    """Return the forms of a person's name: `Name <mail>`, the name, and the mail."""
    whole = " ".join(raw.casefold().split())
    name, opening, mail = whole.partition("<")
    if not opening or not mail.endswith(">"):
        return (whole,)
    return tuple(form for form in (whole, name.strip(), mail[:-1].strip()) if form)
