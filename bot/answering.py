"""What the bot answers to a customer's own words: the order of `content-format` 11.2 from the triggers on.

What is clear by itself is answered at once; anything else waits a moment for its rest. The wording of each moment
stands in the desk's phrases.
"""

from datetime import timedelta

from bot.choosing import take_choice
from bot.commands import find_command, take_command
from bot.digressing import answer_in_flow, has_the_word
from bot.failing import miss, note_mood, offer
from bot.flowing import is_running, offer_resume
from bot.handing_over import hand_over
from bot.knowing import find_answer, give, suggest
from bot.model import Choice, Pressed, Question, QuestionKind, Waiting
from bot.questions import find_pressed, find_used, read_choice, read_contact
from bot.smalltalk import reply_to_smalltalk
from bot.starting import find_starter, introduce
from bot.survey import take_comment
from bot.talk import Talk
from bot.wordlists import all_entries
from escalation.handoff import Owner, owner_of
from escalation.triggers import find_said_trigger
from kb.search import Decision
from kb.wording import words_in

FRAGMENT = timedelta(seconds=2.5)
"""An unclear message waits so long for its rest."""
FRAGMENTS_AT_MOST = timedelta(seconds=10)


def answer_words(talk: Talk, text: str) -> None:
    """Answers a message, together with unclear words just before it."""
    waiting = talk.conversation.waiting
    note_mood(talk, text)
    if settle(talk, text) or (waiting and settle(talk, f"{waiting.text}\n{text}")):
        talk.change(waiting=None)
        return
    since = waiting.since if waiting else talk.now
    talk.change(
        waiting=Waiting(
            text=f"{waiting.text}\n{text}" if waiting else text,
            since=since,
            until=min(talk.now + FRAGMENT, since + FRAGMENTS_AT_MOST),
        )
    )


def settle(talk: Talk, text: str) -> bool:
    """Answers what is clear by itself.

    Returns:
        Whether it was; if not, nothing has been said.
    """
    words = words_in(text)
    trigger = find_said_trigger(talk.desk.policy, words, all_entries(talk.desk, "human"), talk.values())
    if trigger is not None and trigger.asks:
        offer(talk, trigger.id)
        return True
    if trigger is not None:
        hand_over(talk, trigger=trigger)
        return True
    command = find_command(talk.desk, text)
    if command is not None:
        take_command(talk, command)
        return True
    if not has_the_word(talk) and _answer_question(talk, text):
        return True
    if is_running(talk):
        answer_in_flow(talk, text)
        return True
    if _pick_up(talk, text) or reply_to_smalltalk(talk, text):
        return True
    found = find_answer(talk, text)
    if found.decision is not Decision.ANSWER:
        return _take_comment(talk, text)
    introduce(talk)
    give(talk, found, found.matches[0], rule="knowledge")
    return True


def take_press(talk: Talk, pressed: Pressed) -> None:
    """A customer's press: good while its question is open, once; a starter and [Talk to a human] always."""
    starter = find_starter(talk, pressed.value)
    choice = starter or find_pressed(talk.conversation, pressed.value)
    if choice is None:
        _say_already_answered(talk, pressed.value)
        return
    question = talk.conversation.question
    if starter is None:
        talk.close_question(chosen=choice.label)
    _carry_out(talk, choice, question)


def answer_unclear(talk: Talk) -> None:
    """The moment for a further fragment has passed: suggests, or says that it did not understand."""
    waiting = talk.conversation.waiting
    if waiting is None:
        return
    talk.change(waiting=None)
    found = find_answer(talk, waiting.text)
    introduce(talk)
    if found.decision is Decision.SUGGEST and suggest(talk, found):
        return
    miss(talk, found)


def _answer_question(talk: Talk, text: str) -> bool:
    """Free text is read against the open question first."""
    question = talk.conversation.question
    if question is None:
        return False
    if question.kind is QuestionKind.CONTACT:
        return read_contact(talk, text)
    choice = read_choice(question, text, talk.desk)
    if choice is None:
        return False
    talk.close_question(chosen=choice.label)
    _carry_out(talk, choice, question)
    return True


def _take_comment(talk: Talk, text: str) -> bool:
    """The survey's comment is a message that no article answers."""
    question = talk.conversation.question
    if question is None or question.kind is not QuestionKind.SURVEY_COMMENT:
        return False
    take_comment(talk, text)
    return True


def _pick_up(talk: Talk, text: str) -> bool:
    """A flow was left half-way: unless the message is a question of its own, the customer is asked about it, once."""
    flow, question = talk.conversation.flow, talk.conversation.question
    if flow is None or flow.left_at is None:
        return False
    if question is not None and question.kind is QuestionKind.RESUME:
        talk.change(flow=None)
        return False
    if find_answer(talk, text).decision is Decision.ANSWER:
        return False
    return offer_resume(talk)


def _carry_out(talk: Talk, choice: Choice, question: Question | None) -> None:
    typed = take_choice(talk, choice, question)
    if typed:
        answer_words(talk, typed)


def _say_already_answered(talk: Talk, value: str) -> None:
    """A used or foreign button: a short line with the label that was chosen, while the bot has the conversation."""
    if owner_of(talk.conversation, talk.desk.policy, talk.now) is not Owner.BOT:
        return
    used = find_used(talk.conversation, value)
    if used is not None and used.chosen and not talk.said_lately("already_answered", timedelta(minutes=1)):
        talk.line("already_answered", label=used.chosen)
