"""What the doctor finds out by asking Slack."""

from adapters.slack.api import Account
from adapters.slack.checking import check_slack
from tests.fakes.slack import FakeSlack, SlackServer
from tests.fakes.slack.platform import APP_TOKEN, TOKEN


async def found(server: SlackServer, token: str = TOKEN, app: str = APP_TOKEN) -> dict[str, bool]:
    """Each part, and whether it is good."""
    bot, socket = (Account(token=each, base_url=f"{server.url}/api/") for each in (token, app))
    channels = {"C0GOOD": "support", "C0AWAY": "billing"}
    return {finding.part: finding.good async for finding in check_slack(bot, socket, channels)}


async def test_each_part_is_asked_for(fake: FakeSlack, server: SlackServer) -> None:
    """A channel without the bot is told apart from a good one."""
    fake.channel("C0GOOD")
    fake.channel("C0AWAY").members.clear()
    assert await found(server) == {
        "slack": True,
        "slack channel of support": True,
        "slack channel of billing": False,
        "slack socket": True,
    }


async def test_refused_tokens_are_told(server: SlackServer) -> None:
    """Either of them."""
    assert await found(server, token="xoxb-wrong", app="xapp-wrong") == {"slack": False, "slack socket": False}
