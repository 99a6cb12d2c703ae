"""Draw the pictures of the guide into docs/guide/pictures: a report by `tk`, pages of `tk serve` by a browser.

`make picture` runs this. Without playwright and Chromium the pages are not drawn again.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "guide" / "pictures"
CHROMIUM = "/usr/bin/chromium"
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
PAGES = {"board": ("/board", 1060, 480), "dashboard": ("/dashboards/lead", 860, 780)}
NOW = "2026-11-23T10:00:00Z"
TK = str(Path(sys.executable).with_name("tk"))


def example(folder: Path, tk: str = TK) -> dict[str, str]:
    """Make the example with the bugs of a calendar program, and return the environment to run in."""
    environment = {
        "PATH": f"{os.path.dirname(tk)}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "TK_NOW": NOW,
    }
    made = ROOT / "examples" / "bugtracker" / "make-history"
    subprocess.run([str(made), "almanac"], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return environment


def report(store: Path, environment: dict[str, str]) -> str:
    """Return the picture of a report."""
    words = [TK, "report", "flow", "--format", "svg"]
    return subprocess.run(words, cwd=store, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def draw_pages(store: Path, environment: dict[str, str]) -> None:
    """Draw the pages, as a browser shows them in windows of these sizes."""
    from playwright.sync_api import sync_playwright

    with (
        subprocess.Popen(
            [TK, "serve", "--port", "0"], cwd=store, env=environment, stdout=subprocess.PIPE, text=True
        ) as server,
        sync_playwright() as playwright,
    ):
        if server.stdout is None:
            raise RuntimeError
        server.stdout.readline()
        address = server.stdout.readline().strip()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        page = browser.new_page(color_scheme="light")
        page.goto(address)
        for name, (path, width, height) in PAGES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.goto(re.sub(r"/\?token.*", path, address))
            page.screenshot(path=PICTURES / f"{name}.png")
        browser.close()
        server.terminate()


def main() -> None:
    """Draw what can be drawn here."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        environment = example(Path(work))
        store = Path(work) / "almanac"
        (PICTURES / "flow.svg").write_text(report(store, environment), encoding="utf-8")
        try:
            draw_pages(store, environment)
        except ImportError as error:
            sys.exit(f"the pages were not drawn: {error.name} is not installed")


if __name__ == "__main__":
    main()
