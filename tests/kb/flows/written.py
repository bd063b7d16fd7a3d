"""Flows for tests, written as editors write them and read by the real reader."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from textwrap import dedent, indent
from types import MappingProxyType

from bot.desk import Desk, build_desk, check_folder
from bot.play import Mock, Play
from config.source import DeskFolder
from kb.flows.answers import Reader
from kb.flows.moves import Advance, Known
from kb.flows.program import Program

TODAY = date(2026, 1, 14)
"""A Wednesday."""

DESK = """
desk:
  name: Test
  languages: [en, et]
  default_language: en
  customer: {phone: phone, plan: [home, business]}
  actions:
    look:
      webhook: https://api.example.com/look
      takes: {address: text}
      returns: {found: yes_no, place: text}
      mock: {found: yes, place: hall}
    book:
      webhook: https://api.example.com/book
      title: Book a visit
      changes: yes
      returns: {number: text}
      mock: {number: V-1}
    allow:
      approval: frontline
      title: Refund
      mock: {approved: yes, by: Liis}
"""
ARTICLES = """
articles:
  - id: opening
    title: {en: Opening hours, et: Lahtiolekuajad}
    questions: {en: [When are you open?, What are your opening hours], et: [Millal te avatud olete?]}
    answer: {en: We are open from nine to five., et: Oleme avatud üheksast viieni.}
"""


def build(
    flows: str, articles: str = ARTICLES, desk: str = DESK, media: Mapping[str, int] = MappingProxyType({})
) -> Desk:
    """A small desk with these flows; `flows` is the list of steps of a flow `f`, or a whole block `flows:`."""
    text = dedent(flows).strip("\n")
    if not text.lstrip().startswith("flows:"):
        text = "flows:\n  - id: f\n    title: The flow\n    starts_when: [start the flow]\n    steps:\n" + indent(
            text, " " * 6
        )
    content = {"config/desk.yml": desk, "kb/articles/a.yml": articles, "kb/flows/f.yml": text}
    folder = DeskFolder(root="/desk", content={name: text.encode() for name, text in content.items()}, media=media)
    checked = check_folder(folder, today=TODAY)
    assert checked.content is not None, checked.findings
    return build_desk(checked.content)


def programs(flows: str) -> dict[str, Program]:
    """The programs of these flows."""
    return dict(build(flows).programs)


def known(desk: Desk | None = None, **values: object) -> Known:
    """What a flow may know: the day, and what is given."""
    actions = desk.settings.actions if desk else {}
    return Known(values={"today": TODAY, **values}, language="en", default_language="en", actions=actions)


def reader(desk: Desk, **values: object) -> Reader:
    """Reads answers on the day of the tests."""
    return Reader(
        words=desk.words, languages=("en", "et", "ru", "da", "it", "lt"), today=TODAY, values={"today": TODAY, **values}
    )


def play(flows: str, *lines: str, language: str = "en", **mocks: Mock) -> Play:
    """A customer of these flows who has said some lines; `[Yes]` presses, `40m` waits that many minutes."""
    talk = Play(build(flows), datetime(2026, 1, 14, 10, tzinfo=UTC), language=language, mocks=mocks)
    say(talk, *lines)
    return talk


def say(talk: Play, *lines: str) -> list[str]:
    """Says lines; returns what the customer is shown after the last."""
    shown: list[str] = []
    for line in lines:
        if line.startswith("["):
            messages = talk.press(line.strip("[]"))
        elif line.endswith("m") and line[:-1].isdecimal():
            messages = talk.wait(timedelta(minutes=int(line[:-1])))
        else:
            messages = talk.say(line)
        shown = [message.text for message in messages]
    return shown


def slots(found: Advance) -> dict[str, object]:
    """The slots of the frame on top."""
    assert found.position is not None
    return dict(found.position.top.slots)


def where(talk: Play) -> str:
    """The step the flow waits at; empty if none runs."""
    flow = talk.conversation.flow if talk.conversation else None
    return flow.top.at if flow and flow.left_at is None else ""
