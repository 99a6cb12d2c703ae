"""`tk calendar import` in real repositories: one commit, every line kept, and the days are closed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository

CALENDARS = "# hours\noffice:\n  zone: Europe/Berlin\n  hours: {mon-fri: 09:00-17:00}\n  holidays: days"
HOSTILE = 'SUMMARY:"}: [x]\\n# no: *a &b !c {{}} \u2028\u202e 🎄 %s'


def ics(repository: Repository, *more: str, name: str = "days.ics") -> None:
    event = ["BEGIN:VEVENT", "DTSTART;VALUE=DATE:20261225", "RRULE:FREQ=YEARLY", *more, "END:VEVENT"]
    text = "\n".join(["BEGIN:VCALENDAR", *event, "END:VCALENDAR", ""])
    (repository.folder / name).write_text(text, "utf-8")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_days_are_added_in_one_commit_and_every_other_line_stays(repository: Repository, end: str) -> None:
    path = repository.tk.store / "calendars.yml"
    old = CALENDARS.replace("  holidays: days", "").replace("\n", end).encode()
    path.write_bytes(old)
    repository.commit_all()
    ics(repository, HOSTILE)
    done = repository.tk("calendar", "import", "days.ics")
    assert (done.code, done.stdout) == (0, "Added 1 day to calendars.yml as days\n")
    assert path.read_bytes().startswith(old)
    assert repository.git("log", "-1", "--format=%s", "--name-only").split("\n\n")[1].split() == [
        ".tickets/calendars.yml"
    ]
    path.write_bytes(path.read_bytes().replace(b"09:00-17:00}", f"09:00-17:00}}{end}  holidays: days".encode()))
    month = json.loads(repository.tk("calendar", "office", "2030-12", "--json").stdout)
    assert ['"}:', "[x]", "#", "no:", "*a", "&b", "!c", "{{}}", "🎄", "%s"][0] in json.dumps(month)
    assert repository.tk("check").code == 0


def test_a_store_without_calendars_gets_the_file_and_json_has_the_days(repository: Repository) -> None:
    ics(repository, "SUMMARY:Christmas", name="Feier tage.ics")
    shown = json.loads(repository.tk("calendar", "import", "Feier tage.ics", "--json").stdout)
    assert (shown["calendar"], shown["dates"], bool(shown["commit"])) == ("Feier-tage", {"12-25": "Christmas"}, True)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("days.ics", "--name", "office"), 3, "there is a calendar 'office' already"),
        (("days.ics", "--name", "a: b"), 2, "cannot be the name of a calendar"),
        (("days.ics", "--name", "always"), 2, "cannot be the name of a calendar"),
        (("nowhere.ics",), 2, "No such file"),
        ((".tickets/calendars.yml",), 4, "calendars.yml:1:"),
        ((), 2, "which file?"),
    ],
)
def test_what_is_refused_changes_nothing(
    repository: Repository, words: tuple[str, ...], code: int, message: str
) -> None:
    path = repository.tk.store / "calendars.yml"
    path.write_text(CALENDARS.replace("\n  holidays: days", ""))
    head, old = repository.commit_all(), path.read_bytes()
    ics(repository)
    done = repository.tk("calendar", "import", *words)
    assert (done.code, message in done.stderr) == (code, True), done.stderr
    assert path.read_bytes() == old
    assert head is None or repository.git("status", "--porcelain", ".tickets") == ""


@pytest.mark.parametrize("text", ["{office: {zone: UTC, hours: {mon: 09:00-17:00}}}\n", "office: [\n"])
def test_a_file_that_cannot_be_added_to_is_refused(repository: Repository, text: str) -> None:
    (repository.tk.store / "calendars.yml").write_text(text)
    ics(repository)
    assert repository.tk("calendar", "import", "days.ics").code in (3, 4)
    assert (repository.tk.store / "calendars.yml").read_text() == text


def test_calendars_in_the_other_settings_file_are_not_split(repository: Repository) -> None:
    (repository.tk.store / "config.yml").write_text("calendars:\n  office: {zone: UTC, hours: {mon: 09:00-17:00}}\n")
    ics(repository)
    done = repository.tk("calendar", "import", "days.ics")
    assert (done.code, (repository.tk.store / "calendars.yml").exists()) == (3, False), done.stderr
