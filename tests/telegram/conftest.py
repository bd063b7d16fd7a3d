"""A fake Telegram for each test; nothing may have gone over the wire that others' models refuse."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.telegram import FakeTelegram, TelegramServer


@pytest.fixture
def fake() -> FakeTelegram:
    """A platform where nobody has said anything."""
    return FakeTelegram()


@pytest.fixture
async def server(fake: FakeTelegram) -> AsyncIterator[TelegramServer]:
    """The platform on a socket."""
    async with TelegramServer(fake) as server:
        yield server
    assert fake.complaints == []
