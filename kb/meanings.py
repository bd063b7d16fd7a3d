"""Words that mean the same: the desk's glossary and a small everyday thesaurus.

Lives here: turning a sentence's words into tokens of meaning that stand beside them and weigh as much as a word. Called
for phrasings and messages alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.entry import Synonym
from kb.normalise import Word, cap, is_number, words_of
from kb.thesaurus import SHORTEST_STEM, read_thesaurus
from kb.vocabulary import MEANING

NUMBER = f"{MEANING}number"
TERM_BEGINS = 4
"""Letters by which a glossary term is looked up."""
_LONGEST_TERM = 4
_LOST_LETTERS = 2
_GAINED_LETTERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """What words and sequences of words mean on this desk."""

    languages: tuple[str, ...]
    """Of the everyday words, as they were given."""
    terms: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    """Glossary: how a term begins, to its folded words with the desk's term, the longest first."""
    spellings: Mapping[str, tuple[str, ...]]
    """Misspellings the glossary lists, with the words they stand for."""
    names: frozenset[str]
    """Folded words that are never repaired."""
    exact: Mapping[str, tuple[str, ...]]
    """Everyday words to their concepts."""
    stems: Mapping[str, tuple[str, ...]]
    """Beginnings of everyday words to their concepts."""


def build_meanings(synonyms: Sequence[Synonym], languages: Sequence[str]) -> Meanings:
    """Gathers the glossary and the thesaurus of the desk's languages."""
    forms_of: dict[tuple[str, ...], str] = {}
    spellings: dict[str, tuple[str, ...]] = {}
    names: set[str] = set()
    for synonym in synonyms:
        token = MEANING + synonym.term
        forms = [synonym.term, *(form for language in sorted(synonym.also) for form in synonym.also[language])]
        for form in forms:
            words = tuple(words_of(cap(form)))
            if words and len(words) <= _LONGEST_TERM:
                forms_of.setdefault(words, token)
        for wrong in synonym.misspelled:
            spellings["".join(words_of(cap(wrong)))] = tuple(words_of(cap(synonym.term)))
        if synonym.keep:
            names.update(words_of(cap(synonym.term)))
    exact: dict[str, tuple[str, ...]] = {}
    stems: dict[str, tuple[str, ...]] = {}
    for name, by_language in read_thesaurus().items():
        concept = MEANING + name
        for language in sorted(set(languages) & by_language.keys()):
            for form in by_language[language]:
                table, key = (stems, form[:-1]) if form.endswith("*") else (exact, form)
                if concept not in table.get(key, ()):
                    table[key] = (*table.get(key, ()), concept)
    terms: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for words, token in sorted(forms_of.items(), key=lambda item: (-len(item[0]), item[0])):
        terms.setdefault(words[0][:TERM_BEGINS], []).append((words, token))
    return Meanings(
        languages=tuple(languages),
        terms={key: tuple(found) for key, found in terms.items()},
        spellings=spellings,
        names=frozenset(names),
        exact=exact,
        stems=stems,
    )


def find_terms(meanings: Meanings, words: Sequence[Word]) -> list[tuple[int, int, str]]:
    """Returns the glossary terms in a sentence as (first word, one after the last, token), the longest."""
    found: list[tuple[int, int, str]] = []
    place = 0
    while place < len(words):
        length = 1
        for term, token in meanings.terms.get(words[place].folded[:TERM_BEGINS], ()):
            if all(map(is_form_of, (word.folded for word in words[place:]), term)) and place + len(term) <= len(words):
                found.append((place, place + len(term), token))
                length = len(term)
                break
        place += length
    return found


def is_form_of(word: str, term: str) -> bool:
    """Tells whether a folded word is a term or may be an inflected form of it ("ruuterit" of "ruuter")."""
    if word == term:
        return True
    shared = next((i for i, (a, b) in enumerate(zip(word, term, strict=False)) if a != b), min(len(word), len(term)))
    return shared >= max(TERM_BEGINS, len(term) - _LOST_LETTERS) and len(word) - shared <= _GAINED_LETTERS


def concepts_of(meanings: Meanings, word: str) -> tuple[str, ...]:
    """Returns the everyday concepts of one folded word; the longest matching stem wins over shorter ones."""
    if is_number(word):
        return (NUMBER,)
    exact = meanings.exact.get(word)
    if exact:
        return exact
    for length in range(len(word), SHORTEST_STEM - 1, -1):
        found = meanings.stems.get(word[:length])
        if found:
            return found
    return ()
