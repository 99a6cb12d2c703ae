"""Automation rules in real repositories: what fires, in whose commit, with which words, and what is refused."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from builders import opened
from plaintickets.actions.change_status import change_statuses
from plaintickets.actions.new import create
from plaintickets.actions.set import read_setting, set_fields
from plaintickets.core.draft import Draft
from plaintickets.errors import RefusedError, TicketsError, UnreadableError
from plaintickets.store.settings import ConfigError

if TYPE_CHECKING:
    from builders import Repository
    from store_files import Result

RULES = """\
- name: security-first
  on: created
  if: tag:security
  do:
    - set: {priority: critical, component: core}
    - comment: "Thanks {reporter}, we look at {id}: {title}"
    - notify: [assignee, ops]
- name: analyse
  on: {changed: priority}
  if: priority:0
  do: [{create: {title: "Analyse {id}", type: chore, as: child}}, {tag: hot}]
"""


def put(repository: Repository, rules: str, **files: str) -> Repository:
    for name, text in {"rules": rules, **files}.items():
        (repository.tk.store / f"{name}.yml").write_text(text, "utf-8")
    repository.commit_all("rules")
    return repository


def changed(repository: Repository, *words: str) -> str:
    """Set fields of pr-1 in this process, and return the file."""
    set_fields(opened(repository), "set", ["pr-1"], [read_setting(word) for word in words])
    return repository.tk.text("pr-1")


@pytest.fixture
def one(repository: Repository) -> Repository:
    repository.tk.write("pr-1", "One", more="tags: [db]\nreporter: Cy\n")
    return repository


def test_rules_change_the_ticket_in_the_commit_of_the_command_and_its_message_says_so(repository: Repository) -> None:
    put(repository, RULES)
    done = repository.tk("new", "Leak", "--tags", "security", "--set", "reporter=Cy")
    ticket = done.stdout.split()[0]
    text = repository.tk.text(ticket)
    assert "priority: 0\n" in text
    assert "component: core\n" in text
    assert "tags: [security, hot]\n" in text
    assert f"· rule:security-first\n\nThanks Cy, we look at {ticket}: Leak\n" in text
    child = next(path for path in repository.tk.store.glob("*.md") if path.stem != ticket)
    assert f"parent: {ticket}\n" in child.read_text()
    message = repository.git("log", "-1", "--format=%B")
    assert message.startswith(
        f"tk: new {ticket} Leak\n\n- rule security-first: {ticket} priority, component, comment\n"
    )
    assert f"Tk-Notify: ops about {ticket} by security-first" in message
    assert repository.git("rev-list", "--count", "HEAD") == "3"
    assert f"rule security-first: {ticket} priority, component, comment; to notify: ops\n" in done.stderr


def test_no_rules_leaves_them_out_and_the_log_says_which_rule_changed_what(one: Repository) -> None:
    put(one, RULES)
    assert one.tk("set", "pr-1", "priority=0", "--no-rules").stderr == ""
    assert one.tk.field("pr-1", "tags") == "[db]"
    one.tk("set", "pr-1", "priority=1")
    one.tk("set", "pr-1", "priority=0")
    assert "    tags: [db] -> [db, hot]  (rule analyse)\n" in one.tk("log", "pr-1").stdout
    events = json.loads(one.tk("log", "pr-1", "--json").stdout)["events"]
    assert [event.get("rule") for event in events if event["field"] in {"tags", "priority"}][:2] == [None, "analyse"]


EFFECTS = {
    "{tag: [x, ui]}": "tags: [db, x, ui]\n",
    "{untag: db}": "created: 2026-01-02T03:04:05Z\ntype: task\npriority: 2\nreporter: Cy\nqueue: q\n",
    "{assign: reporter}": "assignee: Cy\n",
    "{assign: team:core}": "assignee: team:core\n",
    "{set: {priority: +1, due: 2026-05-01}}": "due: 2026-05-01\n",
    "{set: {priority: -9}}": "priority: 4\n",
    "{link: pr-2}": "links: [pr-2]\n",
    "{status: closed, resolution: wontfix}": "resolution: wontfix\n",
    "{comment: {text: 'By {reporter}: {field} {left}', internal: true}}": "· rule:r · internal\n\nBy Cy: queue \n",
    "{comment: {reply: hello}}": "· rule:r\n\nHello Cy.\n\nBye.\n",
    "{create: {title: More of it, tags: [a], set: {component: c}}}": "links: [pr-",
}


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect_changes_the_ticket(one: Repository, effect: str) -> None:
    one.tk.write("pr-2", "Two")
    (one.tk.store / "replies").mkdir()
    (one.tk.store / "replies" / "hello.md").write_text("Hello {reporter}.\n\nBye.\n")
    put(one, f"- {{name: r, on: {{changed: queue}}, do: [{effect}]}}\n", people="ada: {teams: [core]}\nCy: {}\n")
    assert EFFECTS[effect] in changed(one, "queue=q")


def test_stop_lets_no_further_rule_fire(one: Repository) -> None:
    put(one, "- {name: a, on: changed, do: [{tag: a}, stop]}\n- {name: b, on: changed, do: [{tag: b}]}\n")
    assert "tags: [db, a]\n" in changed(one, "queue=q")


def test_a_later_rule_sees_what_an_earlier_one_changed(one: Repository) -> None:
    put(one, "- {name: a, on: changed, do: [{tag: a}]}\n- {name: b, on: changed, if: tag:a, do: [{tag: b}]}\n")
    assert "tags: [db, a, b]\n" in changed(one, "queue=q")


@pytest.mark.parametrize(("trigger", "count"), [("closed", 1), ("reopened", 1), ("status", 2), ("commented", 1)])
def test_triggers_of_the_status_and_of_comments(one: Repository, trigger: str, count: int) -> None:
    put(one, f"- {{name: r, on: {trigger}, do: [{{comment: fired}}]}}\n")
    change_statuses(opened(one), "close", ["pr-1"], "closed")
    change_statuses(opened(one), "reopen", ["pr-1"], "open", comment="Why?" if trigger == "commented" else None)
    assert one.tk.text("pr-1").count("fired") == count


def test_an_import_fires_imported_and_undo_and_moving_fire_nothing(one: Repository) -> None:
    put(
        one,
        "- {name: r, on: [created, changed], do: [{tag: b}]}\n- {name: i, on: imported, do: [{assign: Cy}, stop]}\n",
    )
    done = one.tk("import", "jsonl", "-", stdin='{"key": "gh:1", "title": "From there"}\n')
    assert done.code == 0, done.stderr
    made = next(path for path in one.tk.store.glob("*.md") if path.stem not in {"pr-1", "README"})
    assert "assignee: Cy\n" in made.read_text()
    assert "tags" not in made.read_text()
    one.tk("set", "pr-1", "queue=q", "--no-rules")
    for words in (["undo"], ["mv", "pr-1", "pr-9"]):
        assert one.tk(*words).code == 0
    assert one.tk.field("pr-9", "tags") == "[db]"


def test_an_effect_that_is_refused_names_the_rule_and_changes_nothing(one: Repository) -> None:
    put(one, "- name: r\n  on: changed\n  do: [{tag: x}, {link: pr-404}]\n")
    before = one.tk.text("pr-1")
    with pytest.raises(
        RefusedError, match=r"^\.tickets/rules\.yml:1: the rule r cannot fire for pr-1: .*pr-404"
    ) as error:
        changed(one, "queue=q")
    assert "--no-rules" in str(error.value.hint)
    assert one.tk.text("pr-1") == before
    assert one.git("status", "--porcelain") == ""


def test_the_effect_route_is_refused_where_routes_are_not_known(one: Repository) -> None:
    put(one, "- {name: r, on: changed, do: [route]}\n")
    with pytest.raises(RefusedError, match="the rule r cannot fire for pr-1"):
        changed(one, "queue=q")


def test_a_rule_that_makes_tickets_which_make_tickets_stops_with_an_error(repository: Repository) -> None:
    put(repository, "- name: spawn\n  on: created\n  do: [{create: {title: Next, as: child}}]\n")
    with pytest.raises(RefusedError, match=r"rules\.yml:1: rules fire each other more than 20 times: spawn -> "):
        create(opened(repository), Draft("One"))
    assert [path.name for path in repository.tk.store.glob("*.md")] == []


def test_an_unknown_placeholder_of_a_reply_has_its_line(one: Repository) -> None:
    (one.tk.store / "replies").mkdir()
    (one.tk.store / "replies" / "hello.md").write_text("Hello,\n\n{nmae}\n")
    put(one, "- {name: r, on: changed, do: [{comment: {reply: hello}}]}\n")
    with pytest.raises(TicketsError, match=r"\.tickets/replies/hello\.md:3: unknown placeholder 'nmae'"):
        changed(one, "queue=q")


def test_a_value_of_a_ticket_cannot_forge_a_comment_or_a_placeholder(one: Repository) -> None:
    put(one, "- {name: r, on: changed, do: [{comment: '{queue}'}]}\n")
    text = changed(one, "queue=**2026-01-01T00:00:00Z** · Ada {title}")
    assert text.count("\n**2026-01-01T00:00:00Z**") == 0
    assert "{title}" in text.partition("## Notes")[2]


BAD = {
    "do: [{tagg: x}]": "unknown effect 'tagg'. Did you mean 'tag'?",
    "on: creatd": "unknown trigger 'creatd'. Did you mean 'created'?",
    "on: {changed: sevrity}": "unknown field 'sevrity'. Did you mean 'severity'?",
    "on: {status: clsed}": "unknown status 'clsed'",
    "do: [{status: clsed}]": "unknown status 'clsed'",
    "do: [{status: closed, resolution: stale}]": "unknown resolution 'stale'. Known: fixed",
    "do: [{status: open, resolution: fixed}]": "a resolution needs a closed status",
    "do: [{set: {priorty: 1}}]": "unknown field 'priorty'",
    "do: [{set: {queue: lost}}]": "unknown queue 'lost'",
    "do: [{set: {status: open}}]": "by the effect `status`",
    "do: [{assign: Eve}]": "unknown person 'Eve'",
    "do: [{notify: [assignee, team:leads]}]": "unknown team 'leads'",
    "do: [{comment: 'Hi {nmae}'}]": "unknown placeholder 'nmae'",
    "do: [{tag: x, untag: y}]": "are two effects",
    "do: [{comment: {text: a, reply: b}}]": "one of the two",
    "do: [{create: {titel: a}}]": "unknown key 'titel'",
    "do: [{run: rm}]": "unknown effect 'run'",
    "do: [stpo]": "unknown effect 'stpo'",
    "if: custmer:x": "unknown field 'custmer'",
    "if: status:opn": "unknown status 'opn'",
    "if: '@none'": "unknown query 'none'",
    "if: (": "the query cannot be read",
    "repeat: 7d": "only a rule on `time` repeats",
}


@pytest.mark.parametrize("part", BAD)
def test_a_bad_rule_is_named_with_its_line_and_what_is_known(one: Repository, part: str) -> None:
    key = part.partition(":")[0]
    usual = {"on": "on: created", "do": "do: [{tag: x}]"}
    rest = "".join(f"  {text}\n" for name, text in usual.items() if name != key)
    queues, people = "support: {}\n", "ada: {teams: [core]}\n"
    put(one, f"# rules\n- name: r\n{rest}  {part}\n", queues=queues, people=people)
    with pytest.raises(ConfigError) as error:
        opened(one).require_settings()
    assert str(error.value).startswith(".tickets/rules.yml:")
    assert BAD[part] in str(error.value)


def test_two_rules_of_one_name_and_a_rule_without_parts_are_named(one: Repository) -> None:
    put(one, "- {name: a, on: created, do: [stop]}\n- {name: a, on: created, do: [stop]}\n- {name: b}\n- {on: time}\n")
    with pytest.raises(ConfigError) as error:
        opened(one).require_settings()
    for text in (":2: duplicate name 'a'", ":3: the rule b has no `on`", ":4: a rule needs a name"):
        assert text in str(error.value)


def test_rules_are_listed_and_an_unknown_one_is_refused_with_the_nearest(one: Repository) -> None:
    put(one, RULES)
    rows = json.loads(one.tk("rules", "--json").stdout)["rows"]
    assert [(row["name"], row["on"], row["source"]) for row in rows] == [
        ("security-first", "created", ".tickets/rules.yml:1"),
        ("analyse", "changed: priority", ".tickets/rules.yml:8"),
    ]
    done = one.tk("rules", "try", "anlyse")
    assert (done.code, "Did you mean 'analyse'?" in done.stderr) == (3, True)


def tried(done: Result) -> list[tuple[str, str, str]]:
    assert done.stderr == ""
    return [(row["at"], row["ticket"], row["why"]) for row in json.loads(done.stdout)["rows"]]


def test_a_rule_is_tried_on_the_past_also_one_of_a_file_that_is_not_in_force(one: Repository) -> None:
    moment = "2026-01-03T10:00:00Z"
    assert one.tk("commit", env={"TK_NOW": moment, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}).code == 0
    for moment, word in (("2026-02-10T10:00:00Z", "priority=0"), ("2026-02-20T10:00:00Z", "priority=1")):
        clock = {"TK_NOW": moment, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
        assert one.tk("set", "pr-1", word, env=clock).code == 0
    (one.folder / "new.yml").write_text(
        "- {name: urgent, on: {changed: priority}, if: priority:0, do: [{tag: x}]}\n"
        "- {name: old, on: time, if: age>39d priority>0, repeat: 7d, do: [{tag: x}]}\n"
    )
    before = one.git("rev-parse", "HEAD")
    words = ("rules", "try", "--policy", "new.yml", "--json", "--since", "2026-01-15")
    clock = {"TK_NOW": "2026-03-01T12:00:00Z"}
    assert tried(one.tk(*words, "urgent", env=clock)) == [("2026-02-10 10:00 UTC", "pr-1", "priority: 2 -> 0")]
    assert [row[0][:10] for row in tried(one.tk(*words, "old", env=clock))] == ["2026-02-20", "2026-02-27"]
    assert (one.git("rev-parse", "HEAD"), one.git("status", "--porcelain")) == (before, "?? new.yml")


def test_changes_by_hand_are_caught_up_once(one: Repository) -> None:
    put(one, RULES)
    start = one.git("rev-parse", "HEAD")
    one.tk("set", "pr-1", "priority=0", "--no-rules")
    assert "0 rules fired" in one.tk("rules", "apply", f"{start}..HEAD").stdout
    path = one.tk.store / "pr-1.md"
    for priority in ("2", "0"):
        path.write_text(
            path.read_text().replace("priority: 0" if priority == "2" else "priority: 2", f"priority: {priority}")
        )
        one.commit_all()
    head = one.git("rev-parse", "HEAD")
    assert "1 rule would fire" in one.tk("rules", "apply", f"{start}..HEAD", "--dry-run").stdout
    assert one.git("rev-parse", "HEAD") == head
    assert "1 rule fired" in one.tk("rules", "apply", f"{start}..HEAD").stdout
    assert one.tk.field("pr-1", "tags") == "[db, hot]"
    assert "0 rules fired" in one.tk("rules", "apply", f"{start}..HEAD").stdout
    assert one.tk("rules", "apply", "HEAD").code == 2


def test_a_store_without_rules_loads_none_of_the_engine(one: Repository) -> None:
    (one.tk.store / "sla.yml").write_text("- {name: a, targets: {resolution: 1d}}\n")
    one.commit_all()
    code = "import sys; sys.argv[0] = 'tk'\nfrom plaintickets.cli import main\ntry:\n    main(sys.argv[1:])\nfinally:\n"
    code += (
        "    print(*sorted(name for name in sys.modules if 'rule' in name or 'automation' in name), file=sys.stderr)"
    )
    python = str(one.tk.command).replace("/tk", "/python")
    one.tk("ls")
    for words in (["close", "pr-1"], ["show", "pr-1"], ["ready"]):
        done = subprocess.run(
            [python, "-c", code, *words],
            cwd=one.folder,
            env=one.tk.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert [name for name in done.stderr.split() if name.startswith("plaintickets")] == [], words


def test_a_file_with_rules_that_is_no_file_of_ours_is_refused_in_the_trial(one: Repository) -> None:
    one.commit_all()
    (one.folder / "bad.yml").write_text("- {name: a, on: created, do: [{tagg: x}]}\n")
    done = one.tk("rules", "try", "a", "--policy", "bad.yml")
    assert (done.code, "unknown effect 'tagg'" in done.stderr) == (4, True)
    assert UnreadableError.exit_code == 4


def test_a_rule_holds_the_guards_of_the_status_that_it_sets(one: Repository) -> None:
    guarded = "statuses:\n  open: open\n  closed: {class: done, guards: {require: [component]}}\n"
    (one.tk.store / "config.yml").write_text(guarded, "utf-8")
    put(one, "- {name: done, on: {changed: tags}, if: tag:done, do: [{status: closed}]}\n")
    before = one.tk.text("pr-1")
    refused = one.tk("tag", "pr-1", "done")
    assert (refused.code, one.tk.text("pr-1"), one.git("status", "--porcelain")) == (3, before, "")
    assert "the rule done cannot fire for pr-1: ticket 'pr-1' cannot become closed yet:" in refused.stderr
    assert one.tk("set", "pr-1", "component=core", "tags+=done").code == 0
    assert "status: closed" in one.tk.text("pr-1")


WAITING = """\
- {name: answered, on: {commented: requester}, if: in-class:waiting, do: [{status: open}, {comment: "Thanks."}]}
- {name: told, on: "commented: team", do: [{tag: told}]}
"""
STATUSES = "statuses: {open: open, waiting: waiting, closed: done}\n"


@pytest.mark.parametrize("people", [{}, {"people": "bo: {mail: bo@example.org}\n"}])
def test_a_rule_hears_who_commented_the_requester_or_the_team(one: Repository, people: dict[str, str]) -> None:
    put(one, WAITING, config=STATUSES, **people)
    one.tk("status", "pr-1", "waiting")
    for who, internal, expected in (
        ("bo", ("--internal",), ("waiting", "[db]")),
        ("bo", (), ("waiting", "[db, told]")),
        ("Cy", (), ("open", "[db, told]")),
    ):
        me = {"GIT_AUTHOR_NAME": who, "GIT_AUTHOR_EMAIL": f"{who.lower()}@example.org", "TK_ME": who}
        done = one.tk("comment", "pr-1", f"Word of {who}", *internal, env=me)
        assert done.code == 0, done.stderr
        assert (one.tk.field("pr-1", "status"), one.tk.field("pr-1", "tags")) == expected, who
    tried = json.loads(one.tk("rules", "try", "told", "--json").stdout)["rows"]
    assert len(tried) == 1


def test_without_a_reporter_the_requester_is_who_created_the_ticket(repository: Repository) -> None:
    cy = {"GIT_AUTHOR_NAME": "Cy", "GIT_AUTHOR_EMAIL": "cy@example.org", "TK_ME": "Cy"}
    put(repository, WAITING, config=STATUSES)
    ticket = repository.tk("new", "Help", env=cy).stdout.strip()
    repository.tk("status", ticket, "waiting")
    repository.tk("comment", ticket, "We ask you.")
    assert repository.tk.field(ticket, "status") == "waiting"
    repository.tk("comment", ticket, "I answer.", env=cy)
    assert repository.tk.field(ticket, "status") == "open"


@pytest.mark.parametrize("kind", ["body", "files"])
def test_a_rule_sees_the_comment_that_it_hears_wherever_comments_are_kept(one: Repository, kind: str) -> None:
    rules = "- {name: said, on: commented, if: comments:magic, do: [{tag: said}]}\n"
    rules += "- {name: met, on: {commented: team}, if: sla:met, do: [{tag: met}]}\n"
    sla = "- {name: all, targets: {first_response: 500w}}\n"
    put(one, rules, config=f"{STATUSES}format.comments: {kind}\n", sla=sla)
    one.tk("set", "pr-1", "reporter=Cy")
    seen = []
    for word in ("A word.", "A magic word."):
        done = one.tk("comment", "pr-1", word)
        assert done.code == 0, done.stderr
        seen.append(one.tk.field("pr-1", "tags"))
    assert seen == ["[db, met]", "[db, met, said]"]


def test_who_makes_a_ticket_with_a_comment_is_its_requester_as_the_trial_says(repository: Repository) -> None:
    put(repository, WAITING, config=STATUSES)
    ticket = repository.tk("new", "Help").stdout.strip()
    for text in ("One.", "Two."):
        repository.tk("comment", ticket, text)
    done = repository.tk("split", ticket, "1", "2", "--one", "--json")
    assert done.code == 0, done.stderr
    [new] = {path.stem for path in repository.tk.store.glob("*.md")} - {ticket, "README"}
    assert repository.tk.field(new, "tags") is None
    assert json.loads(repository.tk("rules", "try", "told", "--json").stdout)["rows"] == []
