"""One conversation under everything a customer, an agent and time can do to it, in any order."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.model import Audience, AuthorKind, Message, MessageKind
from bot.play import Play
from bot.silence import next_wake
from escalation.handoff import Owner
from tests.desks import isp_desk
from tests.making import MONDAY

WORDS = st.sampled_from(
    [
        "How can I pay my bill?",
        "wifi pasword",
        "hello",
        "thanks",
        "I want to talk to a human",
        "позовите оператора",
        "yes",
        "no",
        "2",
        "zebra quartz lullaby",
        "this is useless",
        "there is smoke",
        "my internet is down",
        "cancel",
        "👍",
        "",
        "4111 1111 1111 1111",
    ]
)
ACTS = st.sampled_from(["claim", "release", "bot", "resolve", "reopen", "transfer", "take_over", "priority"])


class OneConversation(RuleBasedStateMachine):
    """A customer, an agent and the clock, each doing as they please."""

    def __init__(self) -> None:
        """Begins with nobody having said anything."""
        super().__init__()
        self.play = Play(isp_desk(), MONDAY)
        self.kept: list[str] = []
        self.count = 0

    @rule(text=WORDS)
    def the_customer_writes(self, text: str) -> None:
        """Words of any kind."""
        owner = self.play.owner
        shown = self.play.say(text)
        if owner is Owner.AGENT:
            assert not _answers(shown), "the bot talks over an agent"

    @precondition(lambda self: self.play.conversation is not None)
    @rule(position=st.integers(0, 5))
    def the_customer_presses(self, position: int) -> None:
        """A button that is on show, or one that is not."""
        talk = self.play.conversation
        assert talk is not None
        number = talk.question.number if talk.question else 3
        self.play.press_value(f"{talk.number}.{number}:{position}")

    @precondition(lambda self: self.play.conversation is not None)
    @rule(name=ACTS)
    def the_agent_acts(self, name: str) -> None:
        """Anything an agent can do, whether it fits or not."""
        args = {"transfer": {"team": "billing", "reason": "his"}, "take_over": {"reason": "quicker"}}
        self.play.act(name, **args.get(name, {"priority": "high"} if name == "priority" else {}))

    @precondition(lambda self: self.play.conversation is not None)
    @rule(mark=st.sampled_from(["// ", "note: ", "\u200b//", "!x "]))
    def the_agent_keeps_a_note(self, mark: str) -> None:
        """Marked words, or a note from its own composer."""
        self.count += 1
        secret = f"SECRET{self.count:05}"
        self.kept.append(secret)
        if self.count % 2:
            self.play.agent(f"{mark}{secret}")
        else:
            self.play.act("note", text=secret)

    @precondition(lambda self: self.play.conversation is not None)
    @rule()
    def the_agent_writes(self) -> None:
        """Ordinary words; they reach the customer if and only if he has the conversation."""
        self.count += 1
        text = f"WORDS{self.count:05}"
        owner = self.play.owner
        shown = self.play.agent(text)
        assert (owner is Owner.AGENT) == any(text in message.text for message in shown)
        if owner is not Owner.AGENT:
            self.kept.append(text)

    @rule(minutes=st.sampled_from([1, 6, 12, 40, 60 * 25, 60 * 24 * 8]))
    def time_passes(self, minutes: int) -> None:
        """Minutes to days."""
        shown = self.play.wait(timedelta(minutes=minutes))
        assert len(shown) <= 3, "silence is answered with a lecture"

    @invariant()
    def nothing_kept_is_ever_seen(self) -> None:
        """No word that was kept inside stands in anything a customer may see."""
        for message in self.play.messages:
            if message.audience is Audience.CUSTOMER:
                assert not any(secret in message.text for secret in self.kept)
                assert message.kind not in (MessageKind.NOTE, MessageKind.CARD, MessageKind.TRANSCRIPT)

    @invariant()
    def the_record_has_no_gap(self) -> None:
        """Messages count through, and every one belongs to the version that last changed it."""
        talk = self.play.conversation
        numbers = [message.number for message in self.play.messages]
        assert numbers == list(range(1, len(numbers) + 1))
        assert talk is None or talk.last_number == len(numbers)
        assert talk is None or all(0 < message.version <= talk.version for message in self.play.messages)

    @invariant()
    def one_question_is_open_at_most(self) -> None:
        """Only the message that asks the open question shows choices that can be pressed."""
        talk = self.play.conversation
        asking = talk.question.number if talk and talk.question else 0
        for message in self.play.messages:
            live = [choice for choice in message.choices if not choice.url]
            assert not live or message.number == asking, message

    @invariant()
    def nothing_due_is_left_undone(self) -> None:
        """After everything that happened, the next wake-up lies in the future."""
        talk = self.play.conversation
        due = next_wake(talk, self.play.desk, self.play.now) if talk else None
        assert due is None or due > self.play.now or talk is None or talk.waiting is None

    @invariant()
    def an_owner_is_as_the_facts_say(self) -> None:
        """Whoever has the conversation follows from its facts."""
        talk = self.play.conversation
        if talk is not None and self.play.owner is Owner.AGENT:
            assert talk.handoff is not None
            assert talk.handoff.agent
            assert talk.closed_at is None


def _answers(shown: list[Message]) -> list[Message]:
    return [m for m in shown if m.author.kind is AuthorKind.BOT and m.kind is MessageKind.ANSWER]


TestOneConversation: Any = OneConversation.TestCase
TestOneConversation.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
