"""The words the bot understands by itself, asked in every language of the world it knows at once."""

from bot.desk import Desk
from kb.wording import is_made_of, is_whole, words_in

_THUMBS_UP = frozenset("👍👌🙏❤🆗")
_THUMBS_DOWN = frozenset("👎")


def all_entries(desk: Desk, key: str) -> tuple[str, ...]:
    """Every entry of a word list, in all languages."""
    return desk.word_entries.get(key, ())


def is_word(desk: Desk, key: str, text: str) -> bool:
    """Whether a message is one of the list's entries and nothing else."""
    return is_whole(all_entries(desk, key), words_in(text))


def read_yes_no(desk: Desk, text: str) -> bool | None:
    """A plain yes or no, in any language or by thumb; None if the message says neither, or both."""
    bare = {character for character in text if not character.isspace()} - {"\ufe0f"}
    if bare and bare <= _THUMBS_UP:
        return True
    if bare and bare <= _THUMBS_DOWN:
        return False
    words, thanks = words_in(text), all_entries(desk, "thanks")
    yes, no = (is_made_of(all_entries(desk, key), thanks, words) for key in ("yes", "no"))
    return None if yes == no else yes


def is_thanks(text: str, desk: Desk) -> bool:
    """Whether a message only thanks or takes leave: it never starts the bot again."""
    bare = {character for character in text if not character.isspace()} - {"\ufe0f"}
    return bool(bare) and (bare <= _THUMBS_UP or is_word(desk, "goodbye", text) or is_word(desk, "thanks", text))
