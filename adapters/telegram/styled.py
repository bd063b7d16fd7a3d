"""Text with marks, counted and cut the way Telegram counts: in UTF-16 units of what is seen, marks left out.

Pure. A text too long for one message is cut at a paragraph, a line, a sentence or a word, in this order; a mark that
spans the cut is closed before it and opened again after it.
"""

import html
import re
from dataclasses import dataclass

TEXT_LIMIT = 4_096
"""UTF-16 units of one message, after the marks are read."""
MOST_SPANS = 100
"""Marks in one message; what comes after them stays plain."""
MOST_PARTS = 4
"""Messages that one text may become; what is longer goes as a file."""

_PIECE = re.compile(r"<(/?)([a-z]+)([^<>]*)>|&[a-z0-9#]+;|[^<&]+|[<&]")
_CUTS = (re.compile(r"\n{2,}"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])\s"), re.compile(r"\s"))
_WHOLE = ("<a ", "<code>")
"""Marks that are not cut if they can be moved whole into the next message."""


@dataclass(frozen=True, slots=True)
class Span:
    """One mark over a stretch of the visible text."""

    start: int
    end: int
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Styled:
    """What is seen, and the marks on it."""

    text: str
    spans: tuple[Span, ...] = ()

    def cut(self, start: int, end: int) -> str:
        """A stretch of it as HTML, with its marks whole."""
        inside = [
            Span(max(span.start, start), min(span.end, end), span.opens, span.closes)
            for span in self.spans
            if span.start < end and span.end > start
        ][:MOST_SPANS]
        marks: dict[int, list[str]] = {}
        for span in reversed(inside):
            marks.setdefault(span.start, []).insert(0, span.opens)
        closings: dict[int, list[str]] = {}
        for span in inside:
            closings.setdefault(span.end, []).insert(0, span.closes)
        parts: list[str] = []
        for position in range(start, end + 1):
            parts += closings.get(position, [])
            if position < end:
                parts += marks.get(position, [])
                parts.append(html.escape(self.text[position], quote=False))
        return "".join(parts)


def read_html(source: str) -> Styled:
    """Reads the HTML that our renderers make; anything else in it stays text."""
    text: list[str] = []
    length = 0
    opened: list[tuple[str, int, str]] = []
    spans: list[Span] = []
    for piece in _PIECE.finditer(source):
        if piece[2] is None:
            seen = html.unescape(piece[0])
            text.append(seen)
            length += len(seen)
        elif not piece[1]:
            opened.append((piece[2], length, piece[0]))
        elif opened and opened[-1][0] == piece[2]:
            name, start, opens = opened.pop()
            if start < length:
                spans.append(Span(start, length, opens, f"</{name}>"))
    return Styled("".join(text), tuple(sorted(spans, key=lambda span: (span.start, -span.end))))


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(source: str, limit: int = TEXT_LIMIT) -> list[str]:
    """Cuts HTML into messages that fit.

    Args:
        source: HTML of our own renderers.
        limit: UTF-16 units of one message.
    """
    styled = read_html(source)
    parts: list[str] = []
    start, end = 0, len(styled.text)
    while start < end:
        stop = _find_cut(styled, start, limit)
        parts.append(styled.cut(start, stop).strip("\n "))
        start = stop
        while start < end and styled.text[start].isspace():
            start += 1
    return [part for part in parts if part] or [""]


def _find_cut(styled: Styled, start: int, limit: int) -> int:
    """Where the message that begins at `start` ends."""
    text = styled.text
    farthest = start
    used = 0
    while farthest < len(text) and (used := used + (2 if ord(text[farthest]) > 0xFFFF else 1)) <= limit:
        farthest += 1
    if farthest == len(text):
        return farthest
    least = start + (farthest - start) // 3
    cut = next(
        (places[-1] for pattern in _CUTS if (places := [m.end() for m in pattern.finditer(text, least, farthest)])),
        farthest,
    )
    for span in styled.spans:
        if span.start < cut < span.end and span.start > least and span.opens.startswith(_WHOLE):
            return span.start
    return cut
