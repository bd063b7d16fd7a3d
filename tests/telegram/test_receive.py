"""Taking updates in: stored before acknowledged, refused before read, and never a fight about them."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from adapters.telegram.api import Api
from adapters.telegram.receive import PART, SECRET_HEADER
from bot.model import Event
from bot.ports import Receipt, UnavailableError
from config.channels import TelegramMode
from tests.fakes.telegram import FakeTelegram, Fault, FaultKind, TelegramServer
from tests.telegram.working import GROUP, SECRET, running

WEBHOOK = TelegramMode.WEBHOOK


@pytest.mark.parametrize("mode", list(TelegramMode))
async def test_an_update_that_comes_twice_is_answered_once(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer, mode: TelegramMode
) -> None:
    """Whether the platform repeats it or tells the same message under another number."""
    anna = fake.person("Anna")
    async with running(tmp_path, fake, server, mode=mode) as firstline:
        fake.says(anna, "hello")
        _, update = fake.updates[-1]
        fake.updates += [(fake.now(), dict(update)), (fake.now(), {**update, "update_id": 9_999})]
        fake.news.set()
        await fake.until(lambda: fake.from_bot(anna) and not fake.updates)
        await firstline.settle()
        [talk] = await firstline.talks()
        heard = [each for each in await firstline.messages(talk.id) if each.kind == "customer"]
        assert [each.text for each in heard] == ["hello"]


async def test_numbers_that_begin_anew_swallow_nothing(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """After a quiet week the platform counts from anywhere."""
    anna = fake.person("Anna")
    async with running(tmp_path, fake, server):
        fake.says(anna, "hello")
        await fake.until(lambda: fake.from_bot(anna) and not fake.updates)
        fake.next_update = 17
        fake.says(anna, "I want to talk to a human")
        await fake.until(lambda: any("passed" in text for text in fake.from_bot(anna)))


async def test_nothing_is_confirmed_before_it_is_stored(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is away updates stay with the platform; afterwards they come."""
    anna = fake.person("Anna")
    async with running(tmp_path, fake, server) as firstline:
        accept = firstline.store.accept
        asked = asyncio.Event()

        async def refuse(_: list[Event]) -> list[Receipt]:
            asked.set()
            raise UnavailableError("The database is away.")

        monkeypatch.setattr(firstline.store, "accept", refuse)
        fake.says(anna, "hello")
        await asked.wait()
        assert len(fake.updates) == 1
        assert not firstline.health.parts[PART].ok
        monkeypatch.setattr(firstline.store, "accept", accept)
        await fake.until(lambda: fake.from_bot(anna))
        await fake.until(lambda: firstline.health.parts[PART].ok)


async def test_a_second_poller_ends_ours_visibly(tmp_path: Path, fake: FakeTelegram, server: TelegramServer) -> None:
    """Three tries, then it stops and health says why; there is no fight."""
    fake.faults.append(Fault(kind=FaultKind.ERROR, method="getUpdates", status=409, description="Conflict", times=99))
    async with running(tmp_path, fake, server) as firstline:
        await fake.until(lambda: sum(call.method == "getUpdates" for call in fake.log) == 4)
        await asyncio.sleep(0.1)
        assert sum(call.method == "getUpdates" for call in fake.log) == 4
        assert "Somebody else" in firstline.health.parts[PART].reason


async def test_a_refused_token_is_red(tmp_path: Path, fake: FakeTelegram, server: TelegramServer) -> None:
    """With what to do about it."""
    fake.faults.append(
        Fault(kind=FaultKind.ERROR, method="getUpdates", status=401, description="Unauthorized", times=99)
    )
    async with running(tmp_path, fake, server) as firstline:
        await fake.until(lambda: PART in firstline.health.parts and not firstline.health.parts[PART].ok)
        assert "BotFather" in firstline.health.parts[PART].reason


async def test_polling_takes_a_webhook_away_and_drops_nothing(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """What waited at the platform is answered."""
    fake.webhook = {"url": "https://old.example"}
    anna = fake.person("Anna")
    fake.says(anna, "hello")
    async with running(tmp_path, fake, server):
        await fake.until(lambda: fake.from_bot(anna))
    assert fake.webhook == {}


async def test_the_webhook_is_set_only_if_it_is_another(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """With a path that cannot be guessed and the secret, one connection, and the kinds we know."""
    async with running(tmp_path, fake, server, mode=WEBHOOK) as firstline:
        await fake.until(lambda: fake.webhook)
        assert fake.webhook["secret_token"] == SECRET
        assert fake.webhook["max_connections"] == 1
        assert fake.token not in fake.webhook["url"]
        await firstline.telegram.receiver.set_webhook(fake.webhook["url"])
        assert len(fake.calls("setWebhook")) == 1


@pytest.mark.parametrize(
    ("secret", "body", "status"),
    [
        (None, b"{}", 401),
        ("wrong", b'{"update_id": 1}', 401),
        (SECRET + "x", b'{"update_id": 1}', 401),
        (SECRET, b"not json", 400),
        (SECRET, b'{"update_id": "1"}', 400),
        (SECRET, b'{"update_id": true}', 400),
        (SECRET, b"[1]", 400),
        (SECRET, b"[" * 100_000, 400),
        (SECRET, b'{"update_id": ' + b"9" * 5_000 + b"}", 400),
        (SECRET, b"x" * (1024 * 1024 + 1), 413),
        (SECRET, b'{"update_id": 1, "message": {"text": 5}}', 200),
    ],
    ids=[
        "no secret",
        "wrong",
        "longer",
        "no json",
        "text",
        "bool",
        "list",
        "deep",
        "huge number",
        "large",
        "unreadable",
    ],
)
async def test_requests_at_the_webhook(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer, secret: str | None, body: bytes, status: int
) -> None:
    """A bad secret is refused before anything is read; what is genuine but unreadable is kept and confirmed."""
    async with running(tmp_path, fake, server, mode=WEBHOOK) as firstline:
        await fake.until(lambda: fake.webhook)
        async with httpx.AsyncClient() as client:
            headers = {SECRET_HEADER: secret} if secret else {}
            answer = await client.post(fake.webhook["url"], content=body, headers=headers)
            elsewhere = await client.post(f"{firstline.services.public_url}/hooks/telegram/guessed", content=b"{}")
        assert answer.status_code == status
        assert elsewhere.status_code == 404
        rows = await firstline.store.db.read(lambda conn: conn.exec_driver_sql("SELECT count(*) FROM inbox").scalar())
        assert rows == (1 if status == 200 else 0)


async def test_the_webhook_says_to_come_again_while_nothing_can_be_stored(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503, and the platform brings it again."""
    anna = fake.person("Anna")
    async with running(tmp_path, fake, server, mode=WEBHOOK) as firstline:
        await fake.until(lambda: fake.webhook)
        accept = firstline.store.accept
        refused = asyncio.Event()

        async def refuse(_: list[Event]) -> list[Receipt]:
            refused.set()
            raise UnavailableError("The database is away.")

        monkeypatch.setattr(firstline.store, "accept", refuse)
        fake.says(anna, "hello")
        await refused.wait()
        monkeypatch.setattr(firstline.store, "accept", accept)
        await fake.until(lambda: fake.from_bot(anna))


async def test_an_empty_secret_opens_nothing(fake: FakeTelegram, server: TelegramServer, tmp_path: Path) -> None:
    """Without a secret the webhook is shut, not open."""
    async with running(tmp_path, fake, server) as firstline:
        receiver = firstline.telegram.receiver

        async def body() -> bytes:
            return json.dumps({"update_id": 1}).encode()

        assert await receiver.accept_webhook({}, body) == 401
        assert firstline.telegram.hooks == {}


async def test_a_moved_group_keeps_its_conversations(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """Every place in it has the new address."""
    anna = fake.person("Anna")
    fake.forum(GROUP, "Support")
    async with running(tmp_path, fake, server) as firstline:
        fake.says(anna, "I want to talk to a human")
        await fake.until(lambda: fake.chats[GROUP].topics)
        await firstline.settle()
        group = fake.chats[GROUP].json
        service = {"message_id": 99, "from": fake.bot.json, "chat": group, "date": 1, "migrate_to_chat_id": -55}
        fake.tells("message", service)
        await fake.until(lambda: not fake.updates)
        [talk] = await firstline.talks()
        assert [place.address.chat for place in talk.places if place.team] == ["-55"]


async def test_a_stopped_receiver_leaves_no_connection(
    fake: FakeTelegram, server: TelegramServer, tmp_path: Path
) -> None:
    """It ends at once, though a request is held open."""
    async with running(tmp_path, fake, server) as firstline:
        await fake.until(lambda: fake.calls("getUpdates"))
        assert isinstance(firstline.telegram.api, Api)
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 5
