"""The `channels:` block: web, Slack and Telegram. Secrets appear only as names of environment variables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from config.fields import Placed
from config.kinds import EnvName, LinkText, Number

Port = Annotated[int, Number(whole=True, least=1, most=65535)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server(Placed):
    """Where the program listens."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: Port = 8000
    """Port to listen on."""
    public_url: LinkText | None = None
    """Address under which the world reaches us; needed for Slack's `http` and Telegram's `webhook`."""
    trusted_proxies: tuple[str, ...] = ()
    """Proxies whose word about the customer's address counts."""
    metrics_port: Port | None = None
    """Port of the figures for monitoring; off if it is left out."""


class Identity(StrEnum):
    """Whether the site tells us who is signed in."""

    ANONYMOUS = "anonymous"
    SIGNED = "signed"
    REQUIRED = "required"


class Side(StrEnum):
    """Where the chat window opens."""

    LEFT = "left"
    RIGHT = "right"


class Theme(StrEnum):
    """Colours of the chat window."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Web(Placed):
    """The web chat."""

    enabled: bool = True
    """Customers may write here."""
    origins: tuple[str, ...] = ()
    """Other sites that may show the chat, scheme and host only."""
    identity: Identity = Identity.ANONYMOUS
    """Whether the site tells us who is signed in."""
    identity_secret: tuple[EnvName, ...] = ()
    """Environment variable with the key that signs identities; two while keys change."""
    color: str = ""
    """Colour of the chat window, for example "#1d4ed8"."""
    side: Side = Side.RIGHT
    """Where the chat window opens."""
    theme: Theme = Theme.AUTO
    """Light or dark."""
    reopen_within: timedelta = timedelta(days=7)
    """How long after an agent's resolve a message reopens the same Conversation."""


class SlackMode(StrEnum):
    """How Slack's events reach us."""

    SOCKET = "socket"
    HTTP = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack(Placed):
    """Slack."""

    enabled: bool = True
    """Customers may write here."""
    mode: SlackMode = SlackMode.SOCKET
    """How events reach us."""
    bot_token: EnvName = ""
    """Environment variable with the bot token (xoxb-); always needed."""
    app_token: EnvName | None = None
    """Environment variable with the app token (xapp-); needed with `socket`."""
    signing_secret: tuple[EnvName, ...] = ()
    """Environment variable with the signing secret; needed with `http`, two while it changes."""
    direct_messages: bool = True
    """Answer direct messages."""
    mentions: bool = True
    """Answer where the bot is mentioned."""
    api_base: LinkText | None = None
    """Address of Slack's API; only for tests and proxies."""
    reopen_within: timedelta = timedelta(days=7)
    """How long after an agent's resolve a message reopens the same Conversation."""


class TelegramMode(StrEnum):
    """How Telegram's updates reach us."""

    POLLING = "polling"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telegram(Placed):
    """Telegram."""

    enabled: bool = True
    """Customers may write here."""
    token: EnvName = ""
    """Environment variable with the token that BotFather gave; always needed."""
    mode: TelegramMode = TelegramMode.POLLING
    """How updates reach us."""
    webhook_secret: EnvName | None = None
    """Environment variable with the secret of the webhook; needed with `webhook`."""
    base_url: LinkText | None = None
    """Address of the Bot API; only for tests and own servers."""
    base_file_url: LinkText | None = None
    """Address of the Bot API's files."""
    reopen_within: timedelta = timedelta(days=7)
    """How long after an agent's resolve a message reopens the same Conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels(Placed):
    """Where customers meet the Bot."""

    server: Server = Server()
    """Where the program listens."""
    web: Web = Web()
    """The web chat; on unless it says `enabled: no`."""
    slack: Slack | None = None
    """Slack; off if it is left out."""
    telegram: Telegram | None = None
    """Telegram; off if it is left out."""
