"""What stands of one message in a place of Slack or Telegram, and how it is written down: its parts and its files.

The id of a file has an `f` before it. How parts come there is `posting`'s of each channel.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.model import Attachment

OpenFile = Callable[[Attachment], Awaitable[bytes | None]]
"""Reads a file that a message carries; none if it is not to be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands in a place of one message."""

    parts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """As they are stored."""
        return (*(f"f{each}" for each in self.files), *self.parts)


def read_ids(ids: Sequence[str]) -> Standing:
    """What stands there, of the ids as they are stored."""
    return Standing(
        parts=tuple(each for each in ids if not each.startswith("f")),
        files=tuple(each.removeprefix("f") for each in ids if each.startswith("f")),
    )
