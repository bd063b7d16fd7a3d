"""How much waits to be answered, counted in memory so that taking something in costs no question to the database."""

from collections.abc import Iterable
from datetime import datetime, timedelta

FULL = 10_000
"""Waiting events, more than which nothing is taken in."""
TOO_OLD = timedelta(seconds=60)
"""How long the oldest may wait."""


class Backlog:
    """The waiting inbox rows of this process; rows that are set aside for later do not count."""

    def __init__(self) -> None:
        self._since: dict[int, datetime] = {}

    def __len__(self) -> int:
        return len(self._since)

    def add(self, rows: Iterable[int], now: datetime) -> None:
        """Counts rows that wait from now on."""
        self._since.update(dict.fromkeys(rows, now))

    def remove(self, rows: Iterable[int]) -> None:
        """Counts rows no more: they are done, or set aside."""
        for row in rows:
            self._since.pop(row, None)

    def why_full(self, now: datetime) -> str:
        """Says why nothing more can be taken in; empty if it can."""
        if len(self._since) >= FULL:
            return f"{len(self._since)} messages wait to be answered."
        oldest = next(iter(self._since.values()), now)
        if now - oldest > TOO_OLD:
            return f"A message has been waiting for {(now - oldest).seconds} s."
        return ""
