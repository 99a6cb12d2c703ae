"""Markdown of strangers as HTML that runs nothing, loads nothing and stays in its place."""

from __future__ import annotations

from functools import cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from plaintickets.render import safe

LONGEST = 200_000
_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_DROPPED = {"script", "style", "template", "svg", "math", "iframe", "object"}


def safe_html(text: str) -> Markup:
    """Return Markdown as HTML: no raw HTML, no images, no scripts; a very long text as it is."""
    text = safe.block(text)
    if len(text) > LONGEST:
        return Markup('<pre tabindex="0">') + escape(text) + Markup("</pre>")
    markdown = _markdown()
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    rendered = markdown.renderer.render(tokens, markdown.options, {})
    cleaned = nh3.clean(
        rendered,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    # What is wider than the page scrolls, also by the keyboard.
    return Markup(cleaned.replace("<pre>", '<pre tabindex="0">'))  # noqa: S704 - cleaned above


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
