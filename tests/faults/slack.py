"""The fake Slack as a platform of crash runs, in either way of receiving."""

import json
import random
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

from adapters.slack.service import HOOK
from config.channels import SlackMode
from tests.fakes.slack import FakeSlack, Fault, SlackServer, Trouble
from tests.fakes.slack.platform import APP_TOKEN, SECRET, TOKEN
from tests.faults.driver import QUESTIONS

ACCEPTED_SECONDS = 120.0
AGAIN = (0.5,) * 240
"""A server that is killed every second is back long before the platform's second try: it is brought often instead."""


@dataclass(slots=True, kw_only=True)
class SlackDoor:
    """Customers in their direct chats with the app, by the chat's id."""

    fake: FakeSlack
    people: dict[str, str] = field(default_factory=dict)

    async def admit(self, client: httpx.AsyncClient, name: str) -> str | None:
        """Somebody new."""
        user = self.fake.person(name[:15])
        self.people[self.fake.direct(user)] = user
        return self.fake.direct(user)

    def put(self, customer: str, id_: str, text: str) -> str:
        """Writes; the moment of the message names it."""
        return self.fake.says(self.people[customer], text)

    async def say(self, client: httpx.AsyncClient, customer: str, id_: str, text: str) -> bool:
        """Waits until it is accepted; the platform brings some of it twice by itself."""
        with suppress(TimeoutError):
            await self.fake.until(lambda: id_ in self.fake.taken, ACCEPTED_SECONDS)
            return True
        return False

    def expects(self, number: int) -> tuple[str, str]:
        """The n-th question and its answer."""
        return QUESTIONS[number], f"Answer number {number}."


class SlackPlatform:
    """Slack in one mode."""

    points = ("before_reconcile", "after_reconcile")

    def __init__(self, fake: FakeSlack, server: SlackServer, mode: SlackMode) -> None:
        self.door = SlackDoor(fake=fake)
        self._fake, self._server, self._mode = fake, server, mode

    @property
    def complaints(self) -> list[str]:
        """What others' models refuse."""
        return self._fake.complaints

    def settings(self, port: int) -> str:
        """How a desk is connected with it."""
        url = f"http://127.0.0.1:{port}"
        self._server.hook_url = f"{url}{HOOK}" if self._mode is SlackMode.HTTP else ""
        slack = {
            "mode": self._mode.value,
            "bot_token": "SLACK_BOT_TOKEN",
            "app_token": "SLACK_APP_TOKEN",
            "signing_secret": "SLACK_SIGNING_SECRET",
            "api_base": f"{self._server.url}/api/",
        }
        return f"  server: {json.dumps({'public_url': url})}\n  slack: {json.dumps(slack)}\n"

    def secrets(self) -> Mapping[str, str]:
        """Both tokens, and what requests are signed with."""
        return {"SLACK_BOT_TOKEN": TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_SIGNING_SECRET": SECRET}

    def disturb(self, seed: int) -> None:
        """Lets some posts go wrong; events come twice and out of order."""
        self._fake.unruly = random.Random(seed)
        self._fake.faults += [
            Fault(method="chat.postMessage", trouble=Trouble.NOT_DONE, chance=0.02),
            Fault(method="chat.postMessage", trouble=Trouble.WAIT, chance=0.01),
            Fault(method="chat.postMessage", trouble=Trouble.DONE_BUT_ERROR, chance=0.01),
            Fault(method="chat.postMessage", trouble=Trouble.DONE_BUT_DROPPED, chance=0.01),
        ]

    def posts(self) -> Iterable[tuple[str, str]]:
        """What the bot has said to each customer."""
        for chat in self.door.people:
            yield from ((chat, text) for text in self._fake.from_bot(chat))


@asynccontextmanager
async def on_slack(mode: SlackMode) -> AsyncIterator[SlackPlatform]:
    """A Slack on a socket, for as long as the block lasts."""
    fake = FakeSlack()
    fake.retries = AGAIN
    async with SlackServer(fake) as server:
        yield SlackPlatform(fake, server, mode)
