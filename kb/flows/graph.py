"""Draws a flow: as Mermaid for documents, as one SVG file for a browser. Text in, text out.

What leads where is `kb.flows.walk.exits`; jumps that are always taken are drawn through.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from textwrap import shorten, wrap

from config.texts import Text
from kb.flows import model
from kb.flows.program import Ask, Call, Enter, Finish, Jump, Program, Say, Set, Step
from kb.flows.walk import Exit, exits

WIDTH, HEIGHT = 210, 58
"""Of a box, in SVG units."""
GAP_X, GAP_Y = 40, 52
MARGIN = 24
_LINE = 26
"""Characters of a line in a box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One thing that is drawn."""

    index: int
    title: str
    text: str
    shape: str
    """`say`, `ask`, `if`, `set`, `call`, `enter`, `end` or `person`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """One way between two boxes."""

    start: int
    to: int
    label: str
    aside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A flow as boxes and arrows."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(program: Program, language: str, *, aside: bool = False) -> Drawing:
    """What of a program is drawn.

    Args:
        program: The flow.
        language: Of the texts, as far as they are there.
        aside: Also draw giving up, silence and calls that fail.
    """
    arrows: dict[tuple[int, int, bool], list[str]] = {}
    seen, waiting = {0}, [_settle(program, 0)]
    boxes: dict[int, Box] = {}
    while waiting:
        index = waiting.pop(0)
        if index in boxes:
            continue
        boxes[index] = _box(program.instructions[index], index, language)
        for way in exits(program, index):
            if way.aside and not aside:
                continue
            to = _settle(program, way.to)
            arrows.setdefault((index, to, way.aside), []).append(_label(program.instructions[index], way))
            if to not in seen:
                seen.add(to)
                waiting.append(to)
    return Drawing(
        title=_say(program.flow.title, language),
        boxes=tuple(boxes[index] for index in sorted(boxes)),
        arrows=tuple(
            Arrow(start=start, to=to, label=", ".join(filter(None, dict.fromkeys(labels))), aside=is_aside)
            for (start, to, is_aside), labels in arrows.items()
        ),
    )


def to_mermaid(drawing: Drawing) -> str:
    """The drawing as a Mermaid flowchart."""
    shapes = {"ask": ("{{", "}}"), "if": ("{", "}"), "end": ("([", "])"), "person": ("([", "])"), "enter": ("[[", "]]")}
    lines = ["flowchart TD"]
    for box in drawing.boxes:
        left, right = shapes.get(box.shape, ("[", "]"))
        words = " ".join(filter(None, (f"<b>{_quote(box.title)}</b>" if box.title else "", _quote(box.text))))
        lines.append(f'  n{box.index}{left}"{words}"{right}')
    for arrow in drawing.arrows:
        line = "-.->" if arrow.aside else "-->"
        label = f'|"{_quote(arrow.label)}"|' if arrow.label else ""
        lines.append(f"  n{arrow.start} {line}{label} n{arrow.to}")
    return "\n".join(lines) + "\n"


def to_svg(drawing: Drawing) -> str:
    """The drawing as one SVG file that needs nothing else."""
    places = _lay_out(drawing)
    width = max(x for x, _ in places.values()) + WIDTH + GAP_X + MARGIN
    height = max(y for _, y in places.values()) + HEIGHT + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(drawing.title)}">',
        f"<title>{escape(drawing.title)}</title>",
        _STYLE,
        *(_draw_arrow(arrow, places) for arrow in drawing.arrows),
        *(_draw_box(box, *places[box.index]) for box in drawing.boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


_STYLE = """<style>
rect, polygon { fill: #fff; stroke: #475569; stroke-width: 1.5 }
.ask { fill: #eff6ff; stroke: #2563eb } .if { fill: #fefce8; stroke: #a16207 } .call { fill: #f5f3ff; stroke: #7c3aed }
.end { fill: #f0fdf4; stroke: #15803d } .person { fill: #fff7ed; stroke: #c2410c } .enter { stroke-width: 3 }
text { font: 12px system-ui, sans-serif; fill: #0f172a } .name { font-weight: 600 }
.way { font-size: 11px; fill: #475569; paint-order: stroke; stroke: #fff; stroke-width: 3px }
path { fill: none; stroke: #94a3b8; stroke-width: 1.5 } .aside { stroke-dasharray: 4 3 }
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0 8 4 0 8z" style="fill: #94a3b8; stroke: none"/></marker></defs>"""


def _settle(program: Program, index: int) -> int:
    seen: set[int] = set()
    while index not in seen and isinstance(step := program.instructions[index], Jump) and step.condition is None:
        seen.add(index)
        index = program.labels[step.to]
    return index


def _label(step: Step, way: Exit) -> str:
    """What stands at an arrow: the condition itself stands in its box."""
    if isinstance(step, Jump) and step.condition is not None:
        return "yes" if way.label == step.condition.source else "no"
    return way.label


def _box(step: Step, index: int, language: str) -> Box:
    title = "" if step.name.startswith("#") else step.name
    match step:
        case Say():
            return Box(index=index, title=title, text=step.article or _say(step.text, language), shape="say")
        case Ask():
            asks = step.asks
            question = asks.text if isinstance(asks, model.Ask) else asks.solved
            return Box(index=index, title=title, text=_say(question, language) or "Did that help?", shape="ask")
        case Jump():
            return Box(index=index, title="", text=step.condition.source if step.condition else "", shape="if")
        case Set():
            text = ", ".join((*(f"{n} = {v.text}" for n, v in step.values.items()), *(f"#{tag}" for tag in step.tags)))
            return Box(index=index, title=title, text=text, shape="set")
        case Call():
            return Box(index=index, title=title, text=f"call {step.action}", shape="call")
        case Enter():
            return Box(index=index, title=title, text=f"flow {step.flow}", shape="enter")
        case Finish():
            if step.handoff is not None:
                return Box(index=index, title="", text=f"person: {step.handoff.team or 'by routing'}", shape="person")
            return Box(index=index, title="", text=step.ending.value, shape="end")


def _say(text: Text, language: str) -> str:
    _, wordings = text.choose(language, language)
    return shorten(wordings[0].text.replace("**", ""), 3 * _LINE, placeholder="…") if wordings else ""


def _quote(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def _lay_out(drawing: Drawing) -> dict[int, tuple[int, int]]:
    """Where each box stands: a row below all that lead to it, in a row from left to right as written."""
    rows = _rows(drawing)
    columns: dict[int, int] = {}
    places: dict[int, tuple[int, int]] = {}
    for box in drawing.boxes:
        row = rows[box.index]
        column = columns.get(row, 0)
        columns[row] = column + 1
        places[box.index] = (MARGIN + column * (WIDTH + GAP_X), MARGIN + row * (HEIGHT + GAP_Y))
    return places


def _rows(drawing: Drawing) -> dict[int, int]:
    """The row of each box: one more than the lowest that leads down to it; arrows up the program do not count."""
    rows = {box.index: 0 for box in drawing.boxes}
    for box in drawing.boxes:
        for arrow in drawing.arrows:
            if arrow.start == box.index and arrow.to > arrow.start:
                rows[arrow.to] = max(rows[arrow.to], rows[arrow.start] + 1)
    return rows


def _draw_box(box: Box, x: int, y: int) -> str:
    lines = list(_lines(box))
    top = y + HEIGHT / 2 - (len(lines) - 1) * 7.5 + 4
    words = "".join(
        f'<text x="{x + WIDTH / 2:g}" y="{top + 15 * number:g}" text-anchor="middle"{kind}>{escape(line)}</text>'
        for number, (line, kind) in enumerate(lines)
    )
    radius = HEIGHT / 2 if box.shape in ("end", "person") else 6
    return f'<rect class="{box.shape}" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="{radius:g}"/>{words}'


def _lines(box: Box) -> Iterator[tuple[str, str]]:
    room = 3
    if box.title:
        yield shorten(box.title, _LINE + 4, placeholder="…"), ' class="name"'
        room = 2
    for line in wrap(box.text, _LINE + 4, max_lines=room, placeholder="…"):
        yield line, ""


def _draw_arrow(arrow: Arrow, places: dict[int, tuple[int, int]]) -> str:
    (x1, y1), (x2, y2) = places[arrow.start], places[arrow.to]
    start_x, end_x = float(x1 + WIDTH / 2), float(x2 + WIDTH / 2)
    kind = ' class="aside"' if arrow.aside else ""
    if y2 > y1:
        start_y, end_y = float(y1 + HEIGHT), float(y2)
        bend = min((end_y - start_y) / 2, 60)
        path = f"M{start_x:g} {start_y:g}C{start_x:g} {start_y + bend:g} {end_x:g} {end_y - bend:g} {end_x:g} {end_y:g}"
        label_x, label_y = (start_x * 2 + end_x) / 3, start_y + 16
    elif y2 == y1 and x2 != x1:
        start_x, end_x = (x1, x2 + WIDTH) if x2 < x1 else (x1 + WIDTH, x2)
        middle = y1 + HEIGHT / 2
        path = f"M{start_x:g} {middle:g}H{end_x:g}"
        label_x, label_y = (start_x + end_x) / 2, middle - 6
    else:
        right = max(x1, x2) + WIDTH + GAP_X * 3 / 4
        start_y, end_y = y1 + HEIGHT / 2, y2 + HEIGHT / 2
        path = f"M{x1 + WIDTH} {start_y:g}C{right:g} {start_y:g} {right:g} {end_y:g} {x2 + WIDTH} {end_y:g}"
        label_x, label_y = right - GAP_X / 2, (start_y + end_y) / 2
    words = escape(shorten(arrow.label, _LINE, placeholder="…"))
    label = f'<text class="way" x="{label_x:g}" y="{label_y:g}" text-anchor="middle">{words}</text>' if words else ""
    return f'<path d="{path}"{kind} marker-end="url(#tip)"/>{label}'
