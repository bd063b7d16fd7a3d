"""The project's own desks, read from their folders and built once for all tests of a process."""

from datetime import date
from functools import cache
from pathlib import Path

from adapters.desk_folder import read_folder
from bot.content import Content
from bot.desk import Desk, build_desk, check_folder

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
