"""The draft of a Turn: what the rooms of `bot` write into while one event is decided.

A Talk lives for one call of `decide` and is the only thing there that changes. It keeps the rules that hold for
everything said: numbers count through, one question is open at most, used buttons go, a text with several wordings
is used in turn. What is said when is not decided here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.desk import Desk
from bot.model import (
    BOT,
    Attachment,
    Audience,
    Author,
    Because,
    Call,
    Choice,
    Conversation,
    Does,
    Event,
    Message,
    MessageKind,
    PlaceRole,
    Question,
    QuestionKind,
    Turn,
    Wait,
)
from bot.values import moment_of, values_of
from config.texts import Text, render_text
from escalation.hours import zone_of
from escalation.waits import NO_QUEUES, Queues

LANGUAGE_NAMES = {
    "en": "English",
    "et": "Eesti",
    "ru": "Русский",
    "da": "Dansk",
    "it": "Italiano",
    "lt": "Lietuvių",
}
"""Each language by its own name; another one goes by its code."""

KEPT_MESSAGES = 50
"""So many of the newest messages stay with a conversation."""


class Talk:
    """One event being decided."""

    def __init__(
        self, conversation: Conversation, event: Event, desk: Desk, now: datetime, queues: Queues = NO_QUEUES
    ) -> None:
        self.conversation = conversation
        self.event = event
        self.desk = desk
        self.queues = queues
        self.now = now
        self.because: list[Because] = []
        self.waited: Wait | None = None
        self._calls: list[Call] = []
        self._said: dict[int, Message] = {}
        self._before = conversation
        self._values: tuple[Conversation | None, dict[str, object]] = (None, {})

    def change(self, **changes: object) -> None:
        """Changes facts of the conversation."""
        self.conversation = replace(self.conversation, **changes)  # type: ignore[arg-type]  # names are checked by the dataclass itself

    def turn(self, refused: str = "") -> Turn:
        """The finished Turn. Its messages know the version that they will stand in."""
        self._revise_cards()
        version = self._before.version + 1
        said = tuple(replace(message, version=version) for message in self._said.values())
        fresh = {message.number: message for message in said}
        kept = [fresh.pop(message.number, message) for message in self.conversation.messages]
        messages = (*kept, *(message for message in said if message.number in fresh))[-KEPT_MESSAGES:]
        bot_spoke = any(m.author.kind == BOT.kind and m.audience is Audience.CUSTOMER and m.revision == 1 for m in said)
        conversation = replace(
            self.conversation,
            version=version,
            messages=messages,
            bot_turns=self.conversation.bot_turns + 1 if bot_spoke else self.conversation.bot_turns,
            bot_at=self.now if bot_spoke else self.conversation.bot_at,
        )
        return Turn(
            conversation=conversation,
            said=said,
            calls=tuple(self._calls),
            because=tuple(self.because),
            refused=refused,
            waited=self.waited,
        )

    def _revise_cards(self) -> None:
        """Has the cards on desks shown anew if something they show has changed."""
        old, new = self._before, self.conversation
        if _on_card(old) == _on_card(new) or not any(place.role is PlaceRole.DESK for place in new.places):
            return
        for number in {handoff.card for handoff in (old.handoff, new.handoff) if handoff is not None}:
            if number not in self._said and (card := self.find(number)) is not None:
                self.revise(card)

    @property
    def language(self) -> str:
        """The conversation's language."""
        return self.conversation.language

    @property
    def answered(self) -> bool:
        """Whether the bot has said anything to the customer in this Turn."""
        return any(m.author.kind == BOT.kind and m.audience is Audience.CUSTOMER for m in self._said.values())

    def values(self, more: Mapping[str, object] | None = None) -> dict[str, object]:
        """Every name that a text or condition may use now; read anew only when the conversation has changed."""
        of, known = self._values
        if of is not self.conversation:
            known = values_of(self.conversation, self.desk, self.now)
            self._values = (self.conversation, known)
        return {**known, **(more or {})}

    def phrase(self, key: str, **values: object) -> str:
        """One of the bot's own phrases in the customer's language, as Markdown."""
        return self.desk.phrases.say(key, self.language, **{**self.values(), **values})

    def word(self, text: Text, name: str) -> str:
        """A text of the desk in the customer's language, its wordings used in turn, values filled in.

        Raises:
            EmptyValueError: The text would print a value that is not there.
        """
        _, wordings = text.choose(self.language, self.desk.default_language)
        used = self.conversation.wordings.get(name, 0)
        if len(wordings) > 1:
            self.change(wordings={**self.conversation.wordings, name: used + 1})
        return render_text(wordings[used % len(wordings)].text, self.values(), self.language)

    def label(self, text: Text, more: Mapping[str, object] | None = None) -> str:
        """A short text such as a title or label in the customer's language; no Markdown."""
        _, wordings = text.choose(self.language, self.desk.default_language)
        return render_text(wordings[0].text, self.values(more), self.language, markdown=False)

    def add(
        self,
        text: str,
        *,
        kind: MessageKind = MessageKind.ANSWER,
        audience: Audience = Audience.CUSTOMER,
        author: Author | None = None,
        choices: Sequence[Choice] = (),
        attachments: Sequence[Attachment] = (),
        origin: str = "",
        external_id: str = "",
        phrase: str = "",
        because: Because | None = None,
        at: datetime | None = None,
    ) -> Message:
        """Says something: the next message of the conversation."""
        number = self.conversation.last_number + 1
        message = Message(
            number=number,
            audience=audience,
            kind=kind,
            author=author or replace(BOT, name=self.desk.settings.bot.name or self.desk.name),
            text=text,
            at=at or self.now,
            choices=tuple(choices),
            attachments=tuple(attachments),
            origin=origin,
            external_id=external_id,
            phrase=phrase,
            because=because,
        )
        self._said[number] = message
        self.change(last_number=number)
        if because:
            self.because.append(because)
        return message

    def line(self, key: str, **values: object) -> Message:
        """Says a state line: one of the bot's phrases about who is there and what comes next."""
        return self.add(self.phrase(key, **values), kind=MessageKind.STATE, phrase=key)

    def say(self, key: str, *, because: Because | None = None, **values: object) -> Message:
        """Says one of the bot's phrases."""
        return self.add(self.phrase(key, **values), phrase=key, because=because)

    def revise(self, message: Message, **changes: object) -> Message:
        """Gives a message a new revision; several in one Turn count as one."""
        known = self._said.get(message.number)
        revision = message.revision if known else message.revision + 1
        revised = replace(known or message, revision=revision, **changes)  # type: ignore[arg-type]  # as in change()
        self._said[message.number] = revised
        return revised

    def find(self, number: int) -> Message | None:
        """A message of this Turn or one loaded with the conversation."""
        return self._said.get(number) or self.conversation.find_message(str(number))

    def ask(
        self,
        kind: QuestionKind,
        text: str,
        choices: Sequence[Choice],
        *,
        about: str = "",
        phrase: str = "",
        because: Because | None = None,
        until: datetime | None = None,
        attachments: Sequence[Attachment] = (),
    ) -> Message:
        """Says a question and waits for its answer; the question that was open is closed."""
        self.close_question()
        message = self.add(text, choices=choices, phrase=phrase, because=because, attachments=attachments)
        return self._wait_with(message, Question(number=message.number, kind=kind, about=about, until=until))

    def put_under(self, number: int, choices: Sequence[Choice]) -> None:
        """Puts buttons under something said in this Turn; they count until the next question."""
        message = self._said[number]
        both = (*message.choices, *choices)
        self._wait_with(replace(message, choices=both), Question(number=number, kind=QuestionKind.STARTERS))

    def _wait_with(self, message: Message, question: Question) -> Message:
        """Makes a message the open question, with its buttons as the choices."""
        self._said[message.number] = replace(message, question=True)
        pressed = tuple(choice for choice in message.choices if not choice.url)
        self.change(question=replace(question, choices=pressed))
        return message

    def ask_phrase(self, kind: QuestionKind, key: str, choices: Sequence[Choice], *, about: str = "") -> Message:
        """Asks one of the bot's own questions."""
        return self.ask(kind, self.phrase(key), choices, about=about, phrase=key)

    def close_question(self, chosen: str = "") -> None:
        """Ends the open question: its buttons go, the chosen label stays."""
        question = self.conversation.question
        if question is None:
            return
        asked = self.find(question.number)
        if asked and (asked.choices or chosen):
            links = tuple(choice for choice in asked.choices if choice.url)
            self.revise(asked, choices=links, chosen=chosen)
        self.change(question=None)

    def button(self, key: str, does: Does, target: str = "", **values: object) -> Choice:
        """One of the bot's own buttons."""
        return Choice(label=self.desk.phrases.plain(key, self.language, **values), does=does, target=target)

    @property
    def human(self) -> Choice:
        """[Talk to a human]."""
        return self.button("talk_to_human", Does.HUMAN)

    def fill(self, source: str) -> str:
        """A link of the desk with its values filled in."""
        return render_text(source, self.values(), self.language, markdown=False)

    def language_name(self, language: str) -> str:
        """A language by its own name."""
        return LANGUAGE_NAMES.get(language, language)

    def note_about_customer(self, name: str, value: object) -> None:
        """Remembers something about the customer beyond this conversation."""
        customer = self.conversation.customer
        self.change(customer=replace(customer, fields={**customer.fields, name: value}))

    @property
    def today(self) -> date:
        """The day at the desk."""
        return self.now.astimezone(zone_of(self.desk.policy)).date()

    def team_title(self, team: str) -> str:
        """A team's name in the customer's language."""
        title = self.desk.policy.teams[team].title
        return self.label(title) if title else self.desk.name

    def moment(self, at: datetime | None) -> str:
        """A day and time as the customer reads it; a dash for none."""
        return "–" if at is None else moment_of(at, self.desk, self.language)

    def days(self, length: timedelta) -> str:
        """A number of days in words."""
        return self.desk.phrases.say("days", self.language, n=length.days)

    def choose_language(self, language: str) -> None:
        """Speaks a language from now on because the customer asked for it by name."""
        self.change(
            language=language,
            language_chosen=True,
            language_hint=("", 0),
            customer=replace(self.conversation.customer, language=language),
        )

    def said_lately(self, key: str, within: timedelta) -> bool:
        """Whether a phrase was said within a time; if not, it counts as said now."""
        last = self.conversation.said_at.get(key)
        if last is not None and self.now - last < within:
            return True
        self.change(said_at={**self.conversation.said_at, key: self.now})
        return False

    def call(self, action: str, values: Mapping[str, object]) -> Call:
        """Asks for something to be done outside; the answer comes as an event."""
        number = self.conversation.last_call + 1
        call = Call(number=number, action=action, values=dict(values), key=f"{self.conversation.id}:{number}")
        self.change(last_call=number)
        self._calls.append(call)
        return call


def _on_card(conversation: Conversation) -> tuple[object, ...]:
    """What a card on a desk shows and may change."""
    handoff = conversation.handoff
    held = handoff and (handoff.team, handoff.priority, handoff.agent, handoff.agent_name, handoff.asked_bot)
    steps = handoff and handoff.checklist
    customer = conversation.customer
    known = (customer.name, customer.trust, tuple(sorted(customer.fields)))
    return held, steps, conversation.approval, conversation.closed_at, known
