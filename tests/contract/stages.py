"""The platforms that the contract of channels is played on: one in memory, and the strict fakes with the real adapters.

A stage says in one way what goes wrong next and what the customer sees, whatever the platform calls it.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from adapters.desk.view import DeskView
from adapters.slack import send as slack
from adapters.slack.api import Account as SlackAccount
from adapters.slack.api import Api as SlackApi
from adapters.slack.pace import Pace as SlackPace
from adapters.standing import Reading
from adapters.storage.store import SqlStore
from adapters.surface import reading_of
from adapters.telegram import send as telegram
from adapters.telegram.api import Account as TelegramAccount
from adapters.telegram.api import Api as TelegramApi
from adapters.telegram.pace import Pace as TelegramPace
from bot.model import Address, Attachment
from bot.ports import Channel
from tests.desks import isp_desk
from tests.echo import HandClock
from tests.fakes.memory import Fault, MemoryChannel
from tests.fakes.slack import FakeSlack, SlackServer, Trouble
from tests.fakes.slack import Fault as SlackFault
from tests.fakes.slack.platform import TEAM, TOKEN
from tests.fakes.telegram import FakeTelegram, FaultKind, TelegramServer
from tests.fakes.telegram import Fault as TelegramFault

FAST = 1e6
PATIENCE = 60.0
"""Seconds for a request: no fault here is a silence, and a busy machine is no fault."""


class Stage(Protocol):
    """A platform with one customer on it."""

    @property
    def channel(self) -> Channel:
        """What writes to it."""

    @property
    def anna(self) -> Address:
        """The customer's chat."""

    def breaks(self, fault: Fault, wait: float = 2.0) -> None:
        """Lets the next send go wrong."""

    def heard(self) -> list[str]:
        """What the customer sees of others."""

    def done(self) -> list[str]:
        """What was asked and done there: `post`, `edit` or `delete`."""


class MemoryStage:
    """The platform in memory."""

    anna = Address(channel="memory", account="site", chat="anna")

    def __init__(self, *, verify: bool) -> None:
        self._memory = MemoryChannel("memory", verify=verify)

    @property
    def channel(self) -> Channel:
        """What writes to it."""
        return self._memory

    def breaks(self, fault: Fault, wait: float = 2.0) -> None:
        """Lets the next send go wrong."""
        self._memory.platform.waits = wait
        self._memory.platform.faults.append(fault)

    def heard(self) -> list[str]:
        """What the customer sees."""
        return self._memory.platform.texts(self.anna)

    def done(self) -> list[str]:
        """What was asked and done there."""
        return [request for request, _, _ in self._memory.platform.log]


_SLACK_FAULTS = {
    Fault.LOST: (Trouble.NOT_DONE, ""),
    Fault.DONE_BUT_LOST: (Trouble.DONE_BUT_ERROR, ""),
    Fault.WAIT: (Trouble.WAIT, ""),
    Fault.CONTENT: (Trouble.REFUSED, "not_taken_for_a_reason_of_its_own"),
    Fault.PERSON_GONE: (Trouble.REFUSED, "user_not_found"),
    Fault.PLACE_GONE: (Trouble.REFUSED, "is_archived"),
    Fault.ACCOUNT: (Trouble.REFUSED, "token_revoked"),
}
_SLACK_DONE = {"chat.postMessage": "post", "chat.update": "edit", "chat.delete": "delete"}


class SlackStage:
    """The fake Slack with the real channel."""

    def __init__(self, fake: FakeSlack, channel: Channel) -> None:
        self._fake, self.channel = fake, channel
        self.anna = Address(channel="slack", account=TEAM, chat=fake.direct(fake.person("Anna")))

    def breaks(self, fault: Fault, wait: float = 2.0) -> None:
        """Lets the next post go wrong."""
        trouble, error = _SLACK_FAULTS[fault]
        given = SlackFault(method="chat.postMessage", trouble=trouble, error=error, wait=str(int(wait)))
        self._fake.faults.append(given)

    def heard(self) -> list[str]:
        """What the customer sees, without the names of those who speak."""
        return _without_names(self._fake.from_bot(self.anna.chat))

    def done(self) -> list[str]:
        """What was asked and done there."""
        return [_SLACK_DONE[call.method] for call in self._fake.log if call.ok and call.method in _SLACK_DONE]


_TELEGRAM_FAULTS = {
    Fault.LOST: (FaultKind.ERROR, 500, "Internal Server Error"),
    Fault.DONE_BUT_LOST: (FaultKind.DONE_BUT_ERROR, 500, ""),
    Fault.WAIT: (FaultKind.WAIT, 429, ""),
    Fault.CONTENT: (FaultKind.ERROR, 400, "Bad Request: message is too long"),
    Fault.PERSON_GONE: (FaultKind.ERROR, 403, "Forbidden: bot was blocked by the user"),
    Fault.PLACE_GONE: (FaultKind.ERROR, 400, "Bad Request: chat not found"),
    Fault.ACCOUNT: (FaultKind.ERROR, 401, "Unauthorized"),
}
_TELEGRAM_DONE = {"sendMessage": "post", "editMessageText": "edit", "deleteMessage": "delete"}


class TelegramStage:
    """The fake Telegram with the real channel."""

    def __init__(self, fake: FakeTelegram, channel: Channel) -> None:
        self._fake, self.channel = fake, channel
        self._person = fake.person("Anna")
        fake.chats[self._person.id].is_started = True
        self.anna = Address(channel="telegram", account=str(fake.bot.id), chat=str(self._person.id))

    def breaks(self, fault: Fault, wait: float = 2.0) -> None:
        """Lets the next post go wrong."""
        kind, status, words = _TELEGRAM_FAULTS[fault]
        given = TelegramFault(kind=kind, method="sendMessage", status=status, description=words, wait=int(wait))
        self._fake.faults.append(given)

    def heard(self) -> list[str]:
        """What the customer sees, without the names of those who speak."""
        return _without_names(self._fake.from_bot(self._person))

    def done(self) -> list[str]:
        """What was asked and done there."""
        return [
            _TELEGRAM_DONE[call.method] for call in self._fake.log if not call.error and call.method in _TELEGRAM_DONE
        ]


Open = Callable[[SqlStore, HandClock], AbstractAsyncContextManager[Stage]]


@asynccontextmanager
async def in_memory(store: SqlStore, clock: HandClock) -> AsyncIterator[Stage]:
    """A platform that can be asked what became of a post."""
    yield MemoryStage(verify=True)


@asynccontextmanager
async def in_the_dark(store: SqlStore, clock: HandClock) -> AsyncIterator[Stage]:
    """A platform that cannot."""
    yield MemoryStage(verify=False)


@asynccontextmanager
async def on_slack(store: SqlStore, clock: HandClock) -> AsyncIterator[Stage]:
    """The fake Slack on a socket; its clock is the test's."""
    fake = FakeSlack(lambda: clock.now().timestamp())
    async with SlackServer(fake) as server:
        api = SlackApi(SlackAccount(token=TOKEN, base_url=f"{server.url}/api/"), request_seconds=PATIENCE)
        channel = slack.SlackChannel(api, _reading(store, clock), SlackPace(FAST), lambda: clock.now().timestamp())
        yield SlackStage(fake, channel)
        await api.close()
    assert fake.complaints == []


@asynccontextmanager
async def on_telegram(store: SqlStore, clock: HandClock) -> AsyncIterator[Stage]:
    """The fake Telegram on a socket."""
    fake = FakeTelegram()
    async with TelegramServer(fake) as server:
        account = TelegramAccount(token=fake.token, base_url=f"{server.url}/bot")
        api = TelegramApi(account, request_seconds=PATIENCE)
        pace = TelegramPace((FAST, FAST), (FAST, FAST), (FAST, FAST))
        channel = telegram.TelegramChannel(api, _reading(store, clock), _no_move, pace, lambda: clock.now().timestamp())
        yield TelegramStage(fake, channel)
        await api.close()
    assert fake.complaints == []


def _reading(store: SqlStore, clock: HandClock) -> Reading:
    return reading_of(store, lambda: DeskView(desk=isp_desk(), now=clock.now()), _no_file)


async def _no_file(_: Attachment) -> bytes | None:
    return None


async def _no_move(old: str, new: str) -> None:
    raise AssertionError(f"{old} has not moved to {new}")


def _without_names(texts: Sequence[str]) -> list[str]:
    return [text.removeprefix("Liis: ").removeprefix("*Liis:* ") for text in texts]
