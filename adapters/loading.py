"""From a desk folder to the desk that answers: checked, built, and its index kept for the next time.

Used by the commands and by `watch`. What is wrong with content is `bot.desk.check_folder`'s to say.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from adapters.index_cache import IndexCache
from adapters.keeping import keeping_everything
from bot.content import Content
from bot.conversation_tests import ConversationTest
from bot.desk import Desk, build_desk, check_folder, settle_desk
from config.errors import FirstlineError
from config.findings import Finding, has_errors
from config.rules import Severity
from config.source import DeskFolder
from kb.article import Article, Status
from kb.flows.model import Flow
from kb.index import Index

Entry = TypeVar("Entry", Article, Flow)


class DeskRefusedError(FirstlineError):
    """The desk has errors, so it cannot be loaded."""

    def __init__(self, folder: DeskFolder, findings: tuple[Finding, ...]) -> None:
        """Keeps the findings, so that they can be shown with their lines."""
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        super().__init__(f"The desk {folder.root} has {len(errors)} errors.")
        self.folder = folder
        self.findings = findings

    @property
    def lines(self) -> tuple[str, ...]:
        """The errors, one line each, with place and hint."""
        return tuple(
            f"{f.position.file}:{f.position.line}:{f.position.column} {f.code} {f.message}"
            + (f" → {f.hint}" if f.hint else "")
            for f in self.findings
            if f.severity is Severity.ERROR
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedDesk:
    """A desk in working order, and how long it took."""

    desk: Desk
    findings: tuple[Finding, ...]
    """Warnings only."""
    chats: tuple[ConversationTest, ...]
    """Whole talks that the desk brings as tests."""
    content: Content
    """What it was built from."""
    load_seconds: float
    build_seconds: float


@keeping_everything()
def load_desk(
    folder: DeskFolder,
    today: date,
    *,
    cache: Path | None = None,
    progress: Callable[[float], None] | None = None,
    drafts: bool = False,
    previous: Index | None = None,
) -> LoadedDesk:
    """Checks and builds a desk.

    Args:
        folder: What stands on the disk.
        today: For what depends on the date, such as the day from which an article is to be reviewed.
        cache: Where indexes are kept; None keeps none.
        progress: Told how much of the index is built, 0 to 1.
        drafts: Takes drafts as published, to try them out.
        previous: The index of an earlier state of the folder, to be sooner ready; `settle` finishes the work.

    Raises:
        DeskRefusedError: With all findings.
    """
    started = time.perf_counter()
    checked = check_folder(folder, today=today)
    if checked.content is None or has_errors(checked.findings):
        raise DeskRefusedError(folder, checked.findings)
    read = time.perf_counter()
    content = _publish_drafts(checked.content) if drafts else checked.content
    desk = _build(content, cache, progress, previous)
    built = time.perf_counter()
    return LoadedDesk(
        desk=desk,
        findings=checked.findings,
        chats=tuple(checked.content.conversations),
        content=content,
        load_seconds=read - started,
        build_seconds=built - read,
    )


def settle(loaded: LoadedDesk, cache: Path | None) -> Desk:
    """Finishes what was left for later to be sooner ready, and keeps the index."""
    desk = settle_desk(loaded.desk)
    if cache is not None:
        IndexCache(cache).keep(loaded.content, desk.index)
    return desk


def _build(
    content: Content, folder: Path | None, progress: Callable[[float], None] | None, previous: Index | None
) -> Desk:
    if folder is None:
        return build_desk(content, progress=progress, previous=previous)
    cache = IndexCache(folder)
    kept = cache.find(content)
    desk = build_desk(content, progress=progress, index=kept, previous=previous)
    if kept is None and desk.index.is_settled:
        cache.keep(content, desk.index)
    return desk


def _publish_drafts(content: Content) -> Content:
    return replace(content, articles=list(map(_publish, content.articles)), flows=list(map(_publish, content.flows)))


def _publish(entry: Entry) -> Entry:
    return replace(entry, status=Status.PUBLISHED) if entry.status is Status.DRAFT else entry
