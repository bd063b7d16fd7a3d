"""What a message means after a conversation was closed: the same case again, a survey's comment, or a new one."""

from datetime import datetime, timedelta

from bot.desk import Desk
from bot.model import (
    AuthorKind,
    ClosedBy,
    Conversation,
    Deleted,
    Edited,
    Event,
    Opened,
    Pressed,
    QuestionKind,
    Reacted,
    Said,
)
from bot.survey import take_comment
from bot.talk import Talk
from bot.wordlists import is_thanks
from config.channels import Slack, Telegram, Web

_SURVEY = (QuestionKind.SURVEY, QuestionKind.SURVEY_COMMENT)


def begins_anew(latest: Conversation, event: Event, desk: Desk, now: datetime) -> bool:
    """Whether an event opens a new conversation instead of speaking of the newest one."""
    if latest.closed_at is None or event.author.kind is not AuthorKind.CUSTOMER:
        return False
    match event.body:
        case Edited() | Deleted() | Reacted() | Opened():
            return False
        case Pressed():
            return event.body.value == "human" and not _may_reopen(latest, desk, now)
        case Said():
            return not (
                _may_reopen(latest, desk, now) or _awaits_comment(latest, now) or is_thanks(event.body.text, desk)
            )
        case _:
            return not _may_reopen(latest, desk, now)


def reopen(talk: Talk, text: str) -> bool:
    """Takes a customer's message in a closed conversation.

    Returns:
        Whether the conversation is open again; if not, the message has been dealt with.
    """
    conversation = talk.conversation
    if conversation.closed_at is None:
        return True
    if _awaits_comment(conversation, talk.now):
        take_comment(talk, text)
        return False
    if is_thanks(text, talk.desk):
        return False
    open_again(talk)
    team = talk.team_title(conversation.handoff.team) if conversation.handoff else talk.desk.name
    talk.line("reopened", number=conversation.number, team=team)
    return True


def open_again(talk: Talk) -> None:
    """Opens a closed conversation; its hand-off goes on with the agent who had it."""
    talk.close_question()
    talk.change(closed_at=None, closed_by=None, reopened=talk.conversation.reopened + 1, reminded=False)


def _may_reopen(latest: Conversation, desk: Desk, now: datetime) -> bool:
    closed = latest.closed_at
    return (
        closed is not None
        and latest.closed_by is ClosedBy.AGENT
        and latest.handoff is not None
        and now - closed <= _reopen_within(latest.key.channel, desk)
    )


def _awaits_comment(latest: Conversation, now: datetime) -> bool:
    question = latest.question
    return question is not None and question.kind in _SURVEY and (question.until is None or now < question.until)


def _reopen_within(channel: str, desk: Desk) -> timedelta:
    match channel:
        case "slack":
            settings: Slack | Telegram | Web | None = desk.channels.slack
        case "telegram":
            settings = desk.channels.telegram
        case _:
            settings = desk.channels.web
    return settings.reopen_within if settings else timedelta(days=7)
