"""What a message means after a conversation was closed: the same case again, a survey's comment, or a new one."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk import Desk
from bot.model import (
    HUMAN,
    AuthorKind,
    ClosedBy,
    Conversation,
    Deleted,
    Does,
    Edited,
    Event,
    Opened,
    Pressed,
    QuestionKind,
    Reacted,
    Said,
    Waiting,
)
from bot.questions import read_choice
from bot.survey import take_comment, take_mark, thank
from bot.talk import Talk
from bot.wordlists import all_entries, is_thanks
from config.channels import Slack, Telegram, Web
from kb.search import Decision, search
from kb.wording import find_fitting, words_in

DECIDE_WITHIN = timedelta(minutes=2)
"""Without an answer to "the same case or a new one?" it counts as the same case."""


def begins_anew(latest: Conversation, event: Event, desk: Desk, now: datetime) -> bool:
    """Whether an event opens a new conversation instead of speaking of the newest one."""
    if latest.closed_at is None or event.author.kind is not AuthorKind.CUSTOMER:
        return False
    match event.body:
        case Edited() | Deleted() | Reacted() | Opened():
            return False
        case Pressed():
            return event.body.value == HUMAN and not _may_reopen(latest, desk, now)
        case Said():
            text = event.body.text
            speaks_of_it = _may_reopen(latest, desk, now) or _answers_survey(latest, text, desk, now)
            return not (speaks_of_it or is_thanks(text, desk))
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
    if _answers_survey(conversation, text, talk.desk, talk.now):
        _take_survey_words(talk, text)
        return False
    if is_thanks(text, talk.desk):
        return False
    if _is_another_matter(talk, text):
        _ask_which_case(talk, text)
        return False
    reopen_case(talk)
    return True


def reopen_case(talk: Talk) -> None:
    """The same case goes on, with the agent who had it, and the customer is told so."""
    handoff = talk.conversation.handoff
    open_again(talk)
    team = talk.team_title(handoff.team) if handoff else talk.desk.name
    talk.line("reopened", number=talk.conversation.number, team=team)


def begin_new_matter(talk: Talk) -> str:
    """Something new: the case stays solved, the bot has the conversation.

    Returns:
        The words that are to be answered now.
    """
    waiting = talk.conversation.waiting
    open_again(talk)
    talk.change(handoff=None, failed=0, missed=0, category="", last_answer="", tried=())
    talk.change(places=tuple(replace(p, live=False) if p.team else p for p in talk.conversation.places))
    return waiting.text if waiting else ""


def open_again(talk: Talk) -> None:
    """Opens a closed conversation; its hand-off goes on with the agent who had it."""
    talk.close_question()
    reopened = talk.conversation.reopened + 1
    talk.change(closed_at=None, closed_by=None, reopened=reopened, reminded=False, waiting=None)


def _may_reopen(latest: Conversation, desk: Desk, now: datetime) -> bool:
    closed = latest.closed_at
    return (
        closed is not None
        and latest.closed_by is ClosedBy.AGENT
        and latest.handoff is not None
        and now - closed <= _reopen_within(latest.key.channel, desk)
    )


def _answers_survey(latest: Conversation, text: str, desk: Desk, now: datetime) -> bool:
    """Whether words answer the survey that is still open: a mark, or a comment that is no request of its own."""
    question = latest.question
    if question is None or (question.until is not None and now >= question.until):
        return False
    if question.kind is QuestionKind.SURVEY:
        return read_choice(question, text, desk) is not None
    if question.kind is not QuestionKind.SURVEY_COMMENT:
        return False
    wants_human = find_fitting(all_entries(desk, "human"), words_in(text)) is not None
    return not wants_human and search(desk.index, text, language=latest.language).decision is not Decision.ANSWER


def _take_survey_words(talk: Talk, text: str) -> None:
    question = talk.conversation.question
    choice = read_choice(question, text, talk.desk) if question else None
    if question is None or question.kind is QuestionKind.SURVEY_COMMENT:
        take_comment(talk, text)
    elif choice is not None and choice.does is Does.ANSWER:
        talk.close_question(chosen=choice.label)
        take_mark(talk, int(choice.target))
    else:
        thank(talk)


def _is_another_matter(talk: Talk, text: str) -> bool:
    """Whether the bot is sure of an article in another category than the case's."""
    found = search(talk.desk.index, text, language=talk.language)
    if found.decision is not Decision.ANSWER or talk.conversation.question_kind is QuestionKind.ABOUT_CASE:
        return False
    article = talk.desk.articles.get(found.matches[0].id)
    category = article.category.partition("/")[0] if article else ""
    before = talk.conversation.category.partition("/")[0]
    return bool(category and before and category != before)


def _ask_which_case(talk: Talk, text: str) -> None:
    until = talk.now + DECIDE_WITHIN
    number = talk.conversation.number
    same = talk.button("case", Does.ABOUT_CASE, number=number)
    talk.ask(
        QuestionKind.ABOUT_CASE,
        talk.phrase("about_case", number=number),
        [same, talk.button("something_new", Does.SOMETHING_NEW), talk.human],
        phrase="about_case",
        until=until,
    )
    talk.change(waiting=Waiting(text=text, since=talk.now, until=until))


def _reopen_within(channel: str, desk: Desk) -> timedelta:
    match channel:
        case "slack":
            settings: Slack | Telegram | Web | None = desk.channels.slack
        case "telegram":
            settings = desk.channels.telegram
        case _:
            settings = desk.channels.web
    return settings.reopen_within if settings else timedelta(days=7)
