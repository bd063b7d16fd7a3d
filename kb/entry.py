"""What the index is built from: entries, their phrasings and the desk's synonyms.

Lives here: the plain shape of "something a sentence can lead to". How it is read from files lives in the loading of
articles and flows; how it is searched lives in `kb.index` and `kb.search`. Called by whoever builds an index.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class EntryKind(StrEnum):
    """What the customer gets when the entry is the answer."""

    ARTICLE = "article"
    """An article's text is shown."""
    FLOW = "flow"
    """A scripted talk starts."""
    SMALLTALK = "smalltalk"
    """A greeting, thanks or goodbye is returned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing:
    """One sentence that means an entry, and where an editor finds it."""

    text: str
    """The sentence as its author wrote it."""
    language: str
    """Code of the language it is written in, such as "et"."""
    file: str
    """Path of the file it stands in, relative to the desk folder."""
    line: int
    """Line in that file, counted from 1."""
    is_title: bool = False
    """True for a title, which counts a little less than a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article, a flow or small talk with every sentence that means it."""

    id: str
    """Unique among all entries of an index."""
    kind: EntryKind
    """What the customer gets."""
    phrasings: tuple[Phrasing, ...]
    """In the order of the file; an entry without any is never found."""
    stale: bool = False
    """True after its review date: ranked a little lower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """A glossary term with the words that count as it."""

    term: str
    """The word the desk uses."""
    also: Mapping[str, tuple[str, ...]]
    """Other words for it, by language."""
    misspelled: tuple[str, ...] = ()
    """Spellings that are corrected in every language."""
    keep: bool = False
    """True for a name that is never corrected, translated or split."""
