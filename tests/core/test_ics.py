"""Holidays of iCalendar files: days, ranges, days of every year, titles, and what is refused with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.servicedesk.calendar_text import range_of, yearly_of
from plaintickets.core.servicedesk.ics import LARGEST, IcsError, read_holidays

CHRISTMAS = "DTSTART;VALUE=DATE:20261225"


def file(*events: str) -> bytes:
    rows = [f"BEGIN:VEVENT\n{event}\nEND:VEVENT" for event in events]
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *rows, "END:VCALENDAR", ""]).encode()


def dates(*events: str) -> dict[str, str]:
    return read_holidays(file(*events)).dates


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (CHRISTMAS, ["2026-12-25"]),
        ("DTSTART:20261225", ["2026-12-25"]),
        (f"{CHRISTMAS}\nDTEND;VALUE=DATE:20261226", ["2026-12-25"]),
        (f"{CHRISTMAS}\nDTEND;VALUE=DATE:20261225", ["2026-12-25"]),
        (f"{CHRISTMAS}\nDTEND;VALUE=DATE:20270102", ["2026-12-25..2027-01-01"]),
        (f"{CHRISTMAS}\nDURATION:P1D", ["2026-12-25"]),
        (f"{CHRISTMAS}\nDURATION:P1W", ["2026-12-25..2026-12-31"]),
        (f"{CHRISTMAS}\nRRULE:FREQ=YEARLY", ["12-25"]),
        (f"{CHRISTMAS}\nRRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=12;BYMONTHDAY=25;WKST=MO", ["12-25"]),
        (f"{CHRISTMAS}\nDTEND;VALUE=DATE:20261227\nRRULE:FREQ=YEARLY", ["12-25", "12-26"]),
        (f"{CHRISTMAS}\nRRULE:FREQ=YEARLY;COUNT=2", ["2026-12-25", "2027-12-25"]),
        (f"{CHRISTMAS}\nRRULE:FREQ=YEARLY;INTERVAL=2;UNTIL=20301224", ["2026-12-25", "2028-12-25"]),
        (f"{CHRISTMAS}\nRRULE:FREQ=YEARLY;UNTIL=20271225T000000Z", ["2026-12-25", "2027-12-25"]),
        ("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY", ["02-29"]),
        ("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;UNTIL=20290101", ["2024-02-29", "2028-02-29"]),
        ("DTSTART:20261225T100000Z", []),
        (f"{CHRISTMAS}\nSTATUS:CANCELLED", []),
        (f"{CHRISTMAS}\nBEGIN:VALARM\nDTSTART:20200101\nSUMMARY:no\nEND:VALARM", ["2026-12-25"]),
    ],
)
def test_an_event_becomes_days_of_a_calendar(event: str, expected: list[str]) -> None:
    assert list(dates(event)) == expected


def test_titles_lose_their_escapes_and_folds_and_stay_on_one_line() -> None:
    assert dates(f"{CHRISTMAS}\nSUMMARY;LANGUAGE=en:Eve\\, \\;day\\n\\\\of\n  all \n\tfolds") == {
        "2026-12-25": "Eve, ;day \\of all folds"
    }
    assert dates(f'{CHRISTMAS}\nSUMMARY;X="a:b;c":Weihnachten 🎄') == {"2026-12-25": "Weihnachten 🎄"}
    assert dates(f"{CHRISTMAS}\nSUMMARY:A", f"{CHRISTMAS}\nSUMMARY:B", f"{CHRISTMAS}\nSUMMARY:A") == {
        "2026-12-25": "A / B"
    }
    assert len(dates(f"{CHRISTMAS}\nSUMMARY:{'a' * 900}")["2026-12-25"]) == 200


def test_a_byte_order_mark_and_ends_of_lines_of_windows_change_nothing() -> None:
    plain = file(f"{CHRISTMAS}\nSUMMARY:One\n  two")
    assert read_holidays(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n")) == read_holidays(plain)


def test_what_is_left_out_is_named_by_its_line() -> None:
    found = read_holidays(file("DTSTART:20261225T100000Z", CHRISTMAS))
    assert (found.events, found.left_out, list(found.dates)) == (2, [3], ["2026-12-25"])


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"", 1, "no iCalendar file"),
        (b"root:x:0:0\n", 1, "no iCalendar file"),
        (b"\xff\xfe", 1, "not UTF-8"),
        (b"BEGIN:VCALENDAR\n\xff", 2, "not UTF-8"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", 2, "cut off: END:VEVENT is missing"),
        (b"BEGIN:VCALENDAR\nEND:VEVENT\n", 2, "ends what did not begin"),
        (b"BEGIN:VCALENDAR\nnothing\n", 2, "'nothing' is no line"),
        (b"BEGIN:VCALENDAR\n" * 21, 21, "inside each other"),
        (b"BEGIN:VCALENDAR\n" + b" " * LARGEST, 0, "larger than 256 KiB"),
        (file("SUMMARY:No day"), 3, "without DTSTART"),
        (file("DTSTART;VALUE=DATE:20261332"), 4, "'20261332' is no date"),
        (file(CHRISTMAS + "\nDTEND;VALUE=DATE:20261201"), 5, "no end of an event"),
        (file(CHRISTMAS + "\nDTEND;VALUE=DATE:20290101"), 5, "no end of an event"),
        (file(CHRISTMAS + "\nDURATION:PT5H"), 5, "no end of an event"),
        (file(CHRISTMAS + "\nDTEND:20261225T120000"), 5, "ends at an hour"),
        (file(CHRISTMAS + "\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"), 5, "is not `every year on this date`"),
        (file(CHRISTMAS + "\nRRULE:FREQ=MONTHLY"), 5, "is not `every year on this date`"),
        (file(CHRISTMAS + "\nRRULE:FREQ=YEARLY;INTERVAL=2"), 5, "has no end"),
        (file(CHRISTMAS + "\nRRULE:FREQ=YEARLY;COUNT=99999999"), 5, "no number from 1"),
        (file(CHRISTMAS + "\nRRULE:FREQ=YEARLY\nEXDATE:20271225"), 6, "EXDATE cannot be read"),
        (file(CHRISTMAS + "\n" + CHRISTMAS), 5, "a second DTSTART"),
        (file(CHRISTMAS + "\nSUMMARY:\x1b[2J"), 5, "a control character"),
        (file("DTSTART;VALUE=DATE:99991231\nDTEND;VALUE=DATE:99991231\nDURATION:P9999D"), 0, ""),
        (file(*[CHRISTMAS] * 2001), 6003, "more than 2,000 events"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(content: bytes, line: int, message: str) -> None:
    if not message:
        assert list(read_holidays(content).dates) == ["9999-12-31"]
        return
    with pytest.raises(IcsError, match=message.replace("(", r"\(")) as caught:
        read_holidays(content)
    assert caught.value.line == line


WORDS = st.sampled_from(
    ("BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", CHRISTMAS, "DTSTART:20240229", "SUMMARY:a", " x")
) | st.sampled_from(
    ("DTEND;VALUE=DATE:99991231", "DURATION:P370D", "RRULE:FREQ=YEARLY;COUNT=100", "RRULE:;;=", "RRULE:UNTIL=1", "")
)


@given(st.lists(WORDS | st.text(max_size=12), max_size=14))
def test_any_text_is_read_or_refused(rows: list[str]) -> None:
    content = "\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *rows, "END:VEVENT", "END:VCALENDAR"]).encode(
        errors="surrogatepass"
    )
    try:
        found = read_holidays(content)
    except IcsError:
        return
    assert all(yearly_of(text) or range_of(text) for text in found.dates)
