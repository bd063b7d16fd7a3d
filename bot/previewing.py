"""What a customer would be shown of an article or a flow, made by the bot that shows it, with sample values. Pure.

Called by `firstline preview`. Each wording, each variant and each step stands by itself; how one leads to the other is
played by `firstline flow run`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.asking import ask_question, say_line
from bot.desk import Desk
from bot.flowing import known_to
from bot.knowing import show_article
from bot.model import (
    Address,
    Audience,
    Author,
    AuthorKind,
    Because,
    Choice,
    Conversation,
    ConversationId,
    Customer,
    Event,
    Message,
    MessageKind,
    Opened,
)
from bot.talk import Talk
from config.place import NOWHERE, Position
from config.texts import Text, TextError
from config.values import ChannelName, ValueKind, ValueRefusedError, ValueType
from kb.article import SHOWN_TO_ALL, Article, Attachment
from kb.flows import model
from kb.flows.moves import Line, Returned
from kb.flows.position import FlowPosition, Frame
from kb.flows.program import Ask, Finish, Say, Step, all_steps
from kb.flows.run import advance
from kb.flows.speech import Speech

_CHANNELS = tuple(ChannelName)
_SAMPLES: Mapping[object, object] = {
    ValueKind.NUMBER: 3, ValueKind.YES_NO: True, ValueKind.EMAIL: "mari@example.com", ValueKind.PHONE: "+37251234567",
    ValueKind.URL: "https://www.example.com", model.AskType.NUMBER: 3, model.AskType.YES_NO: True,
    model.AskType.DONE: True, model.AskType.EMAIL: "mari@example.com", model.AskType.PHONE: "+37251234567",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One wording of an article or of a step, as the bot says it."""

    name: str
    """`answer`, `variant 1`, or the name of a step; further wordings are counted."""
    position: Position = NOWHERE
    """Where it is written."""
    conversation: Conversation
    """In which it is said."""
    messages: Mapping[str, tuple[Message, ...]]
    """By channel; a channel that never shows this wording is left out."""
    attachments: tuple[Attachment, ...] = ()
    """Those of the article."""
    failed: str = ""
    """Why it cannot be shown with sample values; the messages are its source then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """Where things are said for a preview."""

    desk: Desk
    language: str
    now: datetime

    def open(self, channel: str, wordings: Mapping[str, int]) -> Talk:
        """A talk with a customer of whom everything is known."""
        at = Address(channel=channel, account="preview", chat="customer")
        author = Author(kind=AuthorKind.CUSTOMER, key="customer")
        fields = {name: self._sample(field.type, name) for name, field in self.desk.settings.customer.items()}
        conversation = Conversation(
            id=ConversationId("preview"),
            number=1,
            key=at,
            customer=Customer(key="customer", fields=fields),
            opened_at=self.now,
            language=self.language,
            wordings=wordings,
        )
        return Talk(
            conversation,
            Event(key="preview", at=at, author=author, body=Opened(), sent_at=self.now),
            self.desk,
            self.now,
        )

    def show(
        self,
        name: str,
        text: Text,
        counted: str,
        play: Callable[[Talk], None],
        channels: Sequence[str] = _CHANNELS,
        position: Position = NOWHERE,
    ) -> Iterator[Shown]:
        """What playing it says, once for each wording.

        Args:
            name: Of what is played.
            text: What it says, in all its wordings.
            counted: The name under which its wordings are counted.
            play: Says it.
            channels: Which of them show it.
            position: Where it stands if it has no words of its own.
        """
        _, wordings = text.choose(self.language, self.desk.default_language)
        for number in range(max(1, len(wordings))):
            at = wordings[number].position if wordings else position
            messages, failed, talk = {}, "", self.open(channels[0], {})
            for channel in channels:
                talk = self.open(channel, {counted: number})
                try:
                    play(talk)
                except TextError as error:
                    failed = str(error)
                    talk = self.open(channel, {})
                    talk.add(wordings[number].text if wordings else "")
                messages[str(channel)] = tuple(m for m in talk.turn().said if m.audience is Audience.CUSTOMER)
            shown = f"{name}, wording {number + 1}" if len(wordings) > 1 else name
            yield Shown(name=shown, position=at, conversation=talk.conversation, messages=messages, failed=failed)

    def slots_of(self, flow: model.Flow) -> Mapping[str, object]:
        """A value for everything the flow can learn; calls answer with their mocks."""
        slots: dict[str, object] = {name: f"‹{name}›" for name in flow.takes}
        for step in all_steps(flow.steps):
            match step:
                case model.Ask():
                    value = step.choices[0].value if step.choices else _SAMPLES.get(step.takes, f"‹{step.ask}›")
                    slots[step.ask] = self.now.date() if step.takes is model.AskType.DATE else value
                case model.Set():
                    slots |= {name: f"‹{name}›" for name in step.set}
                case model.Call() if step.save_as:
                    slots[step.save_as] = self._mock_of(step.call)
                case _:
                    pass
        return slots

    def _mock_of(self, action: str) -> Mapping[str, object]:
        known = self.desk.settings.actions[action]
        try:
            return known.convert_result(known.mock)
        except ValueRefusedError:
            return {}

    def _sample(self, value: ValueType, name: str) -> object:
        match value.kind:
            case ValueKind.CHOICE:
                return value.choices[0]
            case ValueKind.DATE:
                return self.now.date()
            case ValueKind.TIME:
                return self.now.time()
            case _:
                return _SAMPLES.get(value.kind, f"‹{name}›")


def preview_article(desk: Desk, article: Article, language: str, now: datetime) -> Iterator[Shown]:
    """Every wording of an article's answer and of its variants that is written in a language."""
    whole = replace(article, show_when=SHOWN_TO_ALL, variants=())
    forms = [("answer", whole, _CHANNELS)]
    for number, variant in enumerate(article.variants, 1):
        buttons, attachments = variant.buttons or article.buttons, variant.attachments or article.attachments
        form = replace(whole, answer=variant.answer, buttons=buttons, attachments=attachments)
        forms.append((f"variant {number}", form, variant.channels or _CHANNELS))
    play = partial(show_article, identifier=article.id, because=Because(rule="preview", article=article.id))
    for name, form, channels in forms:
        if language in form.answer.wordings:
            shown = replace(desk, articles={**desk.articles, article.id: form})
            stage = _Stage(desk=shown, language=language, now=now)
            for each in stage.show(name, form.answer, f"article:{article.id}", play, channels):
                yield replace(each, attachments=form.attachments)


def preview_flow(desk: Desk, flow: str, language: str, now: datetime) -> Iterator[Shown]:
    """Every step of a flow that says or asks something, in the order of the file."""
    stage = _Stage(desk=desk, language=language, now=now)
    slots = stage.slots_of(desk.flows[flow])
    said: list[Say] = []
    for step in desk.programs[flow].instructions:
        text = _text_of(step)
        if text is not None:
            counted = f"flow:{flow}:{step.name}" + (":message" if isinstance(step, Finish) else "")
            play = partial(_say, step=step, flow=flow, slots=slots, said=tuple(said))
            yield from stage.show(step.name, text, counted, play, position=step.position)
        said = [*said, step] if isinstance(step, Say) else []


def _text_of(step: Step) -> Text | None:
    """What a step says; None if it says nothing to the customer."""
    match step:
        case Say():
            return step.text
        case Ask():
            return step.asks.text if isinstance(step.asks, model.Ask) else step.asks.solved
        case Finish(handoff=model.HandoffTo(message=message)) if message:
            return message
        case _:
            return None


def _say(talk: Talk, *, step: Step, flow: str, slots: Mapping[str, object], said: Sequence[Say]) -> None:
    """Says one step as the flow says it when it comes there, with the buttons of what was said just before."""
    known = known_to(talk)
    speech, values = Speech(known), {**known.values, **slots}
    match step:
        case Say():
            say_line(talk, _line(step, flow, speech, values))
        case Ask():
            position = FlowPosition(frames=(Frame(flow=flow, at=step.name, slots=slots),))
            asks = advance(position, Returned(), talk.desk.programs, known).asks
            if asks is None:
                raise TextError("This question cannot be asked with sample values.")
            ask_question(talk, asks, _buttons_of(talk, said, flow, slots), None)
        case Finish(handoff=model.HandoffTo(message=message)):
            talk.add(speech.say(message, f"flow:{flow}:{step.name}:message", values), kind=MessageKind.STATE)
        case _:
            pass


def _buttons_of(talk: Talk, said: Sequence[Say], flow: str, slots: Mapping[str, object]) -> list[Choice]:
    """The buttons of lines, which stand under the next question."""
    aside = Talk(talk.conversation, talk.event, talk.desk, talk.now)
    known = known_to(talk)
    lines = [_line(step, flow, Speech(known), {**known.values, **slots}) for step in said if step.buttons]
    return [button for line in lines for button in say_line(aside, line)]


def _line(step: Say, flow: str, speech: Speech, values: Mapping[str, object]) -> Line:
    text = "" if step.article else speech.say(step.text, f"flow:{flow}:{step.name}", values)
    return Line(step=step.name, text=text, article=step.article, buttons=step.buttons, image=step.image, slots=values)
