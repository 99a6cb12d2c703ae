"""Services and assets: what tickets concern, the two lists, and what must not take an asset for a ticket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from clones import make_clones
from plaintickets.core.servicedesk.assets import asset_id

if TYPE_CHECKING:
    from builders import Repository

pytestmark = pytest.mark.only_plaintickets
PRINTER = """---
name: Printer on floor 2
kind: printer
service: printing
owner: ada
status: in-use
maintenance: [clean]
serial: "00417"
warranty: 2027-05-01
---
# Printer

Behind the kitchen. \x1b[31m
"""
SETTINGS = {
    "services": "email: {owner: ada, queue: support, sla: gold, description: Mail for everybody}\n"
    "printing: {team: core, maintenance: [clean]}\n",
    "people": "ada: {name: Ada Lovelace, teams: [core]}\nbo: {teams: [mail]}\n",
    "queues": "support: {team: mail}\n",
    "sla": "- {name: silver, targets: {resolution: {default: 9d}}}\n"
    "- {name: gold, if: 'tag:never', targets: {resolution: {default: 1d}}}\n",
    "recurring": "clean: {rrule: FREQ=MONTHLY, start: 2026-02-05, title: 'Clean, {date}'}\n",
    "routes": "- {by: owner}\n- {team: core}\n",
}


@pytest.fixture
@built_once
def desk(repository: Repository) -> Repository:
    store = repository.tk.store
    for name, text in SETTINGS.items():
        (store / f"{name}.yml").write_text(text, encoding="utf-8")
    (store / "assets").mkdir()
    (store / "assets/printer-3.md").write_text(PRINTER, encoding="utf-8")
    (store / "assets/README.md").write_text("How we name assets.\n", encoding="utf-8")
    repository.tk.write("pt-1", "Mail is down", more="concerns: [email]\n")
    repository.tk.write("pt-2", "Paper jam", more="concerns: [printer-3]\n", priority="0")
    repository.tk.write("pt-3", "Old", status="closed", more="concerns: printer-3\n")
    repository.commit_all()
    return repository


def rows(desk: Repository, *words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(desk.tk(*words, "--json").stdout)["rows"]
    return found


def test_the_lists_count_the_open_tickets(desk: Repository) -> None:
    services = {str(row["name"]): (row["assets"], row["open"]) for row in rows(desk, "services")}
    assert services == {"email": (0, 1), "printing": (1, 1)}
    (printer,) = rows(desk, "assets")
    assert (printer["id"], printer["name"], printer["open"]) == ("printer-3", "Printer on floor 2", 1)
    assert rows(desk, "assets", "--columns", "id,warranty") == [{"id": "printer-3", "warranty": "2027-05-01"}]
    wrong = desk.tk("assets", "--columns", "id,warrnty")
    assert (wrong.code, "Did you mean 'warranty'?" in wrong.stderr) == (2, True)


def test_one_page_has_the_keys_the_text_the_tickets_and_the_next_maintenance(desk: Repository) -> None:
    page = desk.tk("assets", "printer-3").stdout
    for line in ("serial       00417", "next clean   2026-03-05  Clean, 2026-03-05", "1 open ticket"):
        assert line in page.splitlines()
    assert "Behind the kitchen. \\x1b[31m" in page
    assert "\npt-2     [P0][open] - Paper jam\n" in page
    found = json.loads(desk.tk("services", "printing", "--json").stdout)["service"]
    assert [one["id"] for one in found["tickets"]] == ["pt-2"]
    assert (found["assets"], found["next_maintenance"][0]["date"]) == (["printer-3"], "2026-03-05")
    for words, hint in ((("assets", "email"), "tk services email"), (("services", "emial"), "Did you mean 'email'?")):
        refused = desk.tk(*words)
        assert (refused.code, hint in refused.stderr) == (3, True)


def test_a_ticket_takes_only_names_that_exist_and_gives_up_any(desk: Repository) -> None:
    assert desk.tk("set", "pt-1", "concerns+=printer-3").code == 0
    assert desk.tk.field("pt-1", "concerns") == "[email, printer-3]"
    refused = desk.tk("set", "pt-1", "concerns+=printer-4")
    assert (refused.code, "Did you mean 'printer-3'?" in refused.stderr) == (3, True)
    assert desk.tk("new", "x", "--set", "concerns=nothing").code == 3
    (desk.tk.store / "assets/printer-3.md").rename(desk.tk.store / "assets/printer-5.md")
    found = desk.tk("check").stdout
    assert "pt-1.md:9: error: concerns 'printer-3', which is no service and no asset [unknown-concern]" in found
    assert "tk set pt-1 concerns-=printer-3 concerns+=printer-5" in found
    assert desk.tk("set", "pt-1", "concerns-=printer-3", "concerns+=printer-5").code == 0


def test_the_check_of_a_branch_finds_what_it_breaks_and_no_more(desk: Repository) -> None:
    desk.git("switch", "--quiet", "-c", "side")
    assert desk.tk("check", "--base", "main").code == 0
    desk.git("rm", "--quiet", ".tickets/assets/printer-3.md")
    assert "unknown-concern" in desk.tk("check", "--staged").stdout
    assert "unknown-concern" in desk.tk("check", "--base", "main").stdout
    desk.git("commit", "--quiet", "-m", "sold")
    desk.git("switch", "--quiet", "-c", "later")
    assert desk.tk("check", "--base", "side").code == 0


def test_queries_groups_and_show_know_what_a_ticket_concerns(desk: Repository) -> None:
    assert desk.tk("ls", "concerns:printer-3", "--all", "--format", "plain", "--columns", "id").lines == [
        "pt-2",
        "pt-3",
    ]
    unknown = desk.tk("ls", "concerns:printer-9")
    assert (unknown.code, "no ticket concerns 'printer-9'" in unknown.stderr) == (3, True)
    shown = desk.tk("show", "pt-2").stdout
    assert shown.endswith("## Concerns\n\n- printer-3 [in-use] Printer on floor 2\n")
    (ticket,) = json.loads(desk.tk("show", "pt-1", "--json").stdout)["tickets"]
    expected = {"name": "email", "kind": "service", "called": "Mail for everybody", "status": None}
    assert ticket["concerned"] == [expected]
    groups = {row["concerns"]: row["open"] for row in rows(desk, "report", "backlog", "--by", "concerns")}
    assert groups == {"email": 1, "printer-3": 1}


def test_a_service_gives_its_tickets_an_owner_and_a_policy(desk: Repository) -> None:
    policies = {row["ticket"]: row["policy"] for row in rows(desk, "sla")}
    assert policies == {"pt-1": "gold", "pt-2": "silver"}
    assert desk.tk("route", "pt-1").code == 0
    assert desk.tk.field("pt-1", "assignee") == "ada"


def test_a_tick_opens_the_maintenance_of_all_that_it_concerns_once(desk: Repository) -> None:
    assert desk.tk("tick").code == 0
    (made,) = desk.tk("ls", "clean", "--format", "plain", "--columns", "id").lines
    assert desk.tk.field(made, "concerns") == "[printing, printer-3]"
    head = desk.git("rev-parse", "HEAD")
    desk.tk("tick")
    assert desk.git("rev-parse", "HEAD") == head


def test_assets_are_no_tickets_for_any_command(desk: Repository) -> None:
    asset = desk.tk.store / "assets/printer-3.md"
    before = asset.read_bytes()
    assert desk.tk("ls", "--all", "--format", "plain", "--columns", "id").lines == ["pt-1", "pt-2", "pt-3"]
    assert "printer-3.md" not in desk.tk("doctor").stdout
    assert json.loads(desk.tk("ls", "--all", "--json").stdout)["problems"] == []
    assert desk.tk("archive", "pt-3").code == 0
    assert desk.tk("show", "printer-3").code == 3
    assert desk.tk("search", "kitchen").stdout == ""
    assert asset.read_bytes() == before


def test_assets_travel_with_the_tickets(desk: Repository) -> None:
    clones = make_clones(desk)
    assert clones.ada.tk("set", "pt-1", "concerns+=printer-3").code == 0
    (clones.ada.tk.store / "assets/printer-7.md").write_text("---\nkind: printer\n---\n# New\n")
    clones.ada.commit_all("a new printer")
    clones.bo.tk("set", "pt-2", "concerns+=email")
    assert clones.bo.tk("sync").code == 0
    assert clones.ada.tk("sync").code == 0
    assert clones.bo.tk("sync").code == 0
    assert clones.bo.tk("set", "pt-2", "concerns+=printer-7").code == 0
    clones.ada.tk("set", "pt-2", "concerns-=printer-3")
    for clone in (clones.bo, clones.ada, clones.bo):
        assert clone.tk("sync").code == 0
    assert clones.bo.tk.field("pt-2", "concerns") == "[email, printer-7]"


def test_hostile_asset_files_are_named_and_not_followed(desk: Repository) -> None:
    folder = desk.tk.store / "assets"
    (folder / "linked.md").symlink_to("/etc/passwd")
    (folder / "binary.md").write_bytes(b"\xff\x00---")
    (folder / "huge.md").write_text("---\nname: x\n---\n" + "x" * (1 << 21))
    (folder / "email.md").write_text("---\nname: Twin\n---\n")
    (folder / "bomb.md").write_text("---\na: &a [x]\nb: [*a, *a]\n---\n")
    found = desk.tk("check")
    assert found.code == 1
    for name in ("linked", "binary", "huge", "email", "bomb"):
        assert f".tickets/assets/{name}.md" in found.stdout, name
    assert "root:" not in found.stdout
    listed = desk.tk("assets")
    assert ("printer-3" in listed.stdout, "[broken-asset]" in listed.stderr) == (True, True)
    assert desk.tk("assets", "bomb").code == 4
    assert desk.tk("set", "pt-1", "concerns+=bomb").code == 0
    (folder / "x").mkdir()
    assert [asset_id(f"assets/{name}") for name in ("-x.md", "x/y.md", ".h.md", "readme.md", "a.txt")] == [""] * 5


def test_a_field_of_the_stores_own_of_that_name_stays_free(desk: Repository) -> None:
    (desk.tk.store / "config.yml").write_text("fields: {concerns: string}\n")
    desk.tk.write("pt-4", "Free", more="concerns: this and that\n")
    assert desk.tk("set", "pt-4", "concerns=anything").code == 0
    assert "unknown-concern" not in desk.tk("check").stdout
    assert "## Concerns" not in desk.tk("show", "pt-4").stdout
