"""What the doctor finds out by asking Slack, and whether the documentation asks Slack for the same."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.slack.api import Account
from adapters.slack.checking import SCOPES, check_hook, check_slack
from adapters.slack.service import HOOK
from tests.fakes.slack import FakeSlack, SlackServer
from tests.fakes.slack.platform import APP_TOKEN, TOKEN
from tests.running import TurnedClock
from tests.slack.working import running

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "connect-slack.md"
EVENTS = {
    *("message.im", "message.channels", "message.groups", "app_mention", "reaction_added", "reaction_removed"),
    *("app_home_opened", "channel_archive", "group_archive", "channel_deleted", "group_deleted", "channel_left"),
    *("group_left", "channel_shared", "app_uninstalled", "tokens_revoked"),
}
"""What is read from Slack."""


def manifest() -> dict[str, Any]:
    """The manifest that people copy from the documentation."""
    found = re.search(r"```text\n(display_information:.*?)```", PAGE.read_text(), re.DOTALL)
    assert found
    read = yaml.safe_load(found[1])
    assert isinstance(read, dict)
    return read


async def found(
    server: SlackServer, clock: TurnedClock, token: str = TOKEN, app: str = APP_TOKEN, away: float = 0
) -> dict[str, str]:
    """Each part that was looked at, with what was said if it is not good."""
    bot, socket = (Account(token=each, base_url=f"{server.url}/api/") for each in (token, app))
    channels, now = {"C0GOOD": "support", "C0AWAY": "billing"}, clock.now() + timedelta(seconds=away)
    return {
        finding.part: "" if finding.good and not finding.warns else f"{finding.says} → {finding.fix}"
        async for finding in check_slack(bot, socket, channels, now)
    }


async def test_each_part_is_asked_for(fake: FakeSlack, server: SlackServer, clock: TurnedClock) -> None:
    """A channel without the bot is told apart from a good one."""
    fake.channel("C0GOOD")
    fake.channel("C0AWAY").members.clear()
    fake.scopes = frozenset(SCOPES)
    assert await found(server, clock) == {
        "slack": "",
        "slack scopes": "",
        "slack clock": "",
        "slack channel of support": "",
        "slack channel of billing": "the bot is not in it → invite the bot to C0AWAY",
        "slack socket": "",
    }


async def test_refused_tokens_are_told(server: SlackServer, clock: TurnedClock) -> None:
    """Either of them; and one that is of another kind."""
    assert set(await found(server, clock, token="xoxb-wrong", app="xapp-wrong")) == {"slack", "slack socket"}
    mixed = await found(server, clock, token="xoxp-person", app=TOKEN)
    assert "xoxb-" in mixed["slack bot token"]
    assert "xapp-" in mixed["slack app token"]


async def test_each_missing_scope_is_named_with_its_fix(
    fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """As it stands on the page where it is added."""
    fake.scopes = frozenset(SCOPES) - {"reactions:write"}
    fix = "scope reactions:write missing → add it under OAuth & Permissions, reinstall"
    assert (await found(server, clock))["slack"] == fix


@pytest.mark.parametrize(("away", "part"), [(0, False), (90, True), (-600, True)])
async def test_a_clock_that_is_wrong_is_told(server: SlackServer, clock: TurnedClock, away: float, part: bool) -> None:
    """A minute is worth a word; beyond five every signature would be refused."""
    assert ("NTP" in (await found(server, clock, away=away))["slack clock"]) is part


async def test_the_way_in_is_tried(tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock) -> None:
    """Signed as Slack signs; a wrong secret, a plain address and a server that is down are told apart."""
    bot = Account(token=TOKEN, base_url=f"{server.url}/api/")

    async def tried(url: str, secret: str = "8f742231b10e8888abcd99aaabbb85a5") -> list[tuple[str, bool]]:
        return [(each.part, each.good) async for each in check_hook(bot, url, [secret], clock.now())]

    async with running(tmp_path, server, clock) as firstline:
        plain = f"{firstline.url}{HOOK}"
        assert await tried(plain) == [("slack events", False)]
        assert await tried("https://127.0.0.1:1/hooks/slack/events", "no secret") == [
            ("slack signing secret", False),
            ("slack events", True),
        ]
        secure = plain.replace("http://", "https://")
        assert await tried(secure) == [("slack events", True)]


def test_the_manifest_asks_for_what_the_code_needs() -> None:
    """Scopes, events and commands: neither too few nor too many, and forms, menus and the app's page are on."""
    read = manifest()
    assert set(read["oauth_config"]["scopes"]["bot"]) == set(SCOPES)
    settings, features = read["settings"], read["features"]
    assert set(settings["event_subscriptions"]["bot_events"]) == EVENTS
    assert {each["command"] for each in features["slash_commands"]} == {"/support", "/desk"}
    assert settings["interactivity"]["is_enabled"]
    assert settings["socket_mode_enabled"]
    assert features["app_home"]["home_tab_enabled"]
    assert features["app_home"]["messages_tab_enabled"]


async def test_the_manifest_is_enough_for_every_request(fake: FakeSlack) -> None:
    """The fake grants what the manifest asks for, and every other test here lives on that."""
    assert fake.scopes == frozenset(manifest()["oauth_config"]["scopes"]["bot"])
