"""A graph of tickets as text, Mermaid, DOT, SVG and JSON. Circles are marked in words too, not by colour alone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from plaintickets.core.ticket_graph import layers
from plaintickets.render import safe
from plaintickets.render.width import cut
from plaintickets.render.workflow import dot_text, mermaid_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plaintickets.core.ticket_graph import Edge, Node, TicketGraph

MOST_BESIDE = 30
_TITLE = 60
_BOX = (240, 48)
_STEP = (330, 72)
_MARGIN = 20
_SIGNS = 30
_NOT_XML = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})
_DASHES = {"depends on": "", "part of": "7 4", "duplicate of": "2 3"}


def text(graph: TicketGraph) -> Iterator[str]:
    """Yield each ticket that has relations, and below it what it is related to."""
    nodes = {node.id: node for node in graph.nodes}
    below: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        below.setdefault(edge.start, []).append(edge)
    for name, edges in below.items():
        yield safe.line(_label(nodes[name]))
        for edge in edges:
            yield safe.line(f"  {edge.relation} {_label(nodes[edge.end])}{' (circle)' if edge.is_circular else ''}")


def mermaid(graph: TicketGraph) -> Iterator[str]:
    """Yield a flowchart for Mermaid."""
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    arrows = {"depends on": "-->", "part of": "-.->", "duplicate of": "-.-"}
    yield "flowchart LR"
    for node in graph.nodes:
        yield f'    {names[node.id]}["{mermaid_text(_one_line(node))}"]'
    for edge in graph.edges:
        words = f"|{'circle' if edge.is_circular else edge.relation}|" if _has_words(edge) else ""
        yield f"    {names[edge.start]} {arrows[edge.relation]}{words} {names[edge.end]}"


def dot(graph: TicketGraph) -> Iterator[str]:
    """Yield a directed graph for Graphviz."""
    styles = {"depends on": "solid", "part of": "dashed", "duplicate of": "dotted"}
    yield "digraph tickets {"
    yield "    rankdir=LR;"
    yield "    node [shape=box];"
    for node in graph.nodes:
        yield f"    {dot_text(safe.line(node.id))} [label={dot_text(_one_line(node))}];"
    for edge in graph.edges:
        words = f', label="{"circle" if edge.is_circular else edge.relation}"' if _has_words(edge) else ""
        colour = ", color=red" if edge.is_circular else ""
        ends = f"{dot_text(safe.line(edge.start))} -> {dot_text(safe.line(edge.end))}"
        yield f"    {ends} [style={styles[edge.relation]}{colour}{words}];"
    yield "}"


def small_svg(graph: TicketGraph) -> str:
    """Return a drawing for a page beside other things; empty for no relations, and for too many to be read."""
    return "".join(svg(graph)) if graph.edges and len(graph.nodes) <= MOST_BESIDE else ""


def svg(graph: TicketGraph) -> Iterator[str]:
    """Yield a drawing in layers, without scripts or other files."""
    rows = layers(graph)
    place = {
        name: (_MARGIN + column * _STEP[0], _MARGIN + number * _STEP[1])
        for column, row in enumerate(rows)
        for number, name in enumerate(row)
    }
    wide = max((x for x, _ in place.values()), default=0) + _BOX[0] + _MARGIN
    high = max((y for _, y in place.values()), default=0) + _BOX[1] + _MARGIN
    size = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    yield "<title>Relations of tickets</title>"
    yield f'<rect width="{wide}" height="{high}" fill="#ffffff"/>'
    yield (
        '<defs><marker id="arrow" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto">'
        '<path d="M0,0 L9,4 L0,8 z" fill="#444444"/></marker></defs>'
    )
    yield '<g font-family="sans-serif" font-size="13">'
    yield from (_line(edge, place) for edge in graph.edges)
    yield from (_box(node, *place[node.id]) for node in graph.nodes)
    yield "</g>\n</svg>"


def _line(edge: Edge, place: dict[str, tuple[int, int]]) -> str:
    (left, top), (right, bottom) = place[edge.start], place[edge.end]
    x1, y1, x2, y2 = left + _BOX[0], top + _BOX[1] // 2, right, bottom + _BOX[1] // 2
    bend = 40
    way = f"M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2},{y2}"
    dashes = f' stroke-dasharray="{_DASHES[edge.relation]}"' if _DASHES[edge.relation] else ""
    colour, wide = ("#b00020", 3) if edge.is_circular else ("#444444", 1)
    title = _xml(f"{edge.start} {edge.relation} {edge.end}{' (circle)' if edge.is_circular else ''}")
    drawn = f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{wide}"{dashes} marker-end="url(#arrow)">'
    return f"{drawn}<title>{title}</title></path>"


def _box(node: Node, x: int, y: int) -> str:
    status = "missing" if node.ticket is None else node.ticket.status
    head = cut(safe.line(f"{node.id} [{status}]{' circle' if node.is_in_circle else ''}"), _SIGNS)
    title = "" if node.ticket is None else node.ticket.title
    colour = "#b00020" if node.is_in_circle else "#444444"
    rect = f'<rect x="{x}" y="{y}" width="{_BOX[0]}" height="{_BOX[1]}" rx="5" fill="#f4f4f4" stroke="{colour}"/>'
    lines = f'<text x="{x + 10}" y="{y + 20}" font-weight="bold" fill="#111111">{_xml(head)}</text>'
    lines += f'<text x="{x + 10}" y="{y + 38}" fill="#111111">{_xml(cut(safe.line(title), _SIGNS))}</text>'
    return f"<g>{rect}{lines}<title>{_xml(_label(node))}</title></g>"


def graph_object(graph: TicketGraph) -> dict[str, object]:
    """Return the graph for JSON."""
    nodes = [
        {
            "id": node.id,
            "title": node.ticket.title if node.ticket else None,
            "status": node.ticket.status if node.ticket else None,
            "circle": node.is_in_circle,
        }
        for node in graph.nodes
    ]
    edges = [
        {"from": edge.start, "to": edge.end, "relation": edge.relation, "circle": edge.is_circular}
        for edge in graph.edges
    ]
    return {"nodes": nodes, "edges": edges}


def _has_words(edge: Edge) -> bool:
    return edge.is_circular or edge.relation != "depends on"


def _label(node: Node) -> str:
    return f"{node.id} [{node.ticket.status}] {node.ticket.title}" if node.ticket else f"{node.id} (missing)"


def _one_line(node: Node) -> str:
    return cut(safe.line(_label(node)), _TITLE)


def _xml(text: str) -> str:
    return escape(safe.line(text).translate(_NOT_XML))


FORMS: dict[str, Callable[[TicketGraph], Iterator[str]]] = {"text": text, "mermaid": mermaid, "dot": dot, "svg": svg}
