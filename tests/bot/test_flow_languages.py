"""The flows of the example desk in every language, each button pressed by the label that the customer reads."""

from datetime import UTC, datetime

import pytest

from bot.model import Does, QuestionKind
from bot.play import Play
from kb.flows.model import Ask, AskType
from tests.desks import isp_desk

MORNING = datetime(2026, 1, 14, 9, tzinfo=UTC)
FLOWS = ("internet-down", "invoice-question", "move-service", "book-technician")
LANGUAGES = ("en", "et", "ru", "da", "it", "lt")
TYPED = {
    AskType.TEXT: "Kastani 12",
    AskType.NUMBER: "3",
    AskType.EMAIL: "anna@example.com",
    AskType.PHONE: "+372 5123 4567",
    AskType.DATE: "15.6.",
}
CODE = "AM-204518"
"""Fits the one pattern of the example desk."""


def open_labels(talk: Play) -> list[str]:
    """Labels of the buttons that answer what the flow asks."""
    question = talk.conversation.question if talk.conversation else None
    if question is None or question.kind is not QuestionKind.FLOW:
        return []
    return [choice.label for choice in question.choices if choice.does is Does.ANSWER]


def typed_answer(talk: Play) -> str:
    """What is typed where there is nothing to press."""
    assert talk.conversation is not None
    assert talk.conversation.flow is not None
    top = talk.conversation.flow.top
    question = talk.desk.programs[top.flow].question(top.at)
    assert question is not None
    assert isinstance(question.asks, Ask)
    return CODE if question.asks.pattern else TYPED[question.asks.takes]


def go_through(talk: Play, turn: int) -> int:
    """Answers until the flow ends, pressing the button at this turn; returns how many were pressed."""
    pressed = 0
    for _ in range(40):
        flow = talk.conversation.flow if talk.conversation else None
        if flow is None or flow.left_at is not None:
            return pressed
        labels = open_labels(talk)
        if labels:
            talk.press(labels[turn % len(labels)])
            pressed += 1
        else:
            talk.say(typed_answer(talk))
    raise AssertionError("the flow has no end")


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_is_pressed_through(flow: str, language: str, turn: int) -> None:
    """Started by its own sentence and pressed by label, it ends, and the way is the same as in English."""
    talks, presses = [], []
    for spoken in ("en", language):
        talk = Play(isp_desk(), MORNING, language=spoken)
        talk.say(isp_desk().flows[flow].starts_when.choose(spoken, "en")[1][0].text)
        presses.append(go_through(talk, turn))
        assert talk.conversation is not None
        assert talk.conversation.language == spoken
        talks.append(talk)
    ways = [[each.step for t in talk.turns for each in t.because if each.rule.startswith("flow_")] for talk in talks]
    assert ways[0] == ways[1]
    assert presses[0] == presses[1]
    assert ways[0][-1]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I don't know"), ("et", "ei tea"), ("et", "ma ei tea"), ("ru", "не знаю"), ("da", "ved ikke"),
        ("da", "det ved jeg ikke"), ("it", "non lo so"), ("lt", "nežinau"), ("lt", "nezinau"),
    ],
)  # fmt: skip
def test_who_cannot_tell_says_so_in_words(language: str, said: str) -> None:
    """What people say in place of pressing [I can't tell] leads where that button does: to a person."""
    talk = Play(isp_desk(), MORNING, language=language)
    talk.say(isp_desk().flows["internet-down"].starts_when.choose(language, "en")[1][0].text)
    talk.say(said)
    assert talk.conversation is not None
    assert talk.conversation.handoff is not None
    assert talk.conversation.handoff.team == "frontline"
    assert "light unsure" in talk.conversation.handoff.steps
