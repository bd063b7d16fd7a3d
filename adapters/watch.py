"""Keeps the desk in force equal to its folder: a good change is live within two seconds, a broken one is refused.

To be that quick a new desk first borrows what the old one has learnt; it learns for itself once the folder has been
left alone for a while. Runs beside the worker as one task; a command that watches for a person uses `follow`. What a
refused folder means for people is shown by the log, by health and by the console, which read `CurrentDesk.problems`.
"""

import asyncio
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from watchfiles import Change, awatch, watch

from adapters.desk_folder import ROOMS, FolderUnreadableError, read_folder
from adapters.loading import DeskRefusedError, LoadedDesk, load_desk, settle
from bot.current import CurrentDesk
from bot.ports import Clock
from config.source import DeskFolder
from kb.sense import SenseMissingError

log = logging.getLogger(__name__)

QUIET_MS = 250
"""A folder that has not changed for so long is whole: an editor that saves several files has saved them."""
PATIENCE_MS = 1_000
"""Changes that follow one another without a pause are looked at after this time anyway."""
LOOK_MS = 5_000
"""So often the folder is compared even though nothing was reported; some file systems report nothing."""
_STEP_MS = 20
"""A person who saves one file waits for the result; what follows within this time is seen together."""


class Watch:
    """Follows one desk folder."""

    def __init__(
        self, root: Path, current: CurrentDesk, clock: Clock, *, seen: DeskFolder, cache: Path | None = None
    ) -> None:
        """Follows a folder whose content `seen` is already in force, and keeps indexes in `cache`."""
        self._root = root.resolve()
        self._current = current
        self._clock = clock
        self._cache = cache
        self._seen: tuple[DeskFolder, date] | None = (seen, clock.now().date())
        self._unsettled: LoadedDesk | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Looks after each change, until told to stop."""
        async for _ in awatch(
            self._root,
            watch_filter=self._is_content,
            debounce=PATIENCE_MS,
            step=QUIET_MS,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            stop_event=stop,
            ignore_permission_denied=True,
        ):
            await self.look()

    async def look(self) -> None:
        """Compares the folder with what is in force, and puts it in force if it is new and good."""
        today = self._clock.now().date()
        try:
            folder = await asyncio.to_thread(read_folder, self._root)
            if (folder, today) == self._seen:
                await self._settle()
                return
            self._seen = (folder, today)
            before = self._current.desk.index
            loaded = await asyncio.to_thread(load_desk, folder, today, cache=self._cache, previous=before)
        except DeskRefusedError as error:
            self._current.refuse(error.lines)
            log.error("desk_refused", extra={"problems": len(error.lines), "first": error.lines[0], **self._in_force})
        except (FolderUnreadableError, SenseMissingError) as error:
            self._seen = None
            if self._current.problems == (str(error),):
                return
            self._current.refuse((str(error),))
            log.error("desk_unreadable", extra={"reason": str(error), **self._in_force})
        else:
            self._current.swap(loaded.desk)
            self._unsettled = None if loaded.desk.index.is_settled else loaded
            log.info("desk_reloaded", extra={"articles": len(loaded.desk.articles), **self._in_force})

    async def _settle(self) -> None:
        """Finishes a desk that came into force in haste."""
        if self._unsettled is not None:
            desk = await asyncio.to_thread(settle, self._unsettled, self._cache)
            self._unsettled = None
            self._current.swap(desk)
            log.info("desk_settled", extra=self._in_force)

    @property
    def _in_force(self) -> dict[str, str]:
        return {"desk": self._current.desk.version}

    def _is_content(self, _change: Change, path: str) -> bool:
        """Whether a change matters: the database and the caches lie in the desk folder, too."""
        return _lies_in_room(self._root, path)


def follow(root: Path) -> Iterator[None]:
    """Once at the beginning, then once after each change of content, until Ctrl-C: for commands that watch."""
    real = root.resolve()
    begun = False
    # It follows the folder before the first look at it, so that no change falls between.
    for changes in watch(
        real,
        watch_filter=lambda _, path: _lies_in_room(real, path),
        debounce=QUIET_MS,
        step=_STEP_MS,
        rust_timeout=QUIET_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
        ignore_permission_denied=True,
    ):
        if changes or not begun:
            begun = True
            yield


def _lies_in_room(root: Path, path: str) -> bool:
    parts = Path(path).relative_to(root).parts
    return bool(parts) and parts[0] in ROOMS
