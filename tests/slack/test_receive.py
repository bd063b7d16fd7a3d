"""Who may bring events, and what is answered: signed requests over a real socket."""

import io
import json
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from adapters.slack.signature import is_genuine, sign
from adapters.storage.database import FILE
from config.channels import SlackMode
from tests.fakes.slack import FakeSlack, SlackServer
from tests.fakes.slack.platform import APP, SECRET, TEAM
from tests.fakes.slack.server import sign as platform_sign
from tests.running import TurnedClock
from tests.slack.working import DESK, Firstline, running

ODD = [
    {"team": 5},
    {"authorizations": [5]},
    {"event": 5},
    {"type": "event_callback", "event": {"type": "message", "channel": 5, "user": 7, "message": 9, "thread_ts": {}}},
    {"type": "block_actions", "actions": 3, "user": 4},
    {"type": "view_submission", "view": [], "user": {}},
    {"command": 5, "user_id": [], "enterprise": 5},
    {"response_urls": [3]},
    {"type": {"a": "b"}},
]
"""Objects that the platform never sends."""
BODY = b'{"type": "url_verification", "challenge": "abc"}'
NOW = 1_795_420_804


def headers(moment: object = NOW, secret: str = SECRET) -> dict[str, str]:
    """What proves where a request comes from."""
    signature = sign(BODY, str(moment), secret)
    return {"x-slack-request-timestamp": str(moment), "x-slack-signature": signature}


def test_a_fresh_signature_of_either_secret_is_genuine() -> None:
    """Two secrets are good while they change."""
    assert is_genuine(headers(), BODY, ["another-secret", SECRET], NOW + 299)


@pytest.mark.parametrize(
    "given",
    [
        {},
        headers(secret="wrong"),
        headers(NOW - 301),
        headers(NOW + 301),
        headers("-1"),
        headers() | {"x-slack-signature": "v0="},
        headers() | {"x-slack-signature": f"{sign(BODY, str(NOW), SECRET)}, {sign(BODY, str(NOW), SECRET)}"},
        headers() | {"x-slack-signature": "é"},
    ],
)
def test_anything_else_is_not(given: dict[str, str]) -> None:
    """No, a wrong, an old, a future or a doubled signature."""
    assert not is_genuine(given, BODY, [SECRET], NOW)
    assert not is_genuine(headers(), BODY, [], NOW)


def test_the_platforms_own_way_of_signing_is_ours() -> None:
    """The fake signs by itself, from the platform's documents."""
    fresh = {name.lower(): value for name, value in platform_sign(BODY, NOW).items()}
    assert fresh == headers()


async def post(url: str, body: bytes, clock: TurnedClock, **also: str) -> tuple[int, str]:
    """Brings something, signed unless said otherwise."""
    given = {"Content-Type": "application/json", **platform_sign(body, clock.now().timestamp()), **also}
    async with aiohttp.ClientSession() as session, session.post(url, data=io.BytesIO(body), headers=given) as response:
        return response.status, await response.text()


async def rows(firstline: Firstline) -> int:
    """How much stands in the inbox."""
    found = await firstline.store.db.read(lambda conn: conn.exec_driver_sql("SELECT count(*) FROM inbox").scalar())
    return int(found or 0)


async def test_only_genuine_requests_are_taken(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """The address is confirmed only to who signs; what is refused leaves no row; a repeat is stored once."""
    anna = fake.person("Anna")
    event = {"type": "message", "channel": fake.direct(anna), "channel_type": "im", "user": anna, "text": "hi"}
    event |= {"ts": fake.next_ts()}
    payload = {"type": "event_callback", "team_id": "T0FIRST", "event_id": "Ev77", "event": event}
    async with running(tmp_path, server, clock) as firstline:
        url = server.hook_url
        assert await post(url, BODY, clock) == (200, '{"challenge": "abc"}')
        assert (await post(url, BODY, clock, **{"X-Slack-Signature": "v0=00"}))[0] == 401
        body = json.dumps(payload).encode()
        assert (await post(url, body, clock, **{"X-Slack-Signature": "v0=00"}))[0] == 401
        assert [(await post(url, each, clock))[0] for each in (b"{", b"[1]", b"\xff", b"[" * 100_000)] == [400] * 4
        assert (await post(url, b"x" * (1024 * 1024 + 1), clock))[0] == 413
        assert await rows(firstline) == 0
        assert [(await post(url, body, clock))[0] for _ in range(3)] == [200] * 3
        assert await rows(firstline) == 1
        foreign = json.dumps({**payload, "team_id": "T9", "event_id": "Ev78"}).encode()
        assert (await post(url, foreign, clock))[0] == 200
        assert await rows(firstline) == 1
        await firstline.settle()


async def test_what_makes_no_sense_is_kept_and_acknowledged(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """Any object that is signed gets 200 and a row, also one that Bolt cannot read: refused, it would come again."""
    async with running(tmp_path, server, clock) as firstline:
        answers = [await post(server.hook_url, json.dumps(each).encode(), clock) for each in ODD]
        assert answers == [(200, "")] * len(ODD)
        assert await rows(firstline) == len(ODD)


async def test_every_word_of_a_slash_command_arrives(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """Also the word that Bolt takes for the name of a field."""
    anna = fake.person("Anna")
    async with running(tmp_path, server, clock) as firstline:
        fake.types(anna, "/support", "my payload is missing, how can I pay my bill?")
        await fake.until(lambda: fake.from_bot(fake.direct(anna)))
        await firstline.settle()
        (talk,) = await firstline.talks()
        assert "payload" in talk.last_words


async def test_refused_requests_leave_no_word_in_the_log(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Bolt would write the whole body of what it refuses."""
    caplog.set_level(logging.INFO)
    async with running(tmp_path, server, clock) as firstline:
        for signature in ("v0=00", sign(b"other", str(NOW), SECRET)):
            assert (await post(server.hook_url, b'{"secret": "canary"}', clock, **{"X-Slack-Signature": signature}))[0]
        assert await rows(firstline) == 0
    assert "canary" not in caplog.text


@pytest.mark.parametrize("mode", list(SlackMode))
async def test_nothing_is_acknowledged_that_is_not_stored(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock, mode: SlackMode
) -> None:
    """While somebody else holds the database the platform hears no yes; it brings the event again, and it counts."""
    anna = fake.person("Anna")
    async with running(tmp_path, server, clock, mode=mode) as firstline:
        await fake.until(lambda: mode is SlackMode.HTTP or server.sockets)
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            fake.says(anna, "how can I pay my bill?")
            await fake.until(lambda: server.refused)
            assert not firstline.part("slack events").ok
            other.execute("ROLLBACK")
        await fake.until(lambda: fake.from_bot(fake.direct(anna)))
        await firstline.settle()
        assert server.answers[:1] == ([503] if mode is SlackMode.HTTP else [])
        assert firstline.part("slack events").ok
        assert len(await firstline.talks()) == 1


async def test_what_the_platform_raises_an_alarm_about_is_seen(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """Dropped events for a minute, a channel that is gone until something is heard from it again."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    fake.channel(DESK, liis)
    async with running(tmp_path, server, clock) as firstline:
        fake.outbox.put_nowait(("events_api", {"type": "app_rate_limited", "team_id": TEAM, "api_app_id": APP}))
        await fake.until(lambda: "drops events" in firstline.part("slack events").reason)
        fake.says(anna, "hello")
        fake.tell({"type": "channel_archive", "channel": DESK, "user": liis, "event_ts": fake.next_ts()})
        await fake.until(lambda: not firstline.part(f"slack channel {DESK}").ok)
        assert not firstline.part("slack events").ok
        assert not firstline.part(f"slack channel {DESK}").ok
        clock.turn(minutes=2)
        fake.says(liis, "we are back", chat=DESK)
        await fake.until(lambda: firstline.part("slack events").ok and firstline.part(f"slack channel {DESK}").ok)
