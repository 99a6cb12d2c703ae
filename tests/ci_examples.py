"""Where the examples for CI are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CI = ROOT / "examples" / "ci"
TICKETS = CI / "tickets"
