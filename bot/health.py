"""What works and what does not, part by part, as the health pages and the console tell it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How one part of firstline is."""

    ok: bool
    reason: str = ""
    """One line for an admin; it may be said while the part works, too."""


class Health:
    """The state of all parts. Whoever runs one sets it; it is used in one event loop."""

    def __init__(self, *needed: str) -> None:
        """Names the parts without which no traffic is welcome; they count as not working until they say otherwise."""
        self._needed = needed
        self._parts = {name: Part(ok=False, reason="It has not started yet.") for name in needed}

    def set(self, part: str, ok: bool, reason: str = "") -> None:
        """Says how a part is."""
        self._parts[part] = Part(ok=ok, reason=reason)

    @property
    def parts(self) -> Mapping[str, Part]:
        """All parts that have said how they are, by name."""
        return dict(self._parts)

    @property
    def is_ready(self) -> bool:
        """Whether traffic is welcome: every part that is needed works."""
        return all(self._parts[name].ok for name in self._needed)

    @property
    def is_well(self) -> bool:
        """Whether every part works."""
        return all(part.ok for part in self._parts.values())
