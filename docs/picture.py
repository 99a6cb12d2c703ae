"""Draw docs/picture.svg: a terminal in which the real `tk` ran the commands of SHOWN. `make picture` runs this."""

from __future__ import annotations

import re
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import NamedTuple

from wcwidth import wcswidth

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "picture.svg"
COLUMNS = 88
SETUP = (
    f"unset NO_COLOR; export TERM=xterm-256color COLUMNS={COLUMNS}",
    "git init -q parser-tools; cd parser-tools; tk init -q",
    'tk new "Parser drops the last line" -t bug -p 1 --tags parser -d "Only in files without a final newline."',
    'tk new "Error messages name the line" -t feature -a me --due 2026-11-27',
    'tk new "Release 2.0" -t epic --dep 7f3k',
    'tk new "Describe the configuration file" -p 3 --tags docs,easy',
)
SHOWN = (
    "tk ls",
    "tk start 7f3k && tk comment 7f3k 'The last token is never flushed.'",
    "tk show 7f3k",
    "tk close 7f3k -r fixed && tk ready",
    "git log --format=%s -4",
)
_SGR = re.compile(r"\x1b\[([0-9;]*)m")
# Other escape sequences, and what XML cannot hold.
_OTHER = re.compile(r"\x1b\[[0-9;?]*[A-Za-ln-z]|\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f]")
_CELL, _LINE, _EDGE, _BAR = 8.4, 19, 16, 34
_SHADES = ("#5c6370", "#f47067", "#8ddb8c", "#f0c674", "#7aa2f7", "#c792ea", "#76d6d6", "#d7dae0")
_COLOURS = dict(enumerate(_SHADES, 30))  # the bright ones are 60 above
_FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"


class Run(NamedTuple):
    """Text of one look in a line, and the column in which it begins."""

    column: int
    text: str
    look: str


def runs(line: str) -> list[Run]:
    """Return the runs of a line with its escape sequences."""
    found: list[Run] = []
    column, active = 0, list[int]()
    for number, part in enumerate(_SGR.split(_OTHER.sub("", line))):
        if number % 2:
            codes = [int(code or 0) for code in part.split(";")]
            active = [] if 0 in codes else [*active, *codes]
        elif part:
            found.append(Run(column, part, _look(active)))
            column += max(wcswidth(part), 0)
    return found


def _look(codes: list[int]) -> str:
    colour = next((_COLOURS[code % 60] for code in reversed(codes) if code % 60 in _COLOURS), "")
    parts = [f' fill="{colour}"' if colour else "", ' font-weight="bold"' if 1 in codes else ""]
    parts += [' opacity="0.65"' if 2 in codes else "", ' text-decoration="line-through"' if 9 in codes else ""]
    return "".join(parts)


def drawn(lines: list[str]) -> str:
    """Return a terminal with the lines as SVG, which needs no script, no style sheet and no font of its own."""
    width = round(COLUMNS * _CELL + 2 * _EDGE)
    height = len(lines) * _LINE + _BAR + 2 * _EDGE
    size = f'width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}" role="img">',
        "<title>tk in a terminal: a list, a ticket that is started, shown and closed, and the commits</title>",
        f'<rect {size} rx="8" fill="#1b1f27"/>',
        *(f'<circle cx="{20 + 18 * n}" cy="18" r="5.5" fill="{_SHADES[shade]}"/>' for n, shade in enumerate((1, 3, 2))),
        f'<g font-family="{_FONT}" font-size="14" fill="#d7dae0">',
    ]
    for number, line in enumerate(lines):
        y = _BAR + _EDGE + number * _LINE + 8
        parts += [_text(run, y) for run in runs(line) if run.text.strip()]
    return "\n".join([*parts, "</g>", "</svg>"]) + "\n"


def _text(run: Run, y: int) -> str:
    """Return a run as an element; `textLength` keeps the columns, whatever the reader's font is."""
    left = len(run.text) - len(run.text.lstrip())
    text = run.text.strip()
    x, length = _EDGE + (run.column + left) * _CELL, wcswidth(text) * _CELL
    shown = escape(text, quote=False).replace(" ", "\N{NO-BREAK SPACE}")
    return f'<text x="{x:.1f}" y="{y}" textLength="{length:.1f}"{run.look}>{shown}</text>'


def picture() -> str:
    """Run the commands, and return the picture of the shown ones."""
    sys.path.append(str(ROOT / "tests" / "cli"))
    from transcript import Step, run_steps

    with tempfile.TemporaryDirectory() as home:
        folder = Path(home, "work")
        folder.mkdir()
        outputs = run_steps([Step(command, [], 0, 0) for command in (*SETUP, *SHOWN)], folder)
    lines: list[str] = []
    for command, output in zip(SHOWN, outputs[len(SETUP) :], strict=True):
        lines += [*([""] if lines else []), f"\x1b[32m$\x1b[0m \x1b[1m{command}\x1b[0m", *output]
    return drawn(lines)


if __name__ == "__main__":
    PICTURE.write_text(picture(), "utf-8")
