"""The fake is strict, and a foreign client works with it: Slack's own synchronous one, which ours does not use."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, SectionBlock
from slack_sdk.signature import SignatureVerifier

from tests.fakes.slack import FakeSlack, SlackServer
from tests.fakes.slack.platform import SECRET, TOKEN
from tests.fakes.slack.server import sign

SUPPORT = "C0SUPPORT"


class Foreign:
    """The synchronous client, at work in a thread so that the fake can answer."""

    def __init__(self, server: SlackServer, token: str = TOKEN) -> None:
        self._client = WebClient(token=token, base_url=f"{server.url}/api/")

    async def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Calls one of the client's own methods."""
        call = cast(Callable[..., Any], getattr(self._client, method))
        answer = await asyncio.to_thread(partial(call, **parameters))
        return cast(dict[str, Any], answer.data)


@pytest.fixture
def client(server: SlackServer) -> Foreign:
    """A client of somebody else's."""
    return Foreign(server)


async def test_a_foreign_client_talks(client: Foreign, fake: FakeSlack) -> None:
    """It posts with blocks, edits, reacts, reads what stands there with its metadata, and deletes."""
    chat = fake.direct(fake.person("Anna"))
    assert (await client.ask("auth_test"))["user_id"] == "U0BOT"
    blocks = [
        SectionBlock(text="*hello*"),
        ActionsBlock(elements=[ButtonElement(text="Yes", action_id="a0", value="1.1:0")]),
    ]
    metadata = {"event_type": "firstline_message", "event_payload": {"delivery": "1"}}
    posted = await client.ask("chat_postMessage", channel=chat, text="hello", blocks=blocks, metadata=metadata)
    assert fake.labels(chat) == ["Yes"]
    await client.ask("reactions_add", channel=chat, timestamp=posted["ts"], name="eyes")
    [read] = (await client.ask("conversations_history", channel=chat, include_all_metadata=True))["messages"]
    assert read["metadata"]["event_payload"] == {"delivery": "1"}
    await client.ask("chat_update", channel=chat, ts=posted["ts"], text="there")
    assert fake.from_bot(chat) == ["there"]
    await client.ask("chat_delete", channel=chat, ts=posted["ts"])
    assert fake.from_bot(chat) == []


async def test_a_foreign_client_works_in_threads_and_with_files(client: Foreign, fake: FakeSlack) -> None:
    """A thread hangs on its first message; a file goes up in three steps and is shared there."""
    fake.channel(SUPPORT, fake.person("Liis"))
    root = (await client.ask("chat_postMessage", channel=SUPPORT, text="card"))["ts"]
    await client.ask("chat_postMessage", channel=SUPPORT, text="line", thread_ts=root)
    shared = {"channel": SUPPORT, "thread_ts": root, "filename": "a.txt", "content": "words"}
    await client.ask("files_upload_v2", **shared)
    replies = (await client.ask("conversations_replies", channel=SUPPORT, ts=root))["messages"]
    assert [message["text"] for message in replies] == ["card", "line", ""]
    [file] = replies[-1]["files"]
    assert fake.files[file["id"]]["content"] == b"words"


@pytest.mark.parametrize(
    ("method", "parameters", "error"),
    [
        ("chat_postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("api_call", {"api_method": "chat.postMessage", "json": {"channel": "DANNA"}}, "no_text"),
        ("chat_postMessage", {"channel": "DANNA", "text": "x" * 40_001}, "msg_too_long"),
        ("chat_postMessage", {"channel": "DANNA", "text": "x", "blocks": [{"type": "poem"}]}, "invalid_blocks"),
        (
            "chat_postMessage",
            {"channel": "DANNA", "text": "x", "blocks": [{"type": "divider"}] * 51},
            "invalid_blocks",
        ),
        ("chat_update", {"channel": "DANNA", "ts": "1.0", "text": "x"}, "message_not_found"),
        ("conversations_replies", {"channel": "DANNA", "ts": "1.0"}, "thread_not_found"),
        ("users_info", {"user": "UNOBODY"}, "user_not_found"),
    ],
)
async def test_every_limit_is_kept(
    client: Foreign, fake: FakeSlack, method: str, parameters: dict[str, object], error: str
) -> None:
    """What breaks one is refused in the platform's word."""
    fake.person("Anna")
    with pytest.raises(SlackApiError) as refused:
        await client.ask(method, **parameters)
    fake.complaints.clear()
    assert refused.value.response["error"] == error


async def test_a_wrong_token_is_refused(server: SlackServer) -> None:
    """Whoever has none of ours gets nothing."""
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await Foreign(server, "xoxb-another").ask("auth_test")


async def test_what_it_signs_a_foreign_verifier_takes() -> None:
    """The signature is the one that Slack's own code expects; of another body or secret, or too old, it is not."""
    body, now = json.dumps({"type": "event_callback"}), 1_700_000_000.0

    class Clock:
        def now(self) -> float:
            return now

    headers = sign(body.encode(), now)
    assert SignatureVerifier(SECRET, cast(Any, Clock())).is_valid_request(body, headers)
    assert not SignatureVerifier(SECRET, cast(Any, Clock())).is_valid_request(body + " ", headers)
    assert not SignatureVerifier("other", cast(Any, Clock())).is_valid_request(body, headers)
    assert not SignatureVerifier(SECRET, cast(Any, Clock())).is_valid_request(body, sign(body.encode(), now - 301))
