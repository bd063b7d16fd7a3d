"""Which language the bot speaks in a conversation. Pure; called by `bot.decide` before anything is answered."""

from collections import defaultdict

from bot.desk import Desk
from bot.model import Conversation
from bot.wordlists import all_entries
from kb.function_words import ANY_LANGUAGE, FUNCTION_WORDS
from kb.language import LanguageGuess, guess_language
from kb.normalise import MAX_CHARACTERS
from kb.rereading import other_readings
from kb.search import Decision, search
from kb.wording import find_fitting, is_whole, words_in

_CLEAR_WORDS = 3
"""A message of so many words changes the language at once; two shorter ones together do."""
_SHORT_IN_A_ROW = 2
_CERTAIN = 0.98
"""A shorter first message decides only with this confidence."""
_CYRILLIC = "ru"
"""The language that is typed in Latin letters, or on the other keyboard layout, by mistake or for want of one."""
_TELLING = 2
"""So many of a language's commonest words, of two letters or more, are no accident."""
_OTHER_SCRIPTS = 0x370
"""From here on letters are not Latin ones."""


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
    in another language changes it, or two shorter ones in a row; the look of the words alone is not enough.

    Returns:
        The language to speak, and another language seen in short messages with how often in a row.
    """
    same = (conversation.language, ("", 0))
    if conversation.language_chosen or conversation.flow is not None or len(desk.languages) == 1:
        return same
    spoken = _languages_of_sentence(desk, text)
    if conversation.language in spoken:
        return same
    if len(spoken) == 1:
        return spoken.pop(), ("", 0)
    guess: LanguageGuess = guess_language(desk.index, text)
    if guess.language is None or guess.language == conversation.language:
        return same if guess.language else (conversation.language, conversation.language_hint)
    if not _is_borne_out(desk, text, guess.language, conversation.language):
        return same
    other, seen = conversation.language_hint
    seen = seen + 1 if other == guess.language else 1
    at_first = conversation.customer_at is None and guess.confidence >= _CERTAIN
    if guess.words >= _CLEAR_WORDS or seen >= _SHORT_IN_A_ROW or at_first:
        return guess.language, ("", 0)
    return conversation.language, (guess.language, seen)


def _is_borne_out(desk: Desk, text: str, language: str, spoken: str) -> bool:
    """Whether more than the look of the words speaks for another language: its grammar, its script, its questions."""
    words = words_in(text)
    own = FUNCTION_WORDS.get(language, frozenset()) - FUNCTION_WORDS.get(spoken, frozenset())
    if own.intersection(words) or any(letter.isalpha() and ord(letter) >= _OTHER_SCRIPTS for letter in text):
        return True
    found = search(desk.index, text, language=language)
    return found.decision is not Decision.UNKNOWN and found.matches[0].language == language


def _languages_of_sentence(desk: Desk, text: str) -> set[str]:
    """Languages in which the whole message is a sentence of small talk."""
    sentences: dict[str, list[str]] = defaultdict(list)
    for entry in desk.smalltalk:
        for language, wording in entry.says.sentences():
            sentences[language].append(wording.text)
    return {language for language, texts in sentences.items() if is_whole(texts, words_in(text))}


def read_as_meant(desk: Desk, text: str) -> tuple[str, bool]:
    """What a message says that was typed in Latin letters or on the wrong keyboard layout, else the message itself.

    Another reading counts only if it is a sentence of small talk, a wish for a person, or has more of the commonest
    Russian words than the message has of any language's as it stands.

    Returns:
        The reading, for telling the language, and whether it is to be answered in place of the message: the search
        reads anew by itself, and knows the desk's own words better.
    """
    for other, _ in other_readings(text[:MAX_CHARACTERS], cyrillic=_CYRILLIC in desk.languages, knows=()):
        words = words_in(other)
        if _languages_of_sentence(desk, other) or find_fitting(all_entries(desk, "human"), words):
            return other, True
        common = {word for word in words if len(word) > 1 and word in FUNCTION_WORDS[_CYRILLIC]}
        if len(common) >= _TELLING and len(common) > len(ANY_LANGUAGE.intersection(words_in(text))):
            return other, False
    return text, True
