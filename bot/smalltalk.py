"""Greetings, thanks and the like: a message that is one of their sentences and nothing else."""

from bot.desk import Desk
from bot.flowing import is_running
from bot.model import Because, Choice, QuestionKind
from bot.starting import greet, starters
from bot.talk import Talk
from bot.wordlists import is_thanks, is_word
from kb.article import SmallTalk
from kb.wording import is_whole, words_in

__all__ = ["find_smalltalk", "reply_to_smalltalk"]


def find_smalltalk(desk: Desk, text: str) -> SmallTalk | None:
    """The small talk that the whole message is, in any language."""
    words = words_in(text)
    return next((talk for talk in desk.smalltalk if is_whole((w.text for _, w in talk.says.sentences()), words)), None)


def reply_to_smalltalk(talk: Talk, text: str) -> bool:
    """Answers small talk; nothing is asked after it.

    Returns:
        Whether the message was small talk.
    """
    found = find_smalltalk(talk.desk, text)
    if found is None:
        if is_word(talk.desk, "goodbye", text):
            talk.close_question()
            talk.say("bye")
            return True
        return is_thanks(text, talk.desk)
    because = Because(rule="smalltalk", article=found.id, confidence=1.0, version=talk.desk.version)
    first = not talk.conversation.greeted
    if first and found.starters and not is_running(talk):
        talk.because.append(because)
        greet(talk)
        return True
    talk.change(greeted=True)
    choices: list[Choice] = starters(talk) if found.starters else [talk.human] if found.human else []
    if is_running(talk):
        choices = []
    reply = talk.word(found.reply, f"smalltalk:{found.id}")
    if choices:
        talk.ask(QuestionKind.STARTERS, reply, choices, because=because)
    else:
        talk.add(reply, because=because)
    return True
