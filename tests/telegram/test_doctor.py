"""What `firstline doctor` finds out by asking Telegram."""

import pytest

from adapters.telegram.api import Account
from adapters.telegram.checking import Finding, check_telegram
from config.channels import TelegramMode
from tests.fakes.telegram import Chat, FakeTelegram, TelegramServer
from tests.telegram.working import GROUP


async def look(fake: FakeTelegram, server: TelegramServer, token: str = "") -> dict[str, Finding]:
    account = Account(token=token or fake.token, base_url=f"{server.url}/bot")
    found = check_telegram(account, TelegramMode.POLLING, {str(GROUP): "frontline"}, fake.now())
    return {finding.part: finding async for finding in found}


@pytest.fixture
def group(fake: FakeTelegram) -> Chat:
    """A group that is as it must be."""
    return fake.forum(GROUP, "Support")


async def test_all_is_well(fake: FakeTelegram, server: TelegramServer, group: Chat) -> None:
    """Token, updates and group are looked at."""
    found = await look(fake, server)
    assert [finding.good for finding in found.values()] == [True, True, True]
    assert found["telegram"].says == "@helpdesk_bot"


@pytest.mark.parametrize(
    ("changes", "fix"),
    [
        ({"is_forum": False}, "switch topics on"),
        ({"username": "support"}, "private"),
        ({"bot_status": "member"}, "administrator"),
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
