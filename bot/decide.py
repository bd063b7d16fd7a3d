"""Chooses what one event leads to. The order of questions here is the product; change it only with a scenario.

Pure, like all that it calls: no clock, file, socket or database. The worker loads the conversation, calls `decide`
and commits the Turn; `bot.play` does the same in memory.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.agents import take_agent_event
from bot.answering import answer_words, take_press
from bot.commands import take_command
from bot.desk import Desk
from bot.digressing import take_file
from bot.failing import offer
from bot.flowing import is_running, return_to_flow, take_call_answer
from bot.handing_over import report_customer_gone, take_delivery
from bot.knowing import open_link
from bot.language import choose_first_language, follow_language, read_as_meant
from bot.model import (
    SYSTEM,
    Audience,
    AuthorKind,
    CallAnswered,
    ClosedBy,
    Commanded,
    ContactChanged,
    Conversation,
    ConversationId,
    Customer,
    Deleted,
    Delivered,
    Edited,
    Event,
    MessageKind,
    Opened,
    Place,
    PlaceId,
    PlaceRole,
    Pressed,
    QuestionKind,
    Reach,
    Reacted,
    Said,
    Turn,
    Unknown,
    Woke,
)
from bot.reopening import begins_anew, reopen
from bot.silence import wake
from bot.starting import greet
from bot.talk import Talk
from bot.transcribing import take_deletion, take_edit, take_reaction, write_down
from escalation.handoff import Owner, owner_of
from escalation.redaction import has_secret, hide_secrets
from escalation.waits import NO_QUEUES, Queues

PULLED = ("web", "console", "internal")
"""Channels that are read and need no place and no delivery."""

BOT_TURNS = 5
"""The bot speaks in at most so many Turns in a row without a word of the customer."""

NOT_TWICE_WITHIN = timedelta(minutes=10)
"""Lines about unreadable kinds and about pace are said once in this time."""


def open_conversation(
    latest: Conversation | None,
    event: Event,
    desk: Desk,
    fresh: tuple[ConversationId, int],
    now: datetime,
) -> Conversation:
    """The conversation an event belongs to: the newest one of its key, or a new one with a clean slate.

    Args:
        latest: The newest conversation of the key, open or closed.
        event: What came in.
        desk: The desk in force.
        fresh: Id and case number for a new conversation.
        now: The moment.

    Returns:
        `latest` unchanged if the event speaks of it (a closed one may be reopened by `decide`), else a new
        conversation of version 0.
    """
    if latest is not None and not begins_anew(latest, event, desk, now):
        return latest
    known = latest.customer if latest else None
    customer = Customer(
        key=event.author.key,
        name=event.author.name or (known.name if known else ""),
        trust=event.author.trust,
        fields={**(known.fields if known else {}), **event.attributes},
        language=known.language if known else "",
        surveyed_at=known.surveyed_at if known else None,
        conversations=known.conversations + 1 if known else 0,
    )
    identifier, number = fresh
    place = Place(id=PlaceId(f"{identifier}.1"), role=PlaceRole.CUSTOMER, address=event.at)
    return Conversation(
        id=identifier,
        number=number,
        key=event.at,
        customer=customer,
        opened_at=now,
        language=choose_first_language(desk, customer.language, event.language),
        language_chosen=bool(customer.language),
        places=() if event.at.channel in PULLED else (place,),
        greeted=latest is not None and latest.closed_at is not None and now - latest.closed_at < timedelta(days=1),
        flow=latest.flow if latest and latest.flow and latest.closed_by is ClosedBy.SILENCE else None,
    )


def decide(conversation: Conversation, event: Event, desk: Desk, now: datetime, queues: Queues = NO_QUEUES) -> Turn:
    """Chooses what one event leads to."""
    talk = Talk(conversation, event, desk, now, queues)
    if event.author.kind is AuthorKind.AGENT:
        return talk.turn(take_agent_event(talk))
    if _has_read_greeting(conversation, event):
        greet(talk)
    match event.body:
        case Said():
            _take_words(talk, event.body)
        case Commanded():
            _by_customer(talk)
            take_command(talk, event.body)
        case Pressed():
            _by_customer(talk)
            take_press(talk, event.body)
        case Opened(entry=entry):
            if not is_running(talk) and _is_bots(talk) and not open_link(talk, entry):
                greet(talk)
        case Edited():
            _edit(talk, event.body)
        case Deleted():
            take_deletion(talk, event.body.target)
        case Reacted():
            take_reaction(talk, event.body)
        case ContactChanged():
            report_customer_gone(talk, event.body.reach)
        case Delivered():
            take_delivery(talk, event.body)
        case Woke():
            wake(talk)
        case CallAnswered():
            take_call_answer(talk, event.body)
        case Unknown():
            if event.author.kind is AuthorKind.CUSTOMER:
                _take_unreadable(talk, event.body.kind)
        case _:
            assert_never(event.body)
    if event.author.kind is AuthorKind.CUSTOMER:
        return_to_flow(talk)
    return talk.turn()


def apologise(conversation: Conversation, desk: Desk, now: datetime) -> Turn:
    """The Turn for a message that was quarantined: one apology a conversation, with the way to a person."""
    event = Event(key="apology", at=conversation.key, author=SYSTEM, body=Woke(), sent_at=now)
    talk = Talk(conversation, event, desk, now)
    if not conversation.apologised and owner_of(conversation, desk.policy, now) is Owner.BOT:
        talk.ask_phrase(QuestionKind.APOLOGY, "error_apology", [talk.human])
        talk.change(apologised=True)
    return talk.turn()


def _has_read_greeting(conversation: Conversation, event: Event) -> bool:
    """Whether a page has greeted him before this first word of his; it is said now, so that the transcript has it."""
    first = conversation.version == 0 and conversation.customer.conversations == 0
    return first and event.greeted and isinstance(event.body, Said | Pressed)


def _by_customer(talk: Talk) -> None:
    """Notes that the customer did something: silence begins anew, and the bot may speak again."""
    author = talk.event.author
    customer = talk.conversation.customer
    if author.name and author.name != customer.name:
        customer = replace(customer, name=author.name)
    if talk.event.attributes:
        customer = replace(customer, fields={**customer.fields, **talk.event.attributes}, trust=author.trust)
    talk.change(customer_at=talk.now, reminded=False, bot_turns=0, agent_spoke_last=False, customer=customer)
    if any(place.role is PlaceRole.CUSTOMER and not place.live for place in talk.conversation.places):
        report_customer_gone(talk, Reach.REACHABLE)  # who writes can be written to


def _take_words(talk: Talk, said: Said) -> None:
    """A customer's message: written down first, then taken to whoever owns the conversation."""
    if talk.event.author.kind is not AuthorKind.CUSTOMER:
        write_down(talk, said, text=said.text)
        return
    meant, is_whole = (said.text, True) if is_running(talk) else read_as_meant(talk.desk, said.text)
    language, hint = follow_language(talk.conversation, meant, talk.desk)
    _by_customer(talk)
    talk.change(language=language, language_hint=hint)
    secret = talk.desk.settings.privacy.mask and has_secret(said.text)
    text = hide_secrets(said.text) if secret else said.text
    write_down(talk, said, text=text)
    if talk.conversation.is_closed and not reopen(talk, text):
        return
    owner = owner_of(talk.conversation, talk.desk.policy, talk.now)
    if secret:
        _say_once(talk, "secret_seen")
    match owner:
        case Owner.AGENT | Owner.QUEUE | Owner.CLOSED:
            return
        case Owner.BOT:
            _answer(talk, meant if is_whole and not secret else text, said)
        case _:
            assert_never(owner)


def _answer(talk: Talk, text: str, said: Said) -> None:
    if talk.conversation.bot_turns >= BOT_TURNS:
        return
    if not text.strip():
        if said.attachments and not take_file(talk):
            _take_file(talk)
        return
    answer_words(talk, text)


def _take_file(talk: Talk) -> None:
    """A file without a word: the bot cannot read it, so it says what it can do."""
    if not talk.said_lately("file", NOT_TWICE_WITHIN):
        offer(talk, phrase="offer_for_file")


def _take_unreadable(talk: Talk, kind: str) -> None:
    """What nobody can read: the bot says so; agents are told in a word that it came."""
    if _is_bots(talk):
        _say_once(talk, "no_voice" if kind == "voice" else "unsupported")
        return
    talk.add(f"[{kind}]", kind=MessageKind.STATE, audience=Audience.DESK, author=talk.event.author)


def _is_bots(talk: Talk) -> bool:
    return owner_of(talk.conversation, talk.desk.policy, talk.now) in (Owner.BOT, Owner.CLOSED)


def _edit(talk: Talk, edited: Edited) -> None:
    """A customer changed his words: the bot answers anew if that was the last thing said, agents see the edit."""
    _by_customer(talk)
    secret = talk.desk.settings.privacy.mask and has_secret(edited.text)
    text = hide_secrets(edited.text) if secret else edited.text
    message = take_edit(talk, edited.target, text)
    if message is None or message.kind is not MessageKind.CUSTOMER:
        return
    newest = all(m.number <= message.number or m.author.kind is AuthorKind.BOT for m in talk.conversation.messages)
    if newest and owner_of(talk.conversation, talk.desk.policy, talk.now) is Owner.BOT:
        if not is_running(talk):
            _take_back_answers(talk, message.number)
        answer_words(talk, text)


def _take_back_answers(talk: Talk, number: int) -> None:
    """What was answered to words that are not there any more goes, so that it does not stand above the new answer."""
    talk.close_question()
    talk.change(waiting=None)
    for each in talk.conversation.messages:
        if each.number > number and each.kind is MessageKind.ANSWER and not each.withdrawn:
            answer = talk.find(each.number) or each
            former = (*answer.former, answer.text)
            talk.revise(answer, withdrawn=True, former=former, text="", choices=(), attachments=())


def _say_once(talk: Talk, key: str) -> None:
    if owner_of(talk.conversation, talk.desk.policy, talk.now) is not Owner.CLOSED and not talk.said_lately(
        key, NOT_TWICE_WITHIN
    ):
        talk.line(key)
