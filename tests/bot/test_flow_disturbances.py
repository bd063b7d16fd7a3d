"""Whatever comes in between, at any step of any flow: the same is learned, nothing is asked twice, and it ends."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.storage.codec import from_plain, to_plain
from bot.desk import Desk
from bot.model import Conversation, QuestionKind
from bot.play import Play
from escalation.handoff import Owner
from kb.flows.model import Ask, AskType
from tests.desks import isp_desk
from tests.kb.flows.written import build

MORNING = datetime(2026, 1, 14, 9, tzinfo=UTC)

GENERATED = """
flows:
  - id: every-type
    title: Every type
    starts_when: [ask me everything]
    steps:
      - ask: a
        text: A?
        choices: [{value: x, label: Ex}, {value: y, label: Wye, then: [{say: So.}]}, {value: z, label: Zed, goto: d}]
      - call: look
        with: {address: Kastani 1}
        save_as: seen
        on_error: next
      - ask: b
        type: number
        text: B?
      - ask: c
        type: yes_no
        text: C?
        no: e
      - id: sub
        flow: mail-and-day
        with: {a: "{{ a }}"}
      - ask: d
        type: done
        text: D?
      - ask: e
        text: E?
        optional: yes
      - solved
      - escalate: {reason: all, summary: "{{ a }} {{ b }} {{ c }} {{ d }} {{ e }} {{ seen.place }}"}
  - id: mail-and-day
    title: Mail and day
    takes: [a]
    steps:
      - ask: mail
        type: email
        text: Mail?
        only_if: a != 'y'
      - ask: day
        type: date
        text: Day?
      - end: solved
"""
SHOP = build(GENERATED)
GIVEN = {
    AskType.TEXT: "Kastani 12",
    AskType.NUMBER: "3",
    AskType.EMAIL: "anna@example.com",
    AskType.PHONE: "+372 5123 4567",
    AskType.DATE: "tomorrow",
    AskType.DONE: "done",
}
PATTERNED = "AM-204518"
"""Fits the one pattern of the example desk."""


@dataclass
class Run:
    """One talk through a flow, and what came of it."""

    talk: Play
    path: list[int]
    met: list[str] = field(default_factory=list)
    """Questions in the order in which they were first met."""

    @property
    def waits(self) -> bool:
        """Whether a flow waits for an answer."""
        conversation = self.talk.conversation
        return conversation is not None and conversation.flow is not None and conversation.flow.left_at is None

    @property
    def asks(self) -> Ask | None:
        """What it asks; None for "Did that help?"."""
        assert self.talk.conversation is not None
        assert self.talk.conversation.flow is not None
        top = self.talk.conversation.flow.top
        question = self.talk.desk.programs[top.flow].question(top.at)
        assert question is not None
        return question.asks if isinstance(question.asks, Ask) else None

    def answer(self) -> str:
        """The right answer to what is asked now, the same for the same path."""
        assert self.talk.conversation is not None
        assert self.talk.conversation.flow is not None
        top = self.talk.conversation.flow.top
        step = f"{top.flow}/{top.at}"
        if step not in self.met:
            self.met.append(step)
        turn = self.path[self.met.index(step) % len(self.path)]
        asks = self.asks
        if asks is None or asks.takes is AskType.YES_NO:
            return "yes" if turn % 2 and asks is not None else "no"
        if asks.takes is AskType.CHOICE:
            return str(turn % len(asks.choices) + 1)
        return PATTERNED if asks.pattern else GIVEN[asks.takes]

    def step(self) -> None:
        """Answers one question."""
        self.talk.say(self.answer())

    def finish(self) -> "Run":
        """Answers until the flow has ended."""
        for _ in range(60):
            if not self.waits:
                return self
            self.step()
        raise AssertionError("the flow has no end")

    @property
    def outcome(self) -> tuple[object, ...]:
        """How it ended, what the people were told, and how often each question was put."""
        because = [because for turn in self.talk.turns for because in turn.because]
        ends = [each.step for each in because if each.rule == "flow_end"]
        passed = Counter(each.step for each in because if each.rule == "flow_step")
        handoff = self.talk.conversation.handoff if self.talk.conversation else None
        return ends[-1:], handoff and (handoff.team, handoff.reason, handoff.summary, handoff.steps), passed


def begin(desk: Desk, flow: str, path: list[int], language: str = "en") -> Run:
    """A talk that has just started the flow."""
    talk = Play(desk, MORNING, language=language)
    talk.say(desk.flows[flow].starts_when.choose(language, "en")[1][0].text)
    return Run(talk=talk, path=path)


def ask_something(run: Run) -> None:
    """A question of the customer's own."""
    run.talk.say("how can i pay my bill?" if "pay-invoice" in run.talk.desk.articles else "when are you open?")


def say_thanks(run: Run) -> None:
    """A word that is no answer."""
    if run.asks is None or run.asks.takes is not AskType.TEXT:
        run.talk.say("thanks")


def ask_for_help(run: Run) -> None:
    """The commands, and why."""
    run.talk.say("/help")
    run.talk.say("why?")


def change_mind(run: Run) -> None:
    """Leaves for another flow, and does not."""
    if run.talk.desk is not SHOP and (run.asks is None or run.asks.takes is not AskType.TEXT):
        run.talk.say("Please move my service to another address")
        question = run.talk.conversation.question if run.talk.conversation else None
        if question is not None and question.kind is QuestionKind.LEAVE_FOR:
            run.talk.press("No")


def press_twice(run: Run) -> None:
    """The same button again, after it was used."""
    if run.asks is not None and run.asks.takes is AskType.CHOICE:
        old = run.talk.find_button(run.talk.buttons[int(run.answer()) - 1])
        run.talk.press_value(old)
        run.talk.press_value(old)


def restart(run: Run) -> None:
    """The program ends and starts again: only what is stored is left."""
    run.talk.conversation = from_plain(to_plain(run.talk.conversation), Conversation)


def come_back(run: Run) -> None:
    """Silence closes the talk; some hours later, perhaps on another device, it goes on."""
    run.talk.wait(timedelta(hours=3))
    if run.talk.owner is Owner.CLOSED and run.talk.conversation and run.talk.conversation.flow:
        run.talk.say("zebra")
        run.talk.press("Go on")


def meet_a_person(run: Run) -> None:
    """A person takes it and gives it back."""
    run.talk.say("i want to talk to a human")
    run.talk.act("claim")
    run.talk.act("bot")
    run.talk.press("Go on")


DISTURBANCES: list[Callable[[Run], None]] = [
    ask_something, say_thanks, ask_for_help, change_mind, press_twice, restart, come_back, meet_a_person,
]  # fmt: skip

FLOWS = [
    *((isp_desk, flow) for flow in ("internet-down", "invoice-question", "move-service", "book-technician")),
    (lambda: SHOP, "every-type"),
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(FLOWS),
    st.lists(st.integers(0, 5), min_size=4, max_size=8),
    st.integers(0, 6),
    st.sampled_from(DISTURBANCES),
)
def test_a_flow_stands_everything(
    flow: tuple[Callable[[], Desk], str], path: list[int], at: int, disturb: Callable[[Run], None]
) -> None:
    """With one thing in between, anywhere, the flow ends as it would have, with the same facts, each asked once."""
    desk = flow[0]()
    plain = begin(desk, flow[1], path).finish()
    run = begin(desk, flow[1], path)
    for _ in range(at):
        if run.waits:
            run.step()
    if not run.waits:
        return
    disturb(run)
    if disturb is come_back and not run.waits:
        return  # the question's own silence led out of the flow
    run.finish()
    assert run.outcome == plain.outcome


@pytest.mark.parametrize("flow", ["internet-down", "invoice-question", "move-service", "book-technician"])
@pytest.mark.parametrize("language", ["en", "et", "ru", "da", "it", "lt"])
def test_every_flow_speaks_six_languages(flow: str, language: str) -> None:
    """Started by its own sentence, a flow asks and ends in the customer's language, whichever way it goes."""
    for path in ([0, 0, 0, 0], [1, 1, 1, 1], [2, 1, 0, 1]):
        run = begin(isp_desk(), flow, path, language)
        while run.waits:
            if run.asks is not None:
                used, wordings = run.asks.text.choose(language, "en")
                assert used == language
                assert any(message.text == wordings[0].text for message in run.talk.messages)
            run.step()
        assert run.talk.conversation is not None
        assert run.talk.conversation.language == language
        assert run.outcome[0]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FLOWS), st.lists(st.integers(0, 5), min_size=4, max_size=8), st.integers(1, 6))
def test_going_back_and_saying_the_same_changes_nothing(
    flow: tuple[Callable[[], Desk], str], path: list[int], at: int
) -> None:
    """[Back] and the same answer again lead to the same end with the same facts."""
    desk = flow[0]()
    plain = begin(desk, flow[1], path).finish()
    run = begin(desk, flow[1], path)
    for _ in range(at):
        if run.waits:
            run.step()
    if not run.waits or "Back" not in run.talk.buttons:
        return
    run.talk.press("Back")
    run.finish()
    ends, handoff, _ = run.outcome
    assert ends == plain.outcome[0]
    expected = plain.outcome[1]
    assert (handoff and handoff[:3]) == (expected and expected[:3])  # type: ignore[index]  # a tuple where it is there
