"""The same engine in memory, with the clock in the caller's hand: for the terminal, tests, replay and simulation.

Nothing is stored or sent. Cards stand at once, calls answer with their mocks. No further fragment of a message is
waited for: a line is a whole Turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.decide import decide, open_conversation
from bot.desk import Desk
from bot.flowing import start_flow
from bot.model import (
    Address,
    Attachment,
    Audience,
    Author,
    AuthorKind,
    Body,
    CallAnswered,
    Commanded,
    Conversation,
    ConversationId,
    Delivered,
    Event,
    Message,
    Opened,
    PlaceRole,
    Pressed,
    Role,
    Said,
    SendOutcome,
    Trust,
    Turn,
    Unknown,
)
from bot.silence import next_wake, wake_event
from bot.talk import Talk
from escalation.handoff import Owner, owner_of

_AGENT = Author(
    kind=AuthorKind.AGENT, key="agent-1", name="Liis", trust=Trust.KNOWN, roles=(Role.AGENT, Role.SUPERVISOR)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mock:
    """How a call answers in play: with these fields laid over the action's own mock, or not at all."""

    result: Mapping[str, object] | None
    reason: str = ""


class Play:
    """One customer talking to a desk."""

    def __init__(
        self,
        desk: Desk,
        now: datetime,
        *,
        channel: str = "web",
        language: str = "",
        fields: Mapping[str, str] | None = None,
        mocks: Mapping[str, Mock] | None = None,
        approves: bool = True,
    ) -> None:
        """Begins at a moment, before anything is said.

        Args:
            desk: Whom the customer talks to.
            now: The moment.
            channel: Where he writes.
            language: The channel's hint.
            fields: What is vouched for about him.
            mocks: Answers of calls, in place of the actions' own mocks.
            approves: Approvals are answered by their mocks at once; otherwise by what the agent does.
        """
        self.desk = desk
        self.now = now
        self.conversation: Conversation | None = None
        self.messages: list[Message] = []
        """The latest revision of everything said, in order."""
        self.turns: list[Turn] = []
        self.calls: list[str] = []
        """Actions called since the last line."""
        self._address = Address(channel=channel, account="play", chat="customer")
        self._language = language
        self._fields = dict(fields or {})
        self._mocks = dict(mocks or {})
        self._approves = approves
        self._events = 0
        self._conversations = 0

    @property
    def owner(self) -> Owner:
        """Who has the conversation now."""
        return owner_of(self._talk, self.desk.policy, self.now) if self.conversation else Owner.BOT

    def say(self, text: str, *files: Attachment) -> list[Message]:
        """The customer writes, with files or none; returns what he is then shown anew."""
        return self._customer(Said(text=text, attachments=files, external_id=f"c{self._events}"))

    def begin(self, flow: str) -> list[Message]:
        """Begins a flow without a word of the customer."""
        author = Author(kind=AuthorKind.CUSTOMER, key="customer")
        event = Event(
            key="begin", at=self._address, author=author, body=Opened(), sent_at=self.now, language=self._language
        )
        conversation = self._open(event)
        talk = Talk(conversation, event, self.desk, self.now)
        start_flow(talk, flow)
        return self._take(conversation, talk.turn())

    def send(self, kind: str) -> list[Message]:
        """The customer sends something else than words: a photo or file, or what the bot has no eyes for."""
        if kind in ("photo", "file"):
            name, media = ("photo.jpg", "image/jpeg") if kind == "photo" else ("file.pdf", "application/pdf")
            attachment = Attachment(id=f"f{self._events}", name=name, media_type=media, size=1)
            return self._customer(Said(text="", attachments=(attachment,)))
        return self._customer(Unknown(kind=kind))

    def command(self, name: str, **args: str) -> list[Message]:
        """The customer gives a command."""
        return self._customer(Commanded(name=name, args=args))

    def press(self, label: str) -> list[Message]:
        """The customer presses a button that is on show, by its label.

        Raises:
            LookupError: No such button is on show.
        """
        return self._customer(Pressed(value=self.find_button(label)))

    def press_value(self, value: str) -> list[Message]:
        """The customer presses a button by its value, open or not."""
        return self._customer(Pressed(value=value))

    def find_button(self, label: str) -> str:
        """The value of a button that is on show.

        Raises:
            LookupError: No such button is on show.
        """
        talk = self._talk
        if talk.question is not None:
            for position, choice in enumerate(talk.question.choices):
                if choice.label.casefold() == label.casefold():
                    return talk.value_of(talk.question, position)
        if label.casefold() == self.desk.phrases.say("talk_to_human", talk.language).casefold():
            return "human"
        raise LookupError(f"There is no button '{label}' on show; there are: {', '.join(self.buttons) or 'none'}.")

    @property
    def buttons(self) -> list[str]:
        """Labels of the open question's choices."""
        question = self.conversation.question if self.conversation else None
        return [choice.label for choice in question.choices] if question else []

    def agent(self, text: str) -> list[Message]:
        """The agent writes in the thread; returns what the customer is shown."""
        return self._turn(Said(text=text, external_id=f"a{self._events}"), _AGENT)

    def act(self, name: str, **args: str) -> list[Message]:
        """The agent does something on the desk; returns what the customer is shown."""
        return self._turn(Commanded(name=name, args=args), _AGENT)

    def wait(self, length: timedelta) -> list[Message]:
        """Time passes; returns what the customer is shown meanwhile."""
        until = self.now + length
        shown: list[Message] = []
        while self.conversation is not None:
            due = next_wake(self.conversation, self.desk, self.now)
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            shown += self._decide(wake_event(self.conversation, self.now))
        self.now = until
        return shown

    @property
    def slots(self) -> Mapping[str, object]:
        """What the flow that asks has learned; after its end what it had learned."""
        for turn in reversed(self.turns):
            if turn.conversation.flow is not None:
                return turn.conversation.flow.frames[-1].slots
        return {}

    @property
    def _talk(self) -> Conversation:
        if self.conversation is None:
            raise LookupError("Nobody has said anything yet.")
        return self.conversation

    def _customer(self, body: Body) -> list[Message]:
        author = Author(kind=AuthorKind.CUSTOMER, key="customer", name=self._fields.get("first_name", ""))
        return self._turn(body, author)

    def _turn(self, body: Body, author: Author) -> list[Message]:
        self._events += 1
        self.calls = []
        event = Event(
            key=f"e{self._events}",
            at=self._address if author.kind is AuthorKind.CUSTOMER else Address(channel="console", chat="play"),
            author=author,
            body=body,
            sent_at=self.now,
            language=self._language,
            attributes=self._fields if author.kind is AuthorKind.CUSTOMER else {},
        )
        shown = self._decide(event)
        while self.conversation and self.conversation.waiting and not self.conversation.is_closed:
            self.now = self.conversation.waiting.until
            shown += self._decide(wake_event(self.conversation, self.now))
        return shown

    def _decide(self, event: Event) -> list[Message]:
        conversation = self._open(event)
        return self._take(conversation, decide(conversation, event, self.desk, self.now))

    def _open(self, event: Event) -> Conversation:
        fresh = (ConversationId(f"play-{self._conversations + 1}"), self._conversations + 1)
        conversation = open_conversation(self.conversation, event, self.desk, fresh, self.now)
        if conversation.version == 0:
            self._conversations += 1
            self.messages = []
        return conversation

    def _take(self, conversation: Conversation, turn: Turn) -> list[Message]:
        """Makes a Turn true, and what follows from it by itself: cards stand, calls answer with their mocks."""
        self.turns.append(turn)
        self.conversation = turn.conversation
        shown = self._show(turn)
        for place in turn.conversation.places:
            if place.role is PlaceRole.DESK and place.live and place not in conversation.places:
                body = Delivered(message=place.since, place=place.id, outcome=SendOutcome.SHOWN)
                shown += self._decide(replace(wake_event(turn.conversation, self.now), body=body))
        for call in turn.calls:
            self.calls.append(call.action)
            if self.desk.settings.actions[call.action].approval and not self._approves:
                continue
            mock = self._mocks.get(call.action) or Mock(result=self.desk.settings.actions[call.action].mock)
            answer = CallAnswered(call=call.number, result=mock.result, reason=mock.reason)
            shown += self._decide(replace(wake_event(self._talk, self.now), body=answer))
        return shown

    def _show(self, turn: Turn) -> list[Message]:
        known = {message.number: position for position, message in enumerate(self.messages)}
        shown: list[Message] = []
        for message in turn.said:
            if message.number in known:
                self.messages[known[message.number]] = message
            else:
                self.messages.append(message)
                if message.audience is Audience.CUSTOMER and message.author.kind is not AuthorKind.CUSTOMER:
                    shown.append(message)
        return shown
