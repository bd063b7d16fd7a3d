"""The ways in that the contract of events is played on: each platform with one customer, before a whole firstline.

A way says in one manner what a customer does, whatever he does it with; everything is brought twice. The agents' side
is not played here: what they write is read by each desk in its own manner.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from adapters.slack.send import CAPABILITIES as SLACK
from adapters.storage.store import SqlStore
from adapters.telegram.send import CAPABILITIES as TELEGRAM
from adapters.web.talking import BRINGS
from bot.ports import Brings
from config.channels import SlackMode, TelegramMode
from tests.crossing.sides import PNG
from tests.fakes.slack import FakeSlack, SlackServer
from tests.fakes.telegram import FakeTelegram, TelegramServer
from tests.running import RunningSite, TurnedClock, settle
from tests.slack.working import running as running_slack
from tests.telegram.working import running as running_telegram
from tests.web.visiting import Visitor

ASKED, SAID, CHANGED, WITH_FILE = "how can I pay my bill?", "with my modem", "with my own modem", "this is my router"


class Deed(StrEnum):
    """What a customer does, in this order."""

    ASKS = "asks"
    PRESSES = "presses"
    """[Yes], below the answer."""
    SAYS = "says"
    EDITS = "edits"
    """What he said last."""
    REACTS = "reacts"
    """To what he said last, with a thumb."""
    WITHDRAWS = "withdraws"
    SHARES = "shares"
    COMMANDS = "commands"
    BLOCKS = "blocks"
    UNBLOCKS = "unblocks"


class Way:
    """A way in, and the customer at its far end."""

    brings: frozenset[Brings]
    store: SqlStore

    def __init__(self, deeds: dict[Deed, Callable[[], Awaitable[None]]]) -> None:
        """Takes how each thing is done here, twice."""
        self.deeds = deeds


Open = Callable[[Path], AbstractAsyncContextManager[Way]]


@asynccontextmanager
async def by_slack(mode: SlackMode, data: Path) -> AsyncIterator[Way]:
    """The fake Slack; each payload is delivered twice."""
    clock = TurnedClock()
    fake = FakeSlack(lambda: clock.now().timestamp())
    fake.outbox = _Twice()
    anna = fake.person("Anna")
    chat = fake.direct(anna)

    def own() -> str:
        return [ts for ts, message in fake.channels[chat].messages.items() if message.get("user") == anna][-1]

    def reacts() -> None:
        item = {"type": "message", "channel": chat, "ts": own()}
        moment = {"event_ts": fake.next_ts()}
        fake.tell({"type": "reaction_added", "user": anna, "reaction": "+1", "item": item, **moment})

    deeds: dict[Deed, Callable[[], object]] = {
        Deed.ASKS: lambda: fake.says(anna, ASKED),
        Deed.PRESSES: lambda: fake.presses(anna, "Yes"),
        Deed.SAYS: lambda: fake.says(anna, SAID),
        Deed.EDITS: lambda: fake.edits(anna, chat, own(), CHANGED),
        Deed.REACTS: reacts,
        Deed.WITHDRAWS: lambda: fake.withdraw(chat, own()),
        Deed.SHARES: lambda: fake.shares(anna, "router.png", PNG, WITH_FILE),
        Deed.COMMANDS: lambda: fake.types(anna, "/support", "language en"),
    }
    async with SlackServer(fake) as server, running_slack(data, server, clock, mode=mode) as firstline:

        async def do(deed: Callable[[], object]) -> None:
            deed()
            await fake.until(fake.outbox.empty)
            await firstline.settle()

        way = Way({name: partial(do, deed) for name, deed in deeds.items()})
        way.brings, way.store = SLACK.brings, firstline.store
        yield way
    assert fake.complaints == []


class _Twice(asyncio.Queue[tuple[str, Any]]):
    """What is put in comes out twice."""

    def put_nowait(self, item: tuple[str, Any]) -> None:
        """Puts it in."""
        super().put_nowait(item)
        super().put_nowait(item)


@asynccontextmanager
async def by_telegram(mode: TelegramMode, data: Path) -> AsyncIterator[Way]:
    """The fake Telegram; each update comes again after it was confirmed."""
    fake = FakeTelegram()
    anna = fake.person("Anna")
    chat = fake.chats[anna.id]

    def own() -> int:
        return max(number for number, each in chat.messages.items() if each["from"]["id"] == anna.id)

    def shares() -> None:
        size = {"file_id": fake.uploads(PNG), "file_unique_id": "u", "file_size": len(PNG)}
        fake.says(anna, caption=WITH_FILE, document={**size, "file_name": "router.png", "mime_type": "image/png"})

    def reacts() -> None:
        new = [{"type": "emoji", "emoji": "👍"}]
        about = {"chat": chat.json, "message_id": own(), "user": anna.json, "date": int(fake.now())}
        fake.tells("message_reaction", {**about, "old_reaction": [], "new_reaction": new})

    deeds: dict[Deed, Callable[[], object]] = {
        Deed.ASKS: lambda: fake.says(anna, ASKED),
        Deed.PRESSES: lambda: fake.presses(anna, "Yes"),
        Deed.SAYS: lambda: fake.says(anna, SAID),
        Deed.EDITS: lambda: fake.edits(anna, own(), CHANGED),
        Deed.REACTS: reacts,
        Deed.SHARES: shares,
        Deed.COMMANDS: lambda: fake.says(anna, "/language en"),
        Deed.BLOCKS: lambda: fake.blocks(anna),
        Deed.UNBLOCKS: lambda: fake.blocks(anna, is_blocked=False),
    }
    async with TelegramServer(fake) as server, running_telegram(data, fake, server, mode=mode) as firstline:

        async def do(deed: Callable[[], object]) -> None:
            deed()
            update = fake.updates[-1][1]
            await fake.until(lambda: not fake.is_waiting(update))
            fake.brings_again(update)
            await fake.until(lambda: not fake.is_waiting(update))
            await firstline.settle()

        way = Way({name: partial(do, deed) for name, deed in deeds.items()})
        way.brings, way.store = TELEGRAM.brings, firstline.store
        yield way
    assert fake.complaints == []


@asynccontextmanager
async def by_web(data: Path) -> AsyncIterator[Way]:
    """A browser; each request is made twice, as after an answer that was lost."""
    with RunningSite(data) as site, ExitStack() as stack:
        visitor = Visitor(site)
        stack.callback(visitor.http.close)
        store = site.services.store

        async def post(path: str, **body: object) -> None:
            site.clock.turn(seconds=10)  # nobody does all this at once
            client_id = secrets.token_hex(8)
            for _ in range(2):
                answer = await asyncio.to_thread(visitor.post, path, client_id=client_id, **body)
                assert answer.status_code == 200, answer.text
            await settle(store, "sending")

        async def press() -> None:
            heard = await asyncio.to_thread(visitor.read, "Did that help?")
            asked = next(each for each in heard if each.kind == "message" and "Did that help?" in each.text)
            await post("press", value=asked.button("Yes"))

        async def own() -> int:
            numbers = "SELECT max(number) FROM message WHERE kind = 'customer'"
            return int(await store.db.read(lambda conn: conn.exec_driver_sql(numbers).scalar()) or 0)

        async def share() -> None:
            file = {"file": ("router.png", PNG, "image/png")}
            answer = await asyncio.to_thread(lambda: visitor.http.post("/web/v1/files", files=file))
            assert answer.status_code == 200, answer.text
            await post("messages", text=WITH_FILE, files=[answer.json()["id"]])

        async def edit() -> None:
            await post("edits", message=await own(), text=CHANGED)

        async def withdraw() -> None:
            await post("withdraw", message=await own())

        way = Way(
            {
                Deed.ASKS: partial(post, "messages", text=ASKED),
                Deed.PRESSES: press,
                Deed.SAYS: partial(post, "messages", text=SAID),
                Deed.EDITS: edit,
                Deed.WITHDRAWS: withdraw,
                Deed.SHARES: share,
                Deed.COMMANDS: partial(post, "language", language="en"),
            }
        )
        way.brings, way.store = BRINGS, store
        yield way


WAYS: dict[str, Open] = {
    "web": by_web,
    **{f"slack-{mode.value}": partial(by_slack, mode) for mode in SlackMode},
    **{f"telegram-{mode.value}": partial(by_telegram, mode) for mode in TelegramMode},
}
