"""The survey after a solved conversation: one mark, one optional comment, at most once in thirty days."""

from dataclasses import replace
from datetime import timedelta

from bot.model import Choice, ClosedBy, Does, QuestionKind
from bot.talk import Talk

AGAIN_AFTER = timedelta(days=30)
OPEN_FOR = timedelta(days=3)
MARKS = 5


def ask_survey(talk: Talk, after: str) -> bool:
    """Asks how it went, if the desk wants to know at this moment and has not asked lately.

    Args:
        talk: The Turn being made.
        after: `bot_solved` or `agent_resolved`.
    """
    survey = talk.desk.settings.survey
    customer = talk.conversation.customer
    asked = customer.surveyed_at
    if survey is None or after not in survey.after or (asked and talk.now - asked < AGAIN_AFTER):
        return False
    text = talk.word(survey.question, "survey") if survey.question else talk.phrase("survey_question")
    marks = [Choice(label=str(mark), does=Does.ANSWER, target=str(mark)) for mark in range(1, MARKS + 1)]
    talk.ask(
        QuestionKind.SURVEY,
        text,
        [*marks, talk.button("skip", Does.SKIP)],
        phrase="survey_question",
        until=talk.now + OPEN_FOR,
    )
    talk.change(customer=replace(customer, surveyed_at=talk.now))
    return True


def take_mark(talk: Talk, mark: int) -> None:
    """A mark from 1 to 5: a low one is told to its team, and the customer may add a line."""
    survey = talk.desk.settings.survey
    talk.change(tags=(*talk.conversation.tags, f"survey-{mark}"))
    if survey is None:
        return
    low, handoff = survey.low_score, talk.conversation.handoff
    if low and mark <= low.at_most and low.reopen and handoff is not None:
        team = low.notify or handoff.team
        again = replace(handoff, agent=None, agent_name="", team=team, reason="survey", queued_at=talk.now)
        talk.change(closed_at=None, closed_by=None, handoff=again)
    text = talk.word(survey.comment, "survey_comment") if survey.comment else talk.phrase("survey_comment")
    talk.ask(
        QuestionKind.SURVEY_COMMENT,
        text,
        [talk.button("skip", Does.SKIP)],
        phrase="survey_comment",
        until=talk.now + OPEN_FOR,
    )


def take_comment(talk: Talk, text: str) -> None:
    """The customer's own line about how it went; it stands in the transcript already."""
    if text.strip():
        talk.change(tags=tuple(dict.fromkeys((*talk.conversation.tags, "survey-comment"))))
    thank(talk)


def thank(talk: Talk) -> None:
    """Ends the survey."""
    survey = talk.desk.settings.survey
    talk.close_question()
    text = talk.word(survey.thanks, "survey_thanks") if survey and survey.thanks else talk.phrase("survey_thanks")
    talk.add(text, phrase="survey_thanks")


def end_solved(talk: Talk) -> None:
    """The bot solved it: the survey if it is due, else one kind line."""
    talk.change(failed=0, missed=0)
    if talk.conversation.handoff is not None and talk.conversation.handoff.agent is None:
        talk.line("handoff_withdrawn")
        talk.change(handoff=None)
    talk.say("glad")
    ask_survey(talk, "bot_solved")


def close(talk: Talk, by: ClosedBy) -> None:
    """Ends the conversation."""
    talk.change(closed_at=talk.now, closed_by=by, waiting=None)
