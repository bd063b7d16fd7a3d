"""Canned replies: what the agent reads before and what the customer reads after are the same words."""

import pytest

from adapters.desk.knowledge import build_replies
from adapters.desk.reader import Reader
from bot.canned import bare
from bot.decide import decide
from bot.model import Address, Commanded, Event
from tests.desks import desk_with_reply, isp_desk
from tests.making import MONDAY, claimed_by, make_agent, make_conversation


@pytest.mark.parametrize("args", [{"id": "looking-into-it"}, {"shortcut": "look"}])
def test_a_canned_reply_names_agent_and_team(args: dict[str, str]) -> None:
    """Wherever it is sent from as it is; its marks are gone, as people's words have none."""
    desk = desk_with_reply(isp_desk(), "**{{ agent }}** of {{ team }} looks into [it](https://help.example).")
    talk, liis = make_conversation(handoff=claimed_by("liis")), make_agent("liis")
    reader = Reader(agent=liis, desk=desk, language="en", now=MONDAY)
    shown = next(each for each in build_replies(talk, reader) if each.id == "looking-into-it")
    assert shown.text == "Liis of Customer care looks into it (https://help.example)."
    event = Event(
        key="k",
        at=Address(channel="console", chat=talk.id),
        author=liis,
        body=Commanded(name="reply", args=args),
        sent_at=MONDAY,
    )
    turn = decide(talk, event, desk, MONDAY)
    assert [message.text for message in turn.conversation.messages][-1:] == [shown.text]


def test_a_reply_with_gaps_is_not_sent() -> None:
    """Nobody who has an agent waits in a line."""
    desk = desk_with_reply(isp_desk(), "You are number {{ position }}.")
    reader = Reader(agent=make_agent("liis"), desk=desk, language="en", now=MONDAY)
    talk = make_conversation(handoff=claimed_by("liis"))
    shown = next(each for each in build_replies(talk, reader) if each.id == "looking-into-it")
    assert (shown.text, bool(shown.missing)) == ("You are number {{ position }}.", True)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("starts with **SN**.", "starts with SN."),
        ("***very* big**", "very big"),
        ("- one\n- two * three", "- one\n- two * three"),
        ("press `Ctrl`", "press Ctrl"),
        (r"5 \* 3 \_", "5 * 3 _"),
        ("[here](https://a.example/x)", "here (https://a.example/x)"),
        ("_now_ and a_b_c", "now and a_b_c"),
    ],
)
def test_marks_are_taken_off(written: str, words: str) -> None:
    """What would look like a mark in people's words, and nothing else."""
    assert bare(written) == words
