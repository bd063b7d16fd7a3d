"""Requests to the Bot API: one call, one answer. What an answer means for a send is judged in `refusals`.

Nothing is retried here, and no answer is turned into another one: a caller sees exactly what the platform said.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
from telegram import Bot, InputFile
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import TelegramError
from telegram.request import BaseRequest, HTTPXRequest, RequestData

BASE_URL = "https://api.telegram.org/bot"
BASE_FILE_URL = "https://api.telegram.org/file/bot"

CONNECT_SECONDS = 5.0
REQUEST_SECONDS = 10.0
UPLOAD_SECONDS = 60.0
POLL_SECONDS = 35.0
"""How long an answer to `getUpdates` may take; it holds for 25 s by itself."""
CLOSE_SECONDS = 8.0
LARGEST_ANSWER = 1024 * 1024
"""Bytes that are read of an answer; a hundred updates are fewer."""
LARGEST_FILE = 20 * 1024 * 1024
"""Bytes of a file that bots may fetch."""

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""Failures before a request was written: it has surely not been carried out."""


class ApiError(TelegramError):
    """A request came to nothing, or nobody knows what it came to."""


class RefusedError(ApiError):
    """The platform answered that it did not do it."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, object]) -> None:
        """Takes the status, the words as they came, and what came with them."""
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def __str__(self) -> str:
        return f"{self.code} {self.description}"


class NotSentError(ApiError):
    """The platform was not reached: nothing has happened."""


class LostError(ApiError):
    """No readable answer came: it may have been done or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that goes out with a request."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One bot and where its platform is."""

    token: str = field(repr=False)
    base_url: str = BASE_URL
    base_file_url: str = BASE_FILE_URL

    @property
    def key(self) -> str:
        """The bot's own id: what stands before the colon of its token."""
        return self.token.partition(":")[0]


class Api:
    """The Bot API for one bot."""

    def __init__(self, account: Account, *, request_seconds: float = REQUEST_SECONDS) -> None:
        """Opens nothing yet."""
        self.account = account
        request = _build_request(request_seconds, request_seconds, connections=64)
        polling = _build_request(POLL_SECONDS, request_seconds, connections=2)
        self._requests = (request, polling)
        self._under_way, self._at_rest, self._is_closing = 0, asyncio.Event(), False
        self._bot = Bot(
            account.token,
            base_url=account.base_url,
            base_file_url=account.base_file_url,
            request=request,
            get_updates_request=polling,
        )

    async def call(self, method: str, **parameters: object) -> object:
        """Makes a request and returns its result.

        Args:
            method: As the platform names it, for example `sendMessage`.
            parameters: As the platform names them; None is left out, an `Upload` goes as a file.

        Raises:
            RefusedError: The platform answered with an error.
            NotSentError: It was not reached.
            LostError: Nobody knows what became of it.
        """
        given = {name: _as_input(value) for name, value in parameters.items() if value is not None}
        # The library warns where it has a method of its own. Those read the answer into objects and raise on what they
        # do not know; the trailing underscore asks for the raw answer instead and is gone from the request.
        if self._is_closing:
            raise NotSentError("The server is being stopped.")
        self._under_way += 1
        try:
            return await self._bot.do_api_request(f"{method}_", api_kwargs=given)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._at_rest.set()

    async def fetch(self, path: str) -> bytes:
        """Reads a file that `getFile` named, from the configured host only.

        Raises:
            RefusedError: It is not there, or too large.
            NotSentError, LostError: As for `call`.
        """
        url = f"{self.account.base_file_url}{self.account.token}/{path}"
        try:
            async with (
                httpx.AsyncClient(timeout=httpx.Timeout(UPLOAD_SECONDS, connect=CONNECT_SECONDS)) as client,
                client.stream("GET", url) as response,
            ):
                if response.status_code != 200:
                    raise RefusedError(response.status_code, "file cannot be fetched", {})
                content = bytearray()
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > LARGEST_FILE:
                        raise RefusedError(413, "file is too large", {})
                return bytes(content)
        except _NEVER_LEFT as error:
            raise NotSentError(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise LostError(type(error).__name__) from error

    async def close(self) -> None:
        """Gives the connections back once what is under way has ended; nothing new is begun."""
        self._is_closing = True
        if self._under_way:
            self._at_rest.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._at_rest.wait()
        for request in self._requests:
            await request.shutdown()


_Seconds = DefaultValue[float] | float | DefaultValue[None] | None
"""A time limit as the library passes it on: its own default, or none."""


class _Request(HTTPXRequest):
    """Tells what became of a request in three words instead of the library's families of errors.

    Measured: there a refused text and a lost answer are both network errors, and a wait of an unreadable length
    breaks the reading of the answer.
    """

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
        write_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
        connect_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
        pool_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Makes the request; raises for everything that is no result."""
        try:
            code, payload = await super().do_request(
                url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
            )
        except TelegramError as error:
            reason = type(error.__cause__ or error).__name__
            if isinstance(error.__cause__, _NEVER_LEFT):
                raise NotSentError(f"The platform was not reached: {reason}.") from error
            raise LostError(f"No answer came: {reason}.") from error
        _raise_unless_ok(code, payload)
        return code, payload


class _Capped(httpx.AsyncByteStream):
    """Breaks an answer off that is longer than any of the platform's: nobody knows what became of that request."""

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        length = 0
        async for chunk in self._stream:
            length += len(chunk)
            if length > LARGEST_ANSWER:
                raise httpx.ReadError("The answer is too long.")
            yield chunk

    async def aclose(self) -> None:
        """Gives the connection back."""
        await self._stream.aclose()


async def _cap(response: httpx.Response) -> None:
    if isinstance(response.stream, httpx.AsyncByteStream):
        response.stream = _Capped(response.stream)


def _build_request(read_seconds: float, write_seconds: float, *, connections: int) -> _Request:
    return _Request(
        httpx_kwargs={"event_hooks": {"response": [_cap]}},
        connection_pool_size=connections,
        read_timeout=read_seconds,
        write_timeout=write_seconds,
        connect_timeout=CONNECT_SECONDS,
        pool_timeout=CONNECT_SECONDS,
        media_write_timeout=UPLOAD_SECONDS,
    )


_PLAIN = (401, 404, 413)
"""Statuses that say enough by themselves; any other without the platform's own JSON came from something in between."""


def _raise_unless_ok(code: int, payload: bytes) -> None:
    answer = _read(payload)
    if answer.get("ok") is True and "result" in answer:
        return
    description = answer.get("description")
    is_somebody_elses = "ok" not in answer and code not in _PLAIN
    if code >= 500 or is_somebody_elses or (code < 300 and answer.get("ok") is not False):
        raise LostError(f"The platform answered {code} without a result.")
    parameters = answer.get("parameters")
    raise RefusedError(
        _code_of(answer, code),
        description if isinstance(description, str) else "",
        parameters if isinstance(parameters, dict) else {},
    )


def _code_of(answer: Mapping[str, object], status: int) -> int:
    code = answer.get("error_code")
    return code if isinstance(code, int) and status < 300 else status


def _read(payload: bytes) -> Mapping[str, object]:
    """The answer as JSON; empty if it is none."""
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _as_input(value: object) -> object:
    if isinstance(value, Upload):
        return InputFile(value.content, filename=value.name)
    return value
