"""A plot of how cost grows with the size of a knowledge base, as SVG. Called by `benchmarks.matching`."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT, _EDGE = 640, 360, 56


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What one size costs."""

    size: int
    """Phrasings."""
    p50: float
    """Milliseconds of processor time for the middle question."""
    p99: float
    """The same for the slowest in a hundred."""
    build: float
    """Seconds to build the index."""


def draw(points: Sequence[Growth]) -> str:
    """Draws the milliseconds of a question and the seconds of building by size, both axes logarithmic."""
    across = _scale([point.size for point in points], _EDGE, _WIDTH - _EDGE)
    values = [value for point in points for value in (point.p50, point.p99, point.build)]
    low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values)))
    up = _scale([low, high], _HEIGHT - _EDGE, _EDGE)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        y = up(10.0**power)
        lines.append(f'<path d="M{_EDGE} {y:.0f}H{_WIDTH - _EDGE}" stroke="#ddd"/>')
        lines.append(f'<text x="{_EDGE - 6}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g}</text>')
    for point in points:
        x = across(point.size)
        lines.append(f'<text x="{x:.0f}" y="{_HEIGHT - _EDGE + 18}" text-anchor="middle">{point.size:,}</text>')
    for name, colour, values in (
        ("one question, p50 (ms)", "#1d4ed8", [point.p50 for point in points]),
        ("one question, p99 (ms)", "#b45309", [point.p99 for point in points]),
        ("building (s)", "#047857", [point.build for point in points]),
    ):
        path = " ".join(f"{across(p.size):.1f},{up(value):.1f}" for p, value in zip(points, values, strict=True))
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines.append(
            f'<text x="{across(points[-1].size) - 4:.0f}" y="{up(values[-1]) - 8:.0f}" text-anchor="end" '
            f'fill="{colour}">{name}</text>'
        )
    lines.append(f'<text x="{_WIDTH / 2:.0f}" y="{_HEIGHT - 12}" text-anchor="middle">phrasings</text>')
    return "\n".join([*lines, "</svg>\n"])


def _scale(values: Sequence[float], start: float, end: float) -> Callable[[float], float]:
    """Returns where a value stands between two places, by its logarithm."""
    low, high = math.log(min(values)), math.log(max(values))
    return lambda value: start + (math.log(value) - low) / max(high - low, 1e-9) * (end - start)
