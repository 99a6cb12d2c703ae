"""A status graph as text, Mermaid, DOT and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.pipelines import statuses_of
from plaintickets.core.workflow import follow
from plaintickets.render.settings import columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from plaintickets.core.config import Config, Status


class Node(NamedTuple):
    """A status with the statuses that may follow and what its guards ask for, in words."""

    status: Status
    after: tuple[str, ...]
    guards: list[str]


class Graph(NamedTuple):
    """The statuses of a pipeline, or of the store where its name is empty."""

    pipeline: str
    start: str
    nodes: list[Node]


def graph_of(pipeline: str, config: Config, kind: str = "") -> Graph:
    """Return the graph of a pipeline, with the guards of the statuses and those that a type requires."""
    statuses = statuses_of(pipeline, config)
    start = next((status.name for status in statuses if status.kind == "open"), "")
    known = config.ticket_type(kind)
    nodes = []
    for status in statuses:
        own = config.status(status.name)
        rows = [own.guards if own else {}, status.guards if pipeline else {}]
        required = known.required_at.get(status.name, ()) if known else ()
        words = [word for guards in rows for word in guard_words(guards)]
        words += [_needs(required)] if required else []
        nodes.append(Node(status, follow(status.name, statuses), list(dict.fromkeys(words))))
    return Graph(pipeline, start, nodes)


def guard_words(guards: Mapping[str, Any]) -> list[str]:
    """Return guards in words."""
    words = [_needs(guards["require"])] if guards.get("require") else []
    fixed = {"checklist": "checklist complete", "children": "children closed", "deps": "dependencies closed"}
    words += [text for key, text in fixed.items() if key in guards]
    if approvals := guards.get("approvals"):
        by = f" of {', '.join(approvals['from'])}" if approvals.get("from") else ""
        without = f", not {' or '.join(approvals['not'])}" if approvals.get("not") else ""
        word = "approval" if approvals["count"] == 1 else "approvals"
        words.append(f"{approvals['count']} {word}{by}{without}")
    return words


def _needs(items: Iterable[str]) -> str:
    return f"needs {', '.join(item.lstrip('# ') for item in items)}"


def text(graph: Graph) -> list[str]:
    """Return a list of the statuses: class, what may follow, and guards."""
    head = [f"Pipeline {graph.pipeline}:"] if graph.pipeline else ["Workflow:"]
    rows = []
    for node in graph.nodes:
        after = f"-> {' '.join(node.after) or '(none)'}"
        rows.append((node.status.name, node.status.kind, after, f"[{'; '.join(node.guards)}]" if node.guards else ""))
    return head + columns(rows)


def mermaid(graph: Graph) -> list[str]:
    """Return a state diagram for Mermaid."""
    names = {node.status.name: f"s{number}" for number, node in enumerate(graph.nodes)}
    lines = ["stateDiagram-v2"]
    for node in graph.nodes:
        label = " / ".join([node.status.name, *node.guards])
        lines.append(f'    state "{mermaid_text(label)}" as {names[node.status.name]}')
    lines += [f"    [*] --> {names[graph.start]}"] if graph.start else []
    lines += [f"    {names[node.status.name]} --> {names[after]}" for node in graph.nodes for after in node.after]
    lines += [f"    {names[node.status.name]} --> [*]" for node in graph.nodes if node.status.kind == "done"]
    return lines


def dot(graph: Graph) -> list[str]:
    """Return a directed graph for Graphviz."""
    shapes = {"open": "ellipse", "active": "box", "waiting": "diamond", "done": "doublecircle"}
    lines = [f"digraph {dot_text(graph.pipeline or 'workflow')} {{", "    rankdir=LR;"]
    for node in graph.nodes:
        label = dot_text("\n".join([node.status.name, *node.guards]))
        lines.append(f"    {dot_text(node.status.name)} [shape={shapes[node.status.kind]}, label={label}];")
    edges = ((node.status.name, after) for node in graph.nodes for after in node.after)
    lines += [f"    {dot_text(before)} -> {dot_text(after)};" for before, after in edges]
    return [*lines, "}"]


def graph_object(graph: Graph) -> dict[str, object]:
    """Return the graph for JSON."""
    statuses = [
        {
            "name": node.status.name,
            "class": node.status.kind,
            "transitions": list(node.after),
            "guards": node.guards,
        }
        for node in graph.nodes
    ]
    return {"pipeline": graph.pipeline or None, "start": graph.start or None, "statuses": statuses}


def dot_text(text: str) -> str:
    """Return a text as a quoted string of Graphviz."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def mermaid_text(text: str) -> str:
    """Return a text inside quotes, with characters of Mermaid's syntax as entities."""
    found = text.replace("#", "#35;")
    for sign in '"<>&':
        found = found.replace(sign, f"#{ord(sign)};")
    return found


FORMS: dict[str, Callable[[Graph], Sequence[str]]] = {"text": text, "mermaid": mermaid, "dot": dot}
