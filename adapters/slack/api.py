"""Requests to the Web API: one call, one answer. What an answer means for a send is judged in `refusals`.

Nothing is retried here: the library by itself would post a second time after a dropped connection.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from config.errors import FirstlineError

BASE_URL = "https://slack.com/api/"
CONNECT_SECONDS = 5.0
REQUEST_SECONDS = 10.0
UPLOAD_SECONDS = 60.0
LARGEST_FILE = 50 * 1024 * 1024
"""Bytes of a file that is fetched or sent on."""


class ApiError(FirstlineError):
    """A request came to nothing, or nobody knows what it came to."""


class RefusedError(ApiError):
    """The platform answered that it did not do it."""

    def __init__(self, error: str, *, status: int = 200, wait: str = "", details: tuple[str, ...] = ()) -> None:
        """Takes the platform's word for it, the status, how long to wait as it was said, and what it adds."""
        super().__init__(error)
        self.error, self.status, self.wait, self.details = error, status, wait, details

    def __str__(self) -> str:
        return " ".join((self.error, *self.details))


class NotSentError(ApiError):
    """The platform was not reached: nothing has happened."""


class LostError(ApiError):
    """No readable answer came: it may have been done or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One app in one workspace, and where its platform is."""

    token: str = field(repr=False)
    base_url: str = BASE_URL


class Api:
    """The Web API for one app."""

    def __init__(self, account: Account, *, request_seconds: float = REQUEST_SECONDS) -> None:
        """Opens nothing yet."""
        self.account, self._seconds = account, request_seconds
        self._session: aiohttp.ClientSession | None = None
        self._web: AsyncWebClient | None = None

    async def call(self, method: str, **parameters: object) -> Mapping[str, object]:
        """Makes a request and returns its answer.

        Args:
            method: As the platform names it, for example `chat.postMessage`.
            parameters: As the platform names them; None is left out.

        Raises:
            RefusedError: The platform answered with an error.
            NotSentError: It was not reached.
            LostError: Nobody knows what became of it.
        """
        answer = await self._ask(method, parameters)
        if not isinstance(answer.data, dict):
            raise LostError("The platform answered without a result.")
        return answer.data

    async def introduce(self) -> tuple[Mapping[str, object], Mapping[str, str]]:
        """Who the token is, and what the headers say besides, their names in small letters. Raises as `call` does."""
        answer = await self._ask("auth.test", {})
        headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
        return (answer.data if isinstance(answer.data, dict) else {}), headers

    async def bring(self, url: str, content: bytes, headers: Mapping[str, str]) -> str:
        """Brings a request to an address as the platform would; returns the answer's words. Raises as `call` does."""
        given = {"Content-Type": "application/json", **headers}
        async with self._exchange("POST", url, data=content, headers=given, allow_redirects=False) as response:
            if response.status != 200:
                raise RefusedError(f"answers {response.status}", status=response.status)
            return (await response.content.read(LARGEST_FILE)).decode("utf-8", "replace")

    async def _ask(self, method: str, parameters: Mapping[str, object]) -> AsyncSlackResponse:
        given = {name: value for name, value in parameters.items() if value is not None}
        form = method.startswith(("files.", "users.", "conversations."))
        try:
            web = self._client()
            return await (
                web.api_call(method, params=_as_form(given)) if form else web.api_call(method, json=dict(given))
            )
        except SlackApiError as error:
            raise _read_refusal(error) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSentError(f"The platform was not reached: {type(error).__name__}.") from error
        except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError, ValueError) as error:
            raise LostError(f"No answer came: {type(error).__name__}.") from error

    async def upload(self, url: str, content: bytes) -> None:
        """Brings the bytes of a file where the platform wants them. Raises as `call` does."""
        async with self._exchange("POST", url, data=content) as response:
            if response.status != 200:
                raise RefusedError("upload_failed", status=response.status)

    async def fetch(self, url: str) -> bytes:
        """Reads a file, with the token, and never on another host.

        Raises:
            RefusedError: It is not there, too large, or a page to sign in at.
            NotSentError, LostError: As for `call`.
        """
        headers = {"Authorization": f"Bearer {self.account.token}"}
        async with self._exchange("GET", url, headers=headers, allow_redirects=False) as response:
            if response.status != 200 or response.content_type == "text/html":
                raise RefusedError("file_not_found", status=response.status)
            content = await response.content.read(LARGEST_FILE + 1)
            while len(content) <= LARGEST_FILE and (more := await response.content.read(LARGEST_FILE)):
                content += more
            if len(content) > LARGEST_FILE:
                raise RefusedError("file_too_large", status=413)
            return content

    async def close(self) -> None:
        """Gives the connections back."""
        if self._session is not None:
            await self._session.close()

    def web_client(self) -> AsyncWebClient:
        """The library's own client, for its sockets."""
        return self._client()

    def _client(self) -> AsyncWebClient:
        if self._web is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._seconds, sock_connect=CONNECT_SECONDS)
            )
            self._web = AsyncWebClient(
                token=self.account.token,
                base_url=self.account.base_url,
                session=self._session,
                retry_handlers=[],
            )
        return self._web

    def _exchange(self, method: str, url: str, **options: object) -> "_Exchange":
        self._client()
        return _Exchange(self._session, method, url, options)


class _Exchange:
    """One plain request whose failures are told in the same words."""

    def __init__(
        self, session: aiohttp.ClientSession | None, method: str, url: str, options: Mapping[str, object]
    ) -> None:
        self._session, self._method, self._url, self._options = session, method, url, options
        self._response: aiohttp.ClientResponse | None = None

    async def __aenter__(self) -> aiohttp.ClientResponse:
        if self._session is None:
            raise NotSentError("The connection is closed.")
        timeout = aiohttp.ClientTimeout(total=UPLOAD_SECONDS, sock_connect=CONNECT_SECONDS)
        try:
            self._response = await self._session.request(
                self._method,
                self._url,
                timeout=timeout,
                **self._options,  # type: ignore[arg-type]  # our own few options
            )
        except aiohttp.ClientConnectorError as error:
            raise NotSentError(f"The platform was not reached: {type(error).__name__}.") from error
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise LostError(f"No answer came: {type(error).__name__}.") from error
        return self._response

    async def __aexit__(self, _kind: object, error: object, _trace: object) -> None:
        if self._response is not None:
            self._response.release()
        if isinstance(error, aiohttp.ClientError | asyncio.TimeoutError):
            raise LostError(f"No answer came: {type(error).__name__}.") from error


def _as_form(given: Mapping[str, object]) -> dict[str, object]:
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}


def _read_refusal(error: SlackApiError) -> ApiError:
    """What the library's error stands for: a refusal in words, or an answer that nobody can read."""
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 200)
    headers: Mapping[str, str] = getattr(response, "headers", None) or {}
    if status == 429:
        return RefusedError("ratelimited", status=429, wait=str(headers.get("Retry-After", "")))
    data = getattr(response, "data", None)
    word = data.get("error") if isinstance(data, dict) else None
    if not isinstance(word, str) or status >= 500:
        return LostError(f"The platform answered {status} without a result.")
    notes = data.get("response_metadata") if isinstance(data, dict) else None
    details = notes.get("messages") if isinstance(notes, dict) else None
    named = (str(data[name]) for name in ("needed",) if isinstance(data, dict) and data.get(name))
    said = (*named, *(str(each) for each in details or ()))
    return RefusedError(word, status=status, wait=str(headers.get("Retry-After", "")), details=said)
