"""Finds web and e-mail addresses in plain text, in time that grows with the length of the text and no faster.

Used wherever words become HTML. General-purpose finders take seconds on hostile text (linkify-it-py 2.2.0:
2.8 s at 64 kB), so this one looks for two fixed beginnings and bounds everything it reads from there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WEB = re.compile(r"https?://[^\s<>\"\x00-\x1f\x7f]{1,2000}", re.IGNORECASE)
_LOCAL = re.compile(r"[A-Za-z0-9._%+-]{1,64}$")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_LONGEST_LOCAL = 64
_LONGEST_DOMAIN = 255
_TRAILING = ".,;:!?'*_~«»„“”’…"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One address in a text."""

    start: int
    end: int
    """Just after its last character."""
    href: str


def find_links(text: str) -> Iterator[Link]:
    """Finds `http`, `https` and e-mail addresses from left to right, without overlap.

    Punctuation that closes the sentence, and a bracket that was opened before the address, are not part of it.
    """
    webs = _find_webs(text)
    mails = _find_mails(text)
    web, mail = next(webs, None), next(mails, None)
    end = 0
    while web or mail:
        if mail is None or (web is not None and web.start <= mail.start):
            link, web = web, next(webs, None)
        else:
            link, mail = mail, next(mails, None)
        if link is not None and link.start >= end:
            end = link.end
            yield link


def _find_webs(text: str) -> Iterator[Link]:
    for found in _WEB.finditer(text):
        address = _without_trailing(found.group())
        if not address.endswith("://"):
            yield Link(start=found.start(), end=found.start() + len(address), href=address)


def _find_mails(text: str) -> Iterator[Link]:
    at = text.find("@")
    while at >= 0:
        local = _LOCAL.search(text, max(0, at - _LONGEST_LOCAL), at)
        domain = _DOMAIN.match(text, at + 1, at + 1 + _LONGEST_DOMAIN)
        if local and domain:
            yield Link(start=local.start(), end=domain.end(), href=f"mailto:{text[local.start() : domain.end()]}")
        at = text.find("@", at + 1)


def _without_trailing(address: str) -> str:
    depth = dict.fromkeys(_BRACKETS.values(), 0)
    end = len(address)
    for position, char in enumerate(address):
        if char in depth:
            depth[char] += 1
        elif opened := _BRACKETS.get(char):
            if not depth[opened]:
                end = position
                break
            depth[opened] -= 1
    return address[:end].rstrip(_TRAILING)
