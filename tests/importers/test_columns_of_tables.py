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


NEAREST = {
    "csv": ("Titre: titel", "'title'"),
    "jira": ("Stand: Staus", "'Status'"),
    "hubspot": ("Ticket-ID: Ticket IDs", "'Ticket ID'"),
    "gitlab": ("Beschreibung: Descripton", "'Description'"),
}


@pytest.mark.parametrize("system", NEAREST)
def test_a_column_that_becomes_one_nobody_knows_is_refused_with_the_nearest(
    repository: Repository, system: str
) -> None:
    row, nearest = NEAREST[system]
    (repository.folder / "alle.csv").write_text(f"{row.partition(':')[0]},x\na,b\n", "utf-8")
    (repository.folder / "names.yml").write_text(f"columns:\n  {row}\n", "utf-8")
    done = repository.tk("import", system, "alle.csv", "--map", "names.yml")
    assert (done.code, f"which no column of {system} is" in done.stderr) == (2, True)
    assert f"Did you mean {nearest}" in done.stderr


def test_a_column_may_become_a_field_of_the_store_a_link_a_custom_field_or_nothing(repository: Repository) -> None:
    (repository.folder / "a.csv").write_text("Titre,Prio,Notes\nA,1,x\n", "utf-8")
    (repository.folder / "a.yml").write_text("columns: {Titre: title, Prio: priority, Notes: ''}\n", "utf-8")
    assert repository.tk("import", "csv", "a.csv", "--map", "a.yml").code == 0
    (repository.folder / "b.csv").write_text("Titel,Schlüssel,Blockt,Farbe\nA,A-1,A-2,rot\nB,A-2,,\n", "utf-8")
    rows = "columns: {Titel: summary, Schlüssel: Issue key, Blockt: Outward issue link (Blocks), "
    rows += "Farbe: Custom field (C)}\n"
    (repository.folder / "b.yml").write_text(rows, "utf-8")
    assert repository.tk("import", "jira", "b.csv", "--map", "b.yml").code == 0
    text = "".join(path.read_text("utf-8") for path in repository.tk.store.glob("*.md"))
    assert ("jira-c: rot" in text, "deps: []\nlinks: []" in text, "priority: 1" in text) == (True, True, True)
