"""Markdown of strangers as HTML that runs nothing, loads nothing and stays in its place."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt

from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping, Sequence
    from typing import Any

    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import OptionsDict

    from plaintickets.core.visibility import Audience

LONGEST = 200_000
_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href"}, "img": {"alt", "src"}, "ol": {"start"}}
_DROPPED = {"script", "style", "template", "svg", "math", "iframe", "object"}
_SCHEMES = {"http", "https", "mailto"}
_TAG = re.compile(r"<[^>]*>")
_ADDRESS = re.compile(r"(?:https?://[^\s]+|mailto:[^\s]+|(?!//)[^:\s\\]*)", re.IGNORECASE)
_TOP_HEADING = 3  # the page of a ticket has h1 and h2 of its own


def safe_html(
    text: str,
    audience: Audience | None = None,
    *,
    address: Callable[[str], str | None] | None = None,
    image: Callable[[str], str] | None = None,
    top: int = _TOP_HEADING,
) -> str:
    """Return Markdown as HTML: no raw HTML, no scripts, links to the web, mail and relative ones only.

    With an audience, nothing is left that it must not see, whatever the Markdown makes of the text. `address` gives
    where a relative link leads on the page, None for nowhere; one that it returns unchanged stays as it is. `image`
    gives the address of a relative image that the page may show; any other is a link. The highest headings become
    those of the level `top`. A very long text is shown as it is.
    """
    text = safe.block(text if audience is None else audience.text(text))
    if len(text) > LONGEST:
        return _as_it_is(text)
    rendered = _rendered(text, _link_test(audience, address), _Pictures(audience, image) if image else None, top)
    if audience is not None:
        plain = html.unescape(_TAG.sub("", rendered))
        if not (audience.is_clean(plain) and audience.is_clean(plain_text(rendered))):
            return _as_it_is(audience.text(plain))
    return rendered


def plain_text(rendered: str) -> str:
    """Return the text that a reader of the HTML sees."""
    return html.unescape(_TAG.sub(" ", rendered))


def _as_it_is(text: str) -> str:
    return f'<pre tabindex="0">{html.escape(text)}</pre>'


def _link_test(
    audience: Audience | None, address: Callable[[str], str | None] | None
) -> Callable[[str, str, str], str | None]:
    def kept(_tag: str, name: str, value: str) -> str | None:
        if name != "href":
            return value
        target = unquote(value)
        if ":" in target:
            return value if _ADDRESS.fullmatch(target) and _is_clean(audience, target) else None
        if not _ADDRESS.fullmatch(target.replace(" ", "")) or not _is_clean(audience, target):
            return None
        moved = address(target) if address else target
        return value if moved == target else moved

    return kept


def _is_clean(audience: Audience | None, text: str) -> bool:
    return audience is None or ("@" not in text and audience.is_clean(text))


class _Pictures:
    """The images of one text: those that the page may show; the others become links, and load nothing."""

    def __init__(self, audience: Audience | None, address: Callable[[str], str]) -> None:
        self._audience = audience
        self._address = address

    def html(self, target: str, name: str, link: str) -> str:
        """Return an image by its address and its name, or the link in its place."""
        plain = unquote(target)
        if ":" not in plain and _is_clean(self._audience, plain) and _is_clean(self._audience, name):
            shown = self._address(plain)
            if shown:
                return f'<img src="{html.escape(shown)}" alt="{html.escape(name)}">'
        return f'!<a href="{html.escape(target)}">{link}</a>'


def _image_rule(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    children = tokens[at].children or []
    name = renderer.renderInlineAsText(children, options, env)
    pictures: _Pictures = env["pictures"]
    return pictures.html(str(tokens[at].attrs["src"]), name, renderer.renderInline(children, options, env))


def _rendered(text: str, link: Callable[[str, str, str], str | None], pictures: _Pictures | None, top: int) -> str:
    markdown = _markdown(images=pictures is not None)
    tokens = markdown.parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) - highest + top)}"
    cleaned = nh3.clean(
        markdown.renderer.render(tokens, markdown.options, {"pictures": pictures}),
        tags=_TAGS | {"img"} if pictures else _TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=link,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return cleaned.replace("<pre>", '<pre tabindex="0">')  # what is wider than the page scrolls by the keyboard too


@cache
def _markdown(*, images: bool) -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    if not images:
        return markdown.disable("image")
    markdown.add_render_rule("image", _image_rule)
    return markdown
