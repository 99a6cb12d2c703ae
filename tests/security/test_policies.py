"""A stranger's calendars, people and policies: they run nothing, and take two seconds and 256 MB at most."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from builders import Repository

LIMITS = "ulimit -t 2 && ulimit -v 262144 && exec"
GOOD = "- {name: a, targets: {first_response: 1h, next_response: 1h, update: 1h, resolution: 500w}, calendar: c0}\n"
SLOW = "".join(
    f"c{number}:\n  zone: America/Sao_Paulo\n  hours: {{mon: 00:00-00:01}}\n  closed: [{', '.join(ranges)}]\n"
    for number in range(60)
    for ranges in [[f"{year}-01-01..{year}-12-31" for year in range(2000, 2100)]]
)
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n"
CONDITIONS = " OR ".join(f"title:w{number}" for number in range(38))
HOSTILE = {
    "many conditions": (
        "sla",
        "".join(f'- {{name: a{n}, if: "{CONDITIONS}", targets: {{resolution: 1h}}}}\n' for n in range(200)),
        4,
    ),
    "many conditions of routes": ("routes", "".join(f'- {{if: "{CONDITIONS}", team: a}}\n' for _ in range(200)), 4),
    "many conditions of rules": (
        "rules",
        "".join(f'- {{name: a{n}, on: time, if: "{CONDITIONS}", do: [stop]}}\n' for n in range(200)),
        4,
    ),
    "bomb": ("sla", BOMB, 4),
    "bomb of calendars": ("calendars", BOMB, 4),
    "tag": ("sla", "- !!python/object/apply:os.system ['touch hacked']\n", 4),
    "deep": ("sla", "[" * 5000 + "]" * 5000, 4),
    "long": ("sla", "- {name: a, targets: {resolution: 1h}}\n" * 20_000, 4),
    "many policies": ("sla", "".join(f"- {{name: a{n}, targets: {{resolution: 1h}}}}\n" for n in range(400)), 4),
    "long query": ("sla", f"- {{name: a, if: '{'(' * 400}', targets: {{resolution: 1h}}}}\n", 4),
    "long duration": ("sla", f"- {{name: a, targets: {{resolution: {'9' * 400}w}}}}\n", 4),
    "zone outside": ("calendars", "a: {zone: ../../../etc/passwd, hours: {mon: 09:00-10:00}}\n", 4),
    "zone of a folder": ("calendars", "a: {zone: Europe, hours: {mon: 09:00-10:00}}\n", 4),
    "zone with a zero": ("calendars", 'a: {zone: "Europe/\\0Berlin", hours: {mon: 09:00-10:00}}\n', 4),
    "control characters": ("sla", '- {name: "a\\e[31m", targets: {resolution: 1h}}\n', 4),
    "slow calendars": ("calendars", SLOW, 0),
    "years of absence": ("people", f"ada: {{away: [{', '.join(['2000-01-01..2000-12-31'] * 150)}]}}\n", 0),
}


ASKING = {"routes": ("route", "is:open"), "rules": ("tick", "--dry-run")}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_policy_of_a_stranger_runs_nothing_and_takes_little(repository: Repository, name: str) -> None:
    file, text, code = HOSTILE[name]
    repository.tk.write("a-1", "One")
    repository.tk.write("a-2", "Two")
    calendar = "c0: {zone: UTC, hours: {mon: 09:00-10:00}}\n"
    for one, content in {"sla": GOOD, "calendars": calendar, file: text}.items():
        (repository.tk.store / f"{one}.yml").write_text(content, "utf-8")
    repository.commit_all("a policy")
    done = subprocess.run(
        ["sh", "-c", f'{LIMITS} "$0" "$@"', repository.tk.command, *ASKING.get(file, ("sla",))],
        cwd=repository.folder, env=repository.tk.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert len(done.stderr) < 20_000
    assert not (repository.folder / "hacked").exists()
    if code:
        assert f"Error: .tickets/{file}.yml" in done.stderr


def test_saved_queries_hide_no_conditions(repository: Repository) -> None:
    saved = "".join(f"  q{number}: '{CONDITIONS}'\n" for number in range(30))
    (repository.tk.store / "config.yml").write_text(f"queries:\n{saved}", "utf-8")
    named = " OR ".join(f"@q{number}" for number in range(30))
    policy = f"- {{name: a, if: '{named}', targets: {{resolution: 1h}}}}\n"
    (repository.tk.store / "sla.yml").write_text(policy, "utf-8")
    done = repository.tk("sla")
    assert done.code == 4
    assert "Error: .tickets/sla.yml:1: the policy a: in the query: with it the policies have more than" in done.stderr
    assert "Hint: write the values of a field as one condition" in done.stderr
    found = repository.tk("check").stdout
    assert ".tickets/sla.yml:1: error: the policy a: with it the policies have more than" in found


def test_values_that_are_looked_up_together_are_one_condition(repository: Repository) -> None:
    values = ",".join(f"c{number}" for number in range(100))
    lines = (f"- {{name: a{n}, if: 'tag:{values}', targets: {{resolution: 1h}}}}\n" for n in range(200))
    (repository.tk.store / "sla.yml").write_text("".join(lines), "utf-8")
    assert repository.tk("sla").code == 0
