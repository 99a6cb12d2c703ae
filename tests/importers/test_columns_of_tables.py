"""Tables in another language: a mapping file says which column is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository

HINT = "`columns` of a --map file says which column of yours is which"
JIRA = """Zusammenfassung;Vorgangsschlüssel;Status;Erstellt
Icon fehlt;OLD-1;Open;01.02.2026 08:00
"""
HUBSPOT = """Ticket-ID,Ticketname,Ticketstatus,Priorität
7,Icon fehlt,New,Hoch
"""
MAPPED = {
    "jira": "columns: {Zusammenfassung: Summary, Vorgangsschlüssel: Issue key, Erstellt: Created}\n",
    "hubspot": "columns: {Ticket-ID: Ticket ID, Ticketname: Ticket name, Ticketstatus: Ticket status}\n",
}


@pytest.mark.parametrize(("system", "table"), [("jira", JIRA), ("hubspot", HUBSPOT)])
def test_a_table_in_german_is_read_by_its_mapping(repository: Repository, system: str, table: str) -> None:
    (repository.folder / "alle.csv").write_text(table, "utf-8")
    done = repository.tk("import", system, "alle.csv")
    assert (done.code, HINT in done.stderr) == (3, True)
    (repository.folder / "names.yml").write_text(MAPPED[system], "utf-8")
    words = ("--map", "names.yml", "--write-map", "again.yml")
    assert repository.tk("import", system, "alle.csv", *words).code == 0
    assert "columns:\n" in (repository.folder / "again.yml").read_text("utf-8")
    (ticket,) = repository.tk.store.glob("*.md")
    text = ticket.read_text("utf-8")
    assert "# Icon fehlt\n" in text
    assert ("created: 2026-02-01T08:00:00Z" in text) == (system == "jira")
    again = repository.tk("import", system, "alle.csv", "--map", "names.yml")
    assert (again.code, again.stdout) == (0, "0 imported, 1 here already\n")


def test_a_table_of_our_own_names_may_have_other_columns(repository: Repository) -> None:
    (repository.folder / "liste.csv").write_text("Titel,Art\nLeck,bug\n", "utf-8")
    (repository.folder / "names.yml").write_text("columns: {Titel: title, Art: type}\n", "utf-8")
    assert repository.tk("import", "csv", "liste.csv", "--map", "names.yml").code == 0
    (ticket,) = repository.tk.store.glob("*.md")
    assert "type: bug\n" in ticket.read_text("utf-8")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("title,status\rLeak,open\r", "line 1: has a carriage return outside of quotes"),
        ("title,status\nLeak\rLeak,open\n", "line 2: has a carriage return outside of quotes"),
        ("title,\x1b[2J\nLeak,open\n", "unknown field"),
        ("title,\x1b[2J,\x1b[2J\nLeak,open,open\n", "names the column '"),
        (f"title,{'a' * 100_000}\nLeak,open\n", "--ignore 'aaa"),
    ],
)
def test_a_broken_first_line_is_told_in_few_words(repository: Repository, table: str, told: str) -> None:
    (repository.folder / "list.csv").write_bytes(table.encode())
    done = repository.tk("import", "csv", "list.csv")
    assert (done.code, told in done.stderr) == (3, True)
    assert "\x1b" not in done.stderr
    assert len(done.stderr) < 1000
