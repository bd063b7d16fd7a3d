"""Which language the bot speaks in a conversation. Pure; called by `bot.decide` before anything is answered."""

from bot.desk import Desk
from bot.model import Conversation
from kb.language import LanguageGuess, guess_language

_CLEAR_WORDS = 3
"""A message of so many words changes the language at once; two shorter ones together do."""


def choose_first_language(desk: Desk, *hints: str) -> str:
    """The language of a new conversation: the first hint that the desk speaks, else the desk's own; "et-EE" is "et"."""
    for hint in hints:
        code = hint.replace("_", "-")
        for language in desk.languages:
            if code.casefold() == language.casefold() or code.split("-")[0].casefold() == language.casefold():
                return language
    return desk.default_language


def follow_language(conversation: Conversation, text: str, desk: Desk) -> tuple[str, tuple[str, int]]:
    """The language after one message, and the hint to remember.

    A language chosen by name stays. Inside a flow nothing changes by itself. Otherwise one message of three words
    in another language changes it, or two shorter ones in a row.

    Returns:
        The language to speak, and another language seen in short messages with how often in a row.
    """
    same = (conversation.language, ("", 0))
    if conversation.language_chosen or conversation.flow is not None or len(desk.languages) == 1:
        return same
    guess: LanguageGuess = guess_language(desk.index, text)
    if guess.language is None or guess.language == conversation.language:
        return same if guess.language else (conversation.language, conversation.language_hint)
    other, seen = conversation.language_hint
    seen = seen + 1 if other == guess.language else 1
    is_first = conversation.customer_at is None
    if guess.words >= _CLEAR_WORDS or seen >= 2 or is_first:
        return guess.language, ("", 0)
    return conversation.language, (guess.language, seen)
