"""The fake is as strict as the platform: each limit is broken once and refused in the platform's own words."""

from typing import Any

import aiohttp
import aiohttp.web
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, SlackServer
from tests.fakes.slack.platform import TOKEN
from tests.running import TurnedClock

WORDS = {"type": "section", "text": {"type": "plain_text", "text": "w" * 2_900}}
MODAL = {
    "type": "modal",
    "callback_id": "x",
    "title": {"type": "plain_text", "text": "Title"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "words"}}],
}


def button(number: int = 0, **also: Any) -> dict[str, Any]:
    """A good button, or what a test makes of it."""
    good = {"type": "button", "action_id": f"b{number}", "text": {"type": "plain_text", "text": "Yes"}, "value": "v"}
    return {**good, **also}


def row(*buttons: dict[str, Any]) -> list[dict[str, Any]]:
    """Buttons in a row."""
    return [{"type": "actions", "elements": list(buttons)}]


def text_of(kind: str, length: int) -> dict[str, Any]:
    """Some words."""
    return {"type": kind, "text": "w" * length}


@pytest.fixture
def web(server: SlackServer, fake: FakeSlack) -> AsyncWebClient:
    """Another's client: the platform's own, as it is."""
    fake.person("Anna")
    return AsyncWebClient(token=TOKEN, base_url=f"{server.url}/api/", retry_handlers=[])


async def refused(web: AsyncWebClient, fake: FakeSlack, method: str, **given: Any) -> str:
    """The word with which something is refused; empty if it is taken."""
    try:
        await web.api_call(method, json=given)
    except SlackApiError as error:
        return str(error.response["error"])
    finally:
        fake.complaints.clear()
    return ""


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"text": "hello"}, ""),
        ({"text": "hello", "blocks": row(*(button(n) for n in range(25)))}, ""),
        ({}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [WORDS] * 5}, "msg_blocks_too_long"),
        ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "unheard_of"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "section", "text": text_of("mrkdwn", 3_001)}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "section", "text": text_of("mrkdwn", 0)}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "section", "fields": [text_of("mrkdwn", 9)] * 11}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "header", "text": text_of("plain_text", 151)}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "context", "elements": [text_of("mrkdwn", 9)] * 11}]}, "invalid_blocks"),
        ({"text": "x", "blocks": row(*(button(n) for n in range(26)))}, "invalid_blocks"),
        ({"text": "x", "blocks": row(button(1), button(1))}, "invalid_blocks"),
        ({"text": "x", "blocks": row(button(text=text_of("plain_text", 76)))}, "invalid_blocks"),
        ({"text": "x", "blocks": row(button(value="v" * 2_001))}, "invalid_blocks"),
        ({"text": "x", "blocks": row(button(url=f"https://{'u' * 3_000}"))}, "invalid_blocks"),
        ({"text": "x", "blocks": row(button(action_id="a" * 256))}, "invalid_blocks"),
        ({"text": "x", "metadata": {"event_type": "e", "event_payload": {"a": "b" * 9_000}}}, "metadata_too_large"),
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ],
)
async def test_a_message_over_a_limit_is_refused(
    fake: FakeSlack, web: AsyncWebClient, given: dict[str, Any], word: str
) -> None:
    """Lengths and counts of each part of a message."""
    assert await refused(web, fake, "chat.postMessage", **{"channel": "DANNA", **given}) == word


@pytest.mark.parametrize(
    ("view", "word"),
    [
        (MODAL, ""),
        ({**MODAL, "title": text_of("plain_text", 25)}, "invalid_arguments"),
        ({**MODAL, "submit": text_of("plain_text", 25)}, "invalid_arguments"),
        ({**MODAL, "private_metadata": "p" * 3_001}, "invalid_arguments"),
        ({**MODAL, "callback_id": "c" * 256}, "invalid_arguments"),
        ({**MODAL, "blocks": []}, "invalid_arguments"),
        ({**MODAL, "blocks": [WORDS] * 101}, "invalid_arguments"),
        ({**MODAL, "blocks": [{"type": "divider", "block_id": "d"}] * 2}, "invalid_arguments"),
        ({**MODAL, "kind": "unheard of"}, "invalid_arguments"),
    ],
)
async def test_a_form_over_a_limit_is_refused(
    fake: FakeSlack, web: AsyncWebClient, view: dict[str, Any], word: str
) -> None:
    """Title, buttons, what it carries along, its blocks."""
    assert await refused(web, fake, "views.open", trigger_id=fake.trigger("UANNA"), view=view) == word


async def test_what_may_open_a_form_is_good_once_and_for_a_moment(
    fake: FakeSlack, web: AsyncWebClient, clock: TurnedClock
) -> None:
    """Three seconds on the platform."""
    fake.trigger_life = 3.0
    once, late = fake.trigger("UANNA"), fake.trigger("UANNA")
    clock.turn(seconds=-0.5)
    assert await refused(web, fake, "views.open", trigger_id=once, view=MODAL) == ""
    assert await refused(web, fake, "views.open", trigger_id=once, view=MODAL) == "invalid_trigger_id"
    clock.turn(seconds=5)
    assert await refused(web, fake, "views.open", trigger_id=late, view=MODAL) == "expired_trigger_id"


async def test_rights_methods_and_threads_are_looked_at(fake: FakeSlack, web: AsyncWebClient) -> None:
    """A method nobody knows, a right that is missing, a message of somebody else, a channel without the bot."""
    fake.channel("C1", "UANNA").members.discard("U0BOT")
    fake.channel("C2").archived = True
    theirs = fake.says("UANNA", "mine")
    fake.scopes -= {"reactions:write"}
    asked = [
        ("chat.shout", {}, "unknown_method"),
        ("reactions.add", {"channel": "DANNA", "timestamp": theirs, "name": "eyes"}, "missing_scope"),
        ("chat.update", {"channel": "DANNA", "ts": theirs, "text": "yours"}, "cant_update_message"),
        ("chat.update", {"channel": "DANNA", "ts": "1.1", "text": "x"}, "message_not_found"),
        ("chat.delete", {"channel": "DANNA", "ts": theirs}, "cant_delete_message"),
        ("chat.postMessage", {"channel": "C1", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "C2", "text": "x"}, "is_archived"),
        ("conversations.replies", {"channel": "DANNA", "ts": "1.1"}, "thread_not_found"),
        ("users.info", {"user": "UNOBODY"}, "user_not_found"),
    ]
    assert [await refused(web, fake, method, **given) for method, given, _ in asked] == [word for *_, word in asked]


async def test_an_address_for_answers_is_good_five_times_and_half_an_hour(
    fake: FakeSlack, web: AsyncWebClient, clock: TurnedClock
) -> None:
    """Then it answers 404."""
    used, old = fake.response_url("UANNA"), fake.response_url("UANNA")
    async with aiohttp.ClientSession() as session:

        async def say(url: str) -> int:
            async with session.post(url, json={"text": "psst"}) as response:
                return response.status

        assert [await say(used) for _ in range(6)] == [200] * 5 + [404]
        clock.turn(minutes=31)
        assert await say(old) == 404


async def test_a_limited_method_asks_to_wait(fake: FakeSlack, web: AsyncWebClient, clock: TurnedClock) -> None:
    """Posts by channel, others as a whole; and says for how long."""
    fake.person("Ivo")
    fake.limits = {"chat.postMessage": (2, 60.0), "users.info": (1, 60.0)}

    async def post(chat: str) -> str:
        return await refused(web, fake, "chat.postMessage", channel=chat, text="x")

    assert [await post("DANNA") for _ in range(3)] == ["", "", "ratelimited"]
    assert await post("DIVO") == ""
    assert [await refused(web, fake, "users.info", user="UANNA") for _ in range(2)] == ["", "ratelimited"]
    assert fake.calls("users.info")[-1].waits > 50
    clock.turn(seconds=61)
    assert await post("DANNA") == ""


async def test_an_event_is_brought_four_times_by_the_platforms_schedule(
    fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """At once, again at once, after a minute, after five; each says which it is; then never again."""
    fake.retries, seen = (0.0, 60.0, 300.0), []

    async def refuse(request: aiohttp.web.Request) -> aiohttp.web.Response:
        seen.append(request.headers.get("X-Slack-Retry-Num", "0"))
        fake.touch()
        return aiohttp.web.Response(status=503)

    app = aiohttp.web.Application()
    app.add_routes([aiohttp.web.post("/hook", refuse)])
    runner = aiohttp.web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
    server.hook_url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    fake.person("Anna")
    fake.says("UANNA", "hello")
    await fake.until(lambda: seen == ["0", "1"])
    clock.turn(seconds=61)
    await fake.until(lambda: seen == ["0", "1", "2"])
    clock.turn(seconds=301)
    await fake.until(lambda: server.given_up)
    assert seen == ["0", "1", "2", "3"]
    await runner.cleanup()
