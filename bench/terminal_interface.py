"""Measures `tk ui` on a terminal of 80 columns: from a key to the first byte of the new picture.

    python bench/terminal_interface.py [--tickets 10000] [--presses 50] [--write]

`--write` puts the table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import tempfile
import time
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import commands
import corpus

KEYS = {"↓": b"\x1b[B", "PgDn": b"\x1b[6~", "PgUp": b"\x1b[5~"}
QUIET_SECONDS = 0.1
BEGIN, END = "<!-- terminal -->\n", "<!-- end of terminal -->"


def drained(terminal: int, seconds: float) -> bytes:
    """Return what is written until nothing comes for some seconds."""
    shown = b""
    while select.select([terminal], [], [], seconds)[0]:
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # the program has ended
            break
    return shown


def cpu_ms(process: int) -> float:
    """Return the CPU time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(folder: Path, presses: int) -> list[str]:
    """Return the rows of the table."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color"}
    started = time.perf_counter()
    with subprocess.Popen(
        [commands.TK, "ui"], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        while b"bt-" not in drained(ours, QUIET_SECONDS):
            pass
        rows = [f"| start to the first list | {1000 * (time.perf_counter() - started):.0f} | | |"]
        drained(ours, 1)
        for name, key in KEYS.items():
            waits: list[float] = []
            before = cpu_ms(process.pid)
            for _ in range(presses):
                pressed = time.perf_counter()
                os.write(ours, key)
                select.select([ours], [], [], 10)
                waits.append(1000 * (time.perf_counter() - pressed))
                drained(ours, QUIET_SECONDS)
            cpu = (cpu_ms(process.pid) - before) / presses
            rows.append(f"| {name} | {statistics.median(waits):.1f} | {max(waits):.1f} | {cpu:.1f} |")
        os.write(ours, b"q")
        drained(ours, 1)
    os.close(ours)
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--presses", type=int, default=50)
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        corpus.make(Path(work), asked.tickets)
        subprocess.run([commands.TK, "-C", work, "ls"], check=True, stdout=subprocess.DEVNULL)
        rows = measured(Path(work), asked.presses)
    how = f"python bench/terminal_interface.py --tickets {asked.tickets} --presses {asked.presses} --write"
    head = f"{asked.tickets:,} tickets. Measured on {commands.machine()}, by `{how}`."
    table = "\n".join([head, "", "| key | median ms | most ms | CPU ms |", "|---|---:|---:|---:|", *rows])
    print(table)
    if asked.write:
        page = commands.PAGE.read_text(encoding="utf-8")
        text = re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}{table}\n{END}", page, flags=re.DOTALL)
        commands.PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
