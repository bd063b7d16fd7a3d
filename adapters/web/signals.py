"""Fleeting things between customer and agent that no transcript holds: who types.

In memory only, and nobody waits for it. The chat and the console of one process share it.
"""

from datetime import datetime, timedelta

from adapters.storage.bell import Bell

FRESH = timedelta(seconds=6)
"""How long a key stroke counts as typing."""
_MOST = 10_000


class Signals:
    """Who types in which conversation, by its key."""

    def __init__(self) -> None:
        self.bell = Bell()
        """Rings a conversation's key when its customer types, and `agent:` with the key for an agent."""
        self._typing: dict[tuple[str, str], tuple[str, datetime]] = {}

    def customer_types(self, key: str, now: datetime) -> None:
        """The customer of the conversation with this key is typing."""
        self._note(key, "customer", "", now)
        self.bell.ring(key)

    def customer_has_sent(self, key: str) -> None:
        """The customer's words have come: he types no more."""
        if self._typing.pop((key, "customer"), None):
            self.bell.ring(key)

    def agent_types(self, key: str, name: str, now: datetime) -> None:
        """An agent is typing to the customer; not to be called from a note."""
        self._note(key, "agent", name, now)
        self.bell.ring(f"agent:{key}")

    def is_customer_typing(self, key: str, now: datetime) -> bool:
        """Whether the customer has just typed."""
        return self._find(key, "customer", now) is not None

    def typing_agent(self, key: str, now: datetime) -> str:
        """The name of the agent who is typing, or nothing."""
        return self._find(key, "agent", now) or ""

    def _note(self, key: str, side: str, name: str, now: datetime) -> None:
        if len(self._typing) > _MOST:
            self._typing = {who: what for who, what in self._typing.items() if now - what[1] < FRESH}
        self._typing[key, side] = (name, now)

    def _find(self, key: str, side: str, now: datetime) -> str | None:
        name, at = self._typing.get((key, side), ("", None))
        return name if at is not None and now - at < FRESH else None
