"""Greetings, thanks and the like: a message that is one of their sentences and nothing else."""

from contextlib import suppress
from dataclasses import replace

from bot.desk import Desk
from bot.flowing import is_running, start_flow
from bot.knowing import show_article
from bot.model import Because, QuestionKind
from bot.showing import can_see
from bot.starting import greet, starters
from bot.talk import Talk
from bot.wordlists import is_thanks, is_word
from config.texts import EmptyValueError
from kb.article import SmallTalk
from kb.wording import is_whole, words_in

__all__ = ["find_smalltalk", "reply_to_smalltalk"]


def find_smalltalk(desk: Desk, text: str) -> SmallTalk | None:
    """The small talk that the whole message is, in any language."""
    words = words_in(text)
    return next((talk for talk in desk.smalltalk if is_whole((w.text for _, w in talk.says.sentences()), words)), None)


def reply_to_smalltalk(talk: Talk, text: str) -> bool:
    """Answers small talk; nothing is asked after it unless it leads to an article or a flow.

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
    choices = starters(talk) if found.starters else [talk.human] if found.human else []
    if is_running(talk):
        choices = []
    goes_on = not is_running(talk) and can_see(talk, found.flow or found.article or "")
    reply = talk.word(found.reply, f"smalltalk:{found.id}")
    if choices and not goes_on:
        talk.ask(QuestionKind.STARTERS, reply, choices, because=because)
    else:
        talk.add(reply, because=because)
    if goes_on:
        _go_on(talk, found, because)
    return True


def _go_on(talk: Talk, found: SmallTalk, because: Because) -> None:
    """To where the small talk leads after its reply."""
    if found.flow:
        start_flow(talk, found.flow)
    elif found.article:
        # The reply stands even if the answer would print a value that is not there.
        with suppress(EmptyValueError):
            show_article(talk, found.article, replace(because, article=found.article))
