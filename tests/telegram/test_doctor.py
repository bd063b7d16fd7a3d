"""What `firstline doctor` finds out by asking Telegram."""

import time

import pytest

from adapters.telegram.api import Account
from adapters.telegram.checking import Finding, check_telegram
from config.channels import TelegramMode
from tests.fakes.telegram import Chat, FakeTelegram, TelegramServer
from tests.telegram.working import GROUP


async def look(
    fake: FakeTelegram,
    server: TelegramServer,
    token: str = "",
    *,
    mode: TelegramMode = TelegramMode.POLLING,
    ahead: float = 0,
) -> dict[str, Finding]:
    account = Account(token=token or fake.token, base_url=f"{server.url}/bot")
    found = check_telegram(account, mode, {str(GROUP): "frontline"}, time.time() + ahead)
    return {finding.part: finding async for finding in found}


@pytest.fixture
def group(fake: FakeTelegram) -> Chat:
    """A group that is as it must be."""
    return fake.forum(GROUP, "Support")


async def test_all_is_well(fake: FakeTelegram, server: TelegramServer, group: Chat) -> None:
    """Token, updates and group are looked at."""
    found = await look(fake, server)
    assert all(finding.good for finding in found.values())
    assert len(found) == 5
    assert found["telegram"].says == "@helpdesk_bot"


@pytest.mark.parametrize(
    ("changes", "fix"),
    [
        ({"is_forum": False}, "switch topics on"),
        ({"username": "support"}, "private"),
        ({"bot_status": "member"}, "administrator"),
        ({"bot_lacks": {"can_pin_messages"}}, "administrator who may pin messages"),
        ({"bot_status": "kicked"}, "add the bot"),
    ],
)
async def test_a_group_that_cannot_be_a_desk(
    fake: FakeTelegram, server: TelegramServer, group: Chat, changes: dict[str, object], fix: str
) -> None:
    """Each reason with what to do about it."""
    for name, value in changes.items():
        setattr(group, name, value)
    finding = (await look(fake, server))["telegram group of frontline"]
    assert not finding.good
    assert fix in finding.fix


async def test_a_wrong_token(fake: FakeTelegram, server: TelegramServer) -> None:
    """BotFather knows the right one."""
    found = await look(fake, server, "123456:another-token-altogether")
    assert "BotFather" in found["telegram"].fix


async def test_trouble_of_the_webhook(fake: FakeTelegram, server: TelegramServer, group: Chat) -> None:
    """What Telegram says of it, and what to do; a webhook that polling finds is told of."""
    fake.webhook = {"url": "https://chat.example.com/hooks"}
    found = await look(fake, server)
    assert "takes it away" in found["telegram updates"].says
    fake.turned = time.time() - fake.now()
    fake.hook_error = {"last_error_message": "SSL error {certificate verify failed}"}
    trouble = (await look(fake, server, mode=TelegramMode.WEBHOOK))["telegram updates"]
    assert (trouble.good, "certificate verify failed" in trouble.says) == (False, True)
    assert "certificate" in trouble.fix


@pytest.mark.parametrize(("ahead", "good", "says"), [(2, True, "as"), (-90, True, "behind"), (900, False, "ahead")])
async def test_the_clock(
    fake: FakeTelegram, server: TelegramServer, group: Chat, ahead: float, good: bool, says: str
) -> None:
    """A minute is told, five are a fault."""
    clock = (await look(fake, server, ahead=ahead))["telegram clock"]
    assert (clock.good, says in clock.says) == (good, True)


async def test_privacy_mode_is_told(fake: FakeTelegram, server: TelegramServer, group: Chat) -> None:
    """It does no harm to an administrator."""
    fake.reads_all = False
    found = (await look(fake, server))["telegram privacy mode"]
    assert (found.good, "administrator" in found.says) == (True, True)
