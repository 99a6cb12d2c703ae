"""What happened to tickets as Markdown, for posting to a pull request.

A ticket with more facts than fit on one line is folded. Text of tickets has no formatting, mentions or
links: it is escaped for Markdown in sentences, and for HTML in HTML elements, where Markdown is not parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.change_report import TEXT
from plaintickets.core.shortened import shortened
from plaintickets.render import markdown
from plaintickets.render.diffs import summary
from plaintickets.render.diffs.elements import inline, quote
from plaintickets.render.diffs.links import address
from plaintickets.render.diffs.setting_wording import setting
from plaintickets.render.diffs.wording import cut, has_lines, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.change_report import ChangedTicket, Fact
    from plaintickets.render.diffs import DiffOptions, TicketDiff
    from plaintickets.render.diffs.elements import Escape

# Numbers of lines to show of each text; the first with which everything fits is used.
_FULLNESS = (60, 15, 4, 0)
_SHORTENED = "\n_Longer texts are cut or left out here, so that this is not too long to be posted._\n"
_LEFT_OUT = "\n_{} more tickets are left out here, since this would be too long to be posted._\n"
_SETTINGS = "\nSettings:\n\n"
# Without it the tickets would continue the list of settings.
_TICKETS = "\nTickets:\n"
_SETTINGS_LEFT_OUT = "\n_{} more changes in the settings are left out here: `tk diff` shows them._\n"
_SHORTEST_BULLET = len("- x\n")
_SHOWN_AT_ONCE = 3
_MOST_OTHERS = 20
_HEX = 40


def render(difference: TicketDiff, options: DiffOptions) -> str:
    """Return the marker, the summary, and as much of the settings and tickets as the limit of characters allows."""
    head = f"<!-- plaintickets:{options.marker} -->\n**{summary(difference.tickets)}**\n"
    tail = _tail(difference)
    head += _settings(difference, (options.most_characters - _length(head) - _length(tail)) // 2)
    room = options.most_characters - _length(head) - _length(tail)
    for most in _FULLNESS:
        note = "" if most == _FULLNESS[0] else _SHORTENED
        body = _fitting(difference.tickets, options, most, room - len(note))
        if body is not None:
            return head + body + note + tail
    return head + _brief(difference.tickets, options, room) + tail


def _settings(difference: TicketDiff, room: int) -> str:
    """Return a line for each change in the settings that fits, and the number of those left out."""
    changes = difference.settings
    if not changes:
        return ""
    rows: list[str] = []
    end = _TICKETS if difference.tickets else ""
    room -= len(_SETTINGS) + len(_SETTINGS_LEFT_OUT.format(len(changes))) + len(end)
    for change in changes:
        row = f"- {inline(setting(change), markdown.line)}\n"
        room -= _length(row)
        if room < 0:
            break
        rows.append(row)
    left = len(changes) - len(rows)
    return _SETTINGS + "".join(rows) + (_SETTINGS_LEFT_OUT.format(left) if left else "") + end


def _fitting(tickets: Sequence[ChangedTicket], options: DiffOptions, most: int, room: int) -> str | None:
    """Return the tickets with at most `most` lines of each text; None if they do not fit."""
    blocks: list[str] = []
    for changed in tickets:
        if len(changed.facts) * _SHORTEST_BULLET > room:
            return None
        blocks.append(_ticket(changed, options, most))
        room -= _length(blocks[-1])
        if room < 0:
            return None
    return "".join(blocks)


def _ticket(changed: ChangedTicket, options: DiffOptions, most: int) -> str:
    """Return one ticket: a line, or folded with a line for each fact."""
    if len(changed.facts) <= _SHOWN_AT_ONCE and not any(fact.kind == TEXT or has_lines(fact) for fact in changed.facts):
        return _line(changed, options)
    rows = [_bullet(fact, most) for fact in changed.facts]
    head = _headline(changed, options, markdown.element)
    return f"\n<details><summary>{head}</summary>\n\n{''.join(rows)}\n</details>\n"


def _line(changed: ChangedTicket, options: DiffOptions) -> str:
    return f"\n- {_headline(changed, options, markdown.line)}\n"


def _headline(changed: ChangedTicket, options: DiffOptions, escape: Escape) -> str:
    name = f"<code>{escape(changed.ticket)}</code>"
    link = address(changed, options.link_base)
    linked = f'<a href="{link}">{name}</a>' if link else name
    first = ([fact for fact in changed.facts if fact.kind != TEXT] or list(changed.facts))[:_SHOWN_AT_ONCE]
    shown_at_once = ", ".join(inline(sentence(fact), escape) for fact in first)
    more = ", …" if len(changed.facts) > len(first) else ""
    return f"{linked} {escape(cut(changed.title))}: {shown_at_once}{more}"


def _bullet(fact: Fact, most: int) -> str:
    text = inline(sentence(fact), markdown.line)
    if not has_lines(fact) or not most:
        return f"- {text}\n"
    return f"- {text}\n  {quote(fact, most, markdown.element)}\n"


def _brief(tickets: Sequence[ChangedTicket], options: DiffOptions, room: int) -> str:
    """Return a line for each ticket that fits, and the number of tickets left out."""
    rows: list[str] = []
    room -= len(_LEFT_OUT.format(len(tickets)))
    for changed in tickets:
        row = _line(changed, options)
        room -= _length(row)
        if room < 0:
            break
        rows.append(row)
    left = len(tickets) - len(rows)
    return "".join(rows) + (_LEFT_OUT.format(left) if left else "")


def _tail(difference: TicketDiff) -> str:
    others = ""
    if difference.others:
        paths = [markdown.code(cut(path)) for path in difference.others]
        others = f"\nOther changed files: {shortened(paths, _MOST_OTHERS)}\n"
    return f"{others}\n<sub>{_state(difference.base)} → {_state(difference.head)}</sub>\n"


def _state(name: str) -> str:
    """Return the short id of a commit, or the name of a state that is not a commit."""
    return f"<code>{name[:10]}</code>" if len(name) >= _HEX else name


def _length(text: str) -> int:
    """Return the length as forges count it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
