"""The published schemas under `data/schemas`, and what of a text they refuse."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import xmlschema
from jsonschema.validators import validator_for  # type: ignore[import-untyped]

FOLDER = Path(__file__).parent / "data" / "schemas"


@cache
def _json_validator(name: str) -> Any:
    schema = json.loads((FOLDER / name).read_bytes())
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


@cache
def _xml_schema(name: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(FOLDER / name))


def json_faults(name: str, value: object) -> list[str]:
    """What a JSON schema refuses in a value."""
    return [f"{fault.json_path}: {fault.message[:300]}" for fault in _json_validator(name).iter_errors(value)]


def xml_faults(name: str, text: str) -> list[str]:
    """What an XML schema refuses in a document; raises ParseError for what is no XML."""
    return [f"{fault.path}: {fault.reason}" for fault in _xml_schema(name).iter_errors(text)]
