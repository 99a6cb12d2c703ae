"""The files of a site, one after the other, as paths and bytes. The same store gives the same bytes."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader
from jinja2.filters import do_urlencode
from markupsafe import Markup, escape

from plaintickets.core.paths import ARTICLES
from plaintickets.render import safe
from plaintickets.render.events import day_of
from plaintickets.render.html.markup import plain_text, safe_html
from plaintickets.render.ticket_graph import small_svg
from plaintickets.web.article_links import article_link
from plaintickets.web.assets import content
from plaintickets.web.site.counts import Counts
from plaintickets.web.site.view import event_words
from plaintickets.web.tables import shown as drawn_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from plaintickets.core.visibility import PublicEvent
    from plaintickets.web.site.attachments import SiteAttachments, TicketAttachments
    from plaintickets.web.site.view import ShownTicket, View

NO_JEKYLL = ".nojekyll"
"""The file that keeps GitHub Pages from making pages of the texts of attachments."""
PER_PAGE = 500
MOST_WORDS = 200
MOST_ENTRIES = 50
_WEB = os.path.dirname(os.path.dirname(__file__))
_WORD = re.compile(r"\w{2,40}")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def files(view: View, title: str, attachments: SiteAttachments) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the site."""
    site = _Site(view, title)
    for name in ("style.css", "site.js"):
        yield name, content(name)
    yield from site.lists()
    yield "board.html", site.page("board.html", "", "board", columns=view.columns())
    yield from site.reports()
    index: list[list[str]] = []
    for ticket_id in view.tickets:
        shown = view.shown(ticket_id)
        if shown is not None:
            beside = attachments.of(shown)
            page, row = site.ticket(shown, beside)
            index.append(row)
            yield ticket_path(ticket_id), page
            yield from beside.files(page)
    if attachments.count:
        yield NO_JEKYLL, b""
    for path, page, row in site.articles():
        index.append(row)
        yield path, page
    if view.articles:
        yield "articles.html", site.article_list()
    yield "search.html", site.page("search.html", "", "search")
    yield "search-index.js", _script(index)
    yield "broken.html", site.page("broken.html", "", "", problems=view.problems)
    yield "404.html", site.page("404.html", "", "404")
    yield "feed.xml", site.feed()


def ticket_path(ticket_id: str) -> str:
    """Return the path of the page of a ticket."""
    return f"t/{ticket_id}.html"


class _Site:
    def __init__(self, view: View, title: str) -> None:
        self.view = view
        self.title = view.text(title)
        self._names = _file_names((name for name, _ in view.lists), "list", {"Open": "index", "All": "all"})
        self._templates = Environment(
            loader=FileSystemLoader([os.path.join(_WEB, "templates", "site"), os.path.join(_WEB, "templates")]),
            autoescape=True,
            finalize=_printable,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["exact"] = escape
        self._templates.filters["address"] = _quoted
        self._templates.globals["ticket_address"] = lambda ticket: f"t/{_quoted(ticket)}"

    def page(self, template: str, root: str, place: str, **values: object) -> bytes:
        """Return a page; `root` is the way from it to the folder of the site."""
        text = self._templates.get_template(template).render(
            root=root,
            place=place,
            site=self.title,
            lists=self._names,
            unreadable=len(self.view.project.reading.broken),
            public=self.view.public,
            has_articles=bool(self.view.articles),
            **values,
        )
        return _utf8(text)

    def lists(self) -> Iterator[tuple[str, bytes]]:
        for name, tickets in self.view.lists:
            pages = [tickets[at : at + PER_PAGE] for at in range(0, len(tickets), PER_PAGE)] or [[]]
            paths = [_numbered(self._names[name], number) for number in range(len(pages))]
            for number, rows in enumerate(pages):
                yield (
                    paths[number],
                    self.page(
                        "list.html",
                        "",
                        name,
                        name=name,
                        rows=rows,
                        total=len(tickets),
                        number=number + 1,
                        pages=len(pages),
                        before=paths[number - 1] if number else "",
                        after=paths[number + 1] if number + 1 < len(pages) else "",
                    ),
                )

    def reports(self) -> Iterator[tuple[str, bytes]]:
        """Yield the list of the reports and the dashboards, and a page for each."""
        counts = Counts(self.view)
        rows = []
        for name, about, tables in counts.reports():
            path = f"report-{name}.html"
            rows.append((name, about, path))
            drawn = [drawn_table(table, self._address) for table in tables]
            yield path, self.page("report.html", "", "report", name=name, tables=drawn)
        dashboards = dict(counts.dashboards())
        paths = _file_names([*dashboards], "dashboard")
        for name, parts in dashboards.items():
            shown = [(part.text, part.table and drawn_table(part.table, self._address)) for part in parts]
            yield paths[name], self.page("dashboard.html", "", "dashboard", name=name, parts=shown)
        until = day_of(int(counts.now.timestamp())) if rows else ""
        linked = [*paths.items()]
        yield "reports.html", self.page("reports.html", "", "reports", rows=rows, dashboards=linked, until=until)

    def articles(self) -> Iterator[tuple[str, bytes, list[str]]]:
        """Yield a page for each article, with its row of the search index."""
        known = {one.slug for one in self.view.articles}
        audience = self.view.audience if self.view.public else None

        def address(target: str) -> str | None:
            return article_link(target, lambda slug: _quoted(slug) if slug in known else "", self._beside)

        for one in self.view.articles:
            article = one._replace(title=self.view.text(one.title))
            text = safe_html(one.body, audience, address=address, top=2)
            tickets = [self.view.tickets[name] for name in one.related if name in self.view.tickets]
            page = self.page(
                "article.html",
                "../",
                "article",
                article=article,
                text=Markup(text),  # noqa: S704 - cleaned
                related=[(self._beside(ticket.id), ticket) for ticket in tickets],
            )
            words = _words([plain_text(text), *map(self.view.text, one.keywords)])
            yield article_path(one.slug), page, [one.slug, safe.line(article.title), "article", words, ARTICLES]

    def article_list(self) -> bytes:
        """Return the list of the articles."""
        articles = [one._replace(title=self.view.text(one.title)) for one in self.view.articles]
        rows = [(do_urlencode(article_path(one.slug)), one, "") for one in articles]
        return self.page("articles.html", "", "articles", rows=rows)

    def _address(self, ticket: str) -> str:
        """Return the way from the folder of the site to the page of a ticket, empty if it has none."""
        return f"t/{_quoted(ticket)}" if ticket in self.view.tickets else ""

    def _beside(self, ticket: str) -> str:
        address = self._address(ticket)
        return address and f"../{address}"

    def ticket(self, shown: ShownTicket, beside: TicketAttachments) -> tuple[bytes, list[str]]:
        """Return the page of a ticket, and its row of the search index, of the words that its page shows."""
        audience = self.view.audience if self.view.public else None

        def html(markdown: str) -> str:
            return safe_html(markdown, audience, address=beside.address, image=beside.image)

        text = html(shown.text)
        comments = [(one, html(one.text)) for one in shown.comments]
        page = self.page(
            "ticket.html",
            "../",
            "ticket",
            shown=shown,
            ticket=shown.ticket,
            text=Markup(text),  # noqa: S704 - cleaned
            comments=[(one, Markup(cleaned)) for one, cleaned in comments],  # noqa: S704 - cleaned
            relations=self.view.relations(shown.ticket),
            graph=Markup(small_svg(self.view.graph(shown.ticket))),  # noqa: S704 - every text in it is escaped
            history=self.view.history(shown.ticket.id),
        )
        seen = [plain_text(part) for part in (text, *(cleaned for _, cleaned in comments))]
        words = _words([*seen, *(value for _, value in shown.fields)])
        ticket = shown.ticket
        return page, [ticket.id, safe.line(ticket.title), safe.line(ticket.status), words]

    def feed(self) -> bytes:
        """Return the latest changes as an Atom feed; it holds only what the public may see."""
        found: list[tuple[int, str, int, PublicEvent]] = []
        for ticket_id in self.view.tickets:
            events = self.view.public_events(ticket_id)
            found += [(event.date, ticket_id, number, event) for number, event in enumerate(events)]
            if len(found) > 20 * MOST_ENTRIES:
                found = sorted(found, key=lambda one: one[:3])[-MOST_ENTRIES:]
        latest = sorted(found, key=lambda one: one[:3], reverse=True)[:MOST_ENTRIES]
        entries = [
            {
                "key": f"{number}:{date}",
                "ticket": self.view.audience.ticket(self.view.tickets[ticket_id]),
                "when": day_of(date, full=True),
                "author": event.author,
                "words": event_words(event),
            }
            for date, ticket_id, number, event in latest
        ]
        updated = entries[0]["when"] if entries else day_of(0, full=True)
        text = self._templates.get_template("feed.xml").render(
            site=self.view.audience.text(self.title), entries=entries, updated=updated
        )
        return _utf8(_NOT_IN_XML.sub("�", text))


def article_path(slug: str) -> str:
    """Return the path of the page of an article."""
    return f"{ARTICLES}/{slug}.html"


def _quoted(name: str) -> str:
    """Return the address of a page beside another."""
    return do_urlencode(f"{name}.html")


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", errors="replace")


def _printable(value: object) -> object:
    """Return a value without control characters; what is HTML already is clean."""
    return value if isinstance(value, Markup) else safe.block(str(value))


def _file_names(called: Iterable[str], kind: str, own: Mapping[str, str] = {}) -> dict[str, str]:
    """Return the file name of each page of a kind. Names become safe ones; equal ones get a number."""
    names: dict[str, str] = {}
    for name in called:
        plain = own.get(name) or f"{kind}-" + _NOT_IN_NAMES.sub("-", name.casefold())[:40]
        known = set(names.values())
        names[name] = next(
            one for one in (f"{plain}{f'-{n}x' * (n > 1)}.html" for n in range(1, 10_000)) if one not in known
        )
    return names


def _numbered(path: str, number: int) -> str:
    return f"{path.removesuffix('.html')}-page-{number + 1}.html" if number else path


def _words(texts: list[str]) -> str:
    """Return the different words of the texts, as many as the search index takes."""
    words: dict[str, None] = {}
    for text in texts:
        for match in _WORD.finditer(text):
            words[match[0].casefold()] = None
            if len(words) >= MOST_WORDS:
                return " ".join(words)
    return " ".join(words)


def _script(index: list[list[str]]) -> bytes:
    """Return the search index as a script, which a page can also load without a server."""
    rows = ",\n".join(json.dumps(row).replace("<", "\\u003c") for row in index)
    return f"window.ticketIndex = [\n{rows}\n];\n".encode()
