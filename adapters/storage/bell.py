"""Wakes those who wait for something to change. It carries no facts: who hears it reads the database.

In-process only; other processes find changes by looking.
"""

import asyncio
from types import TracebackType


class Listener:
    """One who waits. Use it in a `with` block, so that the bell forgets it afterwards."""

    def __init__(self, bell: "Bell", names: frozenset[str]) -> None:
        self._bell = bell
        self._names = names
        self._heard: dict[str, int] = {}
        self._event = asyncio.Event()

    def __enter__(self) -> "Listener":
        self._bell.listeners.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bell.listeners.discard(self)

    def hear(self, name: str, version: int) -> None:
        """Takes note of a ring if it is one of the names waited for."""
        if not self._names or name in self._names:
            self._heard[name] = version
            self._event.set()

    async def wait(self, seconds: float | None = None) -> dict[str, int]:
        """Waits for a ring and returns what rang since the last time, name to version; empty once the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return {}
        heard, self._heard = self._heard, {}
        self._event.clear()
        return heard


class Bell:
    """Rings names: of conversations with their version after a commit, of lanes with work, of channels with sends."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()

    def listen(self, *names: str) -> Listener:
        """Makes a listener for these names; for every name if none is given."""
        return Listener(self, frozenset(names))

    def ring(self, name: str, version: int = 0) -> None:
        """Wakes the listeners; called in the event loop they wait in."""
        for listener in self.listeners:
            listener.hear(name, version)
