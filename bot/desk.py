"""The loaded desk: everything the Bot knows, immutable and swapped whole, and how a folder becomes one.

`check_folder` says whether a folder may take effect; `build_desk` makes it answer. Reading the folder from the disk is
the adapters' work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from bot.check import FolderCheck
from bot.content import Content, read_alone, read_content
from config.channels import Channels
from config.desk_check import check_environment
from config.errors import FirstlineError
from config.findings import Finding, Findings, has_errors
from config.phrases import Phrases, Words, load_builtin
from config.rules import Severity
from config.settings import DeskSettings
from config.source import DeskFolder, KnownFiles
from config.texts import Text
from escalation.policy import Policy, Reply
from kb.article import Article, SmallTalk, Status, Term
from kb.entry import Entry, EntryKind, Phrasing, Synonym
from kb.flows.model import Flow
from kb.flows.program import Program, compile_flows
from kb.index import Index, build_index, settle_index
from kb.visibility import is_open_to_all


class BrokenContentError(FirstlineError):
    """Content with errors cannot become a desk."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Desk:
    """One desk in force; two are the same only if they are the same object, so one may be the key of a cache."""

    name: str
    languages: tuple[str, ...]
    default_language: str
    settings: DeskSettings
    channels: Channels
    articles: Mapping[str, Article]
    """By id, in the order of the files."""
    flows: Mapping[str, Flow]
    """By id."""
    restricted: tuple[Article | Flow, ...]
    """Articles and flows that not everybody may see at all times; mostly few."""
    programs: Mapping[str, Program]
    """The flows, ready to run, by id."""
    smalltalk: tuple[SmallTalk, ...]
    glossary: tuple[Term, ...]
    policy: Policy
    replies: Mapping[str, Reply]
    """Canned replies by id."""
    phrases: Phrases
    words: Words
    word_entries: Mapping[str, tuple[str, ...]]
    """Every entry of each list of words, in all languages."""
    index: Index
    version: str
    """Changes whenever anything in the folder changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check of a desk folder has led to."""

    content: Content | None
    """None if there are errors."""
    findings: tuple[Finding, ...]
    """In the order in which they are shown."""
    files: int
    """How many files were read."""


def check_folder(
    folder: DeskFolder,
    *,
    today: date,
    hints: bool = False,
    environment: Collection[str] | None = None,
    known: KnownFiles | None = None,
) -> Checked:
    """Reads and checks a whole desk folder.

    Args:
        folder: Its files.
        today: For rules that depend on the date.
        hints: Report hints as well.
        environment: Names of the environment variables that are set, to report secrets that are missing.
        known: Files read before, for whoever checks the same folder again and again.
    """
    findings = Findings()
    content, reading = read_content(folder, findings, today=today, known=known)
    if content.settings is not None:
        FolderCheck(folder, content, content.settings, reading).check()
        if environment is not None:
            check_environment(content.settings, environment, findings)
    shown = tuple(f for f in findings.in_order() if hints or f.severity is not Severity.HINT)
    return Checked(content=None if has_errors(shown) else content, findings=shown, files=len(folder.content))


def check_alone(file: str, data: bytes, *, hints: bool = False) -> tuple[Finding, ...]:
    """Checks one file outside any desk folder, for rules Y and S only."""
    findings = Findings()
    read_alone(file, data, findings)
    return tuple(f for f in findings.in_order() if f.code[0] in "YS" and (hints or f.severity is not Severity.HINT))


def build_desk(
    content: Content,
    *,
    progress: Callable[[float], None] | None = None,
    index: Index | None = None,
    previous: Index | None = None,
) -> Desk:
    """Makes a desk of content without errors.

    Args:
        content: From `check_folder`.
        progress: Told how much of the index is built, 0 to 1.
        index: An index that was built from the same content before.
        previous: One of an earlier state, to be sooner ready; `settle_desk` then brings the desk to rest.

    Raises:
        BrokenContentError: The content has no desk block.
    """
    settings = content.settings
    if settings is None:
        raise BrokenContentError
    built_in = load_builtin()
    words = Words(built_in=built_in.words, own=content.words)
    return Desk(
        name=settings.name,
        languages=settings.languages,
        default_language=settings.default_language,
        settings=settings,
        channels=content.channels,
        articles={article.id: article for article in content.articles},
        flows={flow.id: flow for flow in content.flows},
        restricted=(
            *(article for article in content.articles if not is_open_to_all(article)),
            *(flow for flow in content.flows if not is_open_to_all(flow)),
        ),
        programs=compile_flows(content.flows),
        smalltalk=tuple(content.smalltalk),
        glossary=tuple(content.glossary),
        policy=content.policy,
        replies={reply.id: reply for reply in content.replies},
        phrases=Phrases(
            default_language=settings.default_language, built_in=built_in.phrases, own=own_phrases(content, settings)
        ),
        words=words,
        word_entries={key: tuple(chain.from_iterable(words.of(key).values())) for key in words.names},
        index=index or build_desk_index(content, settings, progress=progress, previous=previous),
        version=content.version,
    )


def settle_desk(desk: Desk) -> Desk:
    """Makes a desk that was built with the help of an earlier index the same as one built from nothing."""
    return desk if desk.index.is_settled else replace(desk, index=settle_index(desk.index))


def own_phrases(content: Content, settings: DeskSettings) -> Mapping[str, Text]:
    """Every phrase that the desk words itself, wherever it is written, by its key."""
    own = dict(content.phrases) | dict(content.policy.messages.written())
    if settings.bot.greeting:
        own["greeting"] = settings.bot.greeting
    if survey := settings.survey:
        for name, text in (("question", survey.question), ("comment", survey.comment), ("thanks", survey.thanks)):
            if text:
                own[f"survey_{name}"] = text
    return own


def build_desk_index(
    content: Content,
    settings: DeskSettings,
    *,
    progress: Callable[[float], None] | None = None,
    previous: Index | None = None,
) -> Index:
    """The index over everything a sentence can lead to; an Article past its `review_by` is ranked a little lower."""
    entries = [
        *(
            Entry(
                id=article.id,
                kind=EntryKind.ARTICLE,
                phrasings=_phrasings(article.title, article.questions),
                stale=article.review_by is not None and article.review_by < content.today,
            )
            for article in content.articles
            if article.status is not Status.ARCHIVED
        ),
        *(
            Entry(id=flow.id, kind=EntryKind.FLOW, phrasings=_phrasings(flow.title, flow.starts_when))
            for flow in content.flows
            if flow.status is not Status.ARCHIVED and flow.starts_when
        ),
    ]
    synonyms = [
        Synonym(
            term=term.term,
            also={language: tuple(w.text for w in wordings) for language, wordings in term.same_as.wordings.items()},
            misspelled=term.misspelled,
            keep=term.keep,
        )
        for term in content.glossary
    ]
    return build_index(
        entries,
        languages=settings.languages,
        synonyms=synonyms,
        max_wrong_answers=settings.answering.max_wrong_answers,
        suggestions=settings.answering.suggestions,
        semantic=settings.answering.semantic,
        progress=progress,
        previous=previous,
    )


def _phrasings(title: Text, sentences: Text) -> tuple[Phrasing, ...]:
    """A title and its sentences, as the index wants them."""
    titles = [(language, wording, True) for language, wording in title.sentences()]
    others = [(language, wording, False) for language, wording in sentences.sentences()]
    return tuple(
        Phrasing(
            text=wording.text,
            language=language,
            file=wording.position.file,
            line=wording.position.line,
            is_title=is_title,
        )
        for language, wording, is_title in (*titles, *others)
    )
