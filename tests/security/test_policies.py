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
HOSTILE = {
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
        ["sh", "-c", f'{LIMITS} "$0" "$@"', repository.tk.command, "sla"],
        cwd=repository.folder, env=repository.tk.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert len(done.stderr) < 20_000
    assert not (repository.folder / "hacked").exists()
    if code:
        assert f"Error: .tickets/{file}.yml" in done.stderr
