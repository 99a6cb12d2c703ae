"""The templates of the pages: everything in them is escaped, control characters included."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import url_quote
from markupsafe import Markup, escape

from plaintickets.render import safe


@cache
def environment() -> Environment:
    """Return the templates with their filters."""
    views = Environment(
        loader=PackageLoader("plaintickets.web", "templates"),
        autoescape=True,
        finalize=_finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    views.filters["exact"] = _exact
    views.globals["ticket_address"] = ticket_address
    return views


def ticket_address(ticket: str) -> str:
    """Return the address of the page of a ticket."""
    return f"/t/{url_quote(ticket)}"


def attachment_address(ticket: str, name: str) -> str:
    """Return the address of an attachment of a ticket."""
    return f"{ticket_address(ticket)}/attachments/{url_quote(name)}"


def _finalized(value: object) -> object:
    """Return a value for a page: a text with its control characters visible, none for None."""
    if value is None:
        return ""
    return safe.block(value) if type(value) is str else value


def _exact(text: str) -> Markup:
    """Return a text for a form, which sends it back unchanged: escaped, with its control characters."""
    return escape(text)
