"""Measures `tk board`, `tk site` and the pages of `tk serve` on the made history of bench/reports.py, as CPU time.

    python bench/pages.py [--tickets 10000] [--runs 5] [--visits 20] [--keep FOLDER] [--write]

A page is fetched some times by one browser; its CPU time is that of the server. `--write` puts the table into
docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING

import commands
from terminal_interface import cpu_ms

import reports
from plaintickets.core.servicedesk.portal_links import status_path

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGES = ("/", "/board", "/t/pt-00012", "/search?q=parser", "/reports/flow", "/dashboards/lead")
PORTAL_KEY = "k" * 64
PORTAL_PAGES = ("/", "/likely?title=parser+crash", status_path(PORTAL_KEY.encode(), "pt-00012"))
PORTAL_VISITS = 15
"""The portal lets one visitor read 60 pages at once."""
GOAL_MS = {"/board": 150}
SITE_GOAL = "60 s, 500 MiB"
WARM_UP = 2


def served(
    folder: Path, environment: dict[str, str], visits: int, unit: float, *more: str, pages: Sequence[str] = PAGES
) -> list[str]:
    """Return a row for each page of the server; `more` are words for `tk serve`."""
    rows = []
    with subprocess.Popen(
        [commands.TK, "serve", "--port", "0", *more], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        if server.stdout is None:
            raise RuntimeError
        server.stdout.readline()
        address = server.stdout.readline().strip()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        browser.open(address).read()
        for page in pages:
            for _ in range(WARM_UP):
                browser.open(start(address) + page).read()
            before = cpu_ms(server.pid)
            for _ in range(visits):
                browser.open(start(address) + page).read()
            spent = (cpu_ms(server.pid) - before) / visits
            goal = f"{GOAL_MS[page]} ms" if page in GOAL_MS else ""
            name = " ".join(["tk serve", *more])
            rows.append(f"| {name}: {page} | {spent:.0f} | {peak_mib(server.pid)} | {spent / unit:.2f} | {goal} |")
        server.terminate()
    return rows


def start(address: str) -> str:
    """Return the address without its path."""
    return re.sub(r"/(?:\?token.*)?$", "", address)


def peak_mib(process: int) -> str:
    """Return the most memory that a process has had."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text(encoding="utf-8"))
    return f"{int(found[1]) / 1024:,.0f}" if found else ""


def written(folder: Path, out: str, environment: dict[str, str], unit: float) -> list[str]:
    """Return the rows of a site: written once, again without a change, and for the public."""
    rows = []
    for name, words in (
        ("", (f"{out}/team",)),
        (", again", (f"{out}/team",)),
        (" --public", (f"{out}/all", "--public")),
    ):
        found = commands.run(
            commands.Case(f"tk site{name}", commands.fixed(commands.TK, "site", *words)), folder, environment
        )
        figures = f"{found.cpu_ms:,.0f} | {found.peak_mib:,.0f} | {found.cpu_ms / unit:,.2f}"
        rows.append(f"| tk site{name} | {figures} | {SITE_GOAL} |")
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--visits", type=int, default=20)
    parser.add_argument("--keep", type=Path, help="the folder in which the repository is made, if it is not there")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = asked.keep or Path(work) / "store"
        if not folder.exists():
            reports.build(folder, asked.tickets)
        environment = {"PATH": os.environ["PATH"], "HOME": work, "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1"}
        for words in (["report", "volume"], ["search", "parser"]):
            subprocess.run([commands.TK, *words], cwd=folder, env=environment, check=False, stdout=-3, stderr=-3)
        cases = [*commands.references(), commands.Case("tk board", commands.fixed(commands.TK, "board"))]
        results = commands.measure(cases, folder, environment, asked.runs)
        unit = results[1].sample.cpu_ms
        rows = [
            f"| {one.name} | {one.sample.cpu_ms:,.0f} | {one.sample.peak_mib:,.0f} | {one.ratio:.2f} | |"
            for one in results
        ]
        rows += served(folder, environment, asked.visits, unit)
        portal = {**environment, "TK_PORTAL_KEY": PORTAL_KEY}
        visits = min(asked.visits, PORTAL_VISITS)
        rows += served(folder, portal, visits, unit, "--portal", pages=PORTAL_PAGES)
        rows += written(folder, work, environment, unit)
    head = ["| command or page | CPU ms | peak MiB | ratio | goal |", "|---|---:|---:|---:|---:|"]
    how = f"python bench/pages.py --tickets {asked.tickets} --runs {asked.runs} --visits {asked.visits} --write"
    table = "\n".join([f"{asked.tickets:,} tickets. Measured on {commands.machine()}, by `{how}`.", "", *head, *rows])
    sys.stdout.write(table + "\n")
    if asked.write:
        reports.put(commands.PAGE, "pages", table)


if __name__ == "__main__":
    main()
