"""Cuts a rendered text into parts that fit a limit, where it hurts least. Pure.

For formats whose marks end with their line, as Slack's do; a block of code that is cut is closed and opened again.
"""

FENCE = "```"


def cut(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` characters, cut between paragraphs, else lines, else words, else anywhere.

    Args:
        text: What is rendered.
        limit: Characters of one part; at least 20.
    """
    parts: list[str] = []
    rest = text.strip("\n")
    room = limit - 2 * (len(FENCE) + 1)
    while len(rest) > limit:
        end = _find_cut(rest, room)
        part, rest = rest[:end].rstrip(), rest[end:].lstrip("\n " if rest[end - 1].isspace() else "\n")
        if part.count(FENCE) % 2:
            part, rest = f"{part}\n{FENCE}", f"{FENCE}\n{rest}"
        parts.append(part)
    return [*parts, rest] if rest or not parts else parts


def _find_cut(text: str, limit: int) -> int:
    least = limit // 3
    for between in ("\n\n", "\n", " "):
        place = text.rfind(between, least, limit)
        if place > 0:
            return place + len(between)
    return limit
