"""Routes in the settings, and `tk route`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository

PEOPLE = """\
ada: {name: Ada Lovelace, mail: ada@example.org, teams: [core], skills: [parser], capacity: 2, login: countess}
bo: {teams: [core, desk], skills: [parser]}
cy: {teams: [desk], away: [2000-01-01..2000-12-31]}
"""
ROUTES = """\
- {if: component:parser, team: core, by: skill}
- {if: "affects:src/net/**", by: codeowners}
- {name: desk, if: queue:support, team: desk, by: round-robin}
- {if: has:service, by: owner}
"""


def put(repository: Repository, **files: str) -> None:
    for name, text in files.items():
        (repository.tk.store / f"{name}.yml").write_text(text, "utf-8")


@pytest.fixture
@built_once
def desk(repository: Repository) -> Repository:
    put(repository, people=PEOPLE, routes=ROUTES, services="web: {owner: bo}\n")
    repository.tk.write("d-1", more="component: parser\n")
    repository.tk.write("d-2", more="affects: [src/net/a.c, src/net/b.c]\n")
    repository.tk.write("d-3", more="queue: support\n")
    repository.tk.write("d-4", more="queue: support\n")
    repository.tk.write("d-5", more="service: web\n")
    repository.tk.write("d-6")
    (repository.folder / "CODEOWNERS").write_text("* @mallory\n/src/net/ @countess @mallroy\n")
    repository.commit_all()
    return repository


def test_tickets_go_where_the_routes_lead_in_one_commit(desk: Repository) -> None:
    before = desk.git("rev-parse", "HEAD")
    done = desk.tk("route", "d-4", "d-3", "d-5", "d-1", "d-2", "--json")
    assert done.code == 0
    found = {one["ticket"]: one for one in json.loads(done.stdout)["routed"]}
    assert {name: one["assignee"] for name, one in found.items()} == {
        "d-1": "ada", "d-2": "ada", "d-3": "bo", "d-4": "cy", "d-5": "bo",
    }  # fmt: skip
    assert found["d-1"]["tried"][0]["source"] == ".tickets/routes.yml:1"
    assert "CODEOWNERS:2: no person or team is the owner '@mallroy'" in done.stderr
    assert desk.git("rev-list", "--count", f"{before}..HEAD") == "1"
    assert sorted(desk.diff_lines())[-5:] == [f"+assignee: {name}" for name in ("ada", "ada", "bo", "bo", "cy")]
    again = desk.tk("route", "d-1", "d-2", "d-3", "d-4", "d-5")
    assert again.lines[0] == "d-1: ada has it already"
    assert desk.git("rev-list", "--count", f"{before}..HEAD") == "1"


def test_a_dry_run_explains_and_changes_nothing(desk: Repository) -> None:
    done = desk.tk("route", "d-1", "-n", "--explain")
    assert done.stdout == (
        "Would give d-1 to ada: skill parser; first by name of 2 equals (route 1)\n"
        "  .tickets/routes.yml:1 route 1: component:parser\n"
        "    + ada: skill parser\n"
        "    + bo: skill parser\n"
        "    = skill parser; first by name of 2 equals\n"
    )
    assert desk.git("status", "--porcelain") == ""


def test_nobody_is_exit_code_3_and_nothing_is_written_and_some_is_1(desk: Repository) -> None:
    done = desk.tk("route", "d-6")
    assert (done.code, done.stdout) == (3, "")
    assert "no route gives d-6 to anybody: no route matches it" in done.stderr
    assert desk.tk("route", "d-6", "-n").code == 3
    assert desk.tk("route", "d-6", "d-1").code == 1
    assert desk.tk.field("d-1", "assignee") == "ada"
    put(desk, routes="- {if: queue:support, by: owner}\n")
    done = desk.tk("route", "d-3")
    assert done.code == 3
    assert "Error: .tickets/routes.yml:1: no route gives d-3 to anybody: it names no service" in done.stderr


def test_a_closed_ticket_is_left_alone_and_again_routes_anew(desk: Repository) -> None:
    desk.tk.write("d-1", status="closed", more="component: parser\n")
    assert desk.tk("route", "d-1").lines == ["d-1: is closed"]
    desk.tk.write("d-1", more="component: parser\nassignee: bo\n")
    assert desk.tk("route", "d-1", "--again").lines[0].startswith("Gave d-1 to ada")


def test_a_ticket_of_a_team_goes_to_a_person(desk: Repository) -> None:
    assert desk.tk("assign", "d-1", "team:core").code == 0
    assert desk.tk("check").code == 0
    assert desk.tk("route", "d-1").lines[0].startswith("Gave d-1 to ada")
    done = desk.tk("assign", "d-1", "team:croe")
    assert (done.code, "Did you mean 'core'?" in done.stderr) == (3, True)


def test_a_new_ticket_is_routed_in_the_commit_that_makes_it(desk: Repository) -> None:
    before = desk.git("rev-parse", "HEAD")
    made = desk.tk("new", "The parser hangs", "--set", "component=parser", "--route")
    assert made.code == 0
    assert desk.tk.field(made.stdout.strip(), "assignee") == "ada"
    assert "Gave" in made.stderr
    assert desk.git("rev-list", "--count", f"{before}..HEAD") == "1"
    put(desk, routes="- {if: hangs, team: desk}\n")
    made = desk.tk("new", "It hangs again", "--route")
    assert desk.tk.field(made.stdout.strip(), "assignee") == "team:desk"
    made = desk.tk("new", "Other", "--route")
    assert made.code == 0
    assert "warning:" in made.stderr
    assert desk.tk.field(made.stdout.strip(), "assignee") is None


BAD = {
    "- {if: component:parser, team: croe, by: skill}": "unknown team 'croe'. Did you mean 'core'?",
    "- {team: core, by: skil}": "Did you mean 'skill'?",
    "- {if: x}": "leads to nobody: it needs `team`, `by` or both",
    "- {team: core, byy: skill}": "unknown key 'byy'",
    '- {if: "type:(", team: core}': "the query cannot be read",
    "- {name: a, team: core}\n- {name: A, team: core}": "duplicate name 'A'",
    "- {by: []}": "by needs one of",
    "core": "routes must be a list",
    "- &a {team: core}": "anchors are not allowed",
}


@pytest.mark.parametrize(("text", "message"), BAD.items())
def test_a_bad_route_is_named_with_its_line(desk: Repository, text: str, message: str) -> None:
    put(desk, routes=f"# routes\n{text}\n")
    done = desk.tk("route", "d-1")
    assert done.code == (4 if "key" not in message else done.code)
    assert ".tickets/routes.yml:" in done.stderr
    assert message in done.stderr


def test_a_route_without_people_and_a_query_of_an_unknown_field_are_named(desk: Repository) -> None:
    put(desk, people="", routes="- {by: least-loaded}\n")
    done = desk.tk("route", "d-1")
    assert (done.code, "routes.yml:1: the route 1 leads to nobody" in done.stderr) == (4, True)
    put(desk, people=PEOPLE, routes="- {if: compnent:parser, team: core}\n")
    done = desk.tk("route", "d-1")
    assert (done.code, ".tickets/routes.yml:1: the route 1: " in done.stderr) == (4, True)
    put(desk, routes="")
    assert desk.tk("route", "d-1").code == 3


def test_a_code_owners_file_out_of_the_repository_is_not_read(desk: Repository) -> None:
    (desk.folder / "CODEOWNERS").unlink()
    (desk.folder / "CODEOWNERS").symlink_to("/etc/passwd")
    done = desk.tk("route", "d-2")
    assert (done.code, "CODEOWNERS: a symbolic link is not followed" in done.stderr) == (4, True)


def test_turns_need_the_whole_history(desk: Repository) -> None:
    desk.git("clone", "--quiet", "--depth", "1", f"file://{desk.folder}", "../shallow")
    done = desk.tk("route", "d-3", cwd=desk.folder.parent / "shallow")
    assert (done.code, "shallow" in done.stderr) == (4, True)


def test_a_queue_that_the_settings_do_not_name_is_an_error_in_a_route_and_in_a_query(desk: Repository) -> None:
    put(desk, queues="support: {team: desk}\n", routes="- {if: queue:suport, team: desk}\n")
    done = desk.tk("route", "d-3")
    assert done.code == 4
    assert ".tickets/routes.yml:1: the route 1: no ticket has the queue 'suport'" in done.stderr
    assert "Did you mean 'support'?" in done.stderr
    assert (desk.tk("ls", "queue:suport").code, desk.tk("ls", "queue:support").code) == (3, 0)


def test_people_of_a_plain_list_get_tickets_by_their_names(desk: Repository) -> None:
    put(desk, people="- Zoe <zoe@example.org>\n- Yan\n", routes="- {by: least-loaded}\n", services="")
    desk.tk.write("d-1", more="assignee: Yan\n")
    desk.tk.write("d-2")
    done = desk.tk("route", "d-2", "d-6", "--json")
    assert [one["assignee"] for one in json.loads(done.stdout)["routed"]] == ["Zoe", "Yan"]


def test_routes_can_be_tried_on_the_past_and_from_a_file(desk: Repository) -> None:
    then = desk.git("rev-parse", "HEAD")
    assert desk.tk("route", "d-1", "d-3", "-q").code == 0
    put(desk, people="bo: {teams: [core, desk], skills: [parser]}\n")
    (desk.folder / "new.yml").write_text("- {name: new, if: component:parser, team: core}\n")
    tried = desk.tk("route", "d-1", "--at", then)
    assert tried.lines[0].startswith("Would give d-1 to ada: skill parser")
    assert desk.tk("route", "d-1", "--again", "--policy", "new.yml").lines == [
        "Would give d-1 to team:core: the route gives it to the team core (route new)"
    ]
    assert desk.tk.field("d-1", "assignee") == "ada"
    (desk.folder / "new.yml").write_text("- {if: component:parser, team: croe}\n")
    assert desk.tk("route", "d-1", "--policy", "new.yml").stderr.startswith("Error: new.yml:1: unknown team 'croe'")
    assert desk.tk("route", "d-1", "--at", "nowhere").code == 3


def test_the_check_names_each_unknown_owner_with_its_line_where_routes_ask_for_owners(desk: Repository) -> None:
    (desk.folder / "CODEOWNERS").write_text(
        "* @mallory\n!a @bo\n/src/ @countess @org/core @desk ada@example.org @mallroy\n"
    )
    lines = [line for line in desk.tk("check").lines if line.startswith("CODEOWNERS")]
    assert [line.partition(".")[0] for line in lines] == [
        "CODEOWNERS:1: warning: no person or team is the owner '@mallory'",
        "CODEOWNERS:2: warning: '!a' is no pattern of CODEOWNERS [code-owners]",
        "CODEOWNERS:3: warning: no person or team is the owner '@mallroy'",
    ]
    assert desk.tk("check", "--strict").code == 1
    assert [line for line in desk.tk("check", "--base", "main").lines if "CODEOWNERS:" in line] == lines[1:2]
    put(desk, routes="- {team: core, by: skill}\n")
    assert "CODEOWNERS" not in desk.tk("check").stdout


def test_the_check_reads_the_staged_owners_and_follows_no_link(desk: Repository) -> None:
    (desk.folder / "CODEOWNERS").write_text("* @nobody\n")
    desk.git("add", "CODEOWNERS")
    (desk.folder / "CODEOWNERS").write_text("* @ada\n")
    assert "CODEOWNERS:1: warning: no person or team is the owner '@nobody'" in desk.tk("check", "--staged").stdout
    (desk.folder / "CODEOWNERS").unlink()
    (desk.folder / "CODEOWNERS").symlink_to("/etc/passwd")
    assert "CODEOWNERS: a symbolic link is not followed [code-owners]" in desk.tk("check").stdout


def test_a_query_routes_the_open_tickets_that_it_finds(desk: Repository) -> None:
    assert desk.tk("close", "d-4", "--no-rules").code == 0
    before = desk.git("rev-parse", "HEAD")
    shown = desk.tk("route", "queue:support", "OR", "has:service", "-n")
    assert [line.split()[2] for line in shown.lines] == ["d-3", "d-5"]
    assert desk.git("status", "--porcelain") == ""
    done = desk.tk("route", "queue:support", "-assignee:bo")
    assert (done.code, done.lines[0].split()[1]) == (0, "d-3")
    assert desk.git("rev-list", "--count", f"{before}..HEAD") == "1"
    assert desk.tk("route", "queue:none").lines == ["No open ticket matches."]
    assert desk.tk("route", "queue:support", "--json").code == 0


def test_a_mistyped_id_is_refused_and_not_searched_for(desk: Repository) -> None:
    refused = desk.tk("route", "d-3", "d-33")
    assert (refused.code, "d-33" in refused.stderr, desk.git("status", "--porcelain")) == (3, True, "")
    unknown = desk.tk("route", "queeu:support")
    assert (unknown.code, "did you mean queue?" in unknown.stderr) == (2, True)
    assert desk.tk("route").code == 2
