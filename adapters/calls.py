"""Makes calls to webhooks: JSON over HTTPS to the declared address only, signed, within a time, with a short reply.

The only place that speaks HTTP as a client for flows. Made by `bot.caller`.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import urlencode

import httpx

from bot.ports import CallFailedError, CallJob
from config.settings import Action, Method
from config.values import ValueRefusedError

LARGEST_REPLY = 64 * 1024
"""Bytes; a reply that is longer is not read to its end."""
LONGEST_WAIT = 30.0
"""Seconds for one try, whatever the action says."""
FIRST_PAUSE = 0.5
"""Seconds before the first repetition; each further pause is twice as long."""
SIGNATURE = "X-Firstline-Signature"
_AGAIN = frozenset({408, 425, 429, *range(500, 600)})
"""Answers after which a repetition may help (RFC 9110, RFC 8470, RFC 6585)."""


class _PassingError(CallFailedError):
    """It may go better another time."""


class Webhooks:
    """Calls by HTTP; an action whose secret is not set answers with its mock."""

    def __init__(self, secrets: Mapping[str, str], client: httpx.AsyncClient | None = None) -> None:
        """Takes the values of the environment variables that the actions name."""
        self._secrets = secrets
        self._client = client or httpx.AsyncClient(follow_redirects=False, trust_env=False)

    async def close(self) -> None:
        """Lets go of the connections."""
        await self._client.aclose()

    async def make(self, action: Action, job: CallJob) -> Mapping[str, object]:
        """Makes a call, as often as the action allows.

        Returns:
            The declared fields of the reply, as JSON says them.

        Raises:
            CallFailedError: With the reason, in words for an admin.
        """
        if action.secret and action.secret not in self._secrets:
            return _declared(action, action.mock)
        tries = 1 + (action.retries if action.repeatable or action.method is Method.GET else 0)
        for number in range(1, tries + 1):
            try:
                return await self._try(action, job)
            except _PassingError:
                if number == tries:
                    raise
                await asyncio.sleep(FIRST_PAUSE * 2 ** (number - 1))
        raise CallFailedError(f"'{job.action}' may not be tried at all.")

    async def _try(self, action: Action, job: CallJob) -> Mapping[str, object]:
        seconds = min(action.patience.total_seconds(), LONGEST_WAIT)
        try:
            async with asyncio.timeout(seconds):
                status, body = await self._ask(self._request(action, job))
        except TimeoutError as error:
            raise _PassingError(f"'{job.action}' has not answered within {seconds:g} s.") from error
        except httpx.HTTPError as error:
            raise _PassingError(f"'{job.action}' cannot be reached: {type(error).__name__} {error}".strip()) from error
        if not 200 <= status < 300:
            failed = _PassingError if status in _AGAIN else CallFailedError
            raise failed(f"'{job.action}' answered with the status {status}.")
        return _read_reply(action, job, body)

    def _request(self, action: Action, job: CallJob) -> httpx.Request:
        values = {name: value for name, value in job.values.items() if value is not None}
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Idempotency-Key": job.key,
            "User-Agent": "firstline",
        }
        if action.method is Method.GET:
            signed = urlencode({name: _plain(value) for name, value in values.items()})
            address = action.webhook or ""
            url, content = f"{address}{'&' if '?' in address else '?'}{signed}", b""
        else:
            signed = json.dumps(values, ensure_ascii=False, default=str)
            url, content = action.webhook or "", signed.encode()
            headers["Content-Type"] = "application/json"
        if action.secret:
            secret = self._secrets[action.secret]
            digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
            headers |= {"Authorization": f"Bearer {secret}", SIGNATURE: f"sha256={digest}"}
        return self._client.build_request(action.method.value, url, content=content, headers=headers)

    async def _ask(self, request: httpx.Request) -> tuple[int, bytes]:
        response = await self._client.send(request, stream=True)
        try:
            body = b""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > LARGEST_REPLY:
                    raise CallFailedError(f"The reply is longer than {LARGEST_REPLY // 1024} kB.")
            return response.status_code, body
        finally:
            await response.aclose()


def _read_reply(action: Action, job: CallJob, body: bytes) -> Mapping[str, object]:
    if not action.result_types:
        return {}
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CallFailedError(f"The reply of '{job.action}' is not JSON.") from error
    if not isinstance(reply, dict):
        raise CallFailedError(f"The reply of '{job.action}' is not a JSON object.")
    return _declared(action, reply)


def _declared(action: Action, reply: Mapping[str, object]) -> Mapping[str, object]:
    try:
        action.convert_result(reply)
    except ValueRefusedError as error:
        raise CallFailedError(f"The reply of '{action.name}' is not what was declared: {error}") from error
    return {name: reply[name] for name in action.result_types}


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
