"""Reads what a customer wrote against a flow's open question, in the order that `read_answer` shows. Pure.

Whether words that do not answer are a question of his own is decided where the search is: `bot.flowing`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rapidfuzz.distance import OSA, Prefix

from config.phrases import Words
from kb.dates import read_date
from kb.flows import model
from kb.flows.fitting import fits_question
from kb.flows.moves import Answered, Refused, Skipped, WantsHelp, WentBack
from kb.flows.program import Ask
from kb.function_words import ANY_LANGUAGE
from kb.normalise import cap
from kb.reading import read_email, read_number, read_phone
from kb.wording import find_beginning, is_whole, words_in

_TYPO_FROM = 5
"""Shorter words of a label must be typed right."""
_STEM, _STEM_SHARE = 4, 0.6
"""Letters, and their share of the longer word, that two forms of one word begin with."""
_SHORT_MESSAGE = 5
"""So many words may be a part of a choice's label."""
_SHORT_REST = 3
"""So many words after a yes or no are still only a yes or no."""

_OR = re.compile(r"\s+(?:or|või|или|eller|oppure|o|arba|ar)\s+|\s*/\s*", re.IGNORECASE)
"""Divides a label that names several things."""
_THUMBS = {"👍": True, "👌": True, "✅": True, "🆗": True, "👎": False, "❌": False}
_NEGATIONS = frozenset(
    word
    for entry in ("not no never", "ei mitte pole", "не нет", "ikke nej", "non no", "ne nėra")
    for word in words_in(entry)
)
"""A choice after one of these is not chosen ("not red")."""
_UNSURE = frozenset(
    word
    for entry in (
        "idea clue sure know sense",
        "tea tean oska aimu kindel",
        "знаю понимаю уверен уверена уверены",
        "ved aning sikker",
        "so idea sicuro sicura lo",
        "žinau suprantu tikras tikra įsitikinęs",
    )
    for word in words_in(entry)
)
"""After a "no" they make it "I don't know", which is neither yes nor no."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The customer wants to leave."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """It could be an answer, but looks like a question: an answer unless an article is sure of it."""

    value: object


@dataclass(frozen=True, slots=True)
class Unclear:
    """It does not answer: a question of his own, or an answer that cannot be used."""


Reading = Answered | Doubtful | Skipped | WentBack | WantsHelp | Refused | Stopped | Unclear
"""What a message means to a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What it takes to read an answer."""

    words: Words
    languages: tuple[str, ...]
    today: date
    values: Mapping[str, object]
    """For a question's `check`: every name, the slots included."""

    def read(self, question: Ask, text: str) -> Reading:
        """What a message means to a question.

        In this order: the number of a choice; a choice word for word; stop, back, skip and why; a choice among other
        words or misspelled; what the question's type takes.
        """
        asks = question.asks
        if not isinstance(asks, model.Ask):
            return self._read_solved(text)
        plain = self._read_choice_alone(asks, text) if asks.choices else None
        if plain is not None:
            return Answered(plain)
        by_word = self._read_word(asks, text)
        if by_word is not None:
            return by_word
        if asks.takes is model.AskType.CHOICE:
            chosen = _find_choice(asks, words_in(text)) or _find_partial(asks, words_in(text))
            return Unclear() if chosen is None else self._take(asks, chosen, text)
        return self._read_typed(asks, text)

    def read_correction(self, question: Ask, text: str) -> object | None:
        """The value that the rest of a message gives a question after a word of correction; None if there is none."""
        rest = self._cut_correction(text)
        if rest is None or not isinstance(question.asks, model.Ask):
            return None
        found = self.read(question, rest)
        return found.value if isinstance(found, Answered) else None

    def read_rest(self, question: Ask, text: str) -> bool:
        """Whether the rest of a message after a word of correction answers a question."""
        rest = self._cut_correction(text)
        return rest is not None and isinstance(self.read(question, rest), Answered)

    def _cut_correction(self, text: str) -> str | None:
        """What stands after the words of correction that a message begins with."""
        rest, cut = text, False
        for _ in range(3):
            count = find_beginning(self._entries("correction"), words_in(rest))
            if count == 0:
                break
            rest, cut = _cut_words(rest, count), True
        return rest if cut and words_in(rest) else None

    def _entries(self, key: str) -> tuple[str, ...]:
        return tuple(entry for entries in self.words.of(key).values() for entry in entries)

    def _is(self, key: str, text: str) -> bool:
        return is_whole(self._entries(key), words_in(text))

    def _read_solved(self, text: str) -> Reading:
        if self._is("stop", text):
            return Stopped()
        if self._is("back", text):
            return WentBack()
        meant = self._read_yes_no(text)
        return Unclear() if meant is None else Answered(meant)

    def _read_word(self, asks: model.Ask, text: str) -> Reading | None:
        if self._is("stop", text):
            return Stopped()
        if self._is("back", text):
            return WentBack()
        no_text = asks.takes is model.AskType.TEXT and self._is("no", text)
        if asks.optional and (no_text or self._is("skip", text)):
            return Skipped()
        return WantsHelp() if self._is("why", text) else None

    def _read_choice_alone(self, asks: model.Ask, text: str) -> str | None:
        position = _read_position(text)
        if position is not None and 1 <= position <= len(asks.choices):
            return asks.choices[position - 1].value
        said = words_in(text)
        found = [choice.value for choice in asks.choices if said and said in set(_phrasings(choice))]
        return found[0] if len(found) == 1 else None

    def _read_typed(self, asks: model.Ask, text: str) -> Reading:
        match asks.takes:
            case model.AskType.TEXT:
                return self._read_text(asks, text)
            case model.AskType.NUMBER:
                value: object = read_number(text)
            case model.AskType.YES_NO:
                value = self._read_yes_no(text)
            case model.AskType.EMAIL:
                value = read_email(text)
            case model.AskType.PHONE:
                value = read_phone(text)
            case model.AskType.DATE:
                value = read_date(text, self.today, self.languages)
            case model.AskType.DONE:
                done = self._is("done", text) or self._read_yes_no(text)
                if done is False:
                    return WantsHelp()
                value = True if done else None
            case model.AskType.FILE | model.AskType.CHOICE:
                value = None
        return Unclear() if value is None else self._take(asks, value, text)

    def _read_text(self, asks: model.Ask, text: str) -> Reading:
        value = text.strip()
        if asks.pattern is not None and not asks.pattern.fits(value):
            return Unclear()
        return self._take(asks, value, text, doubtful=asks.pattern is None)

    def _take(self, asks: model.Ask, value: object, text: str, *, doubtful: bool = True) -> Reading:
        if not fits_question(asks, value):
            return Refused()
        if asks.check is not None and not asks.check.holds({**self.values, asks.ask: value}):
            return Refused()
        return Doubtful(value) if doubtful and _is_question(text) else Answered(value)

    def _read_yes_no(self, text: str) -> bool | None:
        bare = [character for character in text if character in _THUMBS]
        if bare and not words_in(text):
            return _THUMBS[bare[0]] if len(set(bare)) == 1 else None
        said = words_in(text)
        yes = find_beginning(self._entries("yes"), said)
        no = find_beginning(self._entries("no"), said)
        if yes == no:
            return None
        count = max(yes, no)
        rest = said[count:]
        closed = _cut_words(text, count, strip=False).startswith((",", ".", "!", ";", ":", "–"))
        plain = closed or len(rest) <= _SHORT_REST
        return yes > no if plain and not set(rest) & _UNSURE else None


def _read_position(text: str) -> int | None:
    found = re.fullmatch(r"\s*#?(\d{1,2})[\ufe0f\u20e3]*[.)]?\s*", text)
    return int(found[1]) if found else None


def _is_question(text: str) -> bool:
    return text.rstrip().endswith(("?", "？"))


def _cut_words(text: str, count: int, *, strip: bool = True) -> str:
    """The text without its first words, as it was typed."""
    capped = cap(text)
    ends = [match.end() for match in re.finditer(r"[\w'’ʼ`´\u0300-\u036f]+", capped)]
    end = next((end for end in ends if len(words_in(capped[:end])) >= count), len(capped))
    rest = capped[end:]
    return rest.lstrip(" ,.!:;–—-") if strip else rest


def _phrasings(choice: model.Choice) -> Iterator[tuple[str, ...]]:
    """Every way to say a choice: its value, its labels and what stands on either side of an "or", other words."""
    yield _folded(choice.value.replace("_", " "))
    for _, wording in choice.label.sentences():
        yield _folded(wording.text)
        parts = [_folded(part) for part in _OR.split(wording.text)]
        yield from (part for part in parts if len(parts) > 1 and not ANY_LANGUAGE.issuperset(part))
    for _, wording in choice.also.sentences():
        yield _folded(wording.text)


@lru_cache(maxsize=16_384)
def _folded(text: str) -> tuple[str, ...]:
    return words_in(text)


def _find_choice(asks: model.Ask, said: Sequence[str]) -> str | None:
    """The one choice whose words occur in a message; the longest phrasing wins, right spelling before misspelling."""
    for typos in (False, True):
        longest = {choice.value: _longest(_phrasings(choice), said, typos=typos) for choice in asks.choices}
        best = max(longest.values(), default=0)
        found = [value for value, length in longest.items() if length == best and best > 0]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _find_partial(asks: model.Ask, said: Sequence[str]) -> str | None:
    """The one choice that has all the words of a short message, grammar aside ("paid" for "I paid already")."""
    telling = [word for word in said if word not in ANY_LANGUAGE]
    if not telling or len(said) > _SHORT_MESSAGE or _NEGATIONS & set(said):
        return None
    found = [
        choice.value
        for choice in asks.choices
        if any(all(_has(phrase, word) for word in telling) for phrase in _phrasings(choice))
    ]
    return found[0] if len(found) == 1 else None


def _has(phrase: Sequence[str], word: str) -> bool:
    return any(_same(word, wanted, typos=True) for wanted in phrase)


def _longest(phrasings: Iterable[tuple[str, ...]], said: Sequence[str], *, typos: bool) -> int:
    return max((len(phrase) for phrase in phrasings if _occurs(phrase, said, typos=typos)), default=0)


def _occurs(phrase: Sequence[str], said: Sequence[str], *, typos: bool) -> bool:
    """Whether the words stand together in the message, and no "not" before them."""
    if not phrase:
        return False
    for start in range(len(said) - len(phrase) + 1):
        beside = said[start : start + len(phrase)]
        if all(_same(word, wanted, typos=typos) for word, wanted in zip(beside, phrase, strict=True)):
            return start == 0 or said[start - 1] not in _NEGATIONS
    return False


def _same(word: str, wanted: str, *, typos: bool) -> bool:
    """Whether two words are the same; with `typos` also but for one slip, or for an ending ("rohelist", "roheline")."""
    if word == wanted or not typos:
        return word == wanted
    if len(wanted) >= _TYPO_FROM and OSA.distance(word, wanted, score_cutoff=1) <= 1:
        return True
    stem = Prefix.similarity(word, wanted)
    return stem >= _STEM and stem >= _STEM_SHARE * max(len(word), len(wanted))


__all__ = ["Doubtful", "Reader", "Reading", "Stopped", "Unclear"]
