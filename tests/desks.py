"""The project's own desks, read from their folders and built once for all tests of a process."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from adapters.desk_folder import read_folder
from bot.content import Content
from bot.desk import Desk, build_desk, check_folder
from config.texts import Text, Wording

ISP = Path(__file__).parent.parent / "config" / "templates" / "isp"
TODAY = date(2026, 11, 21)
"""Findings that depend on the day hold for this one."""


@cache
def isp_content() -> Content:
    """The content of the internet provider's desk."""
    checked = check_folder(read_folder(ISP), today=TODAY)
    assert checked.content is not None, checked.findings
    return checked.content


@cache
def isp_desk() -> Desk:
    """The internet provider's desk in six languages."""
    return build_desk(isp_content())


def desk_with_reply(desk: Desk, text: str) -> Desk:
    """The same desk, where the canned reply "I am looking into it" says something else."""
    reply = desk.replies["looking-into-it"]
    changed = replace(reply, text=Text(wordings={"en": (Wording(text=text),)}))
    return replace(desk, replies={**desk.replies, reply.id: changed})
