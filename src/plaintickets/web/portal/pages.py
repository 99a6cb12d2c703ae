"""The pages of the portal: each asks an action and fills a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions import portal, portal_answers, ticket_inputs
from plaintickets.actions.portal import Asked, UnfitRequestError
from plaintickets.core.servicedesk.portal_links import is_link_token
from plaintickets.render.refusals import Refusal
from plaintickets.web.refusals import status_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from plaintickets.web.portal.visit import PortalVisit

FIELD = "field:"
RATINGS = (("5", "very content"), ("4", "content"), ("3", "so so"), ("2", "not content"), ("1", "not at all content"))


def form(visit: PortalVisit, refusal: Refusal | None = None, status: int = 200) -> Response:
    """Show the form of a type."""
    config = visit.project.config
    kinds = portal.portal_types(config)
    kind = visit.form.get("type") or visit.asked("type")
    kind = kind if kind in kinds else kinds[0]
    typed = {name.removeprefix(FIELD): text for name, text in visit.form.items() if name.startswith(FIELD)}
    title = visit.form.get("title", "")
    return visit.page(
        "portal/form.html",
        status,
        kind=kind,
        kinds=kinds,
        typed={name: visit.form.get(name, "") for name in ("title", "name", "mail")},
        text=visit.form.get("text", ticket_inputs.headings_of(visit.project, kind)),
        inputs=portal.form_inputs(config, kind, typed),
        likely=_likely(visit, title) if "look" in visit.form else None,
        refusal=refusal,
    )


def likely(visit: PortalVisit) -> Response:
    """Show what may answer a title that somebody is typing: a part of a page."""
    return visit.page("portal/likely.html", likely=_likely(visit, visit.asked("title")), asked=False)


def _likely(visit: PortalVisit, title: str) -> dict[str, object]:
    found = portal_answers.likely(visit.project, title)
    text = visit.audience.text if found.articles or found.tickets else str
    return {
        "articles": [(one.slug, text(one.title)) for one in found.articles if text(one.slug) == one.slug],
        "tickets": [(text(one.title), text(one.status)) for one in found.tickets],
    }


def file(visit: PortalVisit) -> Response:
    """Create the ticket of a request, or show what may answer it."""
    sent = visit.form
    if "look" in sent:
        return form(visit)
    values = {name.removeprefix(FIELD): text for name, text in sent.items() if name.startswith(FIELD)}
    kind, title, text, name, mail = (sent.get(one, "") for one in ("type", "title", "text", "name", "mail"))
    asked = Asked(kind, title, text, name, mail, values)
    try:
        ticket_id = visit.desk.filed.once(
            visit.cookie,
            asked,
            lambda: portal.file_request(visit.project, asked),
            lambda ticket: visit.project.existing_path(ticket) is not None,
        )
    except UnfitRequestError as error:
        return form(visit, Refusal(str(error), error.hint or ""), status_of(error))
    return visit.go(visit.status_address(ticket_id), "Your request has arrived.")


def article(visit: PortalVisit) -> Response:
    """Show a published public article."""
    slug = str(visit.request.path_params["slug"])
    found = portal_answers.public_article(visit.project, slug) if visit.article_address(slug) else None
    if found is None:
        return missing(visit)
    title = visit.audience.text(found.title)
    return visit.page("portal/article.html", title=title, text=visit.markdown(found.body, of_article=True))


def state(visit: PortalVisit, refusal: Refusal | None = None, status: int = 200) -> Response:
    """Show what became of a request to whoever has its link."""
    found = portal.seen(visit.project, visit.ticket, visit.audience) if _has_link(visit) else None
    if found is None:
        return missing(visit)
    comments = [(one.author, one.date, visit.markdown(one.text)) for one in found.comments]
    return visit.page(
        "portal/status.html",
        status,
        seen=found,
        text=visit.markdown(found.text),
        comments=comments,
        address=visit.status_address(visit.ticket),
        ratings=RATINGS,
        reopens=visit.project.config.intake.get("reopen", True),
        typed=visit.form.get("text", ""),
        refusal=refusal,
    )


def answer(visit: PortalVisit) -> Response:
    """Add an answer to a ticket."""
    return _changed(
        visit,
        "Your answer has arrived.",
        lambda: portal.answer(visit.project, visit.ticket, visit.form.get("text", "")),
    )


def rate(visit: PortalVisit) -> Response:
    """Rate a closed ticket, once."""
    return _changed(
        visit, "Thank you.", lambda: portal.give_rating(visit.project, visit.ticket, visit.form.get("rating", ""))
    )


def _changed(visit: PortalVisit, said: str, change: Callable[[], None]) -> Response:
    if not _has_link(visit) or portal.seen(visit.project, visit.ticket, visit.audience) is None:
        return missing(visit)
    try:
        change()
    except UnfitRequestError as error:
        return state(visit, Refusal(str(error), error.hint or ""), status_of(error))
    return visit.go(visit.status_address(visit.ticket), said)


def _has_link(visit: PortalVisit) -> bool:
    return is_link_token(visit.desk.key, visit.ticket, visit.token, portal.link_turn(visit.project, visit.ticket))


def missing(visit: PortalVisit) -> Response:
    """Show that there is no such page, whatever the reason."""
    return visit.page(
        "portal/error.html", 404, message="There is no such page", hint="Perhaps the address is not whole."
    )
