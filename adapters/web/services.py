"""Everything that the web needs to serve a request, made once by whoever starts a server and passed on."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.files import FileStore
from adapters.storage.bell import Bell
from adapters.storage.database import Database
from adapters.storage.store import SqlStore
from adapters.surface import Fetch
from adapters.web.identity import Nonces
from adapters.web.rates import Rates
from adapters.web.signals import Signals
from bot.current import CurrentDesk
from bot.health import Health
from bot.ports import Clock

Hook = Callable[[Mapping[str, str], Callable[[], Awaitable[bytes]]], Awaitable[int | tuple[int, str, str]]]
"""Takes the headers of a request, in small letters, and what reads its body; returns the status to answer with,
and words with their media type where some are wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts that the handlers of requests work with."""

    db: Database
    store: SqlStore
    current: CurrentDesk
    clock: Clock
    health: Health
    files: FileStore
    secret: bytes
    """Signs the tokens of visitors; see `adapters.web.identity.load_secret`."""
    public_url: str
    """Under which address browsers reach us, without a slash at its end."""
    folder: Path
    """The desk folder, for the pictures of articles."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Values of the environment variables that the desk names."""
    hooks: Mapping[str, Hook] = field(default_factory=dict)
    """The channels that platforms bring updates to, by path."""
    fetchers: Mapping[str, Fetch] = field(default_factory=dict)
    """What gets the files that stay with a platform, by the channel whose name their ids begin with."""
    rates: Rates = field(default_factory=Rates)
    nonces: Nonces = field(default_factory=Nonces)
    signals: Signals = field(default_factory=Signals)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by `stop` when the server goes down."""

    @property
    def bell(self) -> Bell:
        """Rings conversations, by their id and by their key, after each change."""
        return self.store.bell

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach us encrypted; cookies are marked so."""
        return self.public_url.startswith("https:")

    def stop(self) -> None:
        """Ends the streams, so that the server need not wait for browsers; they come back to the next one."""
        self.stopping.set()
        self.signals.bell.ring("stop")
