"""The door for requests from the web: only what is small enough, signed just now, and an object goes on to Bolt.

Bolt parses a body before it looks at the signature, knows one secret, takes the first of two signatures, and answers
500 for a moment that is no number; so the signature is judged here, over the raw bytes.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import parse_qs

from adapters.slack.app import BoltApp
from adapters.slack.payload import Json
from adapters.slack.signature import is_genuine
from bot.ports import Clock

LARGEST_BODY = 1024 * 1024

Answer = int | tuple[int, str, str]
"""The status; with words and their media type where something is to be said."""


class Door:
    """Where Slack brings events, presses and commands."""

    def __init__(self, app: BoltApp, clock: Clock, secrets: Sequence[str]) -> None:
        """Takes the app, the clock that signatures are held against, and the signing secrets; with none it is shut."""
        self._app, self._clock, self._secrets = app, clock, tuple(secrets)

    async def accept(self, headers: Mapping[str, str], body: Callable[[], Awaitable[bytes]]) -> Answer:
        """Takes one request.

        Args:
            headers: Names in small letters; what was given twice has a comma between.
            body: Reads the body.
        """
        if not headers.get("content-length", "0").isdigit() or int(headers.get("content-length", "0")) > LARGEST_BODY:
            return 413
        content = await body()
        if len(content) > LARGEST_BODY:
            return 413
        if not is_genuine(headers, content, self._secrets, self._clock.now().timestamp()):
            return 401
        payload = read_body(content, headers.get("content-type", ""))
        if payload is None:
            return 400
        answer = await self._app.dispatch(payload)
        return (answer.status, answer.body, answer.headers["content-type"][0]) if answer.body else answer.status


def read_body(content: bytes, kind: str) -> Json | None:
    """The payload in a body: JSON, a form with JSON in it, or a form of a slash command; None if it is none."""
    try:
        text = content.decode()
        if "form" in kind:
            form = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
            payload = json.loads(form["payload"]) if "payload" in form else form
        else:
            payload = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None
