"""Find errors in pipelines: unknown names, and graphs without a beginning, an end, or a way between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.pipelines import statuses_of
from plaintickets.core.quoting import quoted
from plaintickets.core.workflow import follow

if TYPE_CHECKING:
    from plaintickets.core.config import Config
    from plaintickets.core.config_problems import Findings, Where


def check_pipeline(findings: Findings, name: str, config: Config) -> None:
    """Record what is wrong with a pipeline."""
    pipeline = config.pipelines[name]
    where: Where = ("pipelines", name)
    kinds = [kind.name for kind in config.types]
    for index, kind in enumerate(pipeline.get("types", ())):
        if kind not in kinds:
            findings.unknown((*where, "types", index), "type", kind, kinds)
    _check_repeated(findings, where, name, config)
    noted = len(findings.problems)
    stages = pipeline["statuses"]
    for stage, entries in stages.items():
        spot = (*where, "statuses", stage)
        if config.status(stage) is None:
            findings.unknown(spot, "status", stage, config.status_names)
        for after in entries.get("transitions", ()):
            if after not in stages:
                findings.unknown((*spot, "transitions"), "status", after, stages)
    if len(findings.problems) == noted:
        _check_ways(findings, (*where, "statuses"), name, config)


def _check_repeated(findings: Findings, where: Where, name: str, config: Config) -> None:
    """Record a type or a queue that an earlier pipeline has."""
    names = [*config.pipelines]
    for key in ("types", "queues"):
        for index, value in enumerate(config.pipelines[name].get(key, ())):
            for other in names[: names.index(name)]:
                if value in config.pipelines[other].get(key, ()):
                    message = f"{quoted(value)} is in the pipeline {other} already"
                    findings.add((*where, key, index), "config-duplicate", message)


def _check_ways(findings: Findings, where: Where, name: str, config: Config) -> None:
    """Record a pipeline that has no beginning or no end, or no way from one to the other."""
    statuses = statuses_of(name, config)
    for kind in ("open", "done"):
        if all(status.kind != kind for status in statuses):
            findings.add(where, "config-missing", f"no status of the pipeline {name} is of the class {kind}")
            return
    start = next(status.name for status in statuses if status.kind == "open")
    reached, waiting = {start}, [start]
    while waiting:
        for after in follow(waiting.pop(), statuses):
            if after not in reached:
                reached.add(after)
                waiting.append(after)
    if not any(config.is_done(status) for status in reached):
        message = f"in the pipeline {name} no way leads from {start} to a closed status"
        findings.add(where, "config-contradiction", message)
