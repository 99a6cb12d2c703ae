"""Separate what the sender of a mail wrote from what the mail repeats of earlier ones, and from the signature.

Only what ends the text is cut. Quoted lines with an answer below them stay, because the answer needs them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ANSWER_ABOVE = "-- answer above this line --"
"""The line of our own mails below which nothing of an answer is read."""
_LONGEST_LINE = 1000
_MOST_LINES = 10_000
_MOST_ANSWERED = 50
_LONGEST_ATTRIBUTION = 4
_LONGEST_SIGNATURE = 30
_HEADERS_WANTED = 3

_WROTE = (
    "wrote|writes|schrieb|geschrieben|écrit|escribió|escreveu|scritto|schreef|geschreven|skrev|kirjoitti|rašė|rakstīja|"
    "kirjutas|napisał|napisał\\(a\\)|napsal|napsal\\(a\\)|napísal|írta|scris|написал|написала|пишет|написав|έγραψε|yazdı|"
    "menulis|viết|写道|寫道|のメッセージ|さんは書きました|님이 작성"
)
_DATE = re.compile(r"\d{1,4}[./-]\d|\d{1,2}:\d\d|\b(?:19|20)\d\d\b|\d年")
_TIME = re.compile(r"\d{1,2}[:.]\d\d")
_SAYS_WROTE = re.compile(rf"(?:^|[\W\d_])(?:{_WROTE})(?:$|\W)", re.IGNORECASE)
_OPENER = re.compile(r"[-\s]*(?:On|Am|Le|El|Il|Em|Op|Den|Dne|Dňa|W dniu|Dnia|Pada|În|Vào|Στις)\b")
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]")
_QUOTED = re.compile(r"[ \t]{0,3}>")
_ORIGINAL = re.compile(
    r"[ \t>]*(?:-{2,}|_{2,})[ \t]*(?:original message|original appointment|urspr(?:ü|ue?)ngliche nachricht|"
    r"originalnachricht|message d'origine|message original|mensaje original|mensagem original|messaggio originale|"
    r"oorspronkelijk bericht|oprindelig meddelelse|ursprungligt meddelande|originalmeddelande|opprinnelig melding|"
    r"alkuperäinen viesti|wiadomość oryginalna|původní zpráva|eredeti üzenet|исходное сообщение|"
    r"пересылаемое сообщение|sākotnējais ziņojums|原始邮件|元のメッセージ)[ \t]*(?:-{2,}|_{2,})[ \t]*",
    re.IGNORECASE,
)
_FROM = (
    "from|von|de|da|van|fra|från|od|lähettäjä|от|от кого|відправник|no|nuo|saatja|feladó|kimden|gönderen|从|"
    "发件人|寄件者|差出人|보낸 사람"
)
_FIRST_HEADER = re.compile(
    rf"[ \t]*\*{{0,2}}(?:{_FROM}|subject|betreff|objet|asunto|date|datum|fecha)[ \t]*[:：][ \t]*\*{{0,2}}[ \t]*\S",
    re.IGNORECASE,
)
_HEADER = re.compile(r"[ \t]*\*{0,2}[^\W\d_][\w ./'-]{0,24}[:：][ \t]*\*{0,2}(?:[ \t]|\S|$)")
_RULE = re.compile(r"[ \t]*(?:_{5,}|-{3,}|={5,})[ \t]*")
_SIGNATURE = re.compile(r"--[ \t]*")
_DEVICES = (
    r"sent from (?:my|a|an) [^,.!?]{1,40}",
    r"sent (?:from|with|via) (?:mail|outlook|yahoo|sparrow|gmail|proton)\b.{0,80}",
    r"get outlook for .{1,80}",
    r"von meinem .{1,40} gesendet",
    r"(?:gesendet (?:von|mit)|envoyé (?:de|depuis)|enviado (?:desde|do|de)|inviato da) .{1,40}",
    r"(?:verzonden (?:vanaf|met)|skickat från|sendt fra|wysłan[eo] z|отправлено (?:с|из)|lähetetty) .{1,40}",
    r".{1,20}から送信|发自.{1,20}",
)
_DEVICE = re.compile("|".join(_DEVICES), re.IGNORECASE)
_LIST_FOOTER = re.compile(r".*\bmailing list\b.*", re.IGNORECASE)


class Cut(NamedTuple):
    """What the sender wrote, and how many lines were quoted and belonged to the signature."""

    text: str
    quoted: int
    signature: int


def cut(text: str) -> Cut:
    """Return the text without what it repeats at its end, and without the signature.

    A text that would be empty without them is returned whole.
    """
    lines = _stripped([line.rstrip() for line in text.split("\n")])
    if len(lines) > _MOST_LINES:
        return Cut("\n".join(lines).strip("\n"), 0, 0)
    signed = without_signature(lines)
    above = _without_history(signed)
    kept = signed if above is signed else without_signature(above)
    quoted, signature = count_texts(signed) - count_texts(above), count_texts(lines) - count_texts(signed)
    signature += count_texts(above) - count_texts(kept)
    if not any(line.strip() for line in kept):
        return Cut("\n".join(lines).strip("\n"), 0, 0)
    return Cut("\n".join(kept).strip("\n"), quoted, signature)


def count_texts(lines: Sequence[str]) -> int:
    """Return how many lines are not blank."""
    return sum(bool(line.strip()) for line in lines)


def without_signature(lines: Sequence[str]) -> list[str]:
    """Return the lines without the footer of a mailing list, the signature, and the line of a device."""
    kept = _stripped(_without_footer(lines))
    first = max(0, len(kept) - _LONGEST_SIGNATURE)
    for at in range(first, len(kept)):
        if _SIGNATURE.fullmatch(kept[at]) and not any(_QUOTED.match(line) for line in kept[at:]):
            above = _stripped(kept[:at])
            if above and not _is_history_below(kept, at):
                kept = above
            break
    while len(kept) > 1 and _DEVICE.fullmatch(kept[-1].strip()):
        kept = _stripped(kept[:-1])
    return kept


def _is_history_below(lines: Sequence[str], at: int) -> bool:
    return any(_history_start(lines, below) for below in range(at + 1, len(lines)))


def _without_footer(lines: Sequence[str]) -> list[str]:
    for at in range(max(0, len(lines) - 12), len(lines) - 1):
        if _RULE.fullmatch(lines[at]) and _LIST_FOOTER.fullmatch(lines[at + 1]):
            return _stripped(lines[:at])
    return list(lines)


def _without_history(lines: list[str]) -> list[str]:
    """Return the lines above those that repeat earlier mails, the same list if there are none."""
    answered = 0
    for at, line in enumerate(lines):
        length = 0 if _QUOTED.match(line) or answered > _MOST_ANSWERED else _history_start(lines, at)
        if not length:
            continue
        below = _next_text(lines, at + length)
        if below < len(lines) and _QUOTED.match(lines[below]):
            end = _quote_end(lines, below)
            if any(line.strip() for line in without_signature(lines[end:])):
                answered += 1
                if any(line.strip() for line in lines[:at]) or _has_quotes(lines[end:]):
                    continue
                return _stripped(lines[end:])
        above = _stripped(lines[:at])
        while above and _RULE.fullmatch(above[-1]):
            above = _stripped(above[:-1])
        if above:
            return above
    above = list(lines)
    while above and (not above[-1].strip() or _QUOTED.match(above[-1])):
        above.pop()
    return above if above and len(above) < len(_stripped(lines)) else lines


def _has_quotes(lines: Sequence[str]) -> bool:
    return any(_QUOTED.match(line) for line in lines)


def _quote_end(lines: Sequence[str], at: int) -> int:
    """Return where a block of quoted lines ends; blank lines inside belong to it."""
    end = at
    for place in range(at, len(lines)):
        if _QUOTED.match(lines[place]):
            end = place + 1
        elif lines[place].strip():
            break
    return end


def _next_text(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _stripped(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _history_start(lines: Sequence[str], at: int) -> int:
    """Return how many lines introduce an earlier mail here; 0 if none does."""
    line = lines[at]
    if not line.strip() or len(line) > _LONGEST_LINE:
        return 0
    if ANSWER_ABOVE in line or _ORIGINAL.fullmatch(line):
        return 1
    if _FIRST_HEADER.match(line) and _counts_headers(lines, at):
        return 1
    length = _attribution(lines, at)
    return length if length and not (length > 1 and _attribution(lines, at + 1)) else 0


def _counts_headers(lines: Sequence[str], at: int) -> bool:
    found = 0
    for line in _texts(lines, at, 2 * _HEADERS_WANTED):
        if not _HEADER.match(line):
            break
        found += 1
    return found >= _HEADERS_WANTED


def _texts(lines: Sequence[str], at: int, count: int) -> Iterator[str]:
    for line in lines[at : at + count]:
        if line.strip():
            yield line


def _attribution(lines: Sequence[str], at: int) -> int:
    """Return how many lines say who wrote what follows, and when: `On Monday at 4:19 PM, Bob wrote:`."""
    whole = ""
    for length, line in enumerate(lines[at : at + _LONGEST_ATTRIBUTION], 1):
        if not line.strip() or len(line) > _LONGEST_LINE:
            return 0
        whole = f"{whole} {line.strip()}".strip()
        if whole.endswith((":", "：")):
            return length if _is_attribution(whole, lines, at + length) else 0
    return 0


def _is_attribution(whole: str, lines: Sequence[str], below: int) -> bool:
    if not _DATE.search(whole):
        return False
    has_address = bool(_ADDRESS.search(whole))
    if not _SAYS_WROTE.search(whole):
        return has_address and bool(_TIME.search(whole))
    after = _next_text(lines, below)
    is_quote_next = after < len(lines) and bool(_QUOTED.match(lines[after]))
    return has_address or is_quote_next or bool(_OPENER.match(whole) and _TIME.search(whole))
