"""The platform's reading of HTML: what is seen, and its complaints in its own words."""

import html
import re

ALLOWED = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote", "tg-spoiler"}
_TAG = re.compile(r"<(/?)([a-zA-Z0-9-]*)([^>]*)>")
_ENTITY = re.compile(r"&(#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);")


class UnparsableError(Exception):
    """The text cannot be read as HTML."""


def parse(text: str) -> tuple[str, int]:
    """What is seen of HTML, and how many marks it has."""
    seen: list[str] = []
    open_tags: list[str] = []
    count, at = 0, 0
    while at < len(text):
        if text[at] == "<":
            tag = _TAG.match(text, at)
            offset = len(text[:at].encode())
            if tag is None:
                raise UnparsableError(f"Unclosed start tag at byte offset {offset}")
            name = tag[2].lower()
            if tag[1]:
                if not open_tags or open_tags[-1] != name:
                    expected = f', expected "</{open_tags[-1]}>", found "</{name}>"' if open_tags else ""
                    raise UnparsableError(f"Unmatched end tag at byte offset {offset}{expected}")
                open_tags.pop()
                count += 1
            elif name not in ALLOWED:
                raise UnparsableError(f'Unsupported start tag "{name}" at byte offset {offset}')
            else:
                open_tags.append(name)
            at = tag.end()
        else:
            entity = _ENTITY.match(text, at)
            seen.append(html.unescape(entity[0]) if entity else text[at])
            at = entity.end() if entity else at + 1
    if open_tags:
        raise UnparsableError(f'Can\'t find end tag corresponding to start tag "{open_tags[-1]}"')
    return "".join(seen), count


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
