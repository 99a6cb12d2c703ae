"""Pipelines: status graphs of their own for types or queues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.guards import guards_schema, read_guards
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import named

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

PIPELINE_ENTRIES = {
    "types": Entry("names", "The types whose tickets go this way."),
    "queues": Entry("names", "The queues whose tickets go this way; a queue goes before a type."),
    "statuses": Entry("graph", "The statuses of the pipeline, each with its `transitions` and `guards`."),
    "description": Entry("text", "One line for people."),
}
STAGE_ENTRIES = {
    "transitions": Entry("names", "The statuses that may follow; without it all of the pipeline."),
    "guards": Entry("guards", "What a ticket needs here to enter, besides the guards of the status itself."),
}
SETTINGS = (
    Setting(
        "pipelines", "pipelines",
        "Status graphs of their own, by name, for types or queues: some of the `statuses`, with other transitions "
        "and more guards. `tk workflow` draws them.",
        example="pipelines:\n  incidents:\n    types: [incident]\n    statuses:\n"
        "      open: [in_progress]\n      in_progress: [closed, open]\n      closed: [open]",
    ),
)  # fmt: skip


def read_pipelines(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the pipelines by name, as plain values."""
    found: dict[str, Any] = {}
    for name, spot, value in named(findings, where, raw):
        entries: dict[str, Any] = {}
        for key, one in (findings.mapping(spot, value) or {}).items():
            place = (*spot, key)
            if key not in PIPELINE_ENTRIES:
                findings.unknown(place, "key", key, PIPELINE_ENTRIES)
            elif key == "statuses":
                entries[key] = _read_stages(findings, place, one)
            elif key == "description":
                entries[key] = findings.text(place, one) or ""
            else:
                entries[key] = [*(findings.names(place, one) or ())]
        if not entries.get("statuses"):
            findings.add(spot, "config-missing", f"the pipeline {name} needs statuses, e.g. `open: [closed]`")
            continue
        if not entries.get("types") and not entries.get("queues"):
            findings.add(spot, "config-missing", f"the pipeline {name} needs types or queues")
        found[name] = entries
    return found


def _read_stages(findings: Findings, where: Where, raw: Value) -> dict[str, Any]:
    """Return the statuses with their transitions (None: all) and guards."""
    if isinstance(raw, list):
        return {name: {} for name in findings.names(where, raw) or ()}
    found: dict[str, Any] = {}
    for name, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, name)
        stage: dict[str, Any] = {}
        if isinstance(value, list):
            stage["transitions"] = [*(findings.names(spot, value) or ())]
        else:
            for key, one in (findings.mapping(spot, value) or {}).items():
                if key not in STAGE_ENTRIES:
                    findings.unknown((*spot, key), "key", key, STAGE_ENTRIES)
                elif key == "guards":
                    stage[key] = read_guards(findings, (*spot, key), one)
                else:
                    stage[key] = [*(findings.names((*spot, key), one) or ())]
        found[name] = stage
    return found


def _schema(_: Setting) -> Json:
    names = schema_parts.NAMES
    stage = schema_parts.closed({"transitions": names, "guards": guards_schema()})
    stages = {"anyOf": [names, schema_parts.named({"anyOf": [names, stage, {"type": "null"}]})]}
    shapes: dict[str, Json] = {"types": names, "queues": names, "statuses": stages, "description": schema_parts.TEXT}
    entries = {key: {"description": one.meaning, **shapes[key]} for key, one in PIPELINE_ENTRIES.items()}
    return schema_parts.named({**schema_parts.closed(entries), "required": ["statuses"]})


SHAPES = {"pipelines": Shape("pipelines by name", read_pipelines, _schema)}
PAGES = (Page("A pipeline", "", PIPELINE_ENTRIES), Page("A status of a pipeline", "transitions", STAGE_ENTRIES))
