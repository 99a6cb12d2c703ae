"""What happened to tickets as one HTML page, without scripts or other files."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.diffs import summary
from plaintickets.render.diffs.elements import inline, quote
from plaintickets.render.diffs.links import address
from plaintickets.render.diffs.setting_wording import setting
from plaintickets.render.diffs.wording import has_lines, sentence

if TYPE_CHECKING:
    from plaintickets.core.change_report import ChangedTicket, Fact
    from plaintickets.render.diffs import DiffOptions, TicketDiff

_MOST_LINES = 400
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "summary{cursor:pointer;font-weight:600}details{margin:1rem 0}blockquote{margin:.3rem 0;padding-left:.8rem;"
    "border-left:3px solid #8888;overflow-wrap:anywhere}code{font-size:.9em}ins{background:#2c82;text-decoration:none}"
    "del{background:#c222}footer{color:#777}"
)
_HEAD = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
)


def render(difference: TicketDiff, options: DiffOptions) -> str:
    """Return the whole page."""
    title = escape(summary(difference.tickets))
    rows = [f"{_HEAD}<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"]
    if difference.settings:
        changes = "".join(f"<li>{inline(setting(change), _text)}</li>\n" for change in difference.settings)
        rows.append(f"<p>Settings:</p>\n<ul>\n{changes}</ul>\n")
    rows += [_ticket(changed, options) for changed in difference.tickets]
    if difference.others:
        others = "".join(f"<li><code>{_text(path)}</code></li>\n" for path in difference.others)
        rows.append(f"<p>Other changed files:</p>\n<ul>\n{others}</ul>\n")
    rows.append(f"<footer>{_text(difference.base)} → {_text(difference.head)}</footer>\n</body>\n</html>\n")
    return "".join(rows)


def _ticket(changed: ChangedTicket, options: DiffOptions) -> str:
    link = address(changed, options.link_base)
    name = f"<code>{_text(changed.ticket)}</code>"
    linked = f'<a href="{link}">{name}</a>' if link else name
    facts = "".join(_fact(fact) for fact in changed.facts)
    return f"<details open>\n<summary>{linked} {_text(changed.title)}</summary>\n<ul>\n{facts}</ul>\n</details>\n"


def _fact(fact: Fact) -> str:
    text = inline(sentence(fact), _text)
    return f"<li>{text}{quote(fact, _MOST_LINES, _text) if has_lines(fact) else ''}</li>\n"


def _text(text: str) -> str:
    return escape(safe.line(text))
