"""Calls to webhooks over a real socket: what is sent, and what a bad answer does."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.calls import Webhooks
from bot.model import ConversationId
from bot.ports import CallFailedError, CallJob
from config.settings import Action, Method
from config.values import ValueKind, ValueType
from tests.calls.hooks import Behaviour, Hooks, drip, drop, flood, hang, reply

SECRET = "a-long-secret-of-the-desk"
GOOD = reply('{"found": true, "ends": "18:00", "more": "dropped"}')


def make_action(url: str, seconds: float = 60.0, **changes: Any) -> Action:
    """An action that finds something; only where nothing answers is it to give up soon."""
    returns = {"found": ValueType(kind=ValueKind.YES_NO), "ends": ValueType(kind=ValueKind.TEXT)}
    fields: dict[str, Any] = {"returns": returns, "mock": {"found": "no", "ends": "never"}, "secret": "HOOK"}
    return Action(name="look", webhook=url, **{**fields, "timeout": timedelta(seconds=seconds), **changes})


JOB = CallJob(
    conversation=ConversationId("c" * 32),
    lane="web::anna:",
    number=1,
    action="look",
    values={"address": "Kastani 1", "note": None, "big": True},
    key="c:1",
    attempt=1,
)


@pytest.fixture
async def webhooks() -> AsyncIterator[Webhooks]:
    """Calls with a secret."""
    made = Webhooks({"HOOK": SECRET})
    yield made
    await made.close()


async def test_a_call_is_signed_json_with_a_key(webhooks: Webhooks) -> None:
    """The values go as JSON, signed, with the token and a key that names the call; the declared fields return."""
    async with Hooks([GOOD]) as hooks:
        result = await webhooks.make(make_action(hooks.url), JOB)
    assert result == {"found": True, "ends": "18:00"}
    request = hooks.requests[0]
    assert request.line == "POST /hook HTTP/1.1"
    assert json.loads(request.body) == {"address": "Kastani 1", "big": True}
    digest = hmac.new(SECRET.encode(), request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-firstline-signature"] == f"sha256={digest}"
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert request.headers["idempotency-key"] == "c:1"


async def test_a_get_has_its_values_in_the_query(webhooks: Webhooks) -> None:
    """A GET sends the values behind those of the address itself, and no body."""
    async with Hooks([GOOD]) as hooks:
        await webhooks.make(make_action(f"{hooks.url}?v=1", method=Method.GET), JOB)
    assert hooks.requests[0].line == "GET /hook?v=1&address=Kastani+1&big=yes HTTP/1.1"
    assert hooks.requests[0].body == b""


async def test_without_its_secret_the_mock_answers() -> None:
    """An action whose secret is not set calls nobody; one that needs none is called unsigned."""
    unset = Webhooks({})
    async with Hooks([GOOD]) as hooks:
        assert await unset.make(make_action(hooks.url), JOB) == {"found": "no", "ends": "never"}
        assert hooks.requests == []
        assert (await unset.make(make_action(hooks.url, secret=None), JOB))["found"] is True
    assert "authorization" not in hooks.requests[0].headers
    await unset.close()


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (hang, "has not answered within 1 s"),
        (drip, "has not answered within 1 s"),
        (flood, "longer than 64 kB"),
        (drop, "cannot be reached"),
        (reply("{}", status="302 Found", headers="Location: http://127.0.0.1:1/\r\n"), "the status 302"),
        (reply("{}", status="404 Not Found"), "the status 404"),
        (reply("{}", status="503 Busy"), "the status 503"),
        (reply("<html>"), "is not JSON"),
        (reply("[" * 50_000), "is not JSON"),
        (reply("[1]"), "is not a JSON object"),
        (reply('{"found": true}'), "'ends' is missing"),
        (reply('{"found": "perhaps", "ends": "x"}'), "'perhaps' is not a yes_no"),
        (reply('{"found": {"a": 1}, "ends": "x"}'), "is not a single value"),
    ],
)
async def test_a_bad_answer_is_a_failed_call(webhooks: Webhooks, behaviour: Behaviour, reason: str) -> None:
    """A webhook that hangs, drips, floods, breaks, redirects, refuses or lies fails in words and in time, once."""
    async with Hooks([behaviour]) as hooks:
        with pytest.raises(CallFailedError, match=reason):
            await webhooks.make(make_action(hooks.url, 1.0 if behaviour in (hang, drip) else 60.0, retries=2), JOB)
    assert len(hooks.requests) == 1


async def test_nobody_listens(webhooks: Webhooks) -> None:
    """An address where nobody listens is a failed call."""
    with pytest.raises(CallFailedError, match="cannot be reached"):
        await webhooks.make(make_action("http://127.0.0.1:1/hook"), JOB)


@pytest.mark.parametrize("behaviour", [hang, drop, reply("", status="503 Busy"), reply("", status="429 Slow down")])
async def test_what_may_be_repeated_is_repeated(
    webhooks: Webhooks, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repeatable call is made again after a passing fault, under the same key."""
    monkeypatch.setattr("adapters.calls.FIRST_PAUSE", 0.01)
    async with Hooks([behaviour, behaviour, GOOD]) as hooks:
        patience = 2.0 if behaviour is hang else 60.0
        result = await webhooks.make(make_action(hooks.url, patience, retries=2, repeatable=True), JOB)
    assert result["found"] is True
    assert [request.headers["idempotency-key"] for request in hooks.requests] == ["c:1"] * 3


async def test_what_will_not_get_better_is_not_repeated(webhooks: Webhooks) -> None:
    """A reply that says no, or lies, says so again."""
    for behaviour in (reply("", status="403 No"), reply("{}")):
        async with Hooks([behaviour]) as hooks:
            with pytest.raises(CallFailedError):
                await webhooks.make(make_action(hooks.url, retries=3, repeatable=True), JOB)
        assert len(hooks.requests) == 1


async def test_a_call_without_result_needs_no_reply(webhooks: Webhooks) -> None:
    """An action that returns nothing is content with any good status."""
    async with Hooks([reply("thanks", status="204 Fine")]) as hooks:
        assert await webhooks.make(make_action(hooks.url, returns={}, mock={}), JOB) == {}
