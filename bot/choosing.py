"""What follows from a choice the customer made, by press or in words."""

from dataclasses import replace

from bot.commands import ask_for_human, take_language
from bot.digressing import answer_leaving, press_in_flow, show_aside
from bot.failing import count_failure, offer
from bot.flowing import is_running, resume_flow, start_flow
from bot.handing_over import hand_over
from bot.knowing import show_article, show_related
from bot.model import Because, Choice, Does, Question, QuestionKind
from bot.offering import refuse_other
from bot.reopening import begin_new_matter, reopen_case
from bot.showing import can_see, note_outcome
from bot.starting import starters
from bot.survey import end_solved, take_comment, take_mark, thank
from bot.talk import Talk
from config.texts import EmptyValueError
from escalation.handoff import Owner, owner_of
from escalation.triggers import find_human_trigger


def take_choice(talk: Talk, choice: Choice, question: Question | None) -> str:
    """Does what a choice stands for; its question is closed already.

    Returns:
        Words to be answered as if the customer had typed them; empty if the choice settled it.
    """
    owner = owner_of(talk.conversation, talk.desk.policy, talk.now)
    if choice.does is Does.HUMAN:
        ask_for_human(talk)
        return ""
    if question is not None and question.kind in (QuestionKind.SURVEY, QuestionKind.SURVEY_COMMENT):
        _take_survey(talk, choice, question)
        return ""
    if question is not None and question.kind is QuestionKind.WAIT_LONGER:
        _keep_waiting(talk, choice)
        return ""
    if choice.does is Does.ABOUT_CASE:
        reopen_case(talk)
        return ""
    if choice.does is Does.SOMETHING_NEW:
        return begin_new_matter(talk)
    if owner is not Owner.BOT:
        return ""
    return _take_from_bot(talk, choice, question)


def _take_from_bot(talk: Talk, choice: Choice, question: Question | None) -> str:
    if question is not None and question.kind in (QuestionKind.LEAVE_FOR, QuestionKind.REALLY_STOP):
        answer_leaving(talk, choice, question)
        return ""
    match choice.does:
        case Does.ANSWER | Does.BACK | Does.SKIP | Does.STOP:
            press_in_flow(talk, choice)
        case Does.ARTICLE:
            _show(talk, choice.target)
        case Does.FLOW if can_see(talk, choice.target):
            start_flow(talk, choice.target)
        case Does.FLOW:
            talk.say("look_further")
        case Does.ESCALATE:
            hand_over(
                talk, trigger=find_human_trigger(talk.desk.policy, talk.values()), team=choice.target, rule="button"
            )
        case Does.LANGUAGE:
            take_language(talk, choice.target)
        case Does.SAY:
            return choice.target
        case Does.NONE:
            _refuse(talk, "refused")
        case Does.YES | Does.NO:
            _take_yes_no(talk, choice.does is Does.YES, question)
        case Does.GO_ON | Does.START_AGAIN | Does.SOMETHING_ELSE:
            resume_flow(talk, choice.does)
        case Does.SOLVED:
            end_solved(talk)
        case _:
            pass
    return ""


def _take_yes_no(talk: Talk, yes: bool, question: Question | None) -> None:
    kind = question.kind if question else None
    if kind is QuestionKind.HELPED and yes:
        note_outcome(talk, "helped")
        end_solved(talk)
    elif kind is QuestionKind.HELPED:
        _refuse(talk, "not_helped", question.about if question else "")
    elif question is not None and kind is QuestionKind.ALSO and yes:
        _take_other(talk, question.about)
    elif question is not None and kind is QuestionKind.ALSO:
        refuse_other(talk, question)
    elif kind is QuestionKind.OFFER and yes:
        trigger = next(
            (t for t in talk.desk.policy.triggers if question and t.id == question.about),
            find_human_trigger(talk.desk.policy, talk.values()),
        )
        hand_over(talk, trigger=trigger, rule="offer")
    elif kind is QuestionKind.OFFER:
        talk.change(failed=0, missed=0, negative=0, confidences=())
        talk.say("look_further")


def _refuse(talk: Talk, outcome: str, article: str = "") -> None:
    """An answer or a list of suggestions did not help: further, or to a person the second time."""
    note_outcome(talk, outcome)
    if count_failure(talk):
        return
    if talk.conversation.failed >= 2:
        offer(talk)
    elif not (article and show_related(talk, article)):
        talk.say("look_further")


def _show(talk: Talk, identifier: str) -> None:
    if not can_see(talk, identifier):
        talk.say("look_further")
        return
    because = Because(rule="picked", article=identifier, confidence=1.0, version=talk.desk.version)
    if is_running(talk):
        show_aside(talk, identifier, because)
        return
    try:
        show_article(talk, identifier, because)
    except EmptyValueError:
        count_failure(talk)


def _take_other(talk: Talk, identifier: str) -> None:
    does = Does.FLOW if identifier in talk.desk.flows else Does.ARTICLE
    _take_from_bot(talk, Choice(label="", does=does, target=identifier), None)


def _take_survey(talk: Talk, choice: Choice, question: Question) -> None:
    if question.kind is QuestionKind.SURVEY and choice.does is Does.ANSWER:
        take_mark(talk, int(choice.target))
    elif question.kind is QuestionKind.SURVEY_COMMENT:
        take_comment(talk, "")
    else:
        thank(talk)


def _keep_waiting(talk: Talk, choice: Choice) -> None:
    handoff = talk.conversation.handoff
    if handoff is None or handoff.agent is not None:
        return
    if choice.does is Does.ASK_BOT:
        talk.change(handoff=replace(handoff, asked_bot=True))
        talk.ask_phrase(QuestionKind.STARTERS, "parked", starters(talk))
    else:
        talk.line("anything_else")
