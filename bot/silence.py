"""What time alone brings about: the rest of a message, a reminder, closing, and the truth about a wait.

`next_wake` names the one moment at which a conversation wants to be looked at again; `wake` does what is due then.
Both read the same list of dues, so nothing is ever cancelled: a time that no longer follows is gone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.answering import answer_unclear
from bot.desk import Desk
from bot.flowing import flow_times, give_up_call, is_calling, leave_by_silence
from bot.model import SYSTEM, ClosedBy, Conversation, Does, Event, QuestionKind, Woke
from bot.reopening import reopen_case
from bot.survey import close
from bot.talk import Talk
from escalation.handoff import Owner, owner_of
from escalation.hours import opens_at

CARD_WITHIN = timedelta(seconds=60)
"""A card that does not stand by then is told to the customer."""
WAIT_AT_MOST = timedelta(minutes=10)
"""After this wait without a colleague the customer hears that it takes longer."""
WORKING_AFTER = timedelta(seconds=10)
"""A call that takes longer is told to the customer, once; silence is not counted while it is on."""
REMIND_FOR_AGENT = timedelta(hours=24)
CLOSE_FOR_AGENT = timedelta(days=3)

_ASKED_AND_WAITING = frozenset(QuestionKind) - {QuestionKind.STARTERS, QuestionKind.SURVEY, QuestionKind.SURVEY_COMMENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing that will be due if nothing else happens."""

    at: datetime
    do: Callable[[Talk], None]


def next_wake(conversation: Conversation, desk: Desk, now: datetime) -> datetime | None:
    """When the conversation wants to be looked at again, in UTC; None if only an event can change anything."""
    return min((due.at for due in _dues(conversation, desk, now)), default=None)


def wake(talk: Talk) -> None:
    """Does everything that is due by now, the earliest first, each once."""
    due = min(
        (due for due in _dues(talk.conversation, talk.desk, talk.now) if due.at <= talk.now),
        key=lambda due: due.at,
        default=None,
    )
    if due is not None:
        due.do(talk)


def _dues(conversation: Conversation, desk: Desk, now: datetime) -> Iterator[Due]:
    match owner_of(conversation, desk.policy, now):
        case Owner.CLOSED:
            if conversation.question_kind is QuestionKind.ABOUT_CASE and conversation.waiting is not None:
                yield Due(at=conversation.waiting.until, do=reopen_case)
        case Owner.BOT:
            yield from _bot_dues(conversation, desk, now)
        case Owner.QUEUE:
            yield from _queue_dues(conversation)
        case Owner.AGENT:
            yield from _agent_dues(conversation)


def _bot_dues(conversation: Conversation, desk: Desk, now: datetime) -> Iterator[Due]:
    if conversation.waiting is not None:
        yield Due(at=conversation.waiting.until, do=answer_unclear)
        return
    if conversation.handoff is not None:
        opens = opens_at(desk.policy, conversation.handoff.team, now)
        if opens is not None and not conversation.handoff.asked_bot:
            yield Due(at=opens, do=_begin_to_wait)
        return
    last = max(filter(None, (conversation.customer_at, conversation.bot_at)), default=None)
    if last is None:
        return
    if conversation.approval is not None:
        yield Due(at=conversation.approval.until, do=give_up_call)
        return
    if is_calling(conversation):
        if conversation.flow and conversation.flow.call_until:
            yield Due(at=conversation.flow.call_until, do=give_up_call)
        told_at = conversation.said_at.get("working")
        if told_at is None or told_at < last:
            yield Due(at=last + WORKING_AFTER, do=_say_working)
        return
    times = flow_times(conversation, desk)
    asked = conversation.question is not None and conversation.question.kind in _ASKED_AND_WAITING
    if asked and not conversation.reminded:
        yield Due(at=last + times.remind_after, do=_remind)
    silent_since = last - times.remind_after if conversation.reminded else last
    yield Due(at=silent_since + times.close_after, do=_close)


def _queue_dues(conversation: Conversation) -> Iterator[Due]:
    handoff = conversation.handoff
    if handoff is None:
        return
    if not handoff.told:
        yield Due(at=handoff.queued_at + CARD_WITHIN, do=_say_pending)
    elif not handoff.delay_told:
        shown = timedelta(minutes=handoff.wait_shown) if handoff.wait_shown else WAIT_AT_MOST
        yield Due(at=handoff.queued_at + shown, do=_say_longer)


def _agent_dues(conversation: Conversation) -> Iterator[Due]:
    if not conversation.agent_spoke_last:
        return
    last = max(filter(None, (conversation.customer_at, conversation.agent_at)), default=None)
    if last is None:
        return
    if not conversation.reminded:
        yield Due(at=last + REMIND_FOR_AGENT, do=_remind)
    yield Due(at=last + CLOSE_FOR_AGENT, do=_close)


def _begin_to_wait(talk: Talk) -> None:
    """The team is back: the parked hand-off stands in its queue from now on."""
    handoff = talk.conversation.handoff
    if handoff is not None:
        talk.change(handoff=replace(handoff, queued_at=talk.now))


def _remind(talk: Talk) -> None:
    talk.change(reminded=True)
    talk.line("reminder")


def _say_working(talk: Talk) -> None:
    if not talk.said_lately("working", WORKING_AFTER):
        talk.line("working")


def _close(talk: Talk) -> None:
    if leave_by_silence(talk):
        return
    if talk.conversation.customer_at is not None:
        talk.line("closing")
    talk.close_question()
    close(talk, ClosedBy.SILENCE)


def _say_pending(talk: Talk) -> None:
    """The card does not stand yet: the truth, and the console has the conversation all the same."""
    handoff = talk.conversation.handoff
    if handoff is not None:
        talk.change(handoff=replace(handoff, told=True))
        talk.line("handoff_pending")


def _say_longer(talk: Talk) -> None:
    handoff = talk.conversation.handoff
    if handoff is not None:
        talk.change(handoff=replace(handoff, delay_told=True))
        choices = [talk.button("keep_waiting", Does.KEEP_WAITING), talk.button("ask_the_bot", Does.ASK_BOT)]
        talk.ask_phrase(QuestionKind.WAIT_LONGER, "wait_longer", choices)


def wake_event(conversation: Conversation, now: datetime) -> Event:
    """The event that a due moment makes."""
    return Event(
        key=f"wake:{conversation.id}:{conversation.version}",
        at=conversation.key,
        author=SYSTEM,
        body=Woke(),
        sent_at=now,
    )
