"""The fake Telegram as a platform of crash runs, in either way of receiving."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

from config.channels import TelegramMode
from tests.fakes.telegram import FakeTelegram, Fault, FaultKind, Person, TelegramServer
from tests.faults.driver import QUESTIONS

ACCEPTED_SECONDS = 120.0


@dataclass(slots=True, kw_only=True)
class TelegramDoor:
    """Customers with the app."""

    fake: FakeTelegram
    people: dict[str, Person] = field(default_factory=dict)
    told: dict[str, dict[str, object]] = field(default_factory=dict)
    """The update of each message, by customer and message."""

    async def admit(self, client: httpx.AsyncClient, name: str) -> str | None:
        """Somebody new."""
        person = self.fake.person(name[:15])
        self.people[str(person.id)] = person
        return str(person.id)

    def put(self, customer: str, id_: str, text: str) -> str:
        """Writes; the platform's number of the message names it."""
        number = str(self.fake.says(self.people[customer], text))
        self.told[f"{customer}/{number}"] = self.fake.updates[-1][1]
        return number

    async def say(self, client: httpx.AsyncClient, customer: str, id_: str, text: str) -> bool:
        """Waits until it is accepted; brought once more if it has been."""
        update = self.told[f"{customer}/{id_}"]
        if not self.fake.is_waiting(update):
            self.fake.brings_again(update)
        with suppress(TimeoutError):
            await self.fake.until(lambda: not self.fake.is_waiting(update), ACCEPTED_SECONDS)
            return True
        return False

    def expects(self, number: int) -> tuple[str, str]:
        """The n-th question and its answer."""
        return QUESTIONS[number], f"Answer number {number}."


class TelegramPlatform:
    """Telegram in one mode."""

    points = ()

    def __init__(self, fake: FakeTelegram, server: TelegramServer, mode: TelegramMode) -> None:
        self.door = TelegramDoor(fake=fake)
        self._fake, self._server, self._mode = fake, server, mode

    @property
    def complaints(self) -> list[str]:
        """What others' models refuse."""
        return self._fake.complaints

    def settings(self, port: int) -> str:
        """How a desk is connected with it."""
        telegram = {
            "token": "TELEGRAM_TOKEN",
            "mode": self._mode.value,
            "webhook_secret": "TELEGRAM_WEBHOOK_SECRET",
            "base_url": f"{self._server.url}/bot",
        }
        public_url = {"public_url": f"http://127.0.0.1:{port}"}
        return f"  server: {json.dumps(public_url)}\n  telegram: {json.dumps(telegram)}\n"

    def secrets(self) -> Mapping[str, str]:
        """The token, and the word that comes with each update."""
        return {"TELEGRAM_TOKEN": self._fake.token, "TELEGRAM_WEBHOOK_SECRET": "a-secret-for-the-webhook"}

    def disturb(self, seed: int) -> None:
        """Lets some requests go wrong."""
        self._fake.chance.seed(seed)
        self._fake.faults += [
            Fault(kind=FaultKind.ERROR, chance=0.02),
            Fault(kind=FaultKind.WAIT, chance=0.01, wait=1),
            Fault(kind=FaultKind.DONE_BUT_ERROR, chance=0.01),
            Fault(kind=FaultKind.DROPPED, chance=0.01),
        ]

    def posts(self) -> Iterable[tuple[str, str]]:
        """What the bot has said to each customer."""
        for customer, person in self.door.people.items():
            yield from ((customer, text) for text in self._fake.from_bot(person))


@asynccontextmanager
async def on_telegram(mode: TelegramMode) -> AsyncIterator[TelegramPlatform]:
    """A Telegram on a socket, for as long as the block lasts."""
    fake = FakeTelegram()
    async with TelegramServer(fake) as server:
        yield TelegramPlatform(fake, server, mode)
