"""Reads what a customer pressed or wrote against the one open question. Says nothing."""

from bot.desk import Desk
from bot.model import HUMAN, Choice, Conversation, Does, Message, Question, QuestionKind
from bot.talk import Talk
from bot.wordlists import is_word, read_yes_no
from kb.reading import find_contact, read_number
from kb.wording import is_alike, words_in

_MARK_WORDS = 2
"""In so many words a number is a mark, such as in "five stars"; in more it may be anything."""
_BY_WORD = {
    Does.BACK: "back",
    Does.SKIP: "skip",
    Does.STOP: "stop",
    Does.NONE: "no",
}


def find_pressed(conversation: Conversation, value: str) -> Choice | None:
    """The choice that a button's value stands for, if its question is the open one."""
    if value == HUMAN:
        return Choice(label="", does=Does.HUMAN)
    question = conversation.question
    place, _, position = value.rpartition(":")
    if question is None or place != f"{conversation.number}.{question.number}" or not position.isdecimal():
        return None
    return question.choices[int(position)] if int(position) < len(question.choices) else None


def find_used(conversation: Conversation, value: str) -> Message | None:
    """The message of this conversation whose button was pressed, used up or not."""
    case, _, number = value.rpartition(":")[0].partition(".")
    return conversation.find_message(number) if case == str(conversation.number) else None


def read_choice(question: Question, text: str, desk: Desk) -> Choice | None:
    """The choice that a message means: its number, a plain yes or no, its label or nearly so, or a word for it."""
    position = text.strip().rstrip(".)")
    if question.kind is QuestionKind.SURVEY:
        mark = read_number(text) if len(words_in(text)) <= _MARK_WORDS else None
        given = next((choice for choice in question.choices if choice.target == str(mark)), None)
        if given:
            return given
    elif position.isdecimal() and 1 <= int(position) <= len(question.choices):
        return question.choices[int(position) - 1]
    alike = [choice for choice in question.choices if is_alike(text, choice.label)]
    if len(alike) == 1:
        return alike[0]
    meant = read_yes_no(desk, text)
    if meant is not None:
        wanted = Does.YES if meant else Does.NO
        found = next((choice for choice in question.choices if choice.does is wanted), None)
        if found:
            return found
    return next(
        (c for c in question.choices if c.does in _BY_WORD and is_word(desk, _BY_WORD[c.does], text)),
        None,
    )


def read_contact(talk: Talk, text: str) -> bool:
    """Notes an address or number at which the customer can be reached; anything else goes its usual way."""
    found = find_contact(text)
    if found is None:
        return False
    kind, value = found
    talk.close_question()
    talk.note_about_customer(kind, value)
    talk.say("contact_noted")
    return True
