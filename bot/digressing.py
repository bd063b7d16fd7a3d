"""A customer's words and presses while a flow runs: an answer, a correction, a word of his own, or none of these."""

from typing import assert_never

from bot.flowing import (
    end_flow,
    is_running,
    leave_flow,
    move_flow,
    open_question,
    start_flow,
)
from bot.knowing import explain, find_answer
from bot.model import Because, Choice, Does, Edited, Question, QuestionKind, Said
from bot.showing import note_shown, read_article
from bot.smalltalk import reply_to_smalltalk
from bot.talk import Talk
from bot.wordlists import is_word
from config.texts import EmptyValueError
from kb.entry import EntryKind
from kb.flows.answers import Doubtful, Reader, Stopped, Unclear
from kb.flows.fitting import fits_question
from kb.flows.model import Ask, AskType
from kb.flows.moves import Answered, Corrected, Refused, Skipped, WantsHelp, WentBack
from kb.flows.program import Ask as FlowQuestion
from kb.flows.run import last_answered
from kb.search import Decision, Found


def has_the_word(talk: Talk) -> bool:
    """Whether the customer's words are read by the flow that runs first: nothing else is asked meanwhile."""
    question = talk.conversation.question
    return is_running(talk) and (question is None or question.kind in (QuestionKind.FLOW, QuestionKind.STARTERS))


def answer_in_flow(talk: Talk, text: str) -> None:
    """Takes a message to the flow that runs."""
    question = open_question(talk)
    if question is None:
        _talk_meanwhile(talk, text)
        return
    reader = _reader(talk)
    value = _read_change(talk, reader, question, text)
    if value is not None:
        talk.close_question()
        move_flow(talk, Corrected(value))
        return
    if take_file(talk) or _take_number(talk, question, text):
        return
    reading = reader.read(question, text)
    match reading:
        case Answered():
            _take(talk, reading.value)
        case Doubtful():
            if not _digress(talk, text, only_articles=True):
                _take(talk, reading.value)
        case Skipped() | WentBack() | WantsHelp() | Refused():
            move_flow(talk, reading)
        case Stopped():
            leave_flow(talk)
        case Unclear():
            if not reply_to_smalltalk(talk, text) and not _digress(talk, text):
                move_flow(talk, Refused())
        case _:
            assert_never(reading)


def _take_number(talk: Talk, question: FlowQuestion, text: str) -> bool:
    """Takes the number of a button that is on show, where no number is asked for."""
    asked, asks = talk.conversation.question, question.asks
    position = text.strip().rstrip(".)")
    takes_numbers = isinstance(asks, Ask) and asks.takes not in (AskType.YES_NO, AskType.DONE, AskType.FILE)
    if asked is None or asked.kind is not QuestionKind.FLOW or takes_numbers or not position.isdecimal():
        return False
    choice = asked.choices[int(position) - 1] if 0 < int(position) <= len(asked.choices) else None
    if choice is None or choice.does not in (Does.ANSWER, Does.BACK, Does.SKIP, Does.STOP):
        return False
    talk.close_question(chosen=choice.label)
    press_in_flow(talk, choice)
    return True


def take_file(talk: Talk) -> bool:
    """Takes a photo or file that came with the message, if that is what the flow asks for.

    Returns:
        Whether it was.
    """
    body = talk.event.body
    question = open_question(talk) if is_running(talk) else None
    asks = question.asks if question else None
    if (
        not isinstance(body, Said)
        or not body.attachments
        or not isinstance(asks, Ask)
        or asks.takes is not AskType.FILE
    ):
        return False
    move_flow(talk, Answered(body.attachments[0].name))
    return True


def press_in_flow(talk: Talk, choice: Choice) -> None:
    """Takes a press to the flow that runs; its question is closed already."""
    question = open_question(talk)
    match choice.does:
        case Does.SKIP:
            move_flow(talk, Skipped())
        case Does.BACK:
            move_flow(talk, WentBack())
        case Does.STOP:
            leave_flow(talk)
        case _ if question is not None:
            _press_answer(talk, question, choice.target)
        case _:
            pass


def answer_leaving(talk: Talk, choice: Choice, question: Question) -> None:
    """Whether to leave the flow, for another one or at all: on "no" its question comes again by itself."""
    if choice.does is Does.YES and question.kind is QuestionKind.LEAVE_FOR:
        talk.change(category="")
        start_flow(talk, question.about)
    elif choice.does is Does.STOP:
        end_flow(talk)


def show_aside(talk: Talk, identifier: str, because: Because) -> bool:
    """Shows an article inside a flow, without asking whether it helped. The matter, and who is good at it, stays.

    Returns:
        Whether it could be shown.
    """
    article = talk.desk.articles[identifier]
    try:
        answer = read_article(talk, article)
    except EmptyValueError:
        return False
    talk.close_question()
    matter = talk.conversation.category
    note_shown(talk, article, because)
    talk.change(category=matter)
    talk.add(answer.text, choices=answer.links, attachments=answer.attachments, because=because)
    return True


def _reader(talk: Talk) -> Reader:
    flow = talk.conversation.flow
    return Reader(
        words=talk.desk.words,
        languages=talk.desk.languages,
        today=talk.today,
        values=talk.values(flow.top.slots if flow else {}),
    )


def _read_change(talk: Talk, reader: Reader, question: FlowQuestion, text: str) -> object:
    """The value a message gives the question before the open one: after a word of correction, or as an edit."""
    flow = talk.conversation.flow
    earlier = last_answered(flow, talk.desk.programs) if flow else None
    if earlier is None:
        return None
    if isinstance(talk.event.body, Edited):
        edited = reader.read(earlier, text)
        return edited.value if isinstance(edited, Answered) else None
    if reader.read_rest(question, text):
        return None
    asks = earlier.asks
    takes_all = isinstance(asks, Ask) and asks.takes is AskType.TEXT and asks.pattern is None
    if takes_all and isinstance(reader.read(question, text), Answered):
        # Everything answers a question for free text, so here an answer to the open question comes first.
        return None
    return reader.read_correction(earlier, text)


def _take(talk: Talk, value: object) -> None:
    asked = talk.conversation.question
    target = value if not isinstance(value, bool) else ("yes" if value else "no")
    chosen = next((c.label for c in asked.choices if c.does is Does.ANSWER and c.target == target), "") if asked else ""
    talk.close_question(chosen=chosen)
    move_flow(talk, Answered(value))


def _press_answer(talk: Talk, question: FlowQuestion, target: str) -> None:
    asks = question.asks
    if not isinstance(asks, Ask):
        move_flow(talk, Answered(target == "yes"))
        return
    value: object = target == "yes" if asks.takes in (AskType.YES_NO, AskType.DONE) else target
    flow = talk.conversation.flow
    values = talk.values({**(flow.top.slots if flow else {}), asks.ask: value})
    good = fits_question(asks, value) and (asks.check is None or asks.check.holds(values))
    move_flow(talk, Answered(value) if good else Refused())


def _talk_meanwhile(talk: Talk, text: str) -> None:
    """While a call is made: other questions are answered, else the customer hears that it is still on."""
    flow = talk.conversation.flow
    if flow is not None and not flow.call:
        move_flow(talk, Refused())
    elif is_word(talk.desk, "stop", text):
        leave_flow(talk)
    elif not reply_to_smalltalk(talk, text) and not _digress(talk, text):
        talk.say("working")


def _digress(talk: Talk, text: str, *, only_articles: bool = False) -> bool:
    """Answers a question of the customer's own; the flow's question comes again by itself.

    Returns:
        Whether it was one that the bot is sure of.
    """
    before = talk.conversation
    found = find_answer(talk, text)
    # Answers inside a flow say nothing about how well the bot understands.
    talk.change(confidences=before.confidences)
    if found.decision is Decision.ANSWER and _go_aside(talk, found, only_articles=only_articles):
        return True
    talk.change(wish=before.wish)
    return False


def _go_aside(talk: Talk, found: Found, *, only_articles: bool) -> bool:
    match = found.matches[0]
    if match.kind is EntryKind.ARTICLE:
        return show_aside(talk, match.id, explain(talk, found, match, "knowledge"))
    flow = talk.conversation.flow
    if only_articles or flow is None or any(frame.flow == match.id for frame in flow.frames):
        return False
    titles = {
        "title": talk.label(talk.desk.flows[flow.flow].title),
        "other": talk.label(talk.desk.flows[match.id].title),
    }
    choices = [talk.button("yes", Does.YES), talk.button("no", Does.NO)]
    text = talk.phrase("leave_for", **titles)
    talk.ask(QuestionKind.LEAVE_FOR, text, choices, about=match.id, phrase="leave_for")
    return True
