"""A fake Slack for each test; nothing may have gone over the wire that the platform does not know or take."""

from collections.abc import AsyncIterator

import pytest

from adapters.slack.checking import SCOPES
from tests.fakes.slack import FakeSlack, SlackServer
from tests.running import TurnedClock


@pytest.fixture
def clock() -> TurnedClock:
    """A clock that the platform and firstline share."""
    return TurnedClock()


@pytest.fixture
def fake(clock: TurnedClock) -> FakeSlack:
    """A workspace where nobody has said anything; it brings again soon, waits long for a form."""
    fake = FakeSlack(lambda: clock.now().timestamp())
    fake.retries, fake.trigger_life = (0.05, 0.05, 0.05), 60.0
    fake.scopes = frozenset(SCOPES)
    return fake


@pytest.fixture
async def server(fake: FakeSlack) -> AsyncIterator[SlackServer]:
    """The platform on a socket."""
    async with SlackServer(fake) as server:
        yield server
    assert fake.complaints == []
