"""Who may bring events, and what is answered: signed requests over a real socket."""

import io
import json
from pathlib import Path

import aiohttp
import pytest

from adapters.slack.signature import is_genuine, sign
from tests.fakes.slack import FakeSlack, SlackServer
from tests.fakes.slack.platform import SECRET
from tests.fakes.slack.server import sign as platform_sign
from tests.running import TurnedClock
from tests.slack.working import Firstline, running

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
        assert await post(url, BODY, clock) == (200, "abc")
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
